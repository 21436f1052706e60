"""One of several answers: quit, resume, accept more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

import msgspec
from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui.painting import safe
from tui.screens.dialog import Dialog


class Answer(msgspec.Struct, frozen=True):
    """A possible answer: what is returned, what it says, and what it means; `key` takes it at once."""

    id: str
    label: str
    meaning: str = ""
    key: str = ""


class Choose(Dialog[str]):
    """Lists answers; a digit or a letter takes one at once."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "move('down')", show=False),
        Binding("k", "move('up')", show=False),
    ]
    HINT = "enter or the key of a line: take   escape: back"

    def __init__(self, title: str, text: str, answers: Sequence[Answer]) -> None:
        super().__init__(title)
        self.text = text
        self.answers = [
            msgspec.structs.replace(one, key=one.key or str(number)) for number, one in enumerate(answers, start=1)
        ]

    def body(self) -> Iterator[Widget]:
        """A sentence and the answers."""
        if self.text:
            yield Static(Content("\n".join(safe(line) for line in self.text.split("\n"))), classes="dialog-text")

        yield OptionList(*(Option(self._line(one), id=one.id) for one in self.answers), id="answers")

    def _line(self, one: Answer) -> Content:
        width = max(len(other.label) for other in self.answers) + 2
        return Content.assemble(
            (f" {one.key} ", "bold $primary"), f" {safe(one.label):<{width}}", (safe(one.meaning), "$foreground 60%")
        )

    def on_mount(self) -> None:
        """Begin with the first answer."""
        self.query(OptionList).focus()

    def on_key(self, event: object) -> None:
        """Take the answer of a key."""
        pressed = getattr(event, "character", None)
        if found := next((one for one in self.answers if one.key == pressed), None):
            event.stop()  # type: ignore[attr-defined]  # it is a key
            self.dismiss(found.id)

    @on(OptionList.OptionSelected)
    def take(self, event: OptionList.OptionSelected) -> None:
        """Take the answer of the line."""
        self.dismiss(event.option.id)

    def action_move(self, way: str) -> None:
        """Go one line on or back."""
        answers = self.query_one(OptionList)
        answers.action_cursor_down() if way == "down" else answers.action_cursor_up()
