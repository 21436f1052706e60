"""A list in which each line is marked or not; the mark is a sign, not a colour."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

Value = TypeVar("Value", bound=Hashable)


class Checklist(OptionList, Generic[Value]):
    """Words with a value each; space or a click marks one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "select", show=False),
        Binding("j", "cursor_down", show=False),
        Binding("k", "cursor_up", show=False),
    ]

    class Changed(Message):
        """A line was marked, or is not any more."""

    def __init__(self, id: str, values: Sequence[tuple[str, Value]], marked: set[Value]) -> None:  # noqa: A002 - the name of Textual
        self.values = list(values)
        self.marked = set(marked)
        super().__init__(*(Option(self._line(number)) for number in range(len(values))), id=id)

    def _line(self, number: int) -> Content:
        word, value = self.values[number]
        return Content.assemble(("[x] " if value in self.marked else "[ ] ", "bold $primary"), word)

    @on(OptionList.OptionSelected)
    def mark(self, event: OptionList.OptionSelected) -> None:
        """Mark the line, or take the mark away."""
        event.stop()
        value = self.values[event.option_index][1]
        self.marked ^= {value}
        self.replace_option_prompt_at_index(event.option_index, self._line(event.option_index))
        self.post_message(self.Changed())
