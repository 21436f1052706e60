"""A change of the text, before it is known which changes are made together."""

from __future__ import annotations

import msgspec

from fixer.formats.dockerfile.document import DockerfileText
from fixer.formats.dockerfile.instruction import Instruction
from fixer.formats.format import Refusal


class Splice(msgspec.Struct, frozen=True):
    """Replace the characters from `start` to `end` by `text`.

    `lines` says that whole lines are inserted: several of them may go to one place. `after_heredoc` is the line end
    that goes before the first of them, directly behind a heredoc.
    """

    start: int
    end: int
    text: str
    lines: bool = False
    after_heredoc: str = ""

    def collides(self, other: Splice) -> bool:
        """Whether the two touch the same place."""
        if self.start == self.end and other.start == other.end:
            return self.start == other.start and self.lines == other.lines and not self.lines

        return self.start < other.end and other.start < self.end


def instruction_at(file: DockerfileText, at: int) -> Instruction:
    """Return instruction number `at`; Refusal when there is none."""
    if not 0 <= at < len(file.instructions):
        raise Refusal(f"there is no instruction number {at}")

    return file.instructions[at]
