"""New values that are not text yet: trees that the patches of one round grow together, each part with its owner."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import msgspec

from fixer.formats.format import Refusal


class NewScalar(msgspec.Struct):
    """A scalar, or an empty collection."""

    value: Any
    owner: int
    comment: str = ""


class NewAlias(msgspec.Struct):
    """An alias to the anchor `name`."""

    name: str
    owner: int


class NewMapping(msgspec.Struct):
    """A mapping that is not empty. One that is `closed` is a copy of inherited values: nobody else adds to it."""

    entries: dict[str, New]
    owner: int
    comment: str = ""
    closed: bool = False


class NewSequence(msgspec.Struct):
    """A sequence that is not empty; `closed` as above."""

    items: list[New]
    owner: int
    comment: str = ""
    closed: bool = False


New: TypeAlias = NewScalar | NewAlias | NewMapping | NewSequence


def grow(value: Any, owner: int, comment: str = "") -> New:
    """Return the tree of a plain value. Raises Refusal for a comment of several lines: it would be more than that."""
    if comment.splitlines() not in ([], [comment]):
        raise Refusal("a comment is one line")

    if isinstance(value, Mapping) and value:
        return NewMapping({str(key): grow(inner, owner) for key, inner in value.items()}, owner, comment)

    if isinstance(value, list | tuple) and value:
        return NewSequence([grow(inner, owner) for inner in value], owner, comment)

    return NewScalar(value, owner, comment)


def value_of(new: New) -> Any:
    """Return the plain value of a tree."""
    if isinstance(new, NewMapping):
        return {key: value_of(inner) for key, inner in new.entries.items()}

    if isinstance(new, NewSequence):
        return [value_of(inner) for inner in new.items]

    return new.value if isinstance(new, NewScalar) else f"*{new.name}"


def owners_of(new: New) -> Iterator[int]:
    """Yield the owner of every part of a tree."""
    yield new.owner
    if isinstance(new, NewMapping | NewSequence):
        for inner in new.entries.values() if isinstance(new, NewMapping) else new.items:
            yield from owners_of(inner)


def is_copy(new: New) -> bool:
    """Whether a tree is a copy of inherited values."""
    return isinstance(new, NewMapping | NewSequence) and new.closed


def takes(new: New, part: str | int | None) -> bool:
    """Whether an empty tree may become a mapping with the key `part`, or a list when `part` is None."""
    if not isinstance(new, NewScalar) or isinstance(part, int):
        return False

    empty: list[Any] | dict[str, Any] = [] if part is None else {}
    return new.value is None or new.value == empty
