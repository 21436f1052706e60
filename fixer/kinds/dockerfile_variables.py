"""Variables of a Dockerfile: `$X`, `${X:-d}` as BuildKit puts them in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_USE = re.compile(r"\$(?:\{([A-Za-z_][A-Za-z0-9_]*)|([A-Za-z_][A-Za-z0-9_]*))")
_OPERATOR = re.compile(r":?[-+]")


class Variable(msgspec.Struct, frozen=True):
    """A variable: its value (None when that is not known), and where it is set.

    `at` is the number of the instruction (-1: not in the file). An `argument` (ARG) may get another value in a build.
    """

    value: str | None
    at: int
    argument: bool


Scope = Mapping[str, Variable]


class _UnknownError(Exception):
    """A variable whose value is not known."""


def used(text: str) -> list[str]:
    """Return the names of the variables that `text` uses, in order."""
    return [match[1] or match[2] for match in _USE.finditer(text)] if "$" in text else []


def expand(text: str, scope: Scope, escape: str = "\\") -> str | None:
    """Return `text` with its variables put in and its quotes taken off; None when a value is not known.

    A name that the file does not set may come from the base image, so its value is not known.
    """
    if "$" not in text and "'" not in text and '"' not in text and escape not in text:
        return text

    try:
        return "".join(_expanded(text, scope, escape))
    except _UnknownError:
        return None


def _expanded(text: str, scope: Scope, escape: str) -> Iterator[str]:
    position, quote = 0, ""
    while position < len(text):
        character = text[position]
        if character == quote:
            quote = ""
        elif character == escape and quote != "'":
            position += 1
            yield text[position : position + 1]
        elif not quote and character in {"'", '"'}:
            quote = character
        elif character == "$" and quote != "'":
            value, position = _value(text, position + 1, scope, escape)
            yield value
            continue
        else:
            yield character

        position += 1


def _value(text: str, position: int, scope: Scope, escape: str) -> tuple[str, int]:
    """Return the value of the variable that begins behind a dollar sign, and the place behind it."""
    braced = text.startswith("{", position)
    match = _NAME.match(text, position + braced)
    if match is None:
        if braced:
            raise _UnknownError

        return "$", position

    variable = scope.get(match[0])
    if not braced:
        return _known(variable), match.end()

    close = _closing(text, match.end())
    operator = _OPERATOR.match(text, match.end(), close)
    if match.end() == close:
        return _known(variable), close + 1

    if operator is None:
        raise _UnknownError

    word = "".join(_expanded(text[operator.end() : close], scope, escape))
    return _modified(variable, operator[0], word), close + 1


def _modified(variable: Variable | None, operator: str, word: str) -> str:
    value = variable.value if variable else None
    if variable and value is None and not variable.argument:
        raise _UnknownError

    unset = value is None or (operator[0] == ":" and not value)
    if operator.endswith("+"):
        return "" if unset else word

    return word if unset else value or ""


def _known(variable: Variable | None) -> str:
    if variable is None or variable.value is None:
        raise _UnknownError

    return variable.value


def _closing(text: str, position: int) -> int:
    """Return the place of the brace that closes; raises when there is none."""
    depth = 1
    for place in range(position, len(text)):
        depth += (text[place] == "{") - (text[place] == "}")
        if not depth:
            return place

    raise _UnknownError
