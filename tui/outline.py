"""The rows of the tree: groups with their findings, of which only those are listed that are open."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from fixer.proof import Identity
from fixer.review.records import Item, State
from tui.grouping import Filter, Grouping, Sort

Name = tuple[str, ...]  # the names of a group and of those around it


class Counts(msgspec.Struct, frozen=True):
    """Findings of a group: all of them, those that can be decided, those accepted or written, those just decided."""

    total: int
    fixable: int
    accepted: int
    touched: int


class Group:
    """A group with its groups or its items, in their order."""

    def __init__(self, name: Name, sort: Sort) -> None:
        self.name = name
        self.sort = sort
        self.groups: list[Group] = []
        self.items: list[Item] = []
        self._counts: Counts | None = None

    @property
    def depth(self) -> int:
        """How many groups are around it."""
        return len(self.name) - 1

    def each(self) -> Iterator[Item]:
        """All items in it, in the order of the rows."""
        for group in self.groups:
            yield from group.each()

        yield from self.items

    def counts(self, book: Book) -> Counts:
        """Count the items, unless that was done since something was decided about them."""
        if self._counts is None:
            self._counts = self._count(book)

        return self._counts

    def forget(self) -> None:
        """Count anew when asked next."""
        self._counts = None

    def _count(self, book: Book) -> Counts:
        total = fixable = accepted = touched = 0
        for item in self.each():
            state = book.state(item.key)
            total += 1
            fixable += state not in {State.UNFIXABLE, State.EXCUSED}
            accepted += state in {State.ACCEPTED, State.WRITTEN}
            touched += book.touched(item.key)

        return Counts(total, fixable, accepted, touched)


class Book(msgspec.Struct, frozen=True):
    """What the rows ask about decisions: the state of a finding, and whether it was decided since the last write."""

    state: Callable[[Identity], State]
    touched: Callable[[Identity], bool]


class Row(msgspec.Struct, frozen=True):
    """A row: a group, or an item in its group."""

    group: Group
    item: Item | None = None

    @property
    def id(self) -> tuple[str, ...]:
        """What stays the same when rows come and go."""
        return self.group.name if self.item is None else ("", *self.item.key)

    @property
    def items(self) -> list[Item]:
        """The items that a decision on this row is about."""
        return list(self.group.each()) if self.item is None else [self.item]


class Outline:
    """Groups of the items that a filter lets through, and which groups are open."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.grouping = Grouping.FILE
        self.filter = Filter()
        self.top: list[Group] = []
        self.shown = 0
        self._open: dict[Grouping, set[Name]] = {grouping: set() for grouping in Grouping}
        self._groups: dict[Name, Group] = {}
        self._rows: list[Row] | None = None
        self._places: dict[tuple[str, ...], int] = {}

    # ---- what is in it

    def fill(self, items: Iterable[Item]) -> None:
        """Group these items and no others."""
        self.top, self._groups, self.shown = [], {}, 0
        self.add(items)

    def add(self, items: Iterable[Item]) -> None:
        """Group further items; they come in the order of their files and places."""
        for item in items:
            if self.filter.shows(item, lambda item=item: self.book.state(item.key)):  # type: ignore[misc]
                self._add(item)

        self._rows = None

    def _add(self, item: Item) -> None:
        name: Name = ()
        siblings, items = self.top, []
        for level in self.grouping.levels:
            sort, word = level(item)
            name = (*name, word)
            group = self._groups.get(name)
            if group is None:
                group = self._groups[name] = Group(name, sort)
                bisect.insort(siblings, group, key=lambda one: one.sort)

            group.forget()
            siblings, items = group.groups, group.items

        self.shown += 1
        _insert(items, item)

    def decided(self, items: Iterable[Item] | None) -> None:
        """Count the groups of these items anew (None: all groups)."""
        if items is None:
            for group in self._groups.values():
                group.forget()

            return

        for item in items:
            name: Name = ()
            for level in self.grouping.levels:
                name = (*name, level(item)[1])
                if name in self._groups:
                    self._groups[name].forget()

    # ---- rows

    @property
    def rows(self) -> Sequence[Row]:
        """The rows there are now."""
        if self._rows is None:
            self._rows = [row for group in self.top for row in self._rows_of(group)]
            self._places = {row.id: number for number, row in enumerate(self._rows)}

        return self._rows

    def _rows_of(self, group: Group) -> Iterator[Row]:
        yield Row(group)
        if not self.is_open(group):
            return

        for inner in group.groups:
            yield from self._rows_of(inner)

        for item in group.items:
            yield Row(group, item)

    def place(self, row: tuple[str, ...]) -> int | None:
        """Return the number of a row by its id; None when it is not shown."""
        _ = self.rows
        return self._places.get(row)

    # ---- opening and closing

    def is_open(self, group: Group) -> bool:
        """Whether what is in a group is shown."""
        return group.name in self._open[self.grouping]

    def open(self, group: Group, *, wanted: bool) -> None:
        """Show what is in a group, or do not."""
        names = self._open[self.grouping]
        if wanted:
            names.add(group.name)
        else:
            names.discard(group.name)

        self._rows = None

    def open_all(self, *, wanted: bool) -> None:
        """Open or close every group."""
        self._open[self.grouping] = set(self._groups) if wanted else set()
        self._rows = None

    def reveal(self, item: Item) -> int | None:
        """Open the groups around an item; return the number of its row, None when the filter hides it."""
        name: Name = ()
        for level in self.grouping.levels:
            name = (*name, level(item)[1])
            self._open[self.grouping].add(name)

        self._rows = None
        return self.place(("", *item.key))

    def each(self) -> Iterator[Item]:
        """All items shown, also those in closed groups, in the order of the rows."""
        for group in self.top:
            yield from group.each()

    def after(self, row: Row | None, wanted: Callable[[Item], bool], *, back: bool = False) -> Item | None:
        """Return the next wanted item behind a row (before it with `back`), around the end; None when there is none."""
        items = list(self.each())
        if back:
            items.reverse()

        inside = {item.key for item in row.items} if row else set()
        numbers = [number for number, item in enumerate(items) if item.key in inside]
        if row and row.item is None and not back and numbers:
            start = numbers[0]  # a group is left for its first item
        else:
            start = (numbers[0] if back and row and row.item is None else numbers[-1]) + 1 if numbers else 0

        return next((item for item in items[start:] + items[:start] if wanted(item)), None)


def _insert(items: list[Item], item: Item) -> None:
    """Put an item where it belongs; nearly always that is the end."""

    def order(one: Item) -> tuple[str, int, str, str]:
        return one.path, one.finding.start, one.finding.rule, one.finding.message

    if not items or order(items[-1]) <= order(item):
        items.append(item)
        return

    bisect.insort(items, item, key=order)
