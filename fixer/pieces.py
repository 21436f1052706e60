"""What became of a text over several rounds of edits: which of it is still there, and whose the new text is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from fixer.text import Edit, ordered


class Piece(msgspec.Struct, frozen=True):
    """Either the characters `start` to `end` of the original text, or (`owner` not None) new text of that owner.

    New text may be empty: it then marks a place where its owner removed something.
    """

    start: int
    end: int
    text: str = ""
    owner: int | None = None

    @property
    def length(self) -> int:
        """Length in the present text."""
        return self.end - self.start if self.owner is None else len(self.text)

    def part(self, start: int, end: int) -> Piece:
        """Return the piece between two offsets counted from its own start."""
        if self.owner is None:
            return Piece(self.start + start, self.start + end)

        return Piece(0, 0, self.text[start:end], self.owner)


class Pieces:
    """The present text as pieces of the original and of its edits."""

    def __init__(self, length: int) -> None:
        self._length = length
        self._pieces = [Piece(0, length)]

    def apply(self, edits: Iterable[Edit]) -> None:
        """Make edits of the present text; they must not overlap."""
        result: list[Piece] = []
        rest = _Reader(self._pieces)
        position = 0
        for edit in ordered(edits):
            result += rest.take(edit.start - position)
            removed = rest.take(edit.end - edit.start)
            result += [piece for piece in removed if piece.owner is not None and not piece.text]
            result.append(Piece(0, 0, edit.text, edit.owner))
            position = edit.end

        self._pieces = [*result, *rest.remaining()]

    def edits(self) -> list[Edit]:
        """Return the edits that lead from the original to the present text, each with its owner, in order.

        Text that replaces a stretch of the original comes with the first edit there; further owners follow as
        insertions at the same place.
        """
        result: list[Edit] = []
        position, waiting = 0, list[Piece]()
        for piece in [*self._pieces, Piece(self._length, self._length)]:
            if piece.owner is not None:
                waiting.append(piece)
                continue

            if waiting or piece.start > position:
                result += _replacement(position, piece.start, waiting)

            waiting, position = [], piece.end

        return result


def _replacement(start: int, end: int, new: list[Piece]) -> Iterator[Edit]:
    for number, piece in enumerate(new):
        at = start if number == 0 else end
        if piece.text or number == 0:
            yield Edit(at, end, piece.text, piece.owner or 0)


class _Reader:
    def __init__(self, pieces: list[Piece]) -> None:
        self._pieces = pieces
        self._number = 0
        self._used = 0

    def take(self, length: int) -> list[Piece]:
        """Take the next `length` characters; empty marks before them come along."""
        taken = []
        while length > 0 or self._at_mark():
            piece = self._pieces[self._number]
            step = min(length, piece.length - self._used)
            taken.append(piece.part(self._used, self._used + step))
            self._used += step
            length -= step
            if self._used == piece.length:
                self._number, self._used = self._number + 1, 0

        return taken

    def remaining(self) -> list[Piece]:
        if self._number == len(self._pieces):
            return []

        first = self._pieces[self._number]
        return [first.part(self._used, first.length), *self._pieces[self._number + 1 :]]

    def _at_mark(self) -> bool:
        return self._number < len(self._pieces) and not self._pieces[self._number].length
