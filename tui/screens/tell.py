"""Something to read: help, the hint of the first run, what was written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui.screens.dialog import Dialog


class Tell(Dialog[bool]):
    """Text that scrolls; any of the usual keys leaves it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,q,question_mark", "cancel", show=False),
        Binding("j", "scroll('down')", show=False),
        Binding("k", "scroll('up')", show=False),
    ]
    HINT = "up, down: scroll   enter or escape: back"

    def __init__(self, title: str, text: Content, *, wide: bool = False) -> None:
        super().__init__(title)
        self.text = text
        self.set_class(wide, "-wide-dialog")

    @staticmethod
    def room(width: int, *, wide: bool = False) -> int:
        """Return how many cells a line of the text has on a screen that is `width` cells wide."""
        return min(92 if wide else 76, width * 96 // 100) - 8

    def body(self) -> Iterator[Widget]:
        """The text."""
        with VerticalScroll(id="summary"):
            yield Static(self.text, id="summary-text")

    def on_mount(self) -> None:
        """Let the keys scroll."""
        self.query(VerticalScroll).focus()

    def action_scroll(self, way: str) -> None:
        """Scroll by a line."""
        self.query_one(VerticalScroll).scroll_relative(y=1 if way == "down" else -1, animate=False)
