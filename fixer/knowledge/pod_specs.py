"""Where pod specs are in Kubernetes objects (table KB-8)."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any, Literal

import msgspec

from fixer.knowledge.tables import fits, table

Treatment = Literal["full", "no probes", "subset", "partial"]


class PodSpecPlace(msgspec.Struct, frozen=True):
    """A pod spec, or what stands for one, and what may be done to it.

    full: everything; no probes: never add probes; subset: only fields the kind allows; partial: correct wrong values,
    add nothing.
    """

    path: tuple[str | int, ...]
    treatment: Treatment


class ContainerLists(msgspec.Struct, frozen=True):
    """The keys below a pod spec that hold containers: `lists` of them, and `single` ones."""

    containers: tuple[str, ...] = ("containers",)
    init: tuple[str, ...] = ("initContainers",)
    ephemeral: tuple[str, ...] = ("ephemeralContainers",)
    sidecars: tuple[str, ...] = ()
    single: tuple[str, ...] = ()


_USUAL = ContainerLists()
_ARGO = ContainerLists(("containerSet.containers",), ("initContainers",), (), ("sidecars",), ("container", "script"))
_TEKTON = ContainerLists(("steps",), (), (), ("sidecars",), ("stepTemplate",))
_ARGO_KINDS = frozenset({"Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate", "CronWorkflow"})


def pod_specs(data: Mapping[str, Any]) -> tuple[PodSpecPlace, ...]:
    """Return the places of the pod specs that the object `data` has; lists of objects are the caller's.

    A place is returned when there is a mapping at it. A Rollout with a `workloadRef` has none.
    """
    version, kind = data.get("apiVersion"), data.get("kind")
    if not isinstance(version, str) or not isinstance(kind, str):
        return ()

    spec = data.get("spec")
    if kind == "Rollout" and isinstance(spec, Mapping) and "workloadRef" in spec:
        return ()

    return tuple(
        PodSpecPlace(path, treatment)
        for pattern, treatment in _patterns(group_of(version), kind)
        for path in _found(data, pattern, ())
    )


def container_lists(api_version: str, kind: str) -> ContainerLists:
    """Return under which keys (dots separate levels) the pod specs of a kind hold their containers."""
    group = group_of(api_version)
    if group == "tekton.dev":
        return _TEKTON

    return _ARGO if group == "argoproj.io" and kind in _ARGO_KINDS else _USUAL


def group_of(api_version: str) -> str:
    """Return the group of an `apiVersion`; `v1` for the core group."""
    return api_version.partition("/")[0]


@functools.cache
def _patterns(group: str, kind: str) -> tuple[tuple[tuple[str, ...], Treatment], ...]:
    return tuple(
        (tuple(path.replace("[*]", ".[*]").split(".")), row["treatment"])
        for row in table("pod_spec_paths")
        if group in row["groups"] and (kind in row["kinds"] or row["kinds"] == ["*"])
        for path in row["paths"]
    )


def _found(value: Any, pattern: tuple[str, ...], path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    if not pattern:
        if isinstance(value, Mapping):
            yield path

        return

    for key in _keys(value, pattern[0]):
        yield from _found(value[key], pattern[1:], (*path, key))


def _keys(value: Any, step: str) -> list[Any]:
    if step == "[*]":
        return list(range(len(value))) if isinstance(value, list) else []

    if not isinstance(value, Mapping):
        return []

    return [key for key in value if isinstance(key, str) and fits(key, step)]
