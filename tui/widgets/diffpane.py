"""The middle panel: asks for the diff of what is selected, in a thread of its own, and shows it when it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.timer import Timer

from fixer.errors import UserError
from tui.asking import Answer, Ask, Session, answer, ask_of, slow
from tui.messages import Known, MoreWanted, Planned, Pointed
from tui.outline import Row
from tui.page import View, note
from tui.signs import UNICODE, Signs
from tui.widgets.diff import Diff

if TYPE_CHECKING:
    from fixer.review.review import Review

_SETTLED = 0.04  # seconds: a cursor that stays on a row that long wants its diff
_SLOW = 0.25  # seconds after which it is said that something is planned


class DiffPane(Container):
    """The diff of one row of the tree at a time."""

    def __init__(self, signs: Signs = UNICODE) -> None:
        super().__init__(id="diff-pane")
        self.signs = signs
        self.view = View.UNIFIED
        self.alone = False
        self._review: Review | None = None
        self._row: Row | None = None
        self._ask = Ask()
        self._next = -1
        self._ticket = 0
        self._waiting: list[Timer] = []

    def compose(self) -> ComposeResult:
        """The lines."""
        diff = Diff()
        diff.signs = self.signs
        yield diff

    @property
    def diff(self) -> Diff:
        """The lines."""
        return self.query_one(Diff)

    def want(self, review: Review, row: Row | None) -> None:
        """Ask for the diff of a row once the cursor stays on it."""
        self._review, self._row = review, row
        self._clear()
        self._waiting.append(self.set_timer(_SETTLED, self.ask))

    def ask(self, *, stay: bool = False) -> None:
        """Ask for the diff of the row again: another layout, or something was decided."""
        self._clear()
        self._ticket += 1
        if self._review is None or self._row is None:
            self._title("")
            self.diff.show((), more=False, stay=False)
            return

        self._waiting.append(self.set_timer(_SLOW, lambda: self._title(f"planning{self.signs.more}")))
        self.plan(self._review, self._row, self._ticket, stay=stay)

    @work(thread=True, group="plan", exclusive=True)
    def plan(self, review: Review, row: Row, ticket: int, *, stay: bool) -> None:
        """Plan the files of a row: at once without what others change about them, then exactly."""
        session = self._session(review, ticket)
        try:
            ask = ask_of(row, review, alone=self.alone)
            if slow(review, ask):
                self._tell(ask, Planned(ticket, 0, answer(session, ask, 0, quick=True), stay=stay, last=False))
                stay = True

            self._tell(ask, Planned(ticket, 0, answer(session, ask, 0), stay=stay))
            if row.item and session.wanted() and review.inherits(row.item.key):
                self.post_message(Known(row.item.key))
        except UserError as error:
            self._tell(Ask(), Planned(ticket, 0, Answer((note(str(error)),)), stay=stay))

    @work(thread=True, group="plan", exclusive=True)
    def plan_more(self, review: Review, ask: Ask, ticket: int, start: int) -> None:
        """Plan further files."""
        self._tell(ask, Planned(ticket, start, answer(self._session(review, ticket), ask, start), stay=True))

    def _session(self, review: Review, ticket: int) -> Session:
        return Session(review, self.view, lambda: ticket == self._ticket)

    def _tell(self, ask: Ask, planned: Planned) -> None:
        if planned.ticket == self._ticket:
            self._ask = ask
            self.post_message(planned)

    @on(Planned)
    def show(self, event: Planned) -> None:
        """Show the rows, unless others are wanted by now."""
        event.stop()
        if event.ticket != self._ticket:
            return

        if event.last:
            self._clear()
            self._title("")

        self._next = event.answer.next if event.last else -1
        if event.start:
            self.diff.append(event.answer.rows, more=self._next >= 0)
        else:
            self.diff.show(event.answer.rows, more=self._next >= 0, stay=event.stay)

    @on(MoreWanted)
    def go_on(self, event: MoreWanted) -> None:
        """Plan the next files."""
        event.stop()
        if self._review is not None and self._next >= 0:
            self.plan_more(self._review, self._ask, self._ticket, self._next)

    @on(Pointed)
    def name_owner(self, event: Pointed) -> None:
        """Name the fix that the cursor is on."""
        item = self._review.item(event.key) if self._review and event.key else None
        title = item.finding.fix.title if item and item.finding.fix else ""
        owner = f"{self.signs.owner} {title}" if title and self.diff.has_focus else ""
        self.diff.border_subtitle = Content(owner)

    def _title(self, words: str) -> None:
        parts = [
            "diff",
            "" if self.view is View.UNIFIED else self.view.value,
            "this fix alone" if self.alone else "",
            words,
        ]
        self.diff.border_title = Content(f" {self.signs.middle} ".join(part for part in parts if part))

    def _clear(self) -> None:
        for timer in self._waiting:
            timer.stop()

        self._waiting.clear()
