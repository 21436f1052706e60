"""The diff: rows that were made ready elsewhere, with a cursor that tells whose line it is on."""

from __future__ import annotations

from collections.abc import Sequence

from fixer.proof import Identity
from tui import keys
from tui.diffrows import ground, pieces, width_wanted
from tui.messages import MoreWanted, Pointed
from tui.page import DiffRow
from tui.painting import Piece
from tui.signs import UNICODE, Signs
from tui.widgets.lines import Lines

NEAR = 200


class Diff(Lines):
    """Lines of a diff, coloured, each with the letter of its fix."""

    BINDINGS = keys.DIFF

    def __init__(self, *, id: str = "diff") -> None:  # noqa: A002 - the name of Textual
        super().__init__(id=id)
        self.signs: Signs = UNICODE
        self.more = False
        self._rows: list[DiffRow] = []
        self._digits = 1
        self._width = 0

    def count(self) -> int:
        """Return the number of rows."""
        return len(self._rows)

    def content_width(self) -> int:
        """Return how many cells the longest line takes."""
        return self._width

    def pieces(self, number: int, width: int) -> Sequence[Piece]:
        """Return what a row says."""
        del width
        return pieces(self._rows[number], self.signs, self._digits, self.room.width)

    def look(self, number: int) -> str:
        """Return what lies under a row: the cursor only while the diff has the focus."""
        if number == self.cursor and self.has_focus:
            return "cursor"

        return ground(self._rows[number])

    # ---- what is shown

    def show(self, rows: Sequence[DiffRow], *, more: bool, stay: bool) -> None:
        """Show these rows; `stay` keeps the place, else what is selected comes into sight."""
        place, scroll = self.cursor, self.scroll_offset
        self._rows = list(rows)
        self.more = more
        self._measured(rows)
        self.rows_changed()
        if stay:
            self.set_reactive(Lines.cursor, self.within(place))
            self.scroll_to(scroll.x, scroll.y, animate=False)
        else:
            self.set_reactive(Lines.cursor, self._first_own())
            self.scroll_to(0, max(self.cursor - max(self.room.height // 3, 2), 0), animate=False)

        self.moved()

    def append(self, rows: Sequence[DiffRow], *, more: bool) -> None:
        """Show further rows behind those there are."""
        self._rows += rows
        self.more = more
        self._measured(rows, self._width)
        self.rows_changed()

    def _measured(self, rows: Sequence[DiffRow], width: int = 0) -> None:
        sides = [side for row in self._rows for side in (row.left, row.right) if side]
        self._digits = len(str(max((side.number for side in sides), default=1)))
        self._width = max((width_wanted(row, self._digits) for row in rows), default=0)
        self._width = max(self._width, width)

    def _first_own(self) -> int:
        found = (number for number, row in enumerate(self._rows) if row.own)
        return next(found, 0)

    @property
    def owner(self) -> Identity | None:
        """The fix that owns the line under the cursor."""
        return self._rows[self.within(self.cursor)].owner if self._rows else None

    def moved(self) -> None:
        """Tell whose line the cursor is on, and ask for more near the end."""
        self.post_message(Pointed(self.owner))
        self._wish()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Ask for more near the end."""
        super().watch_scroll_y(old_value, new_value)
        self._wish()

    def _wish(self) -> None:
        seen = max(self.cursor, self.scroll_offset.y + self.room.height)
        if self.more and seen > len(self._rows) - NEAR:
            self.more = False
            self.post_message(MoreWanted())

    def on_focus(self) -> None:
        """Show the cursor."""
        self.refresh()

    def on_blur(self) -> None:
        """Hide the cursor."""
        self.refresh()

    # ---- keys

    def action_next_change(self) -> None:
        """Go to the next fix."""
        self._step(range(self.cursor + 1, self.count()))

    def action_previous_change(self) -> None:
        """Go to the previous fix."""
        self._step(range(self.cursor - 1, -1, -1))

    def _step(self, numbers: range) -> None:
        starts = (number for number in numbers if self._rows[number].label)
        self.cursor = next(starts, self.cursor)

    def action_scroll_more(self) -> None:
        """Scroll to the right."""
        self.scroll_relative(x=8, animate=False)

    def action_scroll_less(self) -> None:
        """Scroll to the left."""
        self.scroll_relative(x=-8, animate=False)
