"""Rows of text with a cursor, of which only those are drawn that can be seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui import keys
from tui.painting import Piece, strip_of


class Lines(ScrollView, can_focus=True):
    """A list of rows; those who inherit say how many there are and what each says."""

    BINDINGS = keys.MOVE
    COMPONENT_CLASSES: ClassVar[set[str]] = {"lines--row", "lines--cursor", "lines--hover"}
    cursor: reactive[int] = reactive(0, repaint=False)
    hovered: reactive[int] = reactive(-1, repaint=False)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the name of Textual
        super().__init__(id=id)
        self._painted: dict[tuple[str, str], Style] = {}

    # ---- what those who inherit say

    def count(self) -> int:
        """Return the number of rows."""
        raise NotImplementedError

    def pieces(self, number: int, width: int) -> Sequence[Piece]:
        """Return what a row says."""
        raise NotImplementedError

    def look(self, number: int) -> str:
        """Return the name of the style that lies under a row."""
        if number == self.cursor:
            return "cursor"

        return "hover" if number == self.hovered else "row"

    def content_width(self) -> int:
        """Return how many cells the widest row takes; 0 when rows fit themselves to the panel."""
        return 0

    # ---- drawing

    @property
    def room(self) -> Size:
        """The cells that rows can be drawn in: those that no scroll bar takes."""
        return self.scrollable_content_region.size

    def render_line(self, y: int) -> Strip:
        """Draw one line of the panel."""
        scroll_x, scroll_y = self.scroll_offset
        number, width = scroll_y + y, self.room.width
        if number >= self.count():
            return Strip.blank(width, self._style("row", ""))

        look = self.look(number)
        full = max(width, self.virtual_size.width)
        strip = strip_of(self.pieces(number, full), lambda name: self._style(look, name), self._style(look, ""), full)
        return strip.crop(scroll_x, scroll_x + width) if full > width else strip

    def _style(self, look: str, name: str) -> Style:
        """Return a style; a name may begin with the ground it stands on, as in `added:key`."""
        if ":" in name:
            ground, _, name = name.partition(":")
            look = look if look == "cursor" else ground

        if (look, name) not in self._painted:
            classes = [f"lines--{look}"] + ([f"lines--{name}"] if name else [])
            style = self.get_visual_style(*classes).rich_style
            plain = look == "cursor" and self.app.no_color
            self._painted[look, name] = style + Style(reverse=True) if plain else style

        return self._painted[look, name]

    def notify_style_update(self) -> None:
        """Forget the styles: the theme changed, or the focus."""
        self._painted.clear()
        super().notify_style_update()

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
