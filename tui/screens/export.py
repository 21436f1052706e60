"""Export: a patch for `git apply`, or a report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec
from textual import on, work
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from fixer.errors import UserError
from tui.screens.dialog import Dialog

NAMES = {
    "patch": ("fixer.patch", "what would be written, for `git apply`"),
    "html": ("fixer.html", "one page with filters and diffs"),
    "markdown": ("fixer.md", "a summary"),
    "json": ("fixer.json", "for programs"),
    "sarif": ("fixer.sarif", "for code scanning"),
    "junit": ("fixer.xml", "for test reports"),
    "gitlab": ("gl-code-quality.json", "code quality of GitLab"),
    "github": ("annotations.txt", "annotations of GitHub"),
    "text": ("fixer.txt", "what `fixer fix` prints"),
}


class Export(msgspec.Struct, frozen=True):
    """What is written, and where."""

    form: str
    path: str


class ExportDialog(Dialog[str]):
    """Asks for the form and the file, and has it written; the answer is a line that says so."""

    HINT = "enter: next, then write   escape: back"

    def __init__(self, forms: Sequence[str], write: Callable[[Export], str]) -> None:
        super().__init__("Export")
        self.write = write
        self._writing = False
        self.forms = [
            "patch",
            *(name for name in NAMES if name in forms),
            *(name for name in forms if name not in NAMES),
        ]

    def body(self) -> Iterator[Widget]:
        """Forms, and the name of the file."""
        yield OptionList(*(Option(_line(form), id=form) for form in self.forms), id="answers")
        yield Label("File", markup=False)
        yield Input(id="path", compact=True)

    def on_mount(self) -> None:
        """Begin with the forms."""
        self.query(OptionList).focus()

    @on(OptionList.OptionHighlighted)
    def look(self, event: OptionList.OptionHighlighted) -> None:
        """Propose a name."""
        form = event.option.id or "patch"
        self.query_one(Input).value = NAMES.get(form, (f"fixer.{form}", ""))[0]

    @on(OptionList.OptionSelected)
    def chosen(self) -> None:
        """Go on to the name."""
        self.query_one(Input).focus()

    @on(Input.Submitted)
    def take(self, event: Input.Submitted) -> None:
        """Take both."""
        answers = self.query_one(OptionList)
        if not event.value.strip():
            self.say("the name of a file is needed", bad=True)
        elif not self._writing:
            self._writing = True
            self.say("writing")
            self.carry_out(Export(self.forms[answers.highlighted or 0], event.value.strip()))

    @work(thread=True, group="export")
    def carry_out(self, wanted: Export) -> None:
        """Write in a thread of its own; the dialog stays when that cannot be."""
        try:
            line: str | UserError = self.write(wanted)
        except UserError as error:
            line = error

        self.app.call_from_thread(self.written, line)

    def written(self, line: str | UserError) -> None:
        """Leave, or say why nothing was written."""
        self._writing = False
        if isinstance(line, UserError):
            self.say(str(line), bad=True)
        else:
            self.dismiss(line)

    def action_cancel(self) -> None:
        """Leave, unless a file is being written."""
        if not self._writing:
            super().action_cancel()


def _line(form: str) -> Content:
    return Content.assemble(f" {form:<10}", (NAMES.get(form, ("", ""))[1], "$foreground 60%"))
