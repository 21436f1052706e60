"""Tree, diff and why panel with the keys that decide; what is decided goes to the review, and everybody is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container
from textual.reactive import reactive

from fixer.errors import UserError
from fixer.proof import Identity
from fixer.review.records import Item, State
from tui import keys
from tui.explaining import Passage, about_group, about_item, about_rule
from tui.messages import Decided, Entered, Known, Moved, Pointed, Said, Ticked, Wanted
from tui.outline import Book, Outline, Row
from tui.signs import UNICODE, Signs
from tui.widgets.diff import Diff
from tui.widgets.diffpane import DiffPane
from tui.widgets.tree import FindingTree
from tui.widgets.why import Why

if TYPE_CHECKING:
    from fixer.review.review import Review

_UNDECIDABLE = {State.UNFIXABLE, State.EXCUSED, State.WRITTEN}


class Workbench(Container):
    """The three panels of a review."""

    BINDINGS = keys.DECIDE
    review: reactive[Review | None] = reactive(None, init=False)

    def __init__(self, signs: Signs = UNICODE) -> None:
        super().__init__(id="workbench")
        self.signs = signs
        self.outline = Outline(Book(lambda _: State.OPEN, lambda _: False))

    def compose(self) -> ComposeResult:
        """Three panels; the style sheet places them by the room there is."""
        tree = FindingTree(self.outline)
        tree.signs = self.signs
        yield tree
        with Container(id="beside"):
            yield DiffPane(self.signs)
            yield Why(id="why")

    def watch_review(self, review: Review) -> None:
        """Take the words and states of the rows from this review."""
        self.outline.book = Book(review.state, review.touched)
        self.query_one(FindingTree).shown = review.shown

    # ---- what a decision is about

    @property
    def row(self) -> Row | None:
        """The current row of the tree."""
        return self.query_one(FindingTree).row

    @property
    def item(self) -> Item | None:
        """The finding that is looked at: that of the diff's line while the diff has the focus, else the tree's."""
        diff = self.query_one(Diff)
        if self.review and diff.has_focus and diff.owner and (item := self.review.item(diff.owner)):
            return item

        return self.row.item if self.row else None

    @property
    def chosen(self) -> list[Item]:
        """The findings that a decision is about."""
        if self.item is not None:
            return [self.item]

        return self.row.items if self.row else []

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Say which keys do something now."""
        del parameters
        review = self.review
        if review is None:
            return False

        if action in {"undo", "redo"}:
            return review.can_undo if action == "undo" else review.can_redo

        if action in {"decide", "accept", "reject", "reset"}:
            return any(item.risk is not None and review.state(item.key) not in _UNDECIDABLE for item in self.chosen)

        if action == "ignore":
            return self.item is not None and review.state(self.item.key) not in {State.EXCUSED, State.WRITTEN}

        if action == "parameter":
            return (
                self.item is not None
                and review.state(self.item.key) is not State.WRITTEN
                and bool(review.settings(self.item))
            )

        return True

    # ---- deciding

    def action_decide(self) -> None:
        """Accept what is not accepted, else reject."""
        self._decide(lambda review, chosen: review.toggle(chosen))

    def action_accept(self) -> None:
        """Accept."""
        self._decide(lambda review, chosen: review.accept(chosen))

    def action_reject(self) -> None:
        """Reject."""
        self._decide(lambda review, chosen: review.reject(chosen))

    def action_reset(self) -> None:
        """Forget what was decided."""
        self._decide(lambda review, chosen: review.reset(chosen))

    def action_undo(self) -> None:
        """Take the last decision back."""
        if self.review is not None:
            self._again(self.review.undo)

    def action_redo(self) -> None:
        """Make it again."""
        if self.review is not None:
            self._again(self.review.redo)

    def action_batch(self) -> None:
        """Ask for more than what is selected."""
        self.post_message(Wanted("batch"))

    def action_ignore(self) -> None:
        """Ask for a reason."""
        self.post_message(Wanted("ignore"))

    def action_parameter(self) -> None:
        """Ask for a value."""
        self.post_message(Wanted("parameter"))

    def _decide(self, how: Callable[[Review, Sequence[Identity]], int]) -> None:
        if self.review is None:
            return

        chosen = self.chosen
        if how(self.review, [item.key for item in chosen]):
            self.post_message(Decided(chosen))

    @work(thread=True, group="undo")
    def _again(self, way: Callable[[], Sequence[Identity] | None]) -> None:
        """Undo or redo, in a thread of its own: files may have to be found anew."""
        assert self.review is not None
        try:
            keys = way()
        except UserError as error:
            self.post_message(Said(str(error), bad=True))
            return

        items = [item for key in keys or () if (item := self.review.item(key))]
        self.app.call_from_thread(self._follow, items)

    def _follow(self, items: list[Item]) -> None:
        """Go to what was changed, unless it is in sight."""
        chosen = {item.key for item in self.chosen}
        if items and items[0].key not in chosen:
            self.query_one(FindingTree).go_to(items[0])

        self.post_message(Decided(items or None))

    @on(Ticked)
    def tick(self, event: Ticked) -> None:
        """A mark was clicked."""
        items = event.row.items
        if self.review and self.review.toggle([item.key for item in items]):
            self.post_message(Decided(items))

    # ---- showing

    @on(Moved)
    @on(Pointed)
    def explain(self) -> None:
        """Say why what is looked at is a finding."""
        review, row, item = self.review, self.row, self.item
        why = self.query_one(Why)
        if review is None or row is None:
            why.show([])
        elif item is not None:
            why.show(about_item(item, review.state(item.key), review.why(item), review.shown(item.path), self.signs))
        else:
            why.show(self._about(row.items, row.group.name[-1], review))

    def _about(self, items: Sequence[Item], name: str, review: Review) -> list[Passage]:
        states = [review.state(item.key) for item in items]
        if all(item.finding.rule == name for item in items):
            return about_rule(items, states, review.why(items[0]), self.signs)

        return about_group(name, items, states, self.signs)

    @on(Known)
    def explain_more(self, event: Known) -> None:
        """Say it again with what was found out meanwhile."""
        if self.item and self.item.key == event.key:
            self.explain()

    @on(Entered)
    def enter(self) -> None:
        """Go to the diff."""
        self.query_one(Diff).focus()
