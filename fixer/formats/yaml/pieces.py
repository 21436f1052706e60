"""New text on its way to become edits: where it goes, whose it is, and what comes first where places coincide."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from fixer.text import Edit

# A trailing comment goes before any line that is inserted at the end of the same line.
COMMENT = 1_000_000

Line = tuple[str, int]


class Piece(msgspec.Struct, frozen=True):
    """Text for a span; of insertions at one place those with the greater depth come first."""

    start: int
    end: int
    text: str
    owner: int
    depth: int


class Pieces:
    """The pieces of one file."""

    def __init__(self, newline: str) -> None:
        self.newline = newline
        self._pieces: list[Piece] = []

    def put(self, start: int, end: int, text: str, owner: int, depth: int = 0) -> None:
        """Replace a span by text."""
        if start == end and not text:
            return

        self._pieces.append(Piece(start, end, text, owner, depth))

    def below(self, offset: int, lines: Iterable[Line], depth: int) -> None:
        """Insert lines below the line that ends at `offset`."""
        for text, owner in _runs(lines, self.newline):
            self.put(offset, offset, self.newline + text, owner, depth)

    def above(self, offset: int, lines: Iterable[Line], depth: int) -> None:
        """Insert lines before the line that starts at `offset`."""
        for text, owner in _runs(lines, self.newline):
            self.put(offset, offset, text + self.newline, owner, depth)

    def edits(self) -> tuple[Edit, ...]:
        """Return the pieces as edits in their order."""
        ordered = sorted(self._pieces, key=lambda piece: (piece.start, piece.end, -piece.depth))
        return tuple(Edit(piece.start, piece.end, piece.text, piece.owner) for piece in ordered)


def _runs(lines: Iterable[Line], newline: str) -> list[Line]:
    """Join neighbouring lines of one owner."""
    runs: list[Line] = []
    for text, owner in lines:
        if runs and runs[-1][1] == owner:
            runs[-1] = f"{runs[-1][0]}{newline}{text}", owner
        else:
            runs.append((text, owner))

    return runs
