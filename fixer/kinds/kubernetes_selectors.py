"""Labels and the selectors that choose by them, and references from one object to another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fixer.kinds.facts import Facts, Object
from fixer.kinds.kubernetes_values import get, mapping, mappings, text, texts


def same_namespace(first: str, second: str) -> bool:
    """Whether two objects may be in one namespace; one that names none may be put anywhere."""
    return not first or not second or first == second


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


def of_namespace(facts: Facts, kind: str, namespace: str) -> Iterator[Object]:
    """Yield the objects of a kind that may be in a namespace."""
    for found in facts.objects(kind):
        if same_namespace(namespace_of(found.data), namespace):
            yield found


def targets(reference: Any, kind: str, name: str) -> bool:
    """Whether a reference (`scaleTargetRef`, `targetRef`) means the object; without a kind it means a Deployment."""
    found = mapping(reference)
    return text(found.get("name")) == name and (text(found.get("kind")) or "Deployment") == kind
