"""What would be written, and how: into the files, as one commit, or as one commit for each rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar

import msgspec
from textual import on, work
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Label, OptionList, Static
from textual.widgets.option_list import Option

from fixer.review.records import FilePlan, Summary
from tui.painting import safe
from tui.screens.dialog import PAGING, Dialog
from tui.signs import Signs

BRANCH = "fixer/hardening"


class How(msgspec.Struct, frozen=True):
    """How it is written: "files", "commit" or "rules", and the branch for the commits."""

    how: str
    branch: str = ""


class WriteDialog(Dialog[How]):
    """Shows the summary and asks how to write; nothing is written before."""

    BINDINGS: ClassVar[list[BindingType]] = [*PAGING]
    HINT = "up, down: choose   pgup, pgdn: scroll   enter: write   escape: back"
    LONG = "#summary"

    def __init__(
        self, summary: Summary, shown: Callable[[str], str], problem: Callable[[str], str], signs: Signs
    ) -> None:
        super().__init__("Write")
        self.summary = summary
        self.shown = shown
        self.problem = problem
        self.signs = signs

    def body(self) -> Iterator[Widget]:
        """The summary, the ways, and the name of the branch."""
        with VerticalScroll(id="summary"):
            yield Static(told(self.summary, self.shown, self.signs), id="summary-text")

        if not self.summary.files:
            return

        yield OptionList(
            Option(_way("Write the files", "and leave git to you"), id="files"),
            Option(_way("One commit", "on a new branch"), id="commit"),
            Option(_way("One commit for each rule", "on a new branch"), id="rules"),
            id="answers",
        )
        yield Label("Branch", id="branch-label", markup=False)
        yield Input(BRANCH, id="branch", compact=True)

    def on_mount(self) -> None:
        """Begin with the first way."""
        if self.summary.files:
            self.query(OptionList).focus()
        else:
            self.say("nothing to write   escape: back")

    @on(OptionList.OptionHighlighted)
    @on(Input.Changed)
    def look(self) -> None:
        """Ask for a branch where one is needed, and say what stands in the way."""
        commits = self.how != "files"
        self.query_one("#branch", Input).display = self.query_one("#branch-label").display = commits
        if commits:
            self.ask(self.query_one("#branch", Input).value.strip())
        else:
            self.say("")

    @property
    def how(self) -> str:
        """The way that is looked at."""
        answers = self.query_one(OptionList)
        return answers.get_option_at_index(answers.highlighted or 0).id or "files"

    @work(thread=True, exclusive=True, group="git")
    def ask(self, branch: str) -> None:
        """Ask git, in a thread of its own."""
        problem = self.problem(branch)
        self.app.call_from_thread(self.say, problem, bad=bool(problem))

    @on(OptionList.OptionSelected)
    def chosen(self) -> None:
        """Write, or go on to the name of the branch."""
        if self.how == "files":
            self.dismiss(How("files"))
        else:
            self.query_one("#branch", Input).focus()

    @on(Input.Submitted)
    def take(self, event: Input.Submitted) -> None:
        """Commit, unless something stands in the way."""
        branch = event.value.strip()
        if problem := self.problem(branch):
            self.say(problem, bad=True)
        else:
            self.dismiss(How(self.how, branch))


def _way(label: str, meaning: str) -> Content:
    return Content.assemble(f" {label:<26}", (meaning, "$foreground 60%"))


def told(summary: Summary, shown: Callable[[str], str], signs: Signs) -> Content:
    """Return the summary in words."""
    files = len(summary.files)
    parts = [
        Content.assemble(
            (f"{summary.fixes} fix{'es' * (summary.fixes != 1)}", "bold $success"),
            f" in {files} file{'s' * (files != 1)}",
        ),
        Content.styled(", ".join(f"{number} {risk}" for risk, number in summary.by_risk.items()), "$foreground 70%"),
        Content(""),
    ]
    widths = [
        max((len(text) for text in column), default=0) for column in zip(*map(_cells, summary.files), strict=True)
    ]
    width = max((len(safe(shown(one.path))) for one in summary.files), default=0)
    parts += [_file(one, safe(shown(one.path)).ljust(width), widths) for one in summary.files]
    parts += _left_out(summary, shown, signs)
    if summary.files:
        parts += [Content(""), Content.styled("Proven for each file", "bold $primary")]
        parts += [Content.styled(f"{signs.accepted} {check}", "$foreground 70%") for check in summary.checks]

    return Content("\n").join(parts)


def _left_out(summary: Summary, shown: Callable[[str], str], signs: Signs) -> list[Content]:
    parts: list[Content] = []
    done, total = summary.scanned
    if done < total:
        line = f"The scan was stopped: {total - done} of {total} files were not looked at (F5 goes on)"
        parts += [Content(""), Content.styled(line, "bold $warning")]

    if summary.refused:
        parts += [Content(""), Content.styled(f"{signs.refused} Refused", "bold $error")]
        parts += [
            Content(safe(f"{shown(one.finding.path)}: {one.finding.rule}: {one.reason}")) for one in summary.refused
        ]

    if summary.stale:
        parts += [Content(""), Content.styled("Changed on disk: scanned anew first (F5)", "bold $warning")]
        parts += [Content(safe(f"{shown(path)}: {reason}")) for path, reason in summary.stale.items()]

    return parts


def _cells(one: FilePlan) -> tuple[str, str, str]:
    return f"+{one.added}", f"-{one.removed}", f"{one.fixes} fix{'es' * (one.fixes != 1)},"


def _file(one: FilePlan, name: str, widths: Sequence[int]) -> Content:
    added, removed, fixes = (f"{text:>{width}}" for text, width in zip(_cells(one), widths, strict=True))
    risk = f" {one.risk.name.lower()}{', new file' * one.new}"
    return Content.assemble(
        name, (f"  {added}", "$success"), (f" {removed}", "$error"), (f"  {fixes}{risk}", "$foreground 60%")
    )
