"""Declarative changes of a YAML file, in the words of its meaning.

`at` is a path into the effective data of a document: keys as strings, items of a sequence as integers. Aliases and
merge keys are looked through, so a path says what the consumer of the file sees.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import msgspec

Path: TypeAlias = tuple[str | int, ...]
Value: TypeAlias = "bool | int | float | str | Sequence[Value] | Mapping[str, Value] | None"


class Put(msgspec.Struct, frozen=True):
    """Put `value` at a path; mappings on the way are made where they are missing, a value there is replaced.

    `comment` becomes a trailing comment of the written value (text only, without its marker), in front of one that is
    there. In brackets it is written only where the line ends with it, and nobody could take it for another value's.
    """

    path: str
    document: int
    at: Path
    value: Value
    comment: str = ""


class Append(msgspec.Struct, frozen=True):
    """Append `value` to the sequence at a path, which is made where it is missing."""

    path: str
    document: int
    at: Path
    value: Value


class Remove(msgspec.Struct, frozen=True):
    """Remove the key or the item at a path."""

    path: str
    document: int
    at: Path


class Rename(msgspec.Struct, frozen=True):
    """Give the key at a path the name `key`; its place and value stay."""

    path: str
    document: int
    at: Path
    key: str


class AddDocument(msgspec.Struct, frozen=True):
    """Add a document with `value` behind the last one of the file."""

    path: str
    value: Value


class NewFile(msgspec.Struct, frozen=True):
    """Make a file that is not there yet, with the one document `value`."""

    path: str
    value: Value
