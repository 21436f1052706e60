"""Which paths of the effective data share one piece of text, because of anchors."""

from __future__ import annotations

from collections.abc import Iterator

from fixer.formats.yaml.nodes import Alias, Collection, Mapping, Node, Root, Scalar
from fixer.formats.yaml.nodes import Sequence as SequenceNode
from fixer.formats.yaml.operations import Path
from fixer.formats.yaml.reading import is_merge
from fixer.formats.yaml.trail import Name, Trail, walk


class Sharing:
    """The uses of every node of one document."""

    def __init__(self, root: Root, name: Name) -> None:
        self._root = root
        self._name = name
        # Node to the entries that hold it: its own place, and those of its aliases.
        self._uses: dict[int, list[tuple[Collection | None, int]]] = {id(root.node): [(None, 0)]}
        self._merges: dict[int, list[Mapping]] = {}
        for container, index, value in _entries(root.node):
            self._uses.setdefault(id(_target(value)), []).append((container, index))
            if isinstance(container, Mapping) and is_merge(container.entries[index][0]):
                self._note_merge(container, value)

    def dependents(self, trail: Trail) -> list[Path]:
        """Return the paths that share the text at the end of a trail, or would share what is made there."""
        if not trail.steps:
            return [trail.rest]

        rest = trail.rest
        if rest:
            return self.below(trail.node, rest)

        step = trail.steps[-1]
        part = self._name(step.key) if step.key is not None else step.index
        return self.below(step.container, (part,))

    def below(self, node: Node, rest: Path) -> list[Path]:
        """Return the paths at which `rest` below a node is seen."""
        found: dict[Path, None] = {}
        for path in self.paths(node):
            at = (*path, *rest)
            if self._seen_at(at, node, len(path)):
                found[at] = None

        return list(found)

    def paths(self, node: Node) -> list[Path]:
        """Return the paths at which a node is seen, whole or merged into another mapping."""
        result: list[Path] = []
        for container, index in self._uses.get(id(node), ()):
            if container is None:
                result.append(())
            elif isinstance(container, Mapping) and is_merge(container.entries[index][0]):
                continue
            else:
                part = self._part(container, index)
                result += [(*path, part) for path in self.paths(container)]

        for mapping in self._merges.get(id(node), ()):
            result += self.paths(mapping)

        return result

    def _part(self, container: Collection, index: int) -> str | int:
        return self._name(container.entries[index][0]) if isinstance(container, Mapping) else index

    def _seen_at(self, at: Path, node: Node, depth: int) -> bool:
        """Whether the entry of `node` called at[depth] is what the path shows (and no nearer entry hides it)."""
        trail = walk(self._root, at[: depth + 1], self._name)
        if not trail.rest:
            return trail.steps[-1].container is node

        return True

    def _note_merge(self, container: Mapping, value: Node) -> None:
        node = _target(value)
        sources = node.items if isinstance(node, SequenceNode) else [node]
        for source in sources:
            self._merges.setdefault(id(_target(source)), []).append(container)


def path_of(root: Node, node: Node, name: Name) -> Path:
    """Return the path at which a node itself is written."""
    parents: dict[int, tuple[Collection, int]] = {}
    for container, index, value in _entries(root):
        if not isinstance(value, Alias):
            parents[id(value)] = container, index

    path: Path = ()
    while id(node) in parents:
        container, index = parents[id(node)]
        path = (name(container.entries[index][0]) if isinstance(container, Mapping) else index, *path)
        node = container

    return path


def _entries(root: Node) -> Iterator[tuple[Collection, int, Node]]:
    """Yield every entry of the tree with its container and number, parents first."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Mapping):
            values = [value for _, value in node.entries]
        elif isinstance(node, Scalar | Alias):
            continue
        else:
            values = node.items

        for index, value in enumerate(values):
            yield node, index, value

        waiting += reversed(values)


def _target(node: Node) -> Node:
    return node.target if isinstance(node, Alias) else node
