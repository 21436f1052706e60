"""The tree of findings: groups with counts and marks, drawn from an outline."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events

from fixer.review.records import Item
from tui import keys
from tui.messages import Entered, Moved, Ticked
from tui.outline import Outline, Row
from tui.painting import Piece
from tui.rows import Painter, mark_column
from tui.signs import UNICODE, Signs
from tui.widgets.lines import Lines

_BELOW = 4  # rows of a group that come into sight when it is opened


class FindingTree(Lines):
    """Groups and findings; tells which row is the current one."""

    BINDINGS = keys.TREE
    BORDER_TITLE = "by file"

    def __init__(self, outline: Outline, *, id: str = "tree") -> None:  # noqa: A002 - the name of Textual
        super().__init__(id=id)
        self.outline = outline
        self.signs: Signs = UNICODE
        self.shown: Callable[[str], str] = str
        self._told: tuple[str, ...] | None = None

    def count(self) -> int:
        """Return the number of rows."""
        return len(self.outline.rows)

    def pieces(self, number: int, width: int) -> Sequence[Piece]:
        """Return what a row says."""
        painter = Painter(self.outline, self.signs, self.shown, width)
        return painter.pieces(self.outline.rows[number])

    @property
    def row(self) -> Row | None:
        """The current row; None when there is none."""
        rows = self.outline.rows
        return rows[self.within(self.cursor)] if rows else None

    def keep(self, row: Row | None) -> None:
        """Draw other rows, with the cursor on the same one as before where it is still there."""
        place = self.outline.place(row.id) if row else None
        if place is None and row is not None and row.item is not None:
            place = self.outline.place(row.group.name)

        self.rows_changed()
        if place is not None:
            self.cursor = place

        self.moved()

    def go_to(self, item: Item) -> None:
        """Put the cursor on an item, in whatever group it is."""
        place = self.outline.reveal(item)
        self.rows_changed()
        if place is not None:
            self.cursor = place
            self.moved()

    def moved(self) -> None:
        """Tell which row is the current one, once."""
        row = self.row
        now = row.id if row else None
        if now != self._told:
            self._told = now
            self.post_message(Moved(row))

    def begin(self) -> None:
        """Begin with the first group that has a fix, unless a person has gone elsewhere already."""
        rows, book = self.outline.rows, self.outline.book
        fixable = (number for number, row in enumerate(rows) if not row.item and row.group.counts(book).fixable)
        if not self.cursor:
            self.cursor = next(fixable, 0)

        self.forget()

    def forget(self) -> None:
        """Tell again which row is the current one."""
        self._told = None
        self.moved()

    # ---- opening and closing

    def action_enter(self) -> None:
        """Open or close a group; see more of a finding."""
        row = self.row
        if row is None or row.item is not None:
            self.post_message(Entered())
            return

        self._open(row, wanted=not self.outline.is_open(row.group))

    def action_unfold(self) -> None:
        """Open the group, or go into it."""
        row = self.row
        if row is None or row.item is not None:
            return

        if self.outline.is_open(row.group):
            self.cursor += 1
        else:
            self._open(row, wanted=True)

    def action_fold(self) -> None:
        """Close the group, or go to the one around."""
        row = self.row
        if row is None:
            return

        if row.item is None and self.outline.is_open(row.group):
            self._open(row, wanted=False)
            return

        around = row.group.name if row.item else row.group.name[:-1]
        place = self.outline.place(around) if around else None
        self.cursor = self.cursor if place is None else place

    def action_unfold_all(self) -> None:
        """Open all groups."""
        self._all(wanted=True)

    def action_fold_all(self) -> None:
        """Close all groups."""
        self._all(wanted=False)

    def _all(self, *, wanted: bool) -> None:
        row = self.row
        self.outline.open_all(wanted=wanted)
        self.keep(row)

    def _open(self, row: Row, *, wanted: bool) -> None:
        self.outline.open(row.group, wanted=wanted)
        self.keep(Row(row.group))
        if wanted:
            self.show_row(self.within(self.cursor + _BELOW))
            self.show_row(self.cursor)

    def action_next_group(self) -> None:
        """Go to the next group."""
        self._step(range(self.cursor + 1, self.count()))

    def action_previous_group(self) -> None:
        """Go to the previous group."""
        self._step(range(self.cursor - 1, -1, -1))

    def _step(self, numbers: range) -> None:
        rows = self.outline.rows
        self.cursor = next((number for number in numbers if rows[number].item is None), self.cursor)

    def on_click(self, event: events.Click) -> None:
        """A click on the mark decides, one on the opener or a second one opens."""
        number = self.row_at(event)
        offset = event.get_content_offset(self)
        if number < 0 or offset is None:
            return

        self.cursor = number
        row, column = self.outline.rows[number], mark_column(self.outline.rows[number])
        if column <= offset.x <= column + 1:
            self.post_message(Ticked(row))
        elif event.chain == 2 or (row.item is None and offset.x < column):
            self.action_enter()
