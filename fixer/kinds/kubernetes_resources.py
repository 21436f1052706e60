"""What a container asks for and is limited to, and the numbers that take the place of missing ones."""

from __future__ import annotations

import posixpath
from fractions import Fraction
from typing import Any, Literal, TypeAlias

import msgspec

from fixer.kinds.kubernetes_container import Container
from fixer.kinds.kubernetes_selectors import beside, namespace_of, targets
from fixer.kinds.kubernetes_values import get, mapping, mappings, text
from fixer.knowledge.heap import heap_bytes
from fixer.knowledge.quantities import cpu_text, memory_text, quantity
from fixer.rule import origin

Resource: TypeAlias = Literal["cpu", "memory"]
Kind: TypeAlias = Literal["limits", "requests"]
_PACK = "pack k8s-prod-matrix"
# For init containers and sidecars: missing-resource-limits in the catalogue.
_SMALL_REQUESTS: dict[Resource, str] = {"cpu": "50m", "memory": "64Mi"}
_SMALL_LIMITS: dict[Resource, str] = {"cpu": "200m", "memory": "256Mi"}
BOTH: tuple[Resource, ...] = ("cpu", "memory")
SHOWN: dict[Resource, str] = {"cpu": "CPU", "memory": "memory"}


class Amount(msgspec.Struct, frozen=True):
    """A quantity to write, and the clause that says where it comes from."""

    value: str
    because: str


class Numbers(msgspec.Struct, frozen=True):
    """Requests and limits of a class of containers, and how many times the request a limit is.

    `source` says who wants that, "" where nobody asked for another number than usual.
    """

    requests: dict[Resource, Amount]
    limits: dict[Resource, Amount]
    factor: int = 4
    source: str = ""


# Half as much again as the heap: compose/missing-resource-limits in the catalogue (DC-001).
HEADROOM = Fraction(3, 2)
_MEBI = 1024**2
_RANGES: dict[Kind, tuple[str, ...]] = {
    "limits": ("default", "max"),
    "requests": ("defaultRequest", "default", "max", "min"),
}


def amount(params: msgspec.Struct, kind: Kind, resource: Resource) -> Amount:
    """Return the number that the parameters of a rule hold (`limit_cpu`, `request_memory`)."""
    name = f"{kind[:-1]}_{resource}"
    return Amount(getattr(params, name), f"{kind} of {origin(params, _PACK, name)}")


def written(container: Container, kind: Kind, resource: Resource) -> Any:
    """Return the quantity that a container itself has; None when it has none."""
    return container.get("resources", kind, resource)


def missing(container: Container, kind: Kind) -> list[Resource]:
    """Return the resources that a container has no request or limit for: of its own, of its pod, or by a LimitRange."""
    if container.role == "ephemeral" or container.workload.tekton:
        return []

    return [
        resource
        for resource in BOTH
        if written(container, kind, resource) is None
        and container.workload.get("resources", kind, resource) is None
        and not by_range(container, kind, resource)
    ]


def by_range(container: Container, kind: Kind, resource: Resource) -> bool:
    """Whether a LimitRange of the namespace gives containers a default."""
    manifest = container.manifest
    for found in beside(manifest, "LimitRange"):
        unnamed = not manifest.namespace or not namespace_of(found.data)
        if unnamed and posixpath.dirname(found.path) != posixpath.dirname(manifest.file.path):
            continue

        for _, item in mappings(get(found.data, "spec", "limits")):
            if text(item.get("type")) == "Container" and any(get(item, key, resource) for key in _RANGES[kind]):
                return True

    return False


def why_not(container: Container, resource: Resource) -> str | None:
    """Return why no number can be written, as a clause, or None."""
    if mapping(container.workload.get("resources")):
        return "resources are set for the pod as a whole: its containers share them, so complete them there"

    for kind in _RANGES:
        value = written(container, kind, resource)
        if value is not None and quantity(value) is None:
            return f"resources.{kind}.{resource} is no quantity"

    return sized_by(container)


def sized_by(container: Container) -> str | None:
    """Return which VerticalPodAutoscaler sets the resources of the workload, as a clause; None for none."""
    manifest = container.manifest
    for found in beside(manifest, "VerticalPodAutoscaler"):
        mode = get(found.data, "spec", "updatePolicy", "updateMode")
        if targets(get(found.data, "spec", "targetRef"), manifest.kind, manifest.name) and mode != "Off":
            return f"VerticalPodAutoscaler {text(get(found.data, 'metadata', 'name'))} sets its resources"

    return None


def _numbers(container: Container, usual: Numbers) -> Numbers:
    """Return the numbers of the policy for a container of this role."""
    if container.role == "container":
        return usual

    requests = {resource: Amount(value, f"requests of {_PACK}") for resource, value in _SMALL_REQUESTS.items()}
    limits = {resource: Amount(value, f"limits of {_PACK}") for resource, value in _SMALL_LIMITS.items()}
    return Numbers(requests, limits, usual.factor, usual.source)


def limit_for(container: Container, resource: Resource, usual: Numbers) -> Amount:
    """Return the limit that a container should have."""
    request = quantity(written(container, "requests", resource))
    if request:
        found = Amount(
            _shown(resource, request * usual.factor, written(container, "requests", resource)),
            f"{SHOWN[resource]}: {usual.factor} times what it requests{usual.source and f' ({usual.source})'}",
        )
    else:
        found = _numbers(container, usual).limits[resource]

    needed = heap(container) if resource == "memory" else None
    if needed and needed[0] > (quantity(found.value) or 0):
        return Amount(memory_text(needed[0]), f"{needed[1]}, and half as much again")

    return found


def request_for(container: Container, resource: Resource, usual: Numbers) -> Amount:
    """Return the request that a container should have."""
    limit = written(container, "limits", resource)
    if quantity(limit) is not None:
        return Amount(text(limit), f"{SHOWN[resource]}: its limit, which counts as request anyway")

    return _numbers(container, usual).requests[resource]


def heap(container: Container) -> tuple[Fraction, str] | None:
    """Return the memory that heap flags ask for, with headroom in full mebibytes, and where they stand."""
    found = heap_bytes(container.environment, container.words)
    if found is None:
        return None

    mebibytes = -(-(found[0] * HEADROOM) // _MEBI)
    return Fraction(mebibytes * _MEBI), found[1]


def _shown(resource: Resource, value: Fraction, like: Any) -> str:
    return cpu_text(value) if resource == "cpu" else memory_text(value, like)
