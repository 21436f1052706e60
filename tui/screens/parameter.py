"""Change a value of a rule; the findings and the diff follow."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from textual import on, work
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from fixer.errors import UserError
from fixer.review.records import Setting
from tui.painting import safe
from tui.screens.dialog import Dialog

Setter = Callable[[Setting, str], None]


class ParameterDialog(Dialog[bool]):
    """Lists the values of a rule and takes another one; the answer is True when something was changed."""

    HINT = "enter: change the value   escape: back"

    def __init__(self, rule: str, settings: Sequence[Setting], setter: Setter) -> None:
        super().__init__(f"Values of {rule}")
        self.settings = list(settings)
        self.setter = setter

    def body(self) -> Iterator[Widget]:
        """The values, what the current one means, and the field."""
        yield OptionList(*(Option(_line(one, self.settings)) for one in self.settings), id="answers")
        yield Static(id="meaning", markup=False)
        yield Input(id="value", compact=True)

    def on_mount(self) -> None:
        """Begin with the first value; a single one is typed at once."""
        answers = self.query_one(OptionList)
        answers.highlighted = 0
        (self.query_one(Input) if len(self.settings) == 1 else answers).focus()

    @property
    def setting(self) -> Setting:
        """The value that is looked at."""
        return self.settings[self.query_one(OptionList).highlighted or 0]

    @on(OptionList.OptionHighlighted)
    def look(self) -> None:
        """Say what a value means."""
        one = self.setting
        self.query_one("#meaning", Static).update(Content(safe(f"{one.meaning}; usually {shown(one.default)}")))
        self.query_one(Input).value = shown(one.value)

    @on(OptionList.OptionSelected)
    def type(self) -> None:
        """Go to the field."""
        self.query_one(Input).focus()

    @on(Input.Submitted)
    def take(self, event: Input.Submitted) -> None:
        """Set the value."""
        self.say("looking at the files again")
        self.set(self.setting, event.value.strip())

    @work(thread=True, exclusive=True, group="set")
    def set(self, setting: Setting, text: str) -> None:
        """Set it in a thread of its own: files are found anew."""
        try:
            self.setter(setting, text)
        except UserError as error:
            self.app.call_from_thread(self.say, str(error), bad=True)
            return

        self.app.call_from_thread(self.dismiss, True)  # noqa: FBT003 - the answer


def shown(value: object) -> str:
    """Return a value as a person would type it."""
    if isinstance(value, bool):
        return "true" if value else "false"

    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(shown, value))}]"

    return str(value)


def _line(one: Setting, others: Sequence[Setting]) -> Content:
    width = max(len(other.name) for other in others) + 2
    style = "bold $warning" if one.value != one.default else "$foreground"
    return Content.assemble((f" {one.name:<{width}}", "$primary"), (safe(shown(one.value)), style))
