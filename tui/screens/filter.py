"""Which findings are shown: by words, rule, severity, risk, environment and state."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Grid
from textual.widget import Widget
from textual.widgets import Input, Label

from fixer.finding import Environment, Risk, Severity
from fixer.review.records import State
from tui.grouping import Filter, risk_word
from tui.screens.dialog import Dialog
from tui.widgets.checklist import Checklist

_RISKS: tuple[Risk | None, ...] = (*Risk, None)


class FilterDialog(Dialog[Filter]):
    """Asks what is to be shown; nothing marked in a list means all of it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+s", "take", "Show", show=False, priority=True),
        Binding("ctrl+l", "clear", "Show all", show=False),
    ]
    HINT = "space: mark   tab: next   enter: show   ctrl+l: all   escape: back"

    def __init__(self, filter_: Filter) -> None:
        super().__init__("Show only")
        self.filter = filter_

    def body(self) -> Iterator[Widget]:
        """Fields and lists."""
        now = self.filter
        yield Label("Words in rule, file, place or message", markup=False)
        yield Input(now.text, id="text", compact=True)
        yield Label("Part of the name of a rule", markup=False)
        yield Input(now.rule, id="rule", compact=True)
        with Grid(id="lists"):
            yield _list("severity", [(one.name.lower(), one) for one in reversed(Severity)], set(now.severities))
            yield _list("risk", [(risk_word(one), one) for one in _RISKS], set(now.risks))
            yield _list("environment", [(one.value, one) for one in reversed(Environment)], set(now.environments))
            yield _list("state", [(one.value, one) for one in State], set(now.states))

    def on_mount(self) -> None:
        """Begin with the words."""
        self.query_one("#text", Input).focus()

    def action_take(self) -> None:
        """Show what is marked."""
        self.dismiss(
            Filter(
                self.query_one("#text", Input).value.strip(),
                self.query_one("#rule", Input).value.strip(),
                frozenset(self._marked("severity")),
                frozenset(self._marked("risk")),
                frozenset(self._marked("environment")),
                frozenset(self._marked("state")),
            )
        )

    def _marked(self, name: str) -> set[Any]:
        return set(self.query_one(f"#{name}", Checklist).marked)

    def action_clear(self) -> None:
        """Show everything."""
        self.dismiss(Filter())


def _list(name: str, values: list[tuple[str, Any]], marked: set[Any]) -> Checklist[Any]:
    found: Checklist[Any] = Checklist(name, values, marked)
    found.border_title = name
    return found
