"""The operations of one round, gathered into one plan of changes before any text is written.

Patches come one after another. A patch is taken whole or not at all: what it noted is taken back when one of its
operations is refused, or touches a place that an earlier patch replaces or removes.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as MappingType
from collections.abc import Sequence as SequenceType
from typing import TYPE_CHECKING, Any

import msgspec

from fixer.finding import Operation
from fixer.formats.format import Refusal
from fixer.formats.yaml.document import YamlDocument
from fixer.formats.yaml.effects import Impossible, applied, spelled
from fixer.formats.yaml.layout import Chain, is_empty
from fixer.formats.yaml.nodes import Alias, Collection, Mapping, Node, Scalar, Sequence
from fixer.formats.yaml.operations import AddDocument, Append, Path, Put, Remove, Rename
from fixer.formats.yaml.pending import (
    New,
    NewAlias,
    NewMapping,
    NewSequence,
    grow,
    value_of,
)
from fixer.formats.yaml.pending import (
    takes,
)
from fixer.formats.yaml.plan import Insertions, Removals, Renaming, Replacement
from fixer.formats.yaml.reading import meaning_of
from fixer.formats.yaml.scalars import Tagged
from fixer.formats.yaml.sharing import Wishes
from fixer.formats.yaml.trail import Step, Trail, target

if TYPE_CHECKING:
    from fixer.formats.yaml.file import YamlFile

Change = Put | Append | Remove | Rename
Entry = tuple[int, int]


class Deferral(Exception):
    """The patch touches what an earlier one of this round replaces or removes."""


class Joint:
    """The changes that the patches taken so far amount to."""

    def __init__(self, file: YamlFile, patches: MappingType[int, SequenceType[Operation]]) -> None:
        self.file = file
        self.replacements: dict[Entry, Replacement] = {}
        self.insertions: dict[int, Insertions] = {}
        self.removals: dict[int, Removals] = {}
        self.renamings: dict[Entry, Renaming] = {}
        self.added: list[tuple[AddDocument, int]] = []
        self.effects: dict[int, list[Operation]] = {}
        self.shared: dict[object, int] = {}
        self.deferred: set[int] = set()
        self.refused: dict[int, str] = {}
        self._wishes = Wishes(patches)
        self._touched: dict[Entry, list[int]] = {}
        self._overrides: dict[tuple[object, ...], tuple[int, list[Change]]] = {}
        self._journal: list[Callable[[], object]] = []
        self._owner = 0
        for owner, operations in patches.items():
            self._take(owner, operations)

    def removed(self, container: Collection) -> Removals | None:
        """Return what is removed from a container; None when nothing is."""
        removals = self.removals.get(id(container))
        return removals if removals is not None and removals.owners else None

    # ---- patches

    def _take(self, owner: int, operations: SequenceType[Operation]) -> None:
        self._owner = owner
        self._journal = []
        self.effects[owner] = []
        try:
            for operation in operations:
                self._make(operation)
        except (Refusal, Deferral) as reason:
            for undo in reversed(self._journal):
                undo()

            del self.effects[owner]
            if isinstance(reason, Refusal):
                self.refused[owner] = str(reason)
            else:
                self.deferred.add(owner)

    def _make(self, operation: Operation) -> None:
        if isinstance(operation, AddDocument):
            self.added.append((operation, self._owner))
            self._journal.append(self.added.pop)
            self.effects[self._owner].append(operation)
            return

        if not isinstance(operation, Put | Append | Remove | Rename):
            raise Refusal(f"{type(operation).__name__} is no change of a YAML file that is there")

        if not 0 <= operation.document < len(self.file.documents):
            raise Refusal(f"the file has no document {operation.document + 1}")

        self._change(self.file.documents[operation.document], operation)

    def _change(self, document: YamlDocument, operation: Change) -> None:
        trail = document.walk(operation.at)
        if isinstance(operation, Put) and not trail.rest and self._holds(document, operation):
            self.effects[self._owner].append(operation)
            return

        if document.root.aliases and not self._here(document, trail, operation):
            return

        self._note_effect(operation)
        if not self._in_new(document, trail, operation):
            self._in_text(document, trail, operation)

        self._touch(trail)

    def _holds(self, document: YamlDocument, operation: Put) -> bool:
        """Whether the value is there already, and the comment with it, and nobody is about to change it."""
        trail = document.walk(operation.at)
        if any(self._entry(step) in self._changed_entries() for step in trail.steps):
            return False

        present = meaning_of(_at(document.data, operation.at)) == meaning_of(operation.value)
        return present and operation.comment in document.comment(operation.at)

    def _changed_entries(self) -> set[Entry]:
        removed = {(id(one.container), index) for one in self.removals.values() for index in one.owners}
        return removed | self.replacements.keys() | self.renamings.keys()

    # ---- text that several places share

    def _here(self, document: YamlDocument, trail: Trail, operation: Change) -> bool:
        """Decide where a change goes in a document with aliases; False when it is seen to already."""
        places = self._places(document, trail, operation)
        if places == [operation.at]:
            if trail.anchor is None or self._replaces_alias(trail, operation):
                return True
        elif all(_is_template(place) or self._wishes.has(operation, place) for place in places):
            return self._share(operation, places)

        if trail.anchor is None or self._replaces_alias(trail, operation):
            others = [spelled(place) for place in places if place != operation.at and not _is_template(place)]
            raise Refusal(f"the text at {spelled(operation.at)} is shared through an anchor with {_listed(others)}")

        self._override(document, trail, operation)
        return False

    def _places(self, document: YamlDocument, trail: Trail, operation: Change) -> list[Path]:
        node = trail.value
        if not trail.rest and trail.steps and isinstance(node, Alias):
            if isinstance(operation, Append):
                return document.sharing.paths(node.target)

            return document.sharing.dependents(trail)

        if not trail.rest and isinstance(operation, Put | Append) and node.anchor is not None:  # type: ignore[union-attr]
            return document.sharing.paths(node)

        return document.sharing.dependents(trail)

    def _replaces_alias(self, trail: Trail, operation: Change) -> bool:
        """Whether the change concerns an entry written here whose value is an alias, as a whole."""
        written = trail.inherited == len(trail.steps) and not trail.rest
        return written and isinstance(trail.value, Alias) and not isinstance(operation, Append)

    def _share(self, operation: Change, places: list[Path]) -> bool:
        kind, wish = type(operation), self._wishes.wish(operation)
        key = kind, operation.document, frozenset(places), repr(wish)
        if key in self.shared:
            return False

        self.shared[key] = self._owner
        self._journal.append(lambda: self.shared.pop(key))
        for place in places:
            if place != operation.at:
                self._note_effect(msgspec.structs.replace(operation, at=place))

        return True

    def _override(self, document: YamlDocument, trail: Trail, operation: Change) -> None:
        """Write the inherited value where the path wants it, with the change made."""
        number = trail.inherited
        aliased = (
            number
            if number == len(trail.steps)
            else number - 1
            if number and _is_alias(trail.steps[number - 1])
            else -1
        )
        aliased = aliased - 1 if aliased == len(trail.steps) else aliased
        local = operation.at[: (aliased if aliased >= 0 else number) + 1]
        rest = operation.at[len(local) :]
        if aliased < 0 and not rest and isinstance(operation, Remove | Rename):
            raise Refusal(f"{spelled(local)} comes from the anchor &{trail.anchor} and cannot be taken away here alone")

        place = document.walk(local)
        shared = self._places_of_local(document, place, aliased)
        if shared != [local]:
            raise Refusal(
                f"{spelled(local)} is shared through an anchor with {_listed([spelled(one) for one in shared])}"
            )

        operations = self._overriding(document, local, operation)
        value = self._changed_copy(document, local, operations)
        new = self._copy(trail, aliased, value, [one.at[len(local) :] for one in operations], operations)
        self._note_effect(operation)
        if aliased >= 0:
            self._replace(place, new, open_=False, again=True)
        else:
            self._insert(document, Trail(place.root, place.steps[:-1], (local[-1],)), new, again=True)

        self._touch(Trail(place.root, place.steps[: aliased + 1 if aliased >= 0 else number], ()))

    def _places_of_local(self, document: YamlDocument, place: Trail, aliased: int) -> list[Path]:
        if aliased >= 0:
            return document.sharing.dependents(place)

        upper = Trail(place.root, place.steps[:-1], ())
        name = document.name(place.steps[-1].key) if place.steps[-1].key is not None else place.steps[-1].index
        return [(*path, name) for path in document.sharing.paths(upper.node)]

    def _overriding(self, document: YamlDocument, local: Path, operation: Change) -> list[Change]:
        """Note that this patch writes a copy at `local`, and return all it wants there."""
        key = (document.index, *local)
        owner, operations = self._overrides.get(key, (self._owner, []))
        if owner != self._owner:
            raise Deferral

        self._overrides[key] = owner, [*operations, operation]
        self._journal.append(
            lambda: self._overrides.__setitem__(key, (owner, operations)) if operations else self._overrides.pop(key)
        )
        return [*operations, operation]

    def _changed_copy(self, document: YamlDocument, local: Path, operations: list[Change]) -> Any:
        relative = [msgspec.structs.replace(one, document=0, at=one.at[len(local) :]) for one in operations]
        try:
            return applied([_at(document.data, local)], relative, convert=lambda value: value)[0]
        except Impossible as error:
            raise Refusal(f"{spelled(local)}: {error}") from None

    def _copy(self, trail: Trail, aliased: int, value: Any, rests: list[Path], operations: list[Change]) -> New:
        alias = trail.steps[aliased].value if aliased >= 0 else None
        merges = isinstance(value, dict) and all(rests) and all(isinstance(one, Put | Append) for one in operations)
        if isinstance(alias, Alias) and merges:
            keys = dict.fromkeys(str(rest[0]) for rest in rests)
            _check_copy({key: value[key] for key in keys})
            changed = {key: grow(value[key], self._owner) for key in keys}
            return NewMapping({"<<": NewAlias(alias.name, self._owner), **changed}, self._owner, closed=True)

        _check_copy(value)
        new = grow(value, self._owner)
        if isinstance(new, NewMapping | NewSequence):
            new.closed = True

        return new

    # ---- inside of what this round makes

    def _in_new(self, document: YamlDocument, trail: Trail, operation: Change) -> bool:
        """Make the change in a new value that stands on the way, if one does."""
        for number, step in enumerate(trail.steps):
            entry = self._entry(step)
            removed = self.removals.get(entry[0])
            if removed is not None and entry[1] in removed.owners:
                raise self._clash(removed.owners[entry[1]], operation)

            if entry in self.renamings:
                raise self._clash(self.renamings[entry].owner, operation)

            if entry in self.replacements:
                self._into_replacement(self.replacements[entry], operation.at[number + 1 :], operation)
                return True

        if not trail.rest:
            return False

        return self._in_inserted(trail, operation)

    def _in_inserted(self, trail: Trail, operation: Change) -> bool:
        node = trail.node
        if not trail.steps and (id(trail.root), -1) in self.replacements:
            self._into_replacement(self.replacements[id(trail.root), -1], trail.rest, operation)
            return True

        insertions = self.insertions.get(id(node))
        if insertions is None or not isinstance(node, Mapping):
            return False

        for key, new in insertions.entries:
            if key == trail.rest[0]:
                self._into(_Slot(insertions.entries, key), new, trail.rest[1:], operation)
                return True

        return False

    def _into_replacement(self, replacement: Replacement, rest: Path, operation: Change) -> None:
        if not replacement.open and replacement.owner != self._owner:
            if not rest and isinstance(operation, Put) and _same(replacement.new, operation.value):
                return

            raise Deferral

        self._into(replacement, replacement.new, rest, operation)

    def _into(self, holder: Any, new: New, rest: Path, operation: Change) -> None:
        """Make the change at `rest` below a new value; `holder.new` is where that value is kept."""
        if isinstance(new, NewMapping | NewSequence) and new.closed:
            raise self._clash(new.owner, operation)

        if isinstance(operation, Remove | Rename):
            raise self._clash(new.owner, operation)

        if not rest:
            self._on_new(holder, new, operation)
        elif isinstance(new, NewMapping) and isinstance(rest[0], str):
            key = rest[0]
            if key in new.entries:
                self._into(_Key(new.entries, key), new.entries[key], rest[1:], operation)
            else:
                new.entries[key] = self._grown(operation, rest[1:])
                entries = new.entries
                self._journal.append(lambda: entries.pop(key))
        elif isinstance(new, NewSequence) and isinstance(rest[0], int) and rest[0] < len(new.items):
            self._into(_Key(new.items, rest[0]), new.items[rest[0]], rest[1:], operation)
        elif takes(new, rest[0]):
            self._swap(holder, new, self._grown(operation, rest))
        else:
            raise self._clash(new.owner, operation)

    def _on_new(self, holder: Any, new: New, operation: Put | Append) -> None:
        if isinstance(operation, Append):
            if isinstance(new, NewSequence):
                new.items.append(grow(operation.value, self._owner))
                self._journal.append(new.items.pop)
            elif takes(new, None):
                self._swap(holder, new, self._grown(operation, ()))
            else:
                raise self._clash(new.owner, operation)
        elif not _same(new, operation.value):
            raise self._clash(new.owner, operation)

    def _swap(self, holder: Any, old: New, new: New) -> None:
        holder.new = new
        self._journal.append(lambda: setattr(holder, "new", old))

    # ---- in the text that is there

    def _in_text(self, document: YamlDocument, trail: Trail, operation: Change) -> None:
        if isinstance(operation, Remove | Rename):
            self._take_away(document, trail, operation)
        elif isinstance(operation, Append) and not trail.rest:
            self._append(document, trail, operation)
        elif not trail.rest:
            self._check_value(trail, operation)
            new = grow(operation.value, self._owner, operation.comment)  # type: ignore[union-attr]
            self._replace(trail, new, open_=is_empty(trail.value))
        elif is_empty(trail.node):
            self._fill(trail, operation)
        elif isinstance(trail.node, Mapping) and isinstance(trail.rest[0], str):
            self._insert(document, trail, self._grown(operation, trail.rest[1:]))
        else:
            raise Refusal(_no_place(operation.at, trail))

    def _append(self, document: YamlDocument, trail: Trail, operation: Append) -> None:
        node = trail.node
        if is_empty(node) and not (isinstance(node, Mapping) and node.flow):
            self._fill(trail, operation)
            return

        if not isinstance(node, Sequence):
            raise Refusal(f"{spelled(operation.at)} is no list")

        if node.tag is not None and node.tag != "!override":
            raise Refusal(f"{spelled(operation.at)} has the tag {node.tag}")

        insertions = self._insertions(node, trail, operation.at)
        insertions.entries.append((None, grow(operation.value, self._owner)))
        self._journal.append(insertions.entries.pop)

    def _fill(self, trail: Trail, operation: Put | Append) -> None:
        """Put something into a value that is null or an empty collection."""
        node = trail.value
        first = trail.rest[0] if trail.rest else 0
        if trail.rest and (isinstance(first, int) or isinstance(trail.node, Sequence)):
            raise Refusal(_no_place(operation.at, trail))

        if isinstance(node, Alias) or node.anchor is not None or node.tag is not None:
            raise Refusal(f"the empty value at {spelled(operation.at[: len(trail.steps)])} has an anchor or a tag")

        self._replace(trail, self._grown(operation, trail.rest), open_=True)

    def _replace(self, trail: Trail, new: New, *, open_: bool, again: bool = False) -> None:
        if not trail.steps:
            self._replace_root(trail, new)
            return

        step = trail.steps[-1]
        entry = self._entry(step)
        old = self.replacements.get(entry)
        if not (again and old is not None and old.owner == self._owner):
            self._check_untouched(entry, trail)

        self._check_keys(step.container, trail)
        self.replacements[entry] = Replacement(trail.root.node, step, _chain(trail), new, self._owner, open_)
        self._journal.append(lambda: self._put_back(self.replacements, entry, old))

    def _replace_root(self, trail: Trail, new: New) -> None:
        entry = id(trail.root), -1
        if not is_empty(trail.root.node):
            raise Refusal("a document is not replaced as a whole")

        self.replacements[entry] = Replacement(trail.root.node, None, (), new, self._owner, open=True)
        self._journal.append(lambda: self.replacements.pop(entry))

    def _insert(self, document: YamlDocument, trail: Trail, new: New, *, again: bool = False) -> None:
        node = trail.node
        assert isinstance(node, Mapping)
        if node.tag is not None and not node.tag.startswith("tag:yaml.org,2002:"):
            raise Refusal(f"the mapping has the tag {node.tag}")

        self._check_keys(node, trail)
        at = tuple(document.name(step.key) if step.key else step.index for step in trail.steps)
        insertions = self._insertions(node, trail, at)
        key = str(trail.rest[0])
        if again:
            for number, (name, old) in enumerate(insertions.entries):
                if name == key:
                    if old.owner != self._owner:
                        raise Deferral

                    insertions.entries[number] = key, new
                    self._journal.append(lambda: insertions.entries.__setitem__(number, (key, old)))
                    return

        insertions.entries.append((key, new))
        self._journal.append(insertions.entries.pop)

    def _insertions(self, node: Collection, trail: Trail, at: Path) -> Insertions:
        removed = self.removals.get(id(node))
        if removed is not None and any(owner != self._owner for owner in removed.owners.values()):
            raise Deferral

        if id(node) not in self.insertions:
            self.insertions[id(node)] = Insertions(node, _chain(trail), at, [])
            self._journal.append(lambda: self.insertions.pop(id(node)))

        return self.insertions[id(node)]

    def _take_away(self, document: YamlDocument, trail: Trail, operation: Remove | Rename) -> None:
        if trail.rest or not trail.steps:
            raise Refusal(f"there is nothing at {spelled(operation.at)}")

        step = trail.steps[-1]
        entry = self._entry(step)
        self._check_untouched(entry, trail)
        self._check_keys(step.container, trail)
        if isinstance(operation, Rename):
            self._rename(document, step, entry, operation)
            return

        if step.value.__class__ is not Alias and self._is_used(document, step.value):
            raise Refusal(f"aliases use what stands at {spelled(operation.at)}")

        self._remove(step, entry, _chain(trail)[:-1])

    def _remove(self, step: Step, entry: Entry, chain: Chain) -> None:
        removals = self.removals.setdefault(entry[0], Removals(step.container, chain, {}))
        others = any(owner != self._owner for owner in removals.owners.values())
        count = len(step.container.entries if isinstance(step.container, Mapping) else step.container.items)
        if others and len(removals.owners) + 1 >= count:
            raise Deferral

        inserted = self.insertions.get(entry[0])
        if inserted is not None and any(new.owner != self._owner for _, new in inserted.entries):
            raise Deferral

        removals.owners[entry[1]] = self._owner
        self._journal.append(lambda: removals.owners.pop(entry[1]))

    def _rename(self, document: YamlDocument, step: Step, entry: Entry, operation: Rename) -> None:
        if (
            step.key is None
            or not isinstance(step.key, Scalar)
            or step.key.anchor is not None
            or step.key.tag is not None
        ):
            raise Refusal(f"{spelled(operation.at)} has no key that could be renamed")

        if document.has((*operation.at[:-1], operation.key)):
            raise Refusal(f"there is a {operation.key} beside {spelled(operation.at)} already")

        self.renamings[entry] = Renaming(step, operation.key, self._owner)
        self._journal.append(lambda: self.renamings.pop(entry))

    # ---- checks

    def _check_value(self, trail: Trail, operation: Put | Append) -> None:
        node = trail.value
        if isinstance(node, Alias):
            return

        if node.tag is not None:
            raise Refusal(f"the value at {spelled(operation.at)} has the tag {node.tag}")

    def _check_keys(self, container: Collection, trail: Trail) -> None:
        if not isinstance(container, Mapping):
            return

        seen: set[str] = set()
        for key, _ in container.entries:
            if not isinstance(key, Scalar):
                raise Refusal("the mapping has a complex key")

            name = self.file.documents[0].name(key)
            if name in seen:
                raise Refusal(f"the mapping has the key {name} twice")

            seen.add(name)

    def _check_untouched(self, entry: Entry, trail: Trail) -> None:
        if entry in self.replacements or entry in self.renamings:
            owner = self.replacements[entry].owner if entry in self.replacements else self.renamings[entry].owner
            raise self._clash(owner, None)

        for owner in self._touched.get(entry, ()):
            raise self._clash(owner, None)

    def _clash(self, owner: int, operation: Change | None) -> Exception:
        if owner != self._owner:
            return Deferral()

        where = f" at {spelled(operation.at)}" if operation is not None else ""
        return Refusal(f"two operations of the fix touch the same place{where}")

    def _is_used(self, document: YamlDocument, node: Node) -> bool:
        inside = [
            alias.target
            for alias in document.root.aliases
            if not node.start <= alias.start < max(node.end, node.start + 1)
        ]
        return any(
            node.start <= one.start <= node.end and one.start >= node.start for one in inside if one.end <= node.end
        )

    # ---- notes

    def _touch(self, trail: Trail) -> None:
        for step in trail.steps:
            owners = self._touched.setdefault(self._entry(step), [])
            owners.append(self._owner)
            self._journal.append(owners.pop)

    def _note_effect(self, operation: Operation) -> None:
        self.effects[self._owner].append(operation)

    def _entry(self, step: Step) -> Entry:
        return id(step.container), step.index

    def _put_back(self, where: dict[Entry, Any], entry: Entry, old: Any) -> None:
        if old is None:
            del where[entry]
        else:
            where[entry] = old

    def _grown(self, operation: Put | Append | Remove | Rename, rest: Path) -> New:
        """Return the tree that makes `rest` and ends in what the operation wants there."""
        assert isinstance(operation, Put | Append)
        if isinstance(operation, Append):
            new: New = NewSequence([grow(operation.value, self._owner)], self._owner)
        else:
            new = grow(operation.value, self._owner, operation.comment)

        for part in reversed(rest):
            if isinstance(part, int):
                raise Refusal(f"there is no item {part} at {spelled(operation.at)}")

            new = NewMapping({part: new}, self._owner)

        return new


class _Slot:
    """Where the value of a new entry is kept in a list of pairs."""

    def __init__(self, entries: list[tuple[str | None, New]], key: str) -> None:
        self._entries = entries
        self._key = key

    @property
    def new(self) -> New:
        return next(new for key, new in self._entries if key == self._key)

    @new.setter
    def new(self, new: New) -> None:
        number = next(number for number, (key, _) in enumerate(self._entries) if key == self._key)
        self._entries[number] = self._key, new


class _Key:
    """Where a new value is kept inside of a larger one."""

    def __init__(self, holder: Any, key: str | int) -> None:
        self._holder = holder
        self._key = key

    @property
    def new(self) -> New:
        found: New = self._holder[self._key]
        return found

    @new.setter
    def new(self, new: New) -> None:
        self._holder[self._key] = new


def _at(value: Any, path: Path) -> Any:
    for part in path:
        value = value[part]

    return value


def _chain(trail: Trail) -> Chain:
    return tuple((step.container, step.index) for step in trail.steps)


def _same(new: New, value: Any) -> bool:
    return not isinstance(new, NewAlias) and meaning_of(value_of(new)) == meaning_of(value)


def _is_alias(step: Step) -> bool:
    return isinstance(step.value, Alias)


def _is_template(place: Path) -> bool:
    """Whether a path lies in a block that only serves to be pulled in elsewhere."""
    return bool(place) and str(place[0]).startswith("x-")


def _check_copy(value: Any) -> None:
    if isinstance(value, Tagged):
        raise Refusal(f"the inherited value has the tag {value.tag} and cannot be copied")

    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            _check_copy(inner)


def _no_place(at: Path, trail: Trail) -> str:
    where = spelled(at[: len(trail.steps)])
    node = target(trail.value)
    what = "a list" if isinstance(node, Sequence) else "a mapping" if isinstance(node, Mapping) else "a scalar"
    return f"{where} is {what}; {spelled(trail.rest)} cannot be put there"


def _listed(names: list[str]) -> str:
    return ", ".join(names) if len(names) < 4 else f"{', '.join(names[:3])} and {len(names) - 3} more"
