"""What is known in a review: the items of each file, what became of them, and their counts. Nothing is planned here."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from fixer.finding import Finding
from fixer.outcome import Choice, Outcome
from fixer.plan import why_held
from fixer.proof import Identity
from fixer.report.rows import said
from fixer.review.decisions import Decisions
from fixer.review.items import Titles, items_in, later_in
from fixer.review.records import Item, State, Totals, Trouble
from fixer.review.totals import Tallies
from fixer.rule import Rule

_NEVER: tuple[tuple[int, int], Mapping[Identity, str]] = (-1, -1), {}


class Board:
    """Items by file. One thread may add files while others look: every method takes the lock, for moments only.

    `generation` grows whenever the set of items changes.
    """

    def __init__(self, rules: Iterable[Rule], choice: Choice, shown: Callable[[str], str]) -> None:
        self.decisions = Decisions(choice)
        self.generation = 0
        self.shown = shown
        self._lock = threading.RLock()
        self._titles = Titles(rules)
        self._items: dict[str, tuple[Item, ...]] = {}
        self._later: dict[str, tuple[Item, ...]] = {}
        self._written: dict[str, tuple[Item, ...]] = {}
        self._changed: dict[str, Outcome] = {}
        self._index: dict[Identity, Item] = {}
        self._texts: dict[str, str] = {}
        self._troubles: dict[str, tuple[Trouble, ...]] = {}
        self._refused: dict[str, tuple[tuple[int, int], Mapping[Identity, str]]] = {}
        self._flat: tuple[int, Sequence[Item]] = (-1, ())
        self._tallies = Tallies(self._all_of, self.state)

    # ---- looking

    @property
    def items(self) -> Sequence[Item]:
        """All items by path, then by place; the same object until `generation` changes."""
        with self._lock:
            if self._flat[0] != self.generation:
                paths = sorted(self._items.keys() | self._written.keys())
                self._flat = self.generation, [item for path in paths for item in self._all_of(path)]

            return self._flat[1]

    def items_of(self, path: str) -> tuple[Item, ...]:
        """Return the items of a file, by place; those that were written stand behind."""
        with self._lock:
            return self._all_of(path)

    def later(self, path: str) -> tuple[Item, ...]:
        """Return items that only the fixes of others bring up; known once the file was planned."""
        with self._lock:
            return self._later.get(path, ())

    def item(self, key: Identity) -> Item | None:
        """Return the item of a key: one that was found, came up later, or was written; None when there is none."""
        with self._lock:
            if key in self._index:
                return self._index[key]

            others = (*self._later.get(key[1], ()), *self._written.get(key[1], ()))
            return next((item for item in others if item.key == key), None)

    @property
    def troubles(self) -> Sequence[Trouble]:
        """What a person should know about files, by path."""
        with self._lock:
            return [one for path in sorted(self._troubles) for one in self._troubles[path]]

    def rule(self, item: Item) -> Rule | None:
        """Return the rule of an item; None for what no rule finds."""
        return self._titles.rule(item.kind, item.finding.rule)

    def text(self, path: str) -> str:
        """Return the text of a file as it was read; "" when it could not be."""
        with self._lock:
            return self._texts.get(path, "")

    # ---- what became of items

    def state(self, key: Identity) -> State:
        """Return what became of an item; a key that is not known counts as written or open."""
        with self._lock:
            item = self._index.get(key) or self._later_item(key)
            if item is None:
                gone = any(one.key == key for one in self._written.get(key[1], ()))
                return State.WRITTEN if gone else State.OPEN

            return self._state(item.finding, key)

    def _later_item(self, key: Identity) -> Item | None:
        return next((item for item in self._later.get(key[1], ()) if item.key == key), None)

    def _state(self, finding: Finding, key: Identity) -> State:
        if finding.excuse:
            return State.EXCUSED

        if finding.fix is None:
            return State.UNFIXABLE

        said = self.decisions.said(key)
        if self.decisions.by_itself(finding) if said is None else said:
            return State.REFUSED if key in self._refusals(key[1]) else State.ACCEPTED

        return State.OPEN if said is None else State.REJECTED

    def reason(self, key: Identity) -> str:
        """Return why an item has no fix, or why its fix is not made, as a clause; "" where there is nothing to say."""
        item = self.item(key)
        if item is None:
            return ""

        finding, state = item.finding, self.state(key)
        if state is State.EXCUSED and finding.excuse:
            return said(finding.excuse)

        if state is State.REFUSED:
            return self._refusals(item.path)[key]

        if state in {State.OPEN, State.REJECTED}:
            return why_held(finding, self.decisions.choice)

        return finding.unfixable or "" if state is State.UNFIXABLE else ""

    def _refusals(self, path: str) -> Mapping[Identity, str]:
        version, found = self._refused.get(path, _NEVER)
        return found if found and version == self.decisions.version(path) else {}

    @property
    def totals(self) -> Totals:
        """Counts of items by state."""
        with self._lock:
            return self._tallies.totals()

    # ---- taking up what was found, planned or written

    def put(self, outcome: Outcome) -> tuple[Item, ...]:
        """Take up what was found in a file, in the place of what was known of it; return its items."""
        items = items_in(outcome, self._titles)
        with self._lock:
            path = outcome.path
            self.take_out(path)
            self._items[path] = items
            self._index.update((item.key, item) for item in items)
            self._texts[path] = outcome.before.text if outcome.before else ""
            if troubles := tuple(_troubles(outcome)):
                self._troubles[path] = troubles

            self._written[path] = tuple(one for one in self._written.get(path, ()) if one.key not in self._index)
            self.generation += 1
            self._tallies.changed([path])

        return items

    def take_out(self, path: str) -> None:
        """Forget what was found in a file."""
        with self._lock:
            for item in self._items.pop(path, ()):
                del self._index[item.key]

            for store in (self._later, self._refused, self._troubles, self._texts):
                store.pop(path, None)

            self.generation += 1
            self._tallies.changed([path])

    def skip(self, path: str, reason: str) -> None:
        """Note a path that was not looked at."""
        with self._lock:
            self._troubles[path] = (Trouble(path, "skipped", reason),)

    def planned(self, outcome: Outcome, version: tuple[int, int]) -> None:
        """Take up what planning a file showed, for a version of the decisions about it."""
        later = later_in(outcome, self._index, self._titles)
        refused = {one.finding.identity: one.reason for one in (*outcome.refused, *outcome.failed)}
        with self._lock:
            if later != self._later.get(outcome.path, ()):
                self._later[outcome.path] = later

            self._refused[outcome.path] = version, refused
            if troubles := tuple(_troubles(outcome)):
                self._troubles[outcome.path] = troubles

            self._tallies.decided(refused)

    def written(self, path: str, keys: Iterable[Identity], line_after: Callable[[int], int] = int) -> None:
        """Note that the fixes of these findings of a file are on disk; `line_after` says where a line is by now."""
        with self._lock:
            found = [item for key in keys if (item := self.item(key)) and item.path == path]
            known = {item.key: item for item in (*self._written.get(path, ()), *found)}
            self._written[path] = tuple(
                msgspec.structs.replace(item, line=line_after(item.line)) for item in known.values()
            )
            self.generation += 1
            self._tallies.changed([path])

    def unwritten(self, path: str) -> None:
        """Forget what was written into a file: it is another one by now."""
        with self._lock:
            self._written.pop(path, None)
            self._changed.pop(path, None)
            self.generation += 1
            self._tallies.changed([path])

    def _all_of(self, path: str) -> tuple[Item, ...]:
        items = self._items.get(path, ())
        gone = tuple(one for one in self._written.get(path, ()) if one.key not in self._index)
        return (*items, *gone) if gone else items


def _troubles(outcome: Outcome) -> list[Trouble]:
    found = [Trouble(outcome.path, "problem", outcome.problem, outcome.problem_line)] if outcome.problem else []
    found += [Trouble(outcome.path, "skipped", outcome.skipped)] if outcome.skipped else []
    for crash in dict.fromkeys(outcome.crashes):
        reason = f"a bug of ours in {crash.rule}: {crash.error} ({crash.trace}); the other rules went on"
        found.append(Trouble(outcome.path, "crash", reason))

    return found
