"""Ignore a finding: why, until when, written where; what would be written is shown before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Button, Input, Label, Static

from fixer.errors import UserError
from fixer.policy.writing import Ignore
from fixer.review.records import Preview
from tui.painting import safe
from tui.screens.dialog import PAGING, Dialog
from tui.widgets.checklist import Checklist

_PAUSE = 0.2  # seconds after the last key until the preview follows

Previewing = Callable[[Ignore, bool], Preview]


class IgnoreDialog(Dialog[Preview]):
    """Asks for reason and date; the answer is the preview that a person agreed to."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "take", "Ignore", show=False), *PAGING]
    HINT = "tab: next   pgup, pgdn: scroll   ctrl+s: ignore   escape: back"
    LONG = "#preview"

    def __init__(self, what: str, previewing: Previewing) -> None:
        super().__init__("Ignore")
        self.what = what
        self.previewing = previewing
        self.preview: Preview | None = None
        self._pause: Timer | None = None

    def body(self) -> Iterator[Widget]:
        """Fields, preview, buttons."""
        yield Static(Content("\n".join(map(safe, self.what.splitlines()))), classes="dialog-text")
        yield Label("Reason", markup=False)
        yield Input(id="reason", placeholder="why it may stay", compact=True)
        yield Label("Until", markup=False)
        yield Input(id="until", placeholder="2027-03-31, or empty: without an end", compact=True)
        yield Checklist("central", [("in the configuration, not as a comment", "central")], set())
        with VerticalScroll(id="preview", can_focus=False):
            yield Static(id="preview-text", markup=False)

        yield Button("Ignore", id="take", variant="primary", compact=True, disabled=True)

    @on(Input.Changed)
    @on(Checklist.Changed)
    def wait(self) -> None:
        """Wait until a person stops typing, then ask what would be written."""
        self.preview = None
        self.query_one("#take", Button).disabled = True
        if self._pause is not None:
            self._pause.stop()

        self._pause = self.set_timer(_PAUSE, self.look)

    def look(self) -> None:
        """Ask what would be written."""
        reason = self.query_one("#reason", Input).value.strip()
        if not reason:
            self.say("a reason is needed")
            return

        said = Ignore(reason, self.query_one("#until", Input).value.strip())
        self.ask(said, central=bool(self.query_one(Checklist).marked))

    @work(thread=True, exclusive=True, group="preview")
    def ask(self, said: Ignore, *, central: bool) -> None:
        """Ask in a thread of its own."""
        try:
            found: Preview | UserError = self.previewing(said, central)
        except UserError as error:
            found = error

        self.app.call_from_thread(self.show, found)

    def show(self, found: Preview | UserError) -> None:
        """Show what would be written, or why it cannot be."""
        text = self.query_one("#preview-text", Static)
        if isinstance(found, UserError):
            text.update("")
            self.say(str(found), bad=True)
            return

        self.preview = found
        self.query_one("#take", Button).disabled = False
        text.update(coloured(found.diff))
        self.say("")
        # What is written may stand far down, behind its context.
        lines = found.diff.splitlines()
        first = next((number for number, line in enumerate(lines) if number > 1 and line.startswith("+")), 0)
        self.call_after_refresh(self.query_one("#preview").scroll_to, y=first - 1, animate=False)

    @on(Button.Pressed, "#take")
    @on(Input.Submitted)
    def action_take(self) -> None:
        """Agree to what is shown."""
        if self.preview is not None:
            self.dismiss(self.preview)
        else:
            self.look()


def coloured(diff: str) -> Content:
    """Return a unified diff with its added and removed lines in their colours."""
    colours = {"+": "$success", "-": "$error", "@": "$foreground 50%"}
    lines = [Content.styled(safe(line), colours.get(line[:1], "$foreground 70%")) for line in diff.splitlines()]
    return Content("\n").join(lines)
