"""Rows of text of which only those are drawn that can be seen."""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.painting import Piece, strip_of
from tui.palette import style_of


class Drawn(ScrollView):
    """Rows; those who inherit say how many there are, what each says, and what lies under it."""

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
        raise NotImplementedError

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
            ground = "blurred" if look == "cursor" and not self.has_focus else look
            style = style_of(ground, name, self.app.theme_variables)
            plain = look == "cursor" and self.app.no_color
            self._painted[look, name] = style + Style(reverse=True) if plain else style

        return self._painted[look, name]

    def notify_style_update(self) -> None:
        """Forget the styles: the theme changed, or the focus."""
        self._painted.clear()
        super().notify_style_update()
