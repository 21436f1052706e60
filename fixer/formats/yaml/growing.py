"""Changes inside of what the round itself makes: several patches grow one new tree."""

from __future__ import annotations

from typing import Any, Protocol

from fixer.formats.format import Refusal
from fixer.formats.yaml.effects import spelled
from fixer.formats.yaml.ledger import Ledger
from fixer.formats.yaml.operations import Append, Path, Put, Remove, Rename
from fixer.formats.yaml.pending import New, NewAlias, NewMapping, NewSequence, grow, is_copy, takes, value_of
from fixer.formats.yaml.plan import NewEntry
from fixer.formats.yaml.reading import meaning_of


class Holder(Protocol):
    """Whatever keeps a new value: a replacement, an entry of a larger value, an inserted entry."""

    new: New


class Key:
    """Where a new value is kept inside of a larger one."""

    def __init__(self, values: Any, key: str | int) -> None:
        self._values = values
        self._key = key

    @property
    def new(self) -> New:
        """The value kept."""
        found: New = self._values[self._key]
        return found

    @new.setter
    def new(self, new: New) -> None:
        self._values[self._key] = new


class Slot:
    """Where the value of an inserted entry is kept."""

    def __init__(self, entries: list[NewEntry], number: int) -> None:
        self._entries = entries
        self._number = number

    @property
    def new(self) -> New:
        """The value kept."""
        return self._entries[self._number][1]

    @new.setter
    def new(self, new: New) -> None:
        self._entries[self._number] = self._entries[self._number][0], new


def change_new(ledger: Ledger, holder: Holder, rest: Path, operation: Put | Append | Remove | Rename) -> None:
    """Make a change at `rest` below a new value. Raises Deferral or Refusal when it does not go together with it."""
    new = holder.new
    if is_copy(new) or isinstance(operation, Remove | Rename):
        raise ledger.clash(new.owner, operation.at)

    if not rest:
        _change_whole(ledger, holder, operation)
        return

    part = rest[0]
    if isinstance(new, NewMapping) and isinstance(part, str):
        if part in new.entries:
            change_new(ledger, Key(new.entries, part), rest[1:], operation)
        else:
            new.entries[part] = grown(ledger, operation, rest[1:])
            ledger.note(lambda: new.entries.pop(part))
    elif isinstance(new, NewSequence) and isinstance(part, int) and part < len(new.items):
        change_new(ledger, Key(new.items, part), rest[1:], operation)
    elif takes(new, part):
        _swap(ledger, holder, grown(ledger, operation, rest))
    else:
        raise ledger.clash(new.owner, operation.at)


def grown(ledger: Ledger, operation: Put | Append, rest: Path) -> New:
    """Return the tree that makes `rest` and ends in what the operation wants there."""
    new = grow(operation.value, ledger.owner, operation.comment if isinstance(operation, Put) else "")
    if isinstance(operation, Append):
        new = NewSequence([new], ledger.owner)

    for part in reversed(rest):
        if isinstance(part, int):
            raise Refusal(f"there is no item {part} on the way to {spelled(operation.at)}")

        new = NewMapping({part: new}, ledger.owner)

    return new


def same(new: New, value: object) -> bool:
    """Whether a new value is just this plain value."""
    return not isinstance(new, NewAlias) and meaning_of(value_of(new)) == meaning_of(value)


def _change_whole(ledger: Ledger, holder: Holder, operation: Put | Append) -> None:
    new = holder.new
    if isinstance(operation, Append) and isinstance(new, NewSequence):
        new.items.append(grow(operation.value, ledger.owner))
        ledger.note(new.items.pop)
    elif isinstance(operation, Append) and takes(new, None):
        _swap(ledger, holder, grown(ledger, operation, ()))
    elif isinstance(operation, Append) or not same(new, operation.value):
        raise ledger.clash(new.owner, operation.at)


def _swap(ledger: Ledger, holder: Holder, new: New) -> None:
    old = holder.new
    holder.new = new
    ledger.note(lambda: setattr(holder, "new", old))
