"""Replicas, what sets their number, and the PodDisruptionBudget that keeps them from leaving together."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any

from fixer.finding import Operation
from fixer.formats.yaml import AddDocument, Append, NewFile, Value
from fixer.kinds.facts import Object
from fixer.kinds.kubernetes_manifest import Manifest
from fixer.kinds.kubernetes_selectors import beside, choosing, labelled, selects, targets
from fixer.kinds.kubernetes_values import get, items, mapping, number, text
from fixer.kinds.kubernetes_workload import Workload

_CONTROLLERS = ("Deployment", "StatefulSet", "ReplicaSet", "DaemonSet", "Rollout", "ReplicationController", "Job")
_BUDGET = "PodDisruptionBudget"


def replicas(manifest: Manifest) -> int | None:
    """Return the number of copies, 1 when nothing says so; None when it is no number."""
    value = manifest.get("spec", "replicas")
    return 1 if value is None else number(value)


def scaler(manifest: Manifest) -> tuple[str, int] | None:
    """Return the autoscaler of a workload, by kind and name, and its smallest number of copies; None for none."""
    for kind, least in (("HorizontalPodAutoscaler", "minReplicas"), ("ScaledObject", "minReplicaCount")):
        for found in beside(manifest, kind):
            if targets(get(found.data, "spec", "scaleTargetRef"), manifest.kind, manifest.name):
                lowest = number(get(found.data, "spec", least))
                name = text(get(found.data, "metadata", "name"))
                return f"{kind} {name}", (1 if kind.startswith("H") else 0) if lowest is None else lowest

    return None


def has_budget(workload: Workload) -> bool:
    """Whether a PodDisruptionBudget of the project covers the pods."""
    return any(
        selects(get(found.data, "spec", "selector"), workload.labels) and not _of_a_copy(workload, found.path)
        for found in choosing(workload.manifest, _BUDGET, workload.labels)
    )


def _of_a_copy(workload: Workload, path: str) -> bool:
    """Whether the budget at `path` belongs to another copy of the workload, which stands beside it."""
    manifest, folder = workload.manifest, posixpath.dirname(path)
    if folder == posixpath.dirname(manifest.file.path):
        return False

    return any(
        posixpath.dirname(found.path) == folder
        and get(found.data, "metadata", "name") == manifest.name
        and not manifest.facts.partial(found.path)
        for found in manifest.facts.objects(manifest.kind)
    )


def why_no_budget(workload: Workload) -> str | None:
    """Return why no budget can be written for the pods, or None."""
    selector = mapping(workload.manifest.get("spec", "selector"))
    if not selector:
        return "it has no selector here (a kustomization may add one)"

    if not selects(selector, workload.labels):
        return "its selector does not choose its own pods"

    if not workload.manifest.name:
        return "it has no name of its own"

    if other := next(_others(workload, selector), None):
        return f"its selector also chooses the pods of {other}, and one pod must not be under two budgets"

    return None


def _others(workload: Workload, selector: Mapping[str, Any]) -> Iterator[str]:
    """Yield the other workloads whose pods a selector chooses."""
    manifest = workload.manifest
    for kind in _CONTROLLERS:
        for found in labelled(manifest, kind, selector):
            name = text(get(found.data, "metadata", "name"))
            labels = mapping(get(found.data, "spec", "template", "metadata", "labels"))
            if (kind, name) != (manifest.kind, manifest.name) and labels and selects(selector, labels):
                yield f"{kind} {name}"


def new_budget(workload: Workload, available: int = 1) -> tuple[Operation, ...]:
    """Return the operations that add a budget which keeps a number of copies available.

    It goes to the list, or the file of several documents, that the workload is in; else to a file beside it, which
    joins the kustomizations that list the workload's.
    """
    manifest = workload.manifest
    file, value = manifest.file, budget(workload, available)
    if manifest.path:
        return (Append(file.path, manifest.document.index, manifest.path[:-1], value),)

    if len(file.parsed.documents) > 1:
        return (AddDocument(file.path, value),)

    path = _free_path(workload)
    joined = (
        Append(user.path, user.document, ("resources",), _entry(path, user))
        for user in file.facts.kustomizations(file.path)
    )
    return (NewFile(path, value), *joined)


def _entry(path: str, user: Object) -> str:
    """Return how a kustomization lists the file at `path`: from its own folder, in the manner of its other entries."""
    entry = posixpath.relpath(path, posixpath.dirname(user.path) or ".")
    listed = [text(item) for item in items(user.data.get("resources"))]
    dotted = sum(item.startswith("./") for item in listed)
    return f"./{entry}" if dotted * 2 > len(listed) and not entry.startswith("..") else entry


def _free_path(workload: Workload) -> str:
    manifest = workload.manifest
    folder = posixpath.dirname(manifest.file.path)
    path = posixpath.join(folder, f"{manifest.name}-pdb.yaml")
    if not manifest.facts.exists(path):
        return path

    return posixpath.join(folder, f"{manifest.name}-{manifest.kind.lower()}-pdb.yaml")


def budget(workload: Workload, available: int = 1) -> dict[str, Value]:
    """Return the PodDisruptionBudget of a workload: a number of copies stays available.

    Of a StatefulSet no more than one goes, since its members may be a quorum.
    """
    manifest = workload.manifest
    name = f"{manifest.name}-pdb"
    metadata: dict[str, Value] = {"name": name}
    if manifest.namespace:
        metadata["namespace"] = manifest.namespace

    keeps = {"maxUnavailable": 1} if manifest.kind == "StatefulSet" else {"minAvailable": available}
    return {
        "apiVersion": "policy/v1",
        "kind": _BUDGET,
        "metadata": {**metadata, "labels": {"pdb-name": name}},
        "spec": {**keeps, "selector": _plain(manifest.get("spec", "selector"))},
    }


def _plain(value: Any) -> Value:
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}

    if isinstance(value, list):
        return [_plain(one) for one in value]

    found: Value = value
    return found
