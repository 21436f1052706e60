"""Image references with variables that have defaults: `nginx:${VERSION:-1.27}`, as Compose and ARG write them."""

from __future__ import annotations

import functools
import re

import msgspec

from fixer.registry.reference import Reference, parse_reference
from fixer.text import Span

_VARIABLE = r"\$\{[A-Za-z_][A-Za-z0-9_]*(:?-)"
_DEEPEST = 8


class Defaulted(msgspec.Struct, frozen=True):
    """A reference in which each variable has been replaced by its default.

    `tag` and `name` say where the text of the tag and of the name (without tag and digest) lies in the original text;
    None when it is not written in one piece, or, for the tag, when there is none. `variables` are the names of the
    variables whose defaults were taken.
    """

    reference: Reference
    tag: Span | None
    name: Span | None
    variables: tuple[str, ...]


class _Undecidable(Exception):
    """A variable without a default."""


@functools.lru_cache(maxsize=1024)
def split_variable_default(text: str) -> Defaulted | None:
    """Return the reference with the defaults of `${X:-d}` and `${X-d}` put in; None when it cannot be decided.

    A text without variables is a reference too. `$X`, `${X}`, `${X:?..}` and `${X:+..}` cannot be decided.
    """
    variables: list[str] = []
    try:
        places = _expanded(text, 0, len(text), variables, 0)
    except _Undecidable:
        return None

    reference = parse_reference("".join(text[place] for place in places))
    if reference is None:
        return None

    tag = reference.tag_span
    return Defaulted(
        reference,
        _span(places[tag.start : tag.end]) if tag else None,
        _span(places[: len(reference.bare)]),
        tuple(variables),
    )


def _expanded(text: str, start: int, end: int, variables: list[str], depth: int) -> list[int]:
    """Return the places of the characters that remain of `text[start:end]` when defaults are put in."""
    places: list[int] = []
    position = start
    while position < end:
        if text[position] != "$":
            places.append(position)
            position += 1
            continue

        found = re.match(_VARIABLE, text[position:end])
        close = _closing(text, position + 1, end)
        if found is None or close < 0 or depth == _DEEPEST:
            raise _Undecidable

        variables.append(found[0][2 : found.start(1)])
        places += _expanded(text, position + found.end(), close, variables, depth + 1)
        position = close + 1

    return places


def _closing(text: str, start: int, end: int) -> int:
    """Return the place of the brace that closes the one at `start`, or -1."""
    depth = 0
    for place in range(start, end):
        depth += (text[place] == "{") - (text[place] == "}")
        if not depth:
            return place

    return -1


def _span(places: list[int]) -> Span | None:
    if not places or places[-1] - places[0] != len(places) - 1:
        return None

    return Span(places[0], places[-1] + 1)
