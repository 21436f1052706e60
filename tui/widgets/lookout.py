"""What is shown of the review: grouping, filter, which finding, which layout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Container

from fixer.review.records import Item, State
from tui import keys
from tui.grouping import Filter
from tui.messages import Counted, Moved
from tui.signs import UNICODE, Signs
from tui.widgets.diffpane import DiffPane
from tui.widgets.tree import FindingTree
from tui.widgets.workbench import Workbench

if TYPE_CHECKING:
    from fixer.review.review import Review

_PANELS = ("tree", "diff", "why")


class Lookout(Container):
    """The panels, with the keys that change what they show."""

    BINDINGS = keys.LOOK

    def __init__(self, signs: Signs = UNICODE) -> None:
        super().__init__(id="lookout")
        self.signs = signs
        self.generation = 0

    def compose(self) -> ComposeResult:
        """The panels."""
        yield Workbench(self.signs)

    @property
    def review(self) -> Review | None:
        """What is looked at."""
        return self.query_one(Workbench).review

    @property
    def findings(self) -> FindingTree:
        """The tree."""
        return self.query_one(FindingTree)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Say which keys do something now."""
        del parameters
        return not (action in {"next", "previous"} and (self.review is None or not self.review.totals.open))

    def refill(self) -> None:
        """Group all findings anew."""
        if self.review is None:
            return

        row = self.findings.row
        self.generation = self.review.generation
        self.findings.outline.fill(self.review.items)
        self.findings.keep(row)
        self.findings.forget()
        self.post_message(Counted())

    def show_only(self, wanted: Filter) -> None:
        """Show only some findings."""
        self.findings.outline.filter = wanted
        self.refill()

    @on(Moved)
    def moved(self, event: Moved) -> None:
        """Show the diff of the current row."""
        if self.review is not None:
            self.query_one(DiffPane).want(self.review, event.row)

        self.refresh_bindings()

    # ---- keys

    def action_next(self) -> None:
        """Go to the next finding that nobody has decided."""
        self._jump(back=False)

    def action_previous(self) -> None:
        """Go to the previous one."""
        self._jump(back=True)

    def _jump(self, *, back: bool) -> None:
        review = self.review
        if review is None:
            return

        def undecided(item: Item) -> bool:
            return review.state(item.key) is State.OPEN

        if item := self.findings.outline.after(self.findings.row, undecided, back=back):
            self.findings.go_to(item)
            self.findings.focus()

    def action_group(self) -> None:
        """Group by something else."""
        self.findings.outline.grouping = self.findings.outline.grouping.next
        self.refill()

    def action_view(self) -> None:
        """Lay the diff out in another way."""
        pane = self.query_one(DiffPane)
        pane.view = pane.view.other
        pane.ask()

    def action_scope(self) -> None:
        """Show the fix alone, or with the others of its file."""
        pane = self.query_one(DiffPane)
        pane.alone = not pane.alone
        pane.ask()

    def action_why(self) -> None:
        """Show or hide the why panel."""
        self.toggle_class("-flip")

    def action_zoom(self) -> None:
        """Give the panel with the focus the whole screen, or take it back."""
        zoomed = any(self.has_class(f"-zoom-{name}") for name in _PANELS)
        self.remove_class(*(f"-zoom-{name}" for name in _PANELS))
        focused = self.screen.focused
        if not zoomed and focused and focused.id in _PANELS:
            self.add_class(f"-zoom-{focused.id}")
