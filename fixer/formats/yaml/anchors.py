"""Where a change goes when text is shared through anchors.

At the anchor, when everybody who sees it wants the same in this round; else as a copy where the value is seen; else
nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import msgspec

from fixer.finding import Operation
from fixer.formats.format import Refusal
from fixer.formats.yaml.document import YamlDocument
from fixer.formats.yaml.effects import Impossible, applied, in_order, spelled
from fixer.formats.yaml.ledger import Deferral, Ledger
from fixer.formats.yaml.nodes import Alias, Node
from fixer.formats.yaml.operations import Append, Path, Put, Remove, Rename
from fixer.formats.yaml.pending import New, NewAlias, NewMapping, NewSequence, grow
from fixer.formats.yaml.plan import kept_in
from fixer.formats.yaml.reading import meaning_of
from fixer.formats.yaml.scalars import Tagged
from fixer.formats.yaml.trail import Trail

Change: TypeAlias = Put | Append | Remove | Rename


class Override(msgspec.Struct, frozen=True):
    """A copy of an inherited value with changes made.

    It replaces the alias that stands at `local`, or is inserted there when `local` comes from a merge key.
    """

    local: Path
    new: New
    aliased: bool


class Shared(msgspec.Struct, frozen=True):
    """One text that several places see and all want changed alike; `at` is a path that leads to it."""

    at: Path
    places: tuple[Path, ...]


class Anchors:
    """Decides for one round."""

    def __init__(
        self, ledger: Ledger, documents: Sequence[YamlDocument], patches: Mapping[int, Sequence[Operation]]
    ) -> None:
        self.counted = False  # whether a decision rested on what other patches want
        self._ledger = ledger
        self._changed: dict[object, tuple[int, int, Shared]] = {}  # document, owner, text
        self._local: list[tuple[int, int, Path]] = []  # document, owner, place
        self._overrides: dict[tuple[int | str, ...], tuple[int, list[Change]]] = {}
        self._shared: dict[object, Shared] = {}
        changes = list(_changes(documents, patches))
        wishes = {_key(change, change.at) for change in changes}
        for change in changes:
            self._note_shared(documents[change.document], change, wishes)

    def decide(self, document: YamlDocument, operation: Change) -> Trail | Override | None:
        """Return where to make a change, or the copy that makes it; None when an earlier patch sees to it.

        Raises Refusal, with the names of those who share the text, and Deferral.
        """
        shared = self._shared.get(_key(operation, operation.at))
        if shared is not None:
            return self._share(document, operation, shared)

        trail = document.walk(operation.at)
        if not _is_written(trail, operation):
            return self._override(document, trail, operation)

        alias = not trail.rest and isinstance(trail.value, Alias)
        places = document.sharing.dependents(trail) if alias else _texts(document, trail, operation)[0]
        others = [one for one in places if one != operation.at]
        if others:
            raise Refusal(f"the text at {spelled(operation.at)} is shared through an anchor with {listed(others)}")

        self._note_local(document, operation.at)
        return trail

    def _note_shared(self, document: YamlDocument, change: Change, wishes: set[object]) -> None:
        """Remember a text that is changed for all who see it; a block that only serves to be pulled in has no say."""
        for places in _texts(document, document.walk(change.at), change):
            wanted = all(str(place[0]).startswith("x-") or _key(change, place) in wishes for place in places if place)
            if len(places) > 1 and wanted:
                shared = Shared(change.at, tuple(places))
                for place in places:
                    self._shared.setdefault(_key(change, place), shared)

                return

    def _share(self, document: YamlDocument, operation: Change, shared: Shared) -> Trail | None:
        """Change the shared text once, for all who see it."""
        self.counted = True
        key = _key(operation, shared.at)
        if key in self._changed:
            return None

        for index, owner, local in self._local:
            if index == operation.document and any(_meets(place, local) for place in shared.places):
                raise self._ledger.clash(owner, operation.at)

        self._ledger.note(kept_in(self._changed, key, (operation.document, self._ledger.owner, shared)))
        for place in shared.places:
            if place != operation.at:
                self._ledger.effect(msgspec.structs.replace(operation, at=place))

        trails = [document.walk(place) for place in (shared.at, *shared.places)]
        return next((trail for trail in trails if trail.rest or not isinstance(trail.value, Alias)), trails[0])

    def _note_local(self, document: YamlDocument, at: Path) -> None:
        """A place that is changed for itself must not see a text that is changed for all in the same round."""
        for index, owner, shared in self._changed.values():
            if index == document.index and any(_meets(place, at) for place in shared.places):
                raise self._ledger.clash(owner, at)

        self._local.append((document.index, self._ledger.owner, at))
        self._ledger.note(self._local.pop)

    def _override(self, document: YamlDocument, trail: Trail, operation: Change) -> Override:
        local, aliased = _crossing(trail, operation.at)
        if local == operation.at and isinstance(operation, Remove | Rename):
            raise Refusal(f"{spelled(local)} comes from the anchor &{trail.anchor} and cannot be taken away here alone")

        self._check_local(document, local, aliased=aliased)
        self._note_local(document, local)
        operations = self._operations(document, local, operation)
        value = _changed(document, local, operations)
        alias = document.walk(local).value if aliased else None
        new = _copy(value, operations, local, alias, self._ledger.owner)
        return Override(local, new, aliased)

    def _check_local(self, document: YamlDocument, local: Path, *, aliased: bool) -> None:
        """The place of the copy must be seen here only."""
        place = document.walk(local)
        if aliased:
            places = document.sharing.dependents(place)
        else:
            holder = document.walk(local[:-1]).node
            places = [(*path, local[-1]) for path in document.sharing.paths(holder)]

        if places != [local]:
            others = [one for one in places if one != local]
            raise Refusal(f"the text at {spelled(local)} is shared through an anchor with {listed(others)}")

    def _operations(self, document: YamlDocument, local: Path, operation: Change) -> list[Change]:
        """Note that this patch writes a copy at `local`, and return all it wants there."""
        key = (document.index, *local)
        owner, operations = self._overrides.get(key, (self._ledger.owner, []))
        if owner != self._ledger.owner:
            raise Deferral

        for earlier in operations:
            both_add = isinstance(earlier, Put | Append) and isinstance(operation, Put | Append)
            if not both_add and _meets(earlier.at, operation.at):
                raise self._ledger.clash(owner, operation.at)

        operations = [*operations, operation]
        self._ledger.note(kept_in(self._overrides, key, (owner, operations)))
        return operations


def used_from_outside(document: YamlDocument, node: Node) -> bool:
    """Whether an alias outside of a node stands for something inside of it, or for the node itself."""
    if isinstance(node, Alias):
        return False

    end = max(node.end, node.start + 1)
    return any(
        node.start <= alias.target.start < end and not node.start <= alias.start < end
        for alias in document.root.aliases
    )


def listed(places: Sequence[Path]) -> str:
    """Return paths as people write them, not more than three."""
    names = [spelled(place) for place in places]
    return ", ".join(names) if len(names) < 4 else f"{', '.join(names[:3])} and {len(names) - 3} more"


def _changes(documents: Sequence[YamlDocument], patches: Mapping[int, Sequence[Operation]]) -> Iterator[Change]:
    """Yield the changes of documents with aliases."""
    for operations in patches.values():
        for operation in operations:
            change = operation if isinstance(operation, Put | Append | Remove | Rename) else None
            known = change is not None and 0 <= change.document < len(documents)
            if change is not None and known and documents[change.document].root.aliases:
                yield change


def _key(operation: Change, place: Path) -> object:
    """What an operation asks for, at some place."""
    wish: Any = operation.key if isinstance(operation, Rename) else None
    if isinstance(operation, Put | Append):
        wish = repr(meaning_of(operation.value))

    return type(operation), operation.document, place, wish


def _texts(document: YamlDocument, trail: Trail, operation: Change) -> list[list[Path]]:
    """Return the texts that an operation could change, the best first, each as the places that see it."""
    sharing = document.sharing
    entry = sharing.dependents(trail)
    if trail.rest or isinstance(operation, Remove | Rename):
        return [entry]

    node = trail.node
    if isinstance(trail.value, Alias):
        return [sharing.paths(node), entry] if isinstance(operation, Put) else [sharing.paths(node)]

    return [sharing.paths(node)] if node.anchor is not None else [entry]


def _meets(left: Path, right: Path) -> bool:
    """Whether one of two paths leads through the other."""
    return left[: len(right)] == right or right[: len(left)] == left


def _is_written(trail: Trail, operation: Change) -> bool:
    """Whether the text that a change concerns stands where the path says (an alias replaced as a whole included)."""
    if trail.anchor is None:
        return True

    whole = not trail.rest and isinstance(trail.value, Alias) and not isinstance(operation, Append)
    return whole and trail.inherited == len(trail.steps)


def _crossing(trail: Trail, at: Path) -> tuple[Path, bool]:
    """Return the first path that is not written in place, and whether an alias stands there (else a merge key)."""
    number = trail.inherited
    if number and isinstance(trail.steps[number - 1].value, Alias):
        return at[:number], True

    return at[: number + 1], False


def _changed(document: YamlDocument, local: Path, operations: Sequence[Change]) -> Any:
    """Return the effective value at `local` with operations made on it."""
    value = document.data
    for part in local:
        value = value[part]

    relative = [msgspec.structs.replace(one, document=0, at=one.at[len(local) :]) for one in operations]
    try:
        return applied([value], in_order(relative), convert=lambda new: new)[0]
    except Impossible as error:
        raise Refusal(f"{spelled(local)}: {error}") from None


def _copy(value: Any, operations: Sequence[Change], local: Path, alias: Node | None, owner: int) -> New:
    """Return the value as a new tree; of a mapping behind an alias only what changes, merged over the alias."""
    rests = [one.at[len(local) :] for one in operations]
    additions = all(rests) and all(isinstance(one, Put | Append) for one in operations)
    if isinstance(alias, Alias) and isinstance(value, dict) and additions:
        changed = {str(rest[0]): value[rest[0]] for rest in rests}
        _check_copy(changed)
        entries = {key: grow(inner, owner) for key, inner in changed.items()}
        return NewMapping({"<<": NewAlias(alias.name, owner), **entries}, owner, closed=True)

    _check_copy(value)
    new = grow(value, owner)
    if isinstance(new, NewMapping | NewSequence):
        new.closed = True

    return new


def _check_copy(value: Any) -> None:
    if isinstance(value, Tagged):
        raise Refusal(f"the inherited value has the tag {value.tag} and cannot be copied")

    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            _check_copy(inner)
