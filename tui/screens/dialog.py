"""What all dialogs share: a frame with a title in the middle of the screen, and a line with the keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from tui.painting import safe

Result = TypeVar("Result")

# For dialogs with something long in them.
PAGING: list[BindingType] = [
    Binding("pagedown", "page(1)", "Page down", show=False, priority=True),
    Binding("pageup", "page(-1)", "Page up", show=False, priority=True),
]


class Dialog(ModalScreen[Result | None], Generic[Result]):
    """A question; the answer is None when a person leaves it with escape."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "Cancel", show=False)]
    HINT = "enter: take   escape: back"
    LONG = ""  # what is scrolled by a page

    def __init__(self, title: str) -> None:
        super().__init__()
        self.heading = safe(title)

    def compose(self) -> ComposeResult:
        """The frame around what those who inherit ask."""
        with Vertical(id="dialog") as frame:
            frame.border_title = Content(self.heading)
            yield from self.body()
            yield Static(self.HINT, id="dialog-hint", markup=False)

    def body(self) -> Iterator[Widget]:
        """Yield what is asked."""
        raise NotImplementedError

    def say(self, text: str, *, bad: bool = False) -> None:
        """Say something in the last line."""
        hint = self.query_one("#dialog-hint", Static)
        hint.update(safe(text) if text else self.HINT)
        hint.set_class(bad, "-bad")

    def action_page(self, way: int) -> None:
        """Scroll what is long, wherever the cursor is."""
        long = self.query_one(self.LONG)
        long.scroll_relative(y=way * max(1, long.size.height - 1), animate=False)

    def action_cancel(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)
