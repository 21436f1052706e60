"""Counts of what is decided, kept finding by finding, so that a decision costs the findings it is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from fixer.proof import Identity
from fixer.review.records import Item, State, Totals


class Tallies:
    """Counts by state; what was named as changed is counted again when counts are asked for."""

    def __init__(self, items: Callable[[str], Iterable[Item]], state: Callable[[Identity], State]) -> None:
        self._items = items
        self._state = state
        self._of: dict[str, dict[Identity, State]] = {}
        self._sum: Counter[State] = Counter()
        self._accepted: Counter[str] = Counter()
        self._stale: set[str] = set()
        self._stale_keys: set[Identity] = set()

    def changed(self, paths: Iterable[str]) -> None:
        """Count these files again."""
        self._stale.update(paths)

    def decided(self, keys: Iterable[Identity]) -> None:
        """Count these findings again."""
        self._stale_keys.update(keys)

    def all_changed(self) -> None:
        """Count all files again."""
        self._stale.update(self._of)

    def totals(self) -> Totals:
        """Return the counts."""
        for path in self._stale:
            self._count(path)

        for key in self._stale_keys:
            known = self._of.get(key[1], {})
            if key[1] not in self._stale and key in known:
                self._move(key, known[key], self._state(key))

        self._stale.clear()
        self._stale_keys.clear()
        counts = {state.value: self._sum[state] for state in State}
        return Totals(findings=sum(counts.values()), files=len(self._accepted), **counts)

    def _move(self, key: Identity, before: State, after: State) -> None:
        self._of[key[1]][key] = after
        self._sum[before] -= 1
        self._sum[after] += 1
        self._add(key[1], (after is State.ACCEPTED) - (before is State.ACCEPTED))

    def _count(self, path: str) -> None:
        before, after = self._of.get(path, {}), {item.key: self._state(item.key) for item in self._items(path)}
        self._of[path] = after
        self._sum.subtract(before.values())
        self._sum.update(after.values())
        gone = sum(state is State.ACCEPTED for state in before.values())
        self._add(path, sum(state is State.ACCEPTED for state in after.values()) - gone)

    def _add(self, path: str, accepted: int) -> None:
        self._accepted[path] += accepted
        if not self._accepted[path]:
            del self._accepted[path]
