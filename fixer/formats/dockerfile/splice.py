"""A change of the text, before it is known which changes are made together."""

from __future__ import annotations

import msgspec

from fixer.formats.dockerfile.document import DockerfileText
from fixer.formats.dockerfile.instruction import Instruction
from fixer.formats.format import Refusal


class Splice(msgspec.Struct, frozen=True):
    """Replace the characters from `start` to `end` by `text`.

    `rank` orders what goes to one place: what ends an instruction (0), lines behind it (1), lines before the next (2).
    Several lines may go to one place. `after_heredoc` is the line end that goes before the first of them, directly
    behind a heredoc. `part` is the number of the instruction that is changed, and `whole` says that nothing else
    may change in it.
    """

    start: int
    end: int
    text: str
    rank: int = 0
    after_heredoc: str = ""
    part: int = -1
    whole: bool = False

    def collides(self, other: Splice) -> bool:
        """Whether the two touch the same place."""
        if self.part == other.part >= 0 and (self.whole or other.whole):
            return True

        if self.start == self.end and other.start == other.end:
            return self.start == other.start and not self.rank and not other.rank

        if self.part == other.part >= 0 and self.start < self.end and other.start < other.end:
            return self.start <= other.end and other.start <= self.end

        return self.start < other.end and other.start < self.end


class Places:
    """The places that are taken; a change is compared with those near to it only."""

    _NEAR = 256

    def __init__(self) -> None:
        self._near: dict[int, list[Splice]] = {}
        self._parts: set[int] = set()
        self._whole: set[int] = set()

    def take(self, splice: Splice) -> None:
        """Note the place of a change."""
        self._parts.add(splice.part)
        if splice.whole:
            self._whole.add(splice.part)

        for cell in self._cells(splice):
            self._near.setdefault(cell, []).append(splice)

    def taken(self, splice: Splice) -> bool:
        """Whether a change collides with one that is noted."""
        part = splice.part
        if part >= 0 and (part in self._whole or (splice.whole and part in self._parts)):
            return True

        return any(splice.collides(other) for cell in self._cells(splice) for other in self._near.get(cell, ()))

    def _cells(self, splice: Splice) -> range:
        return range(splice.start // self._NEAR, splice.end // self._NEAR + 1)


def instruction_at(file: DockerfileText, at: int) -> Instruction:
    """Return instruction number `at`; Refusal when there is none."""
    if not 0 <= at < len(file.instructions):
        raise Refusal(f"there is no instruction number {at}")

    return file.instructions[at]
