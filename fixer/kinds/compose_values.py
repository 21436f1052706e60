"""Values of a Compose file, read as Compose reads them: interpolation, booleans, sizes, commands, lists or maps."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from fixer.formats.yaml import Tagged
from fixer.knowledge.quantities import compose_bytes

# One interpolation: `$$`, `${NAME...}` up to its closing brace (one level of nesting), or `$NAME`.
_VARIABLE = re.compile(r"\$(?:\$|\{(?P<braced>[^{}]*(?:\{[^{}]*\}[^{}]*)*)\}|(?P<plain>[A-Za-z_][A-Za-z0-9_]*))")
_DEFAULT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*:?-(?P<default>.*)", re.DOTALL)
_WORD = re.compile(r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^\s"'\\])+""", re.DOTALL)
_QUOTED = re.compile(r""""((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)""", re.DOTALL)
_TRUE = frozenset({"true", "yes", "y", "on", "1"})
_FALSE = frozenset({"false", "no", "n", "off", "0"})


def plain(value: Any) -> Any:
    """Return the value below a custom tag: that of `!override`; None for `!reset`."""
    if value.__class__ is not Tagged:
        return value

    return None if value.tag.endswith("reset") else value.value


def expand(text: str) -> str | None:
    """Return `text` with every variable replaced by its default; None when one has no default."""
    if "$" not in text:
        return text

    parts, position = [], 0
    for match in _VARIABLE.finditer(text):
        value = _default(match)
        if value is None:
            return None

        parts += [text[position : match.start()], value]
        position = match.end()

    return "".join([*parts, text[position:]])


def _default(match: re.Match[str]) -> str | None:
    if match[0] == "$$":
        return "$"

    found = _DEFAULT.fullmatch(match["braced"] or "")
    return expand(found["default"]) if found else None


def escaped(text: str) -> str:
    """Return `text` with each `$` doubled, so that Compose leaves it to the container."""
    return text.replace("$", "$$")


def truth(value: Any) -> bool | None:
    """Return what Compose takes a boolean field for; None when that depends on a variable or cannot be told."""
    if isinstance(value, bool):
        return value

    text = (expand(value) or "").lower() if isinstance(value, str) else ""
    return True if text in _TRUE else False if text in _FALSE else None


def size(value: Any) -> int | None:
    """Return a number of bytes (`512m`, `1.5G`, 1048576); None when it is none or depends on a variable."""
    return compose_bytes(expand(value) if isinstance(value, str) else value)


def number(value: Any) -> float | None:
    """Return a number that may be written as text; None when it is none or depends on a variable."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)

    try:
        return float(expand(value) or "") if isinstance(value, str) else None
    except ValueError:
        return None


def words(value: Any) -> tuple[str, ...]:
    """Return the words of a command in list or string form, quotes removed, variables with a default expanded."""
    if isinstance(value, str):
        value = [_QUOTED.sub(_unquoted, word) for word in _WORD.findall(value)]

    items = value if isinstance(value, list) else ()
    return tuple(text(item) for item in items)


def _unquoted(match: re.Match[str]) -> str:
    return match[1] or match[2] or match[3] or ""


def text(value: Any) -> str:
    """Return a scalar as text, variables with a default expanded."""
    if isinstance(value, str):
        expanded = expand(value)
        return value if expanded is None else expanded

    if isinstance(value, bool):
        return "true" if value else "false"

    return "" if value is None else str(value)


def pairs(value: Any) -> dict[str, str]:
    """Return a mapping that may be written as a list of `KEY=value`; a key without a value has the value ""."""
    if isinstance(value, dict):
        return {str(key): text(item) for key, item in value.items()}

    found = {}
    for item in value if isinstance(value, list) else ():
        key, _, rest = text(item).partition("=")
        found[key] = rest

    return found


def strings(value: Any) -> list[str]:
    """Return a string, or a list of scalars, as a list of texts."""
    if isinstance(value, str):
        return [text(value)]

    return [text(item) for item in value] if isinstance(value, list) else []


def names(value: Any) -> Sequence[str]:
    """Return the keys of a mapping or the items of a list."""
    return list(map(str, value)) if isinstance(value, (dict, list)) else []
