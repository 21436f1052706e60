"""Rows of text with a cursor, of which only those are drawn that can be seen."""

from __future__ import annotations

from textual import events
from textual.geometry import Region, Size
from textual.reactive import reactive

from tui import keys
from tui.widgets.drawn import Drawn


class Lines(Drawn, can_focus=True):
    """A list of rows; those who inherit say how many there are and what each says."""

    BINDINGS = keys.MOVE
    cursor: reactive[int] = reactive(0, repaint=False)
    hovered: reactive[int] = reactive(-1, repaint=False)

    def look(self, number: int) -> str:
        """Return the name of the style that lies under a row."""
        if number == self.cursor:
            return "cursor"

        return "hover" if number == self.hovered else "row"

    def rows_changed(self) -> None:
        """There are other rows now."""
        self.virtual_size = Size(self.content_width(), self.count())
        self.set_reactive(Lines.cursor, self.within(self.cursor))
        self._painted.clear()
        self.refresh()

    def within(self, number: int) -> int:
        """Return the number of a row that there is."""
        return max(0, min(number, self.count() - 1))

    # ---- the cursor

    def validate_cursor(self, number: int) -> int:
        """Keep the cursor on a row."""
        return self.within(number)

    def watch_cursor(self, old: int, new: int) -> None:
        """Draw the rows that changed, and keep the cursor in sight."""
        self.refresh_line(old)
        self.refresh_line(new)
        self.show_row(new)
        self.moved()

    def watch_hovered(self, old: int, new: int) -> None:
        """Draw the rows that changed."""
        self.refresh_line(old)
        self.refresh_line(new)

    def show_row(self, number: int) -> None:
        """Scroll so far that a row can be seen."""
        region = Region(self.scroll_offset.x, number, 1, 1)
        self.scroll_to_region(region, animate=False, force=True, immediate=True)

    def moved(self) -> None:
        """Do what follows when the cursor is on another row."""

    def action_down(self) -> None:
        """Go one row on."""
        self.cursor += 1

    def action_up(self) -> None:
        """Go one row back."""
        self.cursor -= 1

    def action_page_down(self) -> None:
        """Go one page on."""
        self.cursor += max(self.room.height - 1, 1)

    def action_page_up(self) -> None:
        """Go one page back."""
        self.cursor -= max(self.room.height - 1, 1)

    def action_first(self) -> None:
        """Go to the first row."""
        self.cursor = 0

    def action_last(self) -> None:
        """Go to the last row."""
        self.cursor = self.count() - 1

    # ---- the mouse

    def row_at(self, event: events.MouseEvent) -> int:
        """Return the number of the row under the mouse; -1 when there is none."""
        offset = event.get_content_offset(self)
        number = -1 if offset is None else offset.y + self.scroll_offset.y
        return number if number < self.count() else -1

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Show which row the mouse is on."""
        self.hovered = self.row_at(event)

    def on_leave(self) -> None:
        """The mouse is gone."""
        self.hovered = -1

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse is."""
        if (number := self.row_at(event)) >= 0:
            self.cursor = number
