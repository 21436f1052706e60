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


def instruction_at(file: DockerfileText, at: int) -> Instruction:
    """Return instruction number `at`; Refusal when there is none."""
    if not 0 <= at < len(file.instructions):
        raise Refusal(f"there is no instruction number {at}")

    return file.instructions[at]
