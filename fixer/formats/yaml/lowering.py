"""Patches to edits: gather the changes of a round, write each, and start again without what turned out impossible."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from fixer.finding import Operation
from fixer.formats.format import Lowered, Refusal
from fixer.formats.yaml.effects import in_order
from fixer.formats.yaml.flows import Site, flow_of, insert_flow, remove_flow
from fixer.formats.yaml.inserting import insert_items, insert_keys
from fixer.formats.yaml.joint import Joint
from fixer.formats.yaml.layout import Layout
from fixer.formats.yaml.pending import owners_of
from fixer.formats.yaml.pieces import Pieces
from fixer.formats.yaml.plan import Insertions, Plan
from fixer.formats.yaml.removal import remove_entries
from fixer.formats.yaml.replacing import rename, replace
from fixer.formats.yaml.streams import add_documents

if TYPE_CHECKING:
    from fixer.formats.yaml.file import YamlFile
    from fixer.text import Edit

Unit = tuple[set[int], Callable[[], None]]


def lower(file: YamlFile, patches: Mapping[int, Sequence[Operation]]) -> Lowered:
    """Turn the operations of each patch into edits; earlier patches go first."""
    refused: dict[int, str] = {}
    deferred: set[int] = set()
    layout = Layout(file.source.text, file.source.newline, file.roots, file.habits)
    while True:
        left = {owner: patch for owner, patch in patches.items() if owner not in refused and owner not in deferred}
        joint = Joint(file, left)
        refused.update(joint.refused)
        deferred |= joint.deferred
        if joint.counted and (joint.refused or joint.deferred):
            continue  # a decision may have counted on a patch that is gone

        pieces, impossible = _written(file, layout, joint.plan)
        edits = pieces.edits()
        if not impossible and (clash := overlapping(edits)):
            first, late = clash
            if first == late:
                refused[late] = "its changes are in each other's way"
            else:
                deferred.add(late)

            continue

        if not impossible:
            effects = tuple(in_order([one for owner in joint.effects for one in joint.effects[owner]]))
            return Lowered(edits, frozenset(joint.effects), frozenset(deferred), refused, effects)

        refused.update(impossible)


def overlapping(edits: Sequence[Edit]) -> tuple[int, int] | None:
    """Return the owners of two edits that are in each other's way, the earlier patch first; None when all is well."""
    for one, other in pairwise(edits):
        if other.start < one.end:
            return min(one.owner, other.owner), max(one.owner, other.owner)

    return None


def _written(file: YamlFile, layout: Layout, plan: Plan) -> tuple[Pieces, dict[int, str]]:
    """Write all changes; return them with the reasons of the owners whose changes cannot be written."""
    pieces = Pieces(layout.newline)
    impossible: dict[int, str] = {}
    for owners, write in _units(file, layout, plan, pieces):
        try:
            write()
        except Refusal as reason:
            impossible.update(dict.fromkeys(owners, str(reason)))

    return pieces, impossible


def _units(file: YamlFile, layout: Layout, plan: Plan, pieces: Pieces) -> Iterator[Unit]:
    """Yield each change with its owners and what writes it."""
    for replacement in plan.replacements.values():
        yield set(owners_of(replacement.new)), partial(replace, layout, pieces, replacement, file.path)

    for insertions in plan.insertions.values():
        if insertions.entries:
            owners = {owner for _, new in insertions.entries for owner in owners_of(new)}
            yield owners, _insertion(file, layout, plan, pieces, insertions)

    for removals in plan.removals.values():
        if removals.owners:
            filled = plan.inserted(removals.container) is not None
            remove = remove_flow if removals.container.flow else remove_entries
            yield set(removals.owners.values()), partial(remove, layout, pieces, removals, filled=filled)

    for renaming in plan.renamings.values():
        yield {renaming.owner}, partial(rename, pieces, renaming, file.path)

    if plan.added:
        yield {owner for _, owner in plan.added}, partial(add_documents, file, layout, pieces, plan.added)


def _insertion(
    file: YamlFile, layout: Layout, plan: Plan, pieces: Pieces, insertions: Insertions
) -> Callable[[], None]:
    removed = plan.removed(insertions.container)
    name = file.documents[0].name
    if insertions.container.flow:
        flow = flow_of(layout, insertions.container, insertions.chain, file.path)
        return partial(insert_flow, Site(layout, pieces, insertions.container, flow), insertions, removed, name)

    if insertions.entries[0][0] is None:
        return partial(insert_items, layout, pieces, insertions, removed)

    return partial(insert_keys, layout, pieces, insertions, removed, name)
