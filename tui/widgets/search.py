"""The line in which words to search for are typed."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Input


class Search(Input):
    """Shows only findings with some words, while they are typed."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "screen.escape", show=False)]

    def __init__(self) -> None:
        super().__init__(placeholder="words in rule, file, place or message", compact=True, id="search")
