"""Labels and the selectors that choose by them, and references from one object to another."""

from __future__ import annotations

import functools
import posixpath
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fixer.kinds.facts import Object
from fixer.kinds.kubernetes_values import get, mapping, mappings, text, texts

if TYPE_CHECKING:
    from fixer.kinds.kubernetes_manifest import Manifest


def namespace_of(data: Mapping[str, Any]) -> str:
    """Return the namespace that an object names; "" when it names none."""
    return text(get(data, "metadata", "namespace"))


def selects(selector: Any, labels: Mapping[str, Any]) -> bool:
    """Whether a label selector (`matchLabels`, `matchExpressions`) chooses pods with `labels`; an empty one all."""
    if not isinstance(selector, dict):
        return False

    if not all(_same(labels.get(key), value) for key, value in mapping(selector.get("matchLabels")).items()):
        return False

    return all(_fulfils(labels, expression) for _, expression in mappings(selector.get("matchExpressions")))


def _fulfils(labels: Mapping[str, Any], expression: Mapping[str, Any]) -> bool:
    key, operator = text(expression.get("key")), expression.get("operator")
    if operator in {"Exists", "DoesNotExist"}:
        return (key in labels) is (operator == "Exists")

    values = texts(expression.get("values"))
    return (text(labels.get(key)) in values and key in labels) is (operator == "In")


def chosen(selector: Any, labels: Mapping[str, Any]) -> bool:
    """Whether the plain selector of a Service chooses pods with `labels`."""
    wanted = mapping(selector)
    return bool(wanted) and all(_same(labels.get(key), value) for key, value in wanted.items())


def _same(label: Any, wanted: Any) -> bool:
    """Whether two values of labels are the same; they are strings in valid files."""
    return label is not None and (bool(label == wanted) or text(label) == text(wanted))


def beside(manifest: Manifest, kind: str) -> Sequence[Object]:
    """Return the objects of a kind that may be in the namespace of an object.

    Two objects that name a namespace must name the same. Otherwise their folders decide: one is in the other, or next
    to it, as a base is next to the folder of its overlays.
    """
    return _around(manifest, kind).objects


def called(manifest: Manifest, kind: str, name: str) -> Sequence[Object]:
    """Return those of the objects beside an object that have a name."""
    return _around(manifest, kind).with_any(_name, (name,)) if name else ()


def choosing(manifest: Manifest, kind: str, labels: Mapping[str, Any]) -> Sequence[Object]:
    """Return those of the objects beside an object whose selectors may choose pods with `labels`."""
    pairs = _pairs(labels)
    if len(pairs) < len(labels):
        return beside(manifest, kind)

    return _around(manifest, kind).with_any(_first_wanted, (_ANY, *pairs))


def labelled(manifest: Manifest, kind: str, selector: Mapping[str, Any]) -> Sequence[Object]:
    """Return those of the workloads beside an object whose pods a selector (`matchLabels`) may choose."""
    pairs = _pairs(mapping(selector.get("matchLabels")))
    return _around(manifest, kind).with_any(_labels, (_ANY, pairs[0])) if pairs else beside(manifest, kind)


def _around(manifest: Manifest, kind: str) -> _Around:
    objects = manifest.facts.objects(kind)
    index = _INDEXES.get(kind)
    if index is None or index.objects is not objects:
        index = _INDEXES[kind] = _Index(objects)

    return index.around(manifest.namespace, posixpath.dirname(manifest.file.path))


Key = tuple[str, str]
# The key of an object whose labels, or whose selector, cannot be told by a pair of strings.
_ANY = ("", "")


def _name(found: Object) -> Iterable[str]:
    return (text(get(found.data, "metadata", "name")),)


def _first_wanted(found: Object) -> Iterable[Key]:
    """A pair of labels that the pods must have which the selector of a Service or a budget chooses."""
    plain = found.data.get("kind") == "Service"
    selector = get(found.data, "spec", "selector") if plain else get(found.data, "spec", "selector", "matchLabels")
    return _pairs(mapping(selector))[:1] or (_ANY,)


def _labels(found: Object) -> Iterable[Key]:
    """The labels of the pods of a workload."""
    labels = mapping(get(found.data, "spec", "template", "metadata", "labels"))
    pairs = _pairs(labels)
    return pairs if len(pairs) == len(labels) else (*pairs, _ANY)


def _pairs(labels: Mapping[str, Any]) -> list[Key]:
    """Return the labels that are strings, as all are in valid files."""
    return [(key, value) for key, value in labels.items() if isinstance(value, str)]


class _Around:
    """The objects of a kind around one place; an index for each way of asking, once somebody asks."""

    def __init__(self, objects: Sequence[Object]) -> None:
        self.objects = objects
        self._by: dict[Callable[[Object], Iterable[Hashable]], dict[Hashable, list[int]]] = {}

    def with_any(self, keys: Callable[[Object], Iterable[Hashable]], wanted: Iterable[Hashable]) -> Sequence[Object]:
        """Return the objects that have one of the wanted keys, in their order."""
        if not self.objects:
            return ()

        if keys not in self._by:
            index = self._by[keys] = {}
            for number, found in enumerate(self.objects):
                for key in keys(found):
                    index.setdefault(key, []).append(number)

        index = self._by[keys]
        return [self.objects[number] for number in sorted({number for key in wanted for number in index.get(key, ())})]


class _Index:
    """The objects of a kind by namespace, and those near a folder."""

    def __init__(self, objects: Sequence[Object]) -> None:
        self.objects = objects
        self._named: dict[str, list[Object]] = {}
        self._in: dict[str, list[Object]] = {}
        self._around: dict[tuple[str, str], _Around] = {}
        for found in objects:
            self._in.setdefault(posixpath.dirname(found.path), []).append(found)
            if namespace := namespace_of(found.data):
                self._named.setdefault(namespace, []).append(found)

    def around(self, namespace: str, folder: str) -> _Around:
        """Return the objects that may be in the namespace, those that name it first."""
        if (namespace, folder) not in self._around:
            near = self._near(folder)
            if namespace:
                unnamed = [found for found in near if not namespace_of(found.data)]
                near = [*self._named.get(namespace, ()), *unnamed]

            self._around[namespace, folder] = _Around(near)

        return self._around[namespace, folder]

    def _near(self, folder: str) -> list[Object]:
        """Return the objects in a folder, and in those around it."""
        parts = _parts(folder)
        return [one for other, found in self._in.items() if _near(parts, _parts(other)) for one in found]


# The last index of each kind: it holds as long as the project answers with the same objects.
_INDEXES: dict[str, _Index] = {}


@functools.lru_cache(maxsize=4096)
def _parts(folder: str) -> list[str]:
    return folder.split("/") if folder else []


def _near(one: list[str], other: list[str]) -> bool:
    nearest = min(len(one), len(other)) - 1
    return nearest <= 0 or one[:nearest] == other[:nearest]


def targets(reference: Any, kind: str, name: str) -> bool:
    """Whether a reference (`scaleTargetRef`, `targetRef`) means the object; without a kind it means a Deployment."""
    found = mapping(reference)
    return text(found.get("name")) == name and (text(found.get("kind")) or "Deployment") == kind
