"""Counts of what is decided, kept file by file, so that a decision costs the files it is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from fixer.review.records import Item, State, Totals


class Tallies:
    """Counts by state; a file is counted again after it was named as changed."""

    def __init__(self, items: Callable[[str], Iterable[Item]], state: Callable[[Item], State]) -> None:
        self._items = items
        self._state = state
        self._of: dict[str, Counter[State]] = {}
        self._sum: Counter[State] = Counter()
        self._files = 0
        self._stale: set[str] = set()

    def changed(self, paths: Iterable[str]) -> None:
        """Count these files again."""
        self._stale.update(paths)

    def all_changed(self) -> None:
        """Count all files again."""
        self._stale.update(self._of)

    def totals(self) -> Totals:
        """Return the counts."""
        while self._stale:
            self._count(self._stale.pop())

        counts = {state.value: self._sum[state] for state in State}
        return Totals(findings=sum(counts.values()), files=self._files, **counts)

    def _count(self, path: str) -> None:
        before, after = self._of.get(path, Counter[State]()), Counter(map(self._state, self._items(path)))
        self._of[path] = after
        self._sum.subtract(before)
        self._sum.update(after)
        self._files += (after[State.ACCEPTED] > 0) - (before[State.ACCEPTED] > 0)
