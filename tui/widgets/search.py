"""The line in which words to search for are typed."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import Input

from tui.messages import Searched


class Search(Input):
    """Shows only findings with some words, while they are typed; both keys that leave it keep them."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", show=False)]

    def __init__(self, words: str) -> None:
        super().__init__(words, placeholder="words in rule, file, place or message", compact=True, id="search")

    @on(Input.Changed)
    def search(self, event: Input.Changed) -> None:
        """Search while a person types."""
        event.stop()
        self.post_message(Searched(event.value.strip()))

    @on(Input.Submitted)
    def action_leave(self) -> None:
        """Go back to the tree."""
        self.post_message(Searched(self.value.strip(), last=True))
