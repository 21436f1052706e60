"""Labels and the selectors that choose by them, and references from one object to another."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
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

    if not all(text(labels.get(key)) == text(value) for key, value in mapping(selector.get("matchLabels")).items()):
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
    return bool(wanted) and all(text(labels.get(key)) == text(value) for key, value in wanted.items())


def beside(manifest: Manifest, kind: str) -> Iterator[Object]:
    """Yield the objects of a kind that may be in the namespace of an object.

    Two objects that name a namespace must name the same. Otherwise their folders decide: one is in the other, or next
    to it, as a base is next to the folder of its overlays.
    """
    for found in manifest.facts.objects(kind):
        namespace = namespace_of(found.data)
        if namespace and manifest.namespace:
            if namespace == manifest.namespace:
                yield found
        elif _near(found.path, manifest.file.path):
            yield found


def _near(first: str, second: str) -> bool:
    folders = first.split("/")[:-1], second.split("/")[:-1]
    common = len(posixpath.commonprefix(folders))
    return common >= min(map(len, folders)) - 1


def targets(reference: Any, kind: str, name: str) -> bool:
    """Whether a reference (`scaleTargetRef`, `targetRef`) means the object; without a kind it means a Deployment."""
    found = mapping(reference)
    return text(found.get("name")) == name and (text(found.get("kind")) or "Deployment") == kind
