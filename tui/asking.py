"""Which diffs a row of the tree stands for, and the rows that come of them: slow, for a worker thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from fixer.proof import Identity
from fixer.review.records import FileDiff, Item, State
from tui.outline import Row
from tui.page import DiffRow, View, note, rows_of

if TYPE_CHECKING:
    from fixer.review.review import Review

BATCH = 300  # rows made ready at once; the next ones follow when a person comes near the end
FEW_ROWS = 60  # likewise where each finding is planned by itself, or something is to be seen at once
_FEW = 5
_HEADINGS = {
    State.OPEN: "Not accepted. This is what the fix would do:",
    State.REJECTED: "Rejected. This is what the fix would do:",
    State.REFUSED: "Refused with the others. This is what the fix would do alone:",
    State.UNFIXABLE: "No fix. This is the place:",
    State.EXCUSED: "Excused. This is the place:",
}
_PLACES = "None of these has a fix; each says why. These are the places:"
_MADE = {State.ACCEPTED, State.WRITTEN}


class Ask(msgspec.Struct, frozen=True):
    """A question for diffs: of whole files, or of findings alone, one after the other (then `items` are set).

    `keys` are the fixes whose lines stand out (None: all), `only` leaves the other stretches out. `heading` is said
    above, `empty` when there is nothing to show.
    """

    paths: tuple[str, ...] = ()
    keys: frozenset[Identity] | None = None
    only: bool = False
    items: tuple[Item, ...] = ()
    heading: str = ""
    empty: str = ""

    def __len__(self) -> int:
        return len(self.items or self.paths)


class Answer(msgspec.Struct, frozen=True):
    """Rows made ready, and where to go on (-1: that is all)."""

    rows: tuple[DiffRow, ...]
    next: int = -1


def ask_of(row: Row, review: Review, *, alone: bool) -> Ask:
    """Return the question that a row stands for; with `alone` a fix is shown without the others."""
    if row.item is not None:
        return _of_item(row.item, review, alone=alone)

    items = list(row.group.each())
    made = [item for item in items if review.state(item.key) in _MADE]
    fixable = tuple(item for item in items if item.risk is not None)
    if not made and len(items) == 1:
        return _of_item(items[0], review, alone=alone)

    if not made:
        several = f"{len(fixable):,} fixes are not accepted. This is what each would do:" if fixable else _PLACES
        return Ask(items=fixable or tuple(items), heading=several)

    paths = tuple(dict.fromkeys(path for item in made for path in (item.path, *item.ties)))
    whole = {item.path for item in items} == {row.group.name[-1]}
    keys = None if whole else frozenset(item.key for item in items)
    return Ask(paths, keys, only=not whole, empty="They are written.")


def _of_item(item: Item, review: Review, *, alone: bool) -> Ask:
    state = review.state(item.key)
    if state in _MADE and not alone:
        empty = "Written: it is in the file." if state is State.WRITTEN else "Another fix does the same."
        return Ask((item.path, *item.ties), frozenset({item.key}), empty=empty)

    return Ask(items=(item,), heading=_HEADINGS.get(state, "This fix alone:"))


def slow(review: Review, ask: Ask) -> bool:
    """Whether something has to be planned before the first rows can be shown exactly."""
    return not all(review.is_planned(path) for path in ask.paths[:_FEW])


class Session(msgspec.Struct, frozen=True):
    """Who asks, and how: `wanted` says whether the answer still is."""

    review: Review
    view: View
    wanted: Callable[[], bool]


def answer(session: Session, ask: Ask, start: int, *, quick: bool = False) -> Answer:
    """Return the rows from file (or finding) number `start` on, as many as are wanted at once.

    `quick` looks at each file without what the fixes of others change about it.
    """
    review, view = session.review, session.view
    rows: list[DiffRow] = [] if start or not ask.heading else [note(ask.heading)]
    for number in range(start, len(ask)):
        if not session.wanted():
            break

        if ask.items:
            rows += _alone(review, ask.items[number], view)
        else:
            rows += _file(_diff(review, ask.paths[number], quick=quick), ask, review, view)

        if len(rows) >= (FEW_ROWS if quick or ask.items else BATCH) and number + 1 < len(ask):
            return Answer(tuple(rows), number + 1)

    return Answer(tuple(rows) if rows or start or quick else (note(ask.empty),))


def _diff(review: Review, path: str, *, quick: bool) -> FileDiff:
    try:
        return review.glance(path) if quick else review.diff(path)
    except KeyError:
        return FileDiff(path)  # it was not looked at, or is no longer there


def _file(diff: FileDiff, ask: Ask, review: Review, view: View) -> Sequence[DiffRow]:
    if not diff.hunks and not diff.problem and not diff.refused:
        return ()

    return rows_of(diff, view, ask.keys, review.shown(diff.path), only=ask.only)


def _alone(review: Review, item: Item, view: View) -> Iterator[DiffRow]:
    for diff in _diffs(review, item):
        yield from rows_of(diff, view, frozenset({item.key}), review.shown(diff.path), only=False)


def _diffs(review: Review, item: Item) -> Iterable[FileDiff]:
    if item.risk is None or review.state(item.key) is State.EXCUSED:
        return (review.excerpt(item.key),)

    return review.alone(item.key)
