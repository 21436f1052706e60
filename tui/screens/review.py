"""The main screen: finds in the background, searches, and says what has come of a decision."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import msgspec
from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.screen import Screen

from fixer.review.records import Scanned
from tui import keys
from tui.explaining import in_short
from tui.grouping import Filter
from tui.messages import Counted, Decided, Found, Said, Searched, Wanted
from tui.painting import safe
from tui.signs import UNICODE, Signs
from tui.widgets.diffpane import DiffPane
from tui.widgets.empty import Empty
from tui.widgets.header import Header
from tui.widgets.keybar import KeyBar
from tui.widgets.lookout import Lookout
from tui.widgets.tree import FindingTree
from tui.widgets.workbench import Workbench

if TYPE_CHECKING:
    from fixer.review.review import Review

_PAINTED = 0.03  # seconds: by then the rows that were decided about are on the screen


class ReviewScreen(Screen[None]):
    """Header, panels, search line and keys of one review."""

    BINDINGS = keys.FIND

    def __init__(self, signs: Signs = UNICODE) -> None:
        super().__init__()
        self.signs = signs
        self.review: Review | None = None
        self.stop = threading.Event()

    def compose(self) -> ComposeResult:
        """Header, panels, search line and keys."""
        yield Header(self.signs)
        yield Lookout(self.signs)
        yield Empty(self.signs)
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Begin with the tree."""
        self.findings.focus()

    @property
    def header(self) -> Header:
        """The line at the top."""
        return self.query_one(Header)

    @property
    def lookout(self) -> Lookout:
        """What is shown of the review."""
        return self.query_one(Lookout)

    @property
    def workbench(self) -> Workbench:
        """The three panels."""
        return self.query_one(Workbench)

    @property
    def findings(self) -> FindingTree:
        """The tree."""
        return self.query_one(FindingTree)

    @property
    def busy(self) -> bool:
        """Whether the scan is still running."""
        return self.header.scanning

    # ---- finding

    def open(self, review: Review) -> None:
        """Show a review and begin to scan."""
        self.review = review
        self.workbench.review = review
        self.scan(review)

    @work(thread=True, group="scan", exclusive=True)
    def scan(self, review: Review) -> None:
        """Look at all files, in a thread of its own."""
        self.stop.clear()
        review.scan(self._tell, self.stop)

    def _tell(self, scanned: Scanned) -> None:
        self.post_message(Found(scanned))

    @on(Found)
    def found(self, event: Found) -> None:
        """Show what was found since the last time."""
        scanned = event.scanned
        self.header.scanned = (scanned.done, scanned.total)
        self.header.scanning = not (scanned.finished or scanned.stopped)
        row = self.findings.row
        self.findings.outline.add(scanned.items)
        self.findings.keep(row)
        self.recount()
        if not self.busy:
            self._finished(stopped=scanned.stopped)

    def _finished(self, *, stopped: bool) -> None:
        assert self.review is not None
        self.lookout.generation = self.review.generation
        self.query_one(Empty).explain(self.review, stopped=stopped)
        self.findings.begin()
        self.refresh_bindings()
        done, total = self.review.scanned
        if stopped and self.review.items:
            self.post_message(Said(f"the scan was stopped: {done} of {total} files were looked at; F5 goes on"))

        if self.review.items and (words := in_short(self.review.troubles)):
            self.post_message(Said(f"{words}; m names them", bad=True))

    @on(Counted)
    def recount(self) -> None:
        """Show totals, grouping and filter."""
        if self.review is None:
            return

        outline = self.findings.outline
        self.header.totals = self.review.totals
        self.findings.border_title = f"by {outline.grouping.value}"
        words = outline.filter.words
        shown = f"{outline.shown} of {len(self.review.items)}: {safe(words)}" if words else ""
        # What was typed is no markup.
        self.findings.border_subtitle = Content(shown)

    @on(Decided)
    def decided(self, event: Decided) -> None:
        """Show what was decided: the rows at once, what follows from them after that."""
        self.findings.outline.decided(event.items)
        if self.review is not None and self.review.generation != self.lookout.generation:
            self.lookout.refill()

        self.findings.refresh()
        self.set_timer(_PAINTED, self.follow)

    def follow(self) -> None:
        """Show what follows from a decision."""
        self.workbench.explain()
        self.query_one(DiffPane).ask(stay=True)
        self.recount()
        self.refresh_bindings()

    # ---- searching

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Say whether there is something to go back from."""
        del parameters
        if action == "troubles":
            return bool(self.review and self.review.troubles)

        return action != "escape" or self.busy or bool(self.findings.outline.filter) or not self.findings.has_focus

    async def action_search(self) -> None:
        """Ask for words."""
        from tui.widgets.search import Search

        if not self.query(Search):
            await self.mount(Search(self.findings.outline.filter.text))

        self.query_one(Search).focus()

    def action_filter(self) -> None:
        """Ask for a filter."""
        self.post_message(Wanted("filter"))

    def action_troubles(self) -> None:
        """Name the files that were not looked at, and the rules that crashed."""
        self.post_message(Wanted("troubles"))

    def action_escape(self) -> None:
        """Go back to the tree, show everything, stop the scan: what comes first."""
        if not self.findings.has_focus:
            self.findings.focus()
        elif self.findings.outline.filter:
            self.show_only(Filter())
        else:
            self.stop.set()

    @on(Searched)
    def searched(self, event: Searched) -> None:
        """Show what has these words; go back to the tree when they are complete."""
        now = self.findings.outline.filter
        if event.words != now.text:
            self.lookout.show_only(msgspec.structs.replace(now, text=event.words))

        if event.last:
            self.query("#search").remove()
            self.findings.focus()

    def show_only(self, wanted: Filter) -> None:
        """Show only some findings."""
        self.lookout.show_only(wanted)
        self.refresh_bindings()
