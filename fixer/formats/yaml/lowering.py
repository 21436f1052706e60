"""Patches to edits: gather the changes of a round, write each, and start again without what turned out impossible."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from fixer.finding import Operation
from fixer.formats.format import Lowered, Refusal
from fixer.formats.yaml.blocks import insert_items, insert_keys, remove_entries, rename, replace
from fixer.formats.yaml.flows import insert_flow, remove_flow
from fixer.formats.yaml.joint import Joint
from fixer.formats.yaml.layout import Layout
from fixer.formats.yaml.operations import AddDocument, Append, Put, Remove, Rename
from fixer.formats.yaml.pending import owners_of
from fixer.formats.yaml.pieces import Pieces
from fixer.formats.yaml.streams import add_documents

if TYPE_CHECKING:
    from fixer.formats.yaml.file import YamlFile


def lower(file: YamlFile, patches: Mapping[int, Sequence[Operation]]) -> Lowered:
    """Turn the operations of each patch into edits; earlier patches go first."""
    refused: dict[int, str] = {}
    deferred: set[int] = set()
    layout = Layout(file.source.text, file.source.newline, file.roots, file.habits)
    while True:
        left = {owner: patch for owner, patch in patches.items() if owner not in refused and owner not in deferred}
        joint = Joint(file, left)
        failed = bool(joint.refused or joint.deferred)
        refused.update(joint.refused)
        deferred |= joint.deferred
        if failed and joint.shared:
            continue  # somebody may have counted on a patch that is gone

        pieces, impossible = _written(file, layout, joint)
        if not impossible:
            done = frozenset(joint.effects)
            return Lowered(pieces.edits(), done, frozenset(deferred), refused, tuple(_ordered(joint.effects)))

        refused.update(impossible)


def _written(file: YamlFile, layout: Layout, joint: Joint) -> tuple[Pieces, dict[int, str]]:
    """Write all changes; return them with the reasons of the owners whose changes cannot be written."""
    pieces = Pieces(layout.newline)
    impossible: dict[int, str] = {}
    for owners, write in _units(file, layout, joint, pieces):
        try:
            write()
        except Refusal as reason:
            impossible.update(dict.fromkeys(owners, str(reason)))

    return pieces, impossible


def _units(
    file: YamlFile, layout: Layout, joint: Joint, pieces: Pieces
) -> Iterator[tuple[set[int], Callable[[], None]]]:
    """Yield each change with its owners and the function that writes it."""
    for replacement in joint.replacements.values():
        yield set(owners_of(replacement.new)), lambda one=replacement: replace(layout, pieces, one, file.path)  # type: ignore[misc]

    for insertions in joint.insertions.values():
        owners = {owner for _, new in insertions.entries for owner in owners_of(new)}
        if not insertions.entries:
            continue

        removed = joint.removed(insertions.container)
        if insertions.container.flow:
            yield (
                owners,
                lambda one=insertions, gone=removed: insert_flow(
                    layout, pieces, one, gone, file.documents[0].name, file.path
                ),
            )  # type: ignore[misc]
        elif insertions.entries[0][0] is None:
            yield owners, lambda one=insertions, gone=removed: insert_items(layout, pieces, one, gone)  # type: ignore[misc]
        else:
            yield (
                owners,
                lambda one=insertions, gone=removed: insert_keys(layout, pieces, one, gone, file.documents[0].name),
            )  # type: ignore[misc]

    for removals in joint.removals.values():
        inserted = joint.insertions.get(id(removals.container))
        filled = inserted is not None and bool(inserted.entries)
        if not removals.owners:
            continue

        remove = remove_flow if removals.container.flow else remove_entries
        yield (
            set(removals.owners.values()),
            lambda one=removals, kept=filled, write=remove: write(layout, pieces, one, filled=kept),
        )  # type: ignore[misc]

    for renaming in joint.renamings.values():
        yield {renaming.owner}, lambda one=renaming: rename(pieces, one)  # type: ignore[misc]

    if joint.added:
        yield {owner for _, owner in joint.added}, lambda: add_documents(file, layout, pieces, joint.added)


def _ordered(effects: Mapping[int, Sequence[Operation]]) -> Iterator[Operation]:
    """Yield the effects so that each finds its path as it was before the round: what shifts paths comes last."""
    operations = [operation for owner in effects for operation in effects[owner]]
    yield from (one for one in operations if isinstance(one, Put | Append))
    yield from _backwards([one for one in operations if isinstance(one, Rename)])
    yield from _backwards([one for one in operations if isinstance(one, Remove)])
    yield from (one for one in operations if isinstance(one, AddDocument))


def _backwards(operations: Sequence[Remove | Rename]) -> list[Remove | Rename]:
    def place(operation: Remove | Rename) -> list[tuple[bool, str | int]]:
        return [(isinstance(part, int), part) for part in operation.at]

    return sorted(operations, key=place, reverse=True)
