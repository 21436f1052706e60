"""Who changes what in one round, and how a patch that turns out impossible is taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from fixer.finding import Operation
from fixer.formats.format import Refusal
from fixer.formats.yaml.effects import spelled
from fixer.formats.yaml.operations import Path
from fixer.formats.yaml.trail import Step

# A container (by its identity) and the number of an entry in it.
Entry = tuple[int, int]


class Deferral(Exception):
    """The patch touches what an earlier one of this round replaces or removes."""


class Ledger:
    """What the patch at hand has noted so far, and which entries the patches touched."""

    def __init__(self) -> None:
        self.owner = 0
        self.effects: dict[int, list[Operation]] = {}
        self._touched: dict[Entry, list[int]] = {}
        self._journal: list[Callable[[], object]] = []

    def begin(self, owner: int) -> None:
        """Start with the next patch."""
        self.owner = owner
        self.effects[owner] = []
        self._journal = []

    def undo(self) -> None:
        """Take back everything that the patch noted."""
        for undo in reversed(self._journal):
            undo()

        del self.effects[self.owner]

    def note(self, undo: Callable[[], object]) -> None:
        """Remember how to take back what has just been done."""
        self._journal.append(undo)

    def effect(self, operation: Operation) -> None:
        """Note what the patch amounts to."""
        self.effects[self.owner].append(operation)

    def touch(self, steps: Iterable[Step]) -> None:
        """Note that something changes at or below the entries of the way to a place."""
        for step in steps:
            owners = self._touched.setdefault(entry_of(step), [])
            owners.append(self.owner)
            self.note(owners.pop)

    def check_untouched(self, entry: Entry, at: Path) -> None:
        """Raise Deferral, or Refusal when it is the same patch, if something changes at or below an entry."""
        for owner in self._touched.get(entry, ()):
            raise self.clash(owner, at)

    def clash(self, owner: int, at: Path) -> Exception:
        """Return what to raise when the patch at hand meets a change of `owner`."""
        if owner != self.owner:
            return Deferral()

        return Refusal(f"two operations of the fix touch the same place, {spelled(at)}")


def entry_of(step: Step) -> Entry:
    """Return the entry that a step leads to."""
    return id(step.container), step.index
