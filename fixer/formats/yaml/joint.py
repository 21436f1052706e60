"""The operations of one round, gathered into one plan of changes before any text is written.

Patches come one after another. A patch is taken whole or not at all: what it noted is taken back when one of its
operations is refused, or touches a place that an earlier patch replaces or removes.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as MappingType
from collections.abc import Sequence as SequenceType
from typing import TYPE_CHECKING

from fixer.finding import Operation
from fixer.formats.format import Refusal
from fixer.formats.yaml.anchors import Anchors, Change, Override, used_from_outside
from fixer.formats.yaml.document import YamlDocument
from fixer.formats.yaml.effects import spelled
from fixer.formats.yaml.growing import Slot, change_new, grown, same
from fixer.formats.yaml.layout import Chain, is_empty
from fixer.formats.yaml.ledger import Deferral, Entry, Ledger, entry_of
from fixer.formats.yaml.nodes import Alias, Collection, Mapping, Node, Scalar, Sequence
from fixer.formats.yaml.operations import AddDocument, Append, Path, Put, Remove, Rename
from fixer.formats.yaml.pending import New, grow, is_copy
from fixer.formats.yaml.plan import Insertions, Plan, Removals, Renaming, Replacement, kept_in
from fixer.formats.yaml.reading import is_opaque, meaning_of
from fixer.formats.yaml.trail import Step, Trail, target

if TYPE_CHECKING:
    from fixer.formats.yaml.file import YamlFile


class Joint:
    """The plan that the patches amount to, and what became of each."""

    def __init__(self, file: YamlFile, patches: MappingType[int, SequenceType[Operation]]) -> None:
        self.plan = Plan()
        self.deferred: set[int] = set()
        self.refused: dict[int, str] = {}
        self._file = file
        self._ledger = Ledger()
        self._sound: set[int] = set()
        self._anchors = Anchors(self._ledger, file.documents, patches)
        for owner, operations in patches.items():
            self._take(owner, operations)

    @property
    def effects(self) -> MappingType[int, SequenceType[Operation]]:
        """What each patch that was taken amounts to."""
        return self._ledger.effects

    @property
    def counted(self) -> bool:
        """Whether some patch was taken because others want the same."""
        return self._anchors.counted

    def _take(self, owner: int, operations: SequenceType[Operation]) -> None:
        self._ledger.begin(owner)
        try:
            for operation in operations:
                self._make(operation)
        except Refusal as reason:
            self._ledger.undo()
            self.refused[owner] = str(reason)
        except Deferral:
            self._ledger.undo()
            self.deferred.add(owner)

    def _make(self, operation: Operation) -> None:
        if isinstance(operation, AddDocument):
            self.plan.added.append((operation, self._ledger.owner))
            self._ledger.note(self.plan.added.pop)
            self._ledger.effect(operation)
            return

        if not isinstance(operation, Put | Append | Remove | Rename):
            raise Refusal(f"{type(operation).__name__} is no change of a YAML file that is there")

        if not 0 <= operation.document < len(self._file.documents):
            raise Refusal(f"the file has no document {operation.document + 1}")

        self._change(self._file.documents[operation.document], operation)

    def _change(self, document: YamlDocument, operation: Change) -> None:
        way = document.walk(operation.at)
        if isinstance(operation, Put) and self._holds(document, way, operation):
            self._ledger.effect(operation)
            return

        trail = self._anchors.decide(document, operation) if document.root.aliases else way
        if trail is None:
            return

        self._ledger.effect(operation)
        if isinstance(trail, Override):
            self._override(document, trail)
            return

        if not self._change_new(trail, operation):
            self._change_text(document, trail, operation)

        self._ledger.touch(trail.steps)

    def _holds(self, document: YamlDocument, trail: Trail, operation: Put) -> bool:
        """Whether the value is there already, and the comment with it, and nobody is about to change it."""
        if trail.rest or operation.comment not in document.comment(operation.at):
            return False

        entries = [entry_of(step) for step in trail.steps]
        if any(entry in self.plan.replacements or self.plan.owner_at(entry) is not None for entry in entries):
            return False

        value = document.data
        for part in operation.at:
            value = value[part]

        return bool(meaning_of(value) == meaning_of(operation.value))

    # ---- inside of what this round makes

    def _change_new(self, trail: Trail, operation: Change) -> bool:
        """Make the change in a new value that stands on the way, if one does."""
        for number, step in enumerate(trail.steps):
            entry = entry_of(step)
            owner = self.plan.owner_at(entry)
            if owner is not None:
                raise self._ledger.clash(owner, operation.at)

            if entry in self.plan.replacements:
                rest = (*self._parts(trail)[number + 1 :], *trail.rest)
                self._change_replacement(self.plan.replacements[entry], rest, operation)
                return True

        root = id(trail.root), -1
        if not trail.steps and root in self.plan.replacements:
            self._change_replacement(self.plan.replacements[root], trail.rest, operation)
            return True

        return bool(trail.rest) and self._change_inserted(trail, operation)

    def _change_inserted(self, trail: Trail, operation: Change) -> bool:
        insertions = self.plan.insertions.get(id(trail.node))
        if insertions is None or not isinstance(trail.node, Mapping):
            return False

        for number, (key, _) in enumerate(insertions.entries):
            if key == trail.rest[0]:
                change_new(self._ledger, Slot(insertions.entries, number), trail.rest[1:], operation)
                return True

        return False

    def _change_replacement(self, replacement: Replacement, rest: Path, operation: Change) -> None:
        if replacement.open or replacement.owner == self._ledger.owner:
            change_new(self._ledger, replacement, rest, operation)
        elif rest or not isinstance(operation, Put) or not same(replacement.new, operation.value):
            raise Deferral

    # ---- in the text that is there

    def _change_text(self, document: YamlDocument, trail: Trail, operation: Change) -> None:
        if isinstance(operation, Remove | Rename):
            self._take_away(document, trail, operation)
        elif isinstance(operation, Append) and not trail.rest:
            self._append(document, trail, operation)
        elif isinstance(operation, Put) and not trail.rest:
            self._put(document, trail, operation)
        elif is_empty(trail.node):
            self._fill(trail, operation)
        elif isinstance(trail.node, Mapping) and isinstance(trail.rest[0], str):
            self._insert(document, trail, grown(self._ledger, operation, trail.rest[1:]))
        else:
            raise Refusal(_no_place(operation.at, trail))

    def _put(self, document: YamlDocument, trail: Trail, operation: Put) -> None:
        node = trail.value
        if not isinstance(node, Alias):
            if node.tag is not None:
                raise Refusal(f"the value at {spelled(operation.at)} has the tag {node.tag}")

            itself = isinstance(node, Scalar) and node.anchor is not None
            if not itself and used_from_outside(document, node):
                raise Refusal(f"aliases use what stands at {spelled(operation.at)}")

        new = grow(operation.value, self._ledger.owner, operation.comment)
        self._replace(trail, new, opened=is_empty(node))

    def _append(self, document: YamlDocument, trail: Trail, operation: Append) -> None:
        node = trail.node
        if is_empty(node) and not isinstance(node, Mapping):
            self._fill(trail, operation)
            return

        if not isinstance(node, Sequence):
            raise Refusal(f"{spelled(operation.at)} is no list")

        if is_opaque(node.tag or "") and node.tag != "!override":
            raise Refusal(f"{spelled(operation.at)} has the tag {node.tag}")

        insertions = self._insertions(document, trail)
        insertions.entries.append((None, grow(operation.value, self._ledger.owner)))
        self._ledger.note(insertions.entries.pop)

    def _fill(self, trail: Trail, operation: Put | Append) -> None:
        """Put something into a value that is null or an empty collection."""
        node = trail.value
        if trail.rest and (isinstance(trail.rest[0], int) or isinstance(trail.node, Sequence)):
            raise Refusal(_no_place(operation.at, trail))

        if isinstance(node, Alias) or node.anchor is not None or node.tag is not None:
            where = spelled(operation.at[: len(trail.steps)])
            raise Refusal(f"the empty value at {where} has an anchor or a tag")

        self._replace(trail, grown(self._ledger, operation, trail.rest), opened=True)

    def _replace(self, trail: Trail, new: New, *, opened: bool) -> None:
        if not trail.steps and not is_empty(trail.root.node):
            raise Refusal("a document is not replaced as a whole")

        step = trail.steps[-1] if trail.steps else None
        entry = entry_of(step) if step is not None else (id(trail.root), -1)
        self._ledger.check_untouched(entry, self._parts(trail))
        if step is not None:
            self._check_keys(step.container)

        replacement = Replacement(trail.root.node, step, _chain(trail.steps), new, self._ledger.owner, opened)
        self._ledger.note(kept_in(self.plan.replacements, entry, replacement))

    def _insert(self, document: YamlDocument, trail: Trail, new: New) -> None:
        node = trail.node
        if is_opaque(node.tag or ""):
            raise Refusal(f"the mapping at {spelled(self._parts(trail))} has the tag {node.tag}")

        assert isinstance(node, Mapping)
        self._check_keys(node)
        insertions = self._insertions(document, trail)
        insertions.entries.append((str(trail.rest[0]), new))
        self._ledger.note(insertions.entries.pop)

    def _insertions(self, document: YamlDocument, trail: Trail) -> Insertions:
        node = trail.node
        assert isinstance(node, Mapping | Sequence)
        removals = self.plan.removed(node)
        if removals is not None and self._crowded(node, set(removals.owners.values()), len(removals.owners)):
            raise Deferral

        values = [value for _, value in node.entries] if isinstance(node, Mapping) else node.items
        if any(self._ends_openly(value) for value in values):
            raise Refusal("an entry beside it ends in a question mark without a value")

        if id(node) not in self.plan.insertions:
            at = tuple(document.name(step.key) if step.key else step.index for step in trail.steps)
            self.plan.insertions[id(node)] = Insertions(node, _chain(trail.steps), at, [])
            self._ledger.note(lambda: self.plan.insertions.pop(id(node)))

        return self.plan.insertions[id(node)]

    def _take_away(self, document: YamlDocument, trail: Trail, operation: Remove | Rename) -> None:
        if trail.rest or not trail.steps:
            raise Refusal(f"there is nothing at {spelled(operation.at)}")

        step = trail.steps[-1]
        self._ledger.check_untouched(entry_of(step), operation.at)
        self._check_keys(step.container)
        if isinstance(operation, Rename):
            self._rename(document, step, operation)
        elif any(used_from_outside(document, node) for node in (step.key, step.value) if node is not None):
            raise Refusal(f"aliases use what stands at {spelled(operation.at)}")
        else:
            self._remove(step, _chain(trail.steps[:-1]))

    def _remove(self, step: Step, chain: Chain) -> None:
        container = step.container
        removals = self.plan.removals.setdefault(id(container), Removals(container, chain, {}))
        insertions = self.plan.inserted(container)
        owners = (
            {*removals.owners.values(), *(new.owner for _, new in insertions.entries)}
            if insertions
            else {*removals.owners.values()}
        )
        if self._crowded(container, owners, len(removals.owners) + 1):
            raise Deferral

        removals.owners[step.index] = self._ledger.owner
        self._ledger.note(lambda: removals.owners.pop(step.index))

    def _crowded(self, container: Collection, owners: set[int], removed: int) -> bool:
        """Whether patches get in each other's way: nothing of a container would be left to hold on to."""
        if owners <= {self._ledger.owner}:
            return False

        count = len(container.entries if isinstance(container, Mapping) else container.items)
        return container.flow or removed >= count

    def _rename(self, document: YamlDocument, step: Step, operation: Rename) -> None:
        key = step.key
        if not isinstance(key, Scalar) or key.anchor is not None or key.tag is not None:
            raise Refusal(f"{spelled(operation.at)} has no key that could be renamed")

        if document.has((*operation.at[:-1], operation.key)):
            raise Refusal(f"there is a {operation.key} beside {spelled(operation.at)} already")

        renaming = Renaming(step, operation.key, self._ledger.owner)
        self._ledger.note(kept_in(self.plan.renamings, entry_of(step), renaming))

    # ---- copies of inherited values

    def _override(self, document: YamlDocument, override: Override) -> None:
        place = document.walk(override.local)
        self._check_way(place.steps, override)
        if override.aliased:
            entry = entry_of(place.steps[-1])
            self._override_alias(place, entry, override.new)
            self._ledger.touch(place.steps)
            return

        upper = document.walk(override.local[:-1])
        self._override_merged(document, Trail(place.root, upper.steps, override.local[-1:]), override.new)
        self._ledger.touch(upper.steps)

    def _check_way(self, steps: SequenceType[Step], override: Override) -> None:
        """Nothing on the way to a copy may be replaced, removed or renamed in the same round."""
        for number, step in enumerate(steps):
            entry = entry_of(step)
            owner = self.plan.owner_at(entry)
            if owner is None and number + 1 < len(steps) and entry in self.plan.replacements:
                owner = self.plan.replacements[entry].owner

            if owner is not None:
                raise self._ledger.clash(owner, override.local)

    def _override_alias(self, place: Trail, entry: Entry, new: New) -> None:
        old = self.plan.replacements.get(entry)
        if old is None:
            self._replace(place, new, opened=False)
        elif old.owner == self._ledger.owner and is_copy(old.new):
            before, old.new = old.new, new
            self._ledger.note(lambda: setattr(old, "new", before))
        else:
            raise self._ledger.clash(old.owner, self._parts(place))

    def _override_merged(self, document: YamlDocument, place: Trail, new: New) -> None:
        insertions = self.plan.inserted(place.node) if isinstance(place.node, Mapping) else None
        for number, (key, old) in enumerate(insertions.entries if insertions else ()):
            if insertions is not None and key == place.rest[0]:
                if old.owner != self._ledger.owner or not is_copy(old):
                    raise self._ledger.clash(old.owner, (*self._parts(place), key))

                slot = Slot(insertions.entries, number)
                slot.new = new
                self._ledger.note(_restored(slot, old))
                return

        self._insert(document, place, new)

    # ---- small things

    def _ends_openly(self, node: Node) -> bool:
        """Whether the last line of a value is `? key` without a colon, behind which nothing can be put."""
        while isinstance(node, Mapping | Sequence) and not node.flow:
            if isinstance(node, Sequence):
                node = node.items[-1]
                continue

            key, node = node.entries[-1]
            if node.start == node.end and (
                not isinstance(key, Scalar) or key.start == key.end or self._is_explicit(key)
            ):
                return True

        return False

    def _check_keys(self, container: Collection) -> None:
        """Raise Refusal for a mapping whose keys are not plain names, each once."""
        if id(container) in self._sound:
            return

        names: set[str] = set()
        for key, _ in container.entries if isinstance(container, Mapping) else ():
            if not isinstance(key, Scalar) or key.end == key.start or self._is_explicit(key):
                raise Refusal("the mapping has a complex key")

            name = self._file.documents[0].name(key)
            if name in names:
                raise Refusal(f"the mapping has the key {name} twice")

            names.add(name)

        self._sound.add(id(container))

    def _is_explicit(self, key: Scalar) -> bool:
        """Whether a question mark stands before a key."""
        text, place = self._file.source.text, key.start - 1
        while place >= 0 and text[place] in " \t\r\n":
            place -= 1

        # Not one that ends the comment above.
        before = text[text.rfind("\n", 0, place + 1) + 1 : max(place, 0)]
        return place >= 0 and text[place] == "?" and not before.strip(" \t-{[,")

    def _parts(self, trail: Trail) -> Path:
        name = self._file.documents[0].name
        return tuple(name(step.key) if step.key is not None else step.index for step in trail.steps)


def _restored(slot: Slot, old: New) -> Callable[[], object]:
    return lambda: setattr(slot, "new", old)


def _chain(steps: SequenceType[Step]) -> Chain:
    return tuple((step.container, step.index) for step in steps)


def _no_place(at: Path, trail: Trail) -> str:
    where = spelled(at[: len(trail.steps)])
    node = target(trail.value)
    what = "a list" if isinstance(node, Sequence) else "a mapping" if isinstance(node, Mapping) else "a scalar"
    return f"{where} is {what}; {spelled(trail.rest)} cannot be put there"
