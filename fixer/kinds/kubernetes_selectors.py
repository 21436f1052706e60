"""Labels and the selectors that choose by them, and references from one object to another."""

from __future__ import annotations

import functools
import posixpath
from collections.abc import Iterator, Mapping, Sequence
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


def beside(manifest: Manifest, kind: str) -> Iterator[Object]:
    """Yield the objects of a kind that may be in the namespace of an object.

    Two objects that name a namespace must name the same. Otherwise their folders decide: one is in the other, or next
    to it, as a base is next to the folder of its overlays.
    """
    objects = manifest.facts.objects(kind)
    if not objects:
        return

    index = _INDEXES.get(kind)
    if index is None or index.objects is not objects:
        index = _INDEXES[kind] = _Index(objects)

    namespace = manifest.namespace
    if namespace:
        yield from index.named.get(namespace, ())

    for found in index.near(posixpath.dirname(manifest.file.path)):
        if not (namespace and namespace_of(found.data)):
            yield found


class _Index:
    """The objects of a kind by namespace, and those near a folder."""

    def __init__(self, objects: Sequence[Object]) -> None:
        self.objects = objects
        self.named: dict[str, list[Object]] = {}
        self._in: dict[str, list[Object]] = {}
        self._near: dict[str, list[Object]] = {}
        for found in objects:
            self._in.setdefault(posixpath.dirname(found.path), []).append(found)
            if namespace := namespace_of(found.data):
                self.named.setdefault(namespace, []).append(found)

    def near(self, folder: str) -> list[Object]:
        """Return the objects in a folder, and in those around it."""
        if folder not in self._near:
            parts = _parts(folder)
            self._near[folder] = [
                one for other, found in self._in.items() if _near(parts, _parts(other)) for one in found
            ]

        return self._near[folder]


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
