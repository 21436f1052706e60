"""The way from the root of a document to a path in its effective data, through aliases and merge keys."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from fixer.formats.yaml.nodes import Alias, Collection, Mapping, Node, Root, Scalar, Sequence
from fixer.formats.yaml.operations import Path
from fixer.formats.yaml.reading import is_merge, merged

Name = Callable[[Node], str]


class Step(msgspec.Struct, frozen=True):
    """One entry on the way: number `index` of `container`; `value` as it is written, `key` for a mapping.

    `anchor` names the anchor through which this entry is reached from the one before; None when it is written there.
    """

    container: Collection
    index: int
    key: Node | None
    value: Node
    anchor: str | None


class Trail(msgspec.Struct, frozen=True):
    """The steps that exist, and the rest of the path that does not."""

    root: Root
    steps: tuple[Step, ...]
    rest: Path

    @property
    def value(self) -> Node:
        """The value at the end of the steps, as written."""
        return self.steps[-1].value if self.steps else self.root.node

    @property
    def node(self) -> Scalar | Collection:
        """The value at the end of the steps, looked through an alias."""
        return target(self.value)

    @property
    def anchor(self) -> str | None:
        """Name of the last anchor on the way to the value; None when all of it is written in place."""
        if isinstance(self.value, Alias):
            return self.value.name

        return next((step.anchor for step in reversed(self.steps) if step.anchor is not None), None)

    @property
    def inherited(self) -> int:
        """Number of the first step that is reached through an anchor (the number of steps when none is)."""
        for number, step in enumerate(self.steps):
            if step.anchor is not None:
                return number

        return len(self.steps)


def target(node: Node) -> Scalar | Collection:
    """Return a node looked through an alias."""
    return node.target if isinstance(node, Alias) else node


def walk(root: Root, at: Path, name: Name) -> Trail:
    """Return the way to `at`, as far as it exists."""
    steps: list[Step] = []
    value: Node = root.node
    for number, part in enumerate(at):
        step = _step(value, part, name)
        if step is None:
            return Trail(root, tuple(steps), at[number:])

        steps.append(step)
        value = step.value

    return Trail(root, tuple(steps), ())


def find(mapping: Mapping, key: str, name: Name) -> int | None:
    """Return the number of the entry of `mapping` itself that holds `key`; of duplicates the last one counts."""
    if mapping.places is None:
        keys = enumerate(mapping.entries)
        mapping.places = {name(node): index for index, (node, _) in keys if not is_merge(node)}

    return mapping.places.get(key)


def _step(value: Node, part: str | int, name: Name) -> Step | None:
    anchor = value.name if isinstance(value, Alias) else None
    node = target(value)
    if isinstance(node, Mapping) and isinstance(part, str):
        return _entry(node, part, anchor, name)

    if isinstance(node, Sequence) and isinstance(part, int) and 0 <= part < len(node.items):
        return Step(node, part, None, node.items[part], anchor)

    return None


def _entry(mapping: Mapping, part: str, anchor: str | None, name: Name) -> Step | None:
    index = find(mapping, part, name)
    if index is not None:
        key, value = mapping.entries[index]
        return Step(mapping, index, key, value, anchor)

    for key, value in mapping.entries:
        if not is_merge(key):
            continue

        for source in merged(value):
            found = _entry(source, part, source.anchor or anchor, name)
            if found is not None:
                return found if found.anchor else msgspec.structs.replace(found, anchor="<<")

    return None
