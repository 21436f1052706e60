"""Where a change goes when text is shared through anchors.

At the anchor, when everybody who sees it wants the same in this round; else as a copy where the value is seen; else
nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import msgspec

from fixer.finding import Operation
from fixer.formats.format import Refusal
from fixer.formats.yaml.document import YamlDocument
from fixer.formats.yaml.effects import Impossible, applied, spelled
from fixer.formats.yaml.ledger import Deferral, Ledger
from fixer.formats.yaml.nodes import Alias, Node
from fixer.formats.yaml.operations import Append, Path, Put, Remove, Rename
from fixer.formats.yaml.pending import New, NewAlias, NewMapping, NewSequence, grow
from fixer.formats.yaml.plan import kept_in
from fixer.formats.yaml.reading import meaning_of
from fixer.formats.yaml.scalars import Tagged
from fixer.formats.yaml.trail import Trail

Change: TypeAlias = Put | Append | Remove | Rename


class Wishes:
    """What the patches of a round want, by kind of operation and place."""

    def __init__(self, patches: Mapping[int, Sequence[Operation]]) -> None:
        self._wishes: dict[tuple[type, int, Path], list[Any]] = {}
        for operations in patches.values():
            for operation in operations:
                if isinstance(operation, Put | Append | Remove | Rename):
                    key = type(operation), operation.document, operation.at
                    self._wishes.setdefault(key, []).append(wish(operation))

    def has(self, operation: Change, place: Path) -> bool:
        """Whether some patch wants the same at another place; a block that is only pulled in elsewhere has no say."""
        if place and str(place[0]).startswith("x-"):
            return True

        return wish(operation) in self._wishes.get((type(operation), operation.document, place), ())


class Override(msgspec.Struct, frozen=True):
    """A copy of an inherited value with changes made.

    It replaces the alias that stands at `local`, or is inserted there when `local` comes from a merge key.
    """

    local: Path
    new: New
    aliased: bool


class Anchors:
    """Decides for one round."""

    def __init__(self, ledger: Ledger, patches: Mapping[int, Sequence[Operation]]) -> None:
        self.counted = False  # whether a decision rested on what other patches want
        self._ledger = ledger
        self._wishes = Wishes(patches)
        self._shared: dict[object, int] = {}
        self._overrides: dict[tuple[object, ...], tuple[int, list[Change]]] = {}

    def decide(self, document: YamlDocument, operation: Change) -> Trail | Override | None:
        """Return where to make a change, or the copy that makes it; None when an earlier patch sees to it.

        Raises Refusal, with the names of those who share the text, and Deferral.
        """
        trail = document.walk(operation.at)
        for node, place in self._candidates(document, trail, operation):
            others = [one for one in place if one != operation.at]
            if not others and node is None and trail.anchor is None:
                return trail

            if others and all(self._wishes.has(operation, one) for one in place):
                return self._share(document, operation, place)

        if _is_written(trail, operation):
            places = document.sharing.dependents(trail)
            others = [one for one in places if one != operation.at]
            if not others and (not trail.rest and isinstance(trail.value, Alias)):
                return trail

            names = listed(others or self._users(document, trail, operation))
            raise Refusal(f"the text at {spelled(operation.at)} is shared through an anchor with {names}")

        return self._override(document, trail, operation)

    def _candidates(
        self, document: YamlDocument, trail: Trail, operation: Change
    ) -> list[tuple[Node | None, list[Path]]]:
        """Return the texts that could change, each with the places that see it."""
        sharing = document.sharing
        if not trail.rest and isinstance(operation, Put | Append):
            node = trail.node
            if isinstance(trail.value, Alias):
                whole = [(None, sharing.dependents(trail))] if isinstance(operation, Put) else []
                return [(node, sharing.paths(node)), *whole]

            if node.anchor is not None and len(sharing.paths(node)) > 1:
                return [(node, sharing.paths(node))]

        return [(None, sharing.dependents(trail))]

    def _users(self, document: YamlDocument, trail: Trail, operation: Change) -> list[Path]:
        return [one for one in document.sharing.paths(trail.node) if one != operation.at]

    def _share(self, document: YamlDocument, operation: Change, places: list[Path]) -> Trail | None:
        """Change the shared text once, for all who see it."""
        self.counted = True
        key = type(operation), operation.document, frozenset(places), repr(wish(operation))
        if key in self._shared:
            return None

        self._shared[key] = self._ledger.owner
        self._ledger.note(lambda: self._shared.pop(key))
        for place in places:
            if place != operation.at:
                self._ledger.effect(msgspec.structs.replace(operation, at=place))

        trails = [document.walk(place) for place in (operation.at, *places)]
        return next((trail for trail in trails if not isinstance(trail.value, Alias) or trail.rest), trails[0])

    def _override(self, document: YamlDocument, trail: Trail, operation: Change) -> Override:
        local, aliased = _crossing(trail, operation.at)
        if local == operation.at and isinstance(operation, Remove | Rename):
            raise Refusal(f"{spelled(local)} comes from the anchor &{trail.anchor} and cannot be taken away here alone")

        self._check_local(document, local, aliased=aliased)
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

        operations = [*operations, operation]
        self._ledger.note(kept_in(self._overrides, key, (owner, operations)))
        return operations


def wish(operation: Change) -> Any:
    """Return what an operation asks for, apart from its place."""
    if isinstance(operation, Put | Append):
        return meaning_of(operation.value)

    return operation.key if isinstance(operation, Rename) else None


def used_from_outside(document: YamlDocument, node: Node) -> bool:
    """Whether an alias outside of a node stands for something inside of it, or for the node itself."""
    end = max(node.end, node.start + 1)
    return any(
        node.start <= alias.target.start < end and not node.start <= alias.start < end
        for alias in document.root.aliases
    )


def listed(places: Sequence[Path]) -> str:
    """Return paths as people write them, not more than three."""
    names = [spelled(place) for place in places]
    return ", ".join(names) if len(names) < 4 else f"{', '.join(names[:3])} and {len(names) - 3} more"


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
        return applied([value], relative, convert=lambda new: new)[0]
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
