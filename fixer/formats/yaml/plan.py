"""What the changes of one round are, before any text is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, TypeVar

import msgspec

from fixer.formats.yaml.layout import Chain
from fixer.formats.yaml.ledger import Entry
from fixer.formats.yaml.nodes import Collection, Node
from fixer.formats.yaml.operations import AddDocument, Path
from fixer.formats.yaml.pending import New
from fixer.formats.yaml.trail import Step

# Key (None in a sequence) and value of a new entry.
NewEntry: TypeAlias = tuple[str | None, New]

K = TypeVar("K")
T = TypeVar("T")


class Replacement(msgspec.Struct):
    """A new value for an entry; `open` when the old one was empty, so that other patches may add to the new one.

    `step` is None when the whole of an empty document is replaced.
    """

    root: Node
    step: Step | None
    chain: Chain
    new: New
    owner: int
    open: bool


class Insertions(msgspec.Struct):
    """New entries of one container, which stands at the path `at`."""

    container: Collection
    chain: Chain
    at: Path
    entries: list[NewEntry]


class Removals(msgspec.Struct):
    """Entries of one container that go, each with its owner."""

    container: Collection
    chain: Chain
    owners: dict[int, int]


class Renaming(msgspec.Struct, frozen=True):
    """A key that gets another name."""

    step: Step
    key: str
    owner: int


class Plan:
    """All changes of one round."""

    def __init__(self) -> None:
        self.replacements: dict[Entry, Replacement] = {}
        self.insertions: dict[int, Insertions] = {}
        self.removals: dict[int, Removals] = {}
        self.renamings: dict[Entry, Renaming] = {}
        self.added: list[tuple[AddDocument, int]] = []

    def removed(self, container: Collection) -> Removals | None:
        """Return what is removed from a container; None when nothing is."""
        removals = self.removals.get(id(container))
        return removals if removals is not None and removals.owners else None

    def inserted(self, container: Collection) -> Insertions | None:
        """Return what is inserted into a container; None when nothing is."""
        insertions = self.insertions.get(id(container))
        return insertions if insertions is not None and insertions.entries else None

    def owner_at(self, entry: Entry) -> int | None:
        """Return whose patch removes an entry or renames its key; None when nobody's does."""
        removals = self.removals.get(entry[0])
        if removals is not None and entry[1] in removals.owners:
            return removals.owners[entry[1]]

        return self.renamings[entry].owner if entry in self.renamings else None


def kept_in(values: dict[K, T], entry: K, value: T) -> Callable[[], object]:
    """Keep a value under an entry; return what takes it back."""
    if entry in values:
        old = values[entry]
        values[entry] = value
        return lambda: values.__setitem__(entry, old)

    values[entry] = value
    return lambda: values.pop(entry)
