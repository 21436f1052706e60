"""What every kind offers to the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from fixer.formats.format import Parsed
from fixer.kinds.facts import Facts
from fixer.text import Source


class KindFile(Protocol):
    """A file of a kind, with the nouns that rules read."""

    @property
    def path(self) -> str:
        """Path relative to the root of the run, with forward slashes."""

    @property
    def parsed(self) -> Parsed:
        """The file in its format."""

    @property
    def skipped(self) -> str | None:
        """Why rules do not apply to the file although it can be read (a template), as a clause; else None."""

    def nouns(self, name: str) -> Sequence[Any]:
        """Return the nouns of the class called `name`, in the order of the file."""


class Kind(msgspec.Struct, frozen=True):
    """What a file is.

    `load` raises `FormatError` for an unreadable file. `order` names rules in the order in which their fixes are
    applied; rules that are not named follow by name. `waits` names for a rule those whose fixes in the same
    file must be in the text before its own are made, because they change what it writes. `brings` names for a rule
    those that begin to apply where its fix was made, so that their findings are no fault of it. `lenient` says that
    undecodable bytes do not hinder reading.
    """

    name: str
    load: Callable[[Source, str, Facts], KindFile]
    order: tuple[str, ...]
    lenient: bool = False
    waits: Mapping[str, tuple[str, ...]] = {}
    brings: Mapping[str, tuple[str, ...]] = {}
