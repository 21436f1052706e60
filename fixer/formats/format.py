"""What every format offers to the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from fixer.finding import Operation
from fixer.text import Edit, Source


class FormatError(Exception):
    """A file that cannot be read in its format. `line` counts from 1; 0 means that the line is not known."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


class Refusal(Exception):
    """An operation that cannot be carried out here; the text is a sentence for people."""


class Lowered(msgspec.Struct, frozen=True):
    """Patches turned into edits of one file.

    Every patch handed in is in exactly one of `done`, `deferred` (it touches a place that another patch of this round
    touches; try again on the result) and `refused` (with the sentence that says why). `edits` do not overlap, are in
    order, and each names its patch as owner. `effects` are the operations that the edits amount to: those of the
    patches done, and those at further places that share the edited text (the other users of an anchor).
    """

    edits: tuple[Edit, ...]
    done: frozenset[int]
    deferred: frozenset[int]
    refused: Mapping[int, str]
    effects: tuple[Operation, ...]


class Parsed(Protocol):
    """A file read in its format."""

    source: Source

    def lower(self, patches: Mapping[int, Sequence[Operation]]) -> Lowered:
        """Turn the operations of each patch, numbered by its owner, into edits; earlier patches go first."""

    def difference(self, after: Parsed, effects: Sequence[Operation]) -> str | None:
        """Return how the meaning of `after` differs from `effects` applied to the meaning of this file.

        None means: exactly as planned.
        """

    def stray(self, edits: Sequence[Edit], effects: Sequence[Operation]) -> str | None:
        """Return which text of this file the edits change that no effect is about; None when there is none."""

    def copied(self, operation: Operation, effect: Operation) -> bool:
        """Whether `effect` is `operation` at another place that shares its text."""
