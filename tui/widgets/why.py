"""Why something is a finding, what its fix rests on, and what may break."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from tui.explaining import Passage
from tui.telling import told


class Why(VerticalScroll, can_focus=True):
    """Passages of text, each with a heading; scrolls with the keys of the lists."""

    BORDER_TITLE = "why"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", show=False),
        Binding("k", "scroll_up", show=False),
    ]

    def compose(self) -> ComposeResult:
        """One text for all passages: to show another costs one drawing."""
        yield Static(id="why-text", markup=False)

    def show(self, passages: Iterable[Passage]) -> None:
        """Show these passages from the beginning."""
        self.query_one("#why-text", Static).update(told(passages))
        self.scroll_home(animate=False)
