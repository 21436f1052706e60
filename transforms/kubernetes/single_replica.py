"""Workload runs as one copy.

## Why
One copy is none while its node is drained, its image is pulled or it crashes.

## Fix
Sets `replicas: 2`, together with a PodDisruptionBudget where there is none, because two copies that may be taken away
at once are no better than one. Where something shows that a second copy breaks the program, or could not even start,
the finding says so: a volume that one node may mount, a port of the node, strategy Recreate, a database, a name or
command of a scheduler, a second member for a StatefulSet. The label `allow-single-replica: "true"` on the object is the
way to say that one is enough; unquoted it is a boolean, which the API server refuses, so it gets its quotes. Zero
replicas are a switch, and an autoscaler sets the number itself.

## Risk
high: two copies do not share sessions, caches and timers; each polls, each sends its mail, and costs double. safe: the
label gets its quotes.

## References
- https://kubernetes.io/docs/concepts/workloads/controllers/deployment/
- https://kubernetes.io/docs/tasks/run-application/configure-pdb/
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from fixer.finding import Finding, Fix, Level, Operation, Risk, Severity
from fixer.kinds.kubernetes import Container, Manifest, Workload
from fixer.kinds.kubernetes_budgets import has_budget, new_budget, replicas, scaler, why_no_budget
from fixer.kinds.kubernetes_selectors import called
from fixer.kinds.kubernetes_values import get, text
from fixer.kinds.parameters import Copies, LabelKey
from fixer.knowledge.images import keeps_data
from fixer.knowledge.roles import is_worker
from fixer.rule import origin, rule

KINDS = frozenset({"Deployment", "Rollout", "StatefulSet"})
COUNTED = {1: "one copy", 2: "two copies", 3: "three copies"}
SHARED = frozenset({"ReadWriteMany", "ReadOnlyMany"})
# Words of a name or a command that say that there is one of it.
SINGLE = frozenset(
    {
        *("scheduler", "beat", "cron", "crond", "cronjob", "operator", "controller", "singleton", "leader", "master"),
        *("poller", "telegram", "bot", "migration", "migrate", "backup", "primary"),
    }
)
ELECTS = re.compile(r"leader-?elect", re.IGNORECASE)
PARTS = re.compile(r"[^A-Za-z]+|(?<=[a-z])(?=[A-Z])")


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Values of pack k8s-prod-matrix.

    min: fewest copies of a workload
    exception_label: label that says "true" where fewer copies are enough
    """

    min: Copies = 2
    exception_label: LabelKey = "allow-single-replica"


@rule(
    Severity.MEDIUM,
    levels=(Level.OFF, Level.WARN, Level.DENY),
    aliases=("K8-043", "minimum-three-replicas", "deployment-replicas", "deploymentMissingReplicas"),
    params=Params,
)
def single_replica(manifest: Manifest, params: Params) -> Iterator[Finding]:
    """Find workloads with one copy."""
    if manifest.kind not in KINDS or manifest.system or scaler(manifest):
        return

    label = manifest.at("metadata", "labels", params.exception_label)
    if label.value is True:
        yield label.finding("label value is no string", Fix("Quote the value", Risk.SAFE, (label.put("true"),)))
        return

    if not 1 <= (replicas(manifest) or 0) < params.min or label.value == "true":
        return

    workload = next((one for one in manifest.file.workloads if one.manifest is manifest), None)
    described = workload is not None and not workload.partial
    if (described or manifest.get("spec", "replicas") is not None) and not (workload and workload.agent):
        yield found(manifest, workload if described else None, params)


def found(manifest: Manifest, workload: Workload | None, params: Params) -> Finding:
    """Return the finding about a workload with one copy; `workload` is None where its pods are described elsewhere."""
    at = manifest.at("spec", "replicas")
    message = f"runs as {counted(replicas(manifest) or 1)}"
    cap = Level.WARN if manifest.kind == "StatefulSet" else Level.DENY
    if owner := owner_of(manifest):
        return at.finding(message, unfixable=f"{owner} sets the number of copies", cap=Level.INFO)

    if workload is None:
        reason = "whether two copies may run shows in the pods, and those are not described here"
        return at.finding(message, unfixable=reason, cap=cap)

    if reason := next(reasons(workload), ""):
        return at.finding(message, unfixable=reason, cap=cap)

    budget = () if has_budget(workload) else new_budget(workload)
    operations: tuple[Operation, ...] = (at.put(params.min), *budget)
    fix = Fix(f"Run {counted(params.min)}", Risk.HIGH, operations, because(workload, params))
    return at.finding(message, fix, cap=cap)


def counted(number: int) -> str:
    """Return a number of copies as people say it."""
    return COUNTED.get(number, f"{number} copies")


def owner_of(manifest: Manifest) -> str | None:
    """Return the path of the file that sets the number of copies instead: a kustomization, or a patch."""
    path = manifest.file.path
    if owner := manifest.facts.replicas_owner(path, manifest.name):
        return owner

    for other in called(manifest, manifest.kind, manifest.name):
        counts = other.path != path and get(other.data, "spec", "replicas") is not None
        if counts and manifest.facts.partial(other.path):
            return other.path

    return None


def reasons(workload: Workload) -> Iterator[str]:
    """Yield the reasons against a second copy."""
    if workload.kind == "StatefulSet":
        yield "a second member of a StatefulSet must be told how to find the first: decide how it is clustered"

    if get(workload.manifest.data, "spec", "strategy", "type") == "Recreate":
        yield "strategy Recreate says that no two copies may run at once"

    if word := next(iter(named(workload)), None):
        yield f'"{word}" in its name or labels says that there is one of it'

    for container in workload.containers:
        yield from reasons_of(container)

    if not has_budget(workload) and (reason := why_no_budget(workload)):
        yield f"{reason}, so two copies could get no PodDisruptionBudget"


def reasons_of(container: Container) -> Iterator[str]:
    """Yield the reasons against a second copy that one container has."""
    workload = container.workload
    for mount in container.mounts:
        modes = workload.access_modes(mount.volume)
        if modes and not modes & SHARED and not mount.read_only:
            yield f"volume {mount.volume} is {', '.join(sorted(modes))}: one node may mount it"

    port = next((port for port in container.ports if port.host), None)
    if port or (workload.get("hostNetwork") is True and container.ports):
        number = port.host if port else container.ports[0].number
        yield f"it takes port {number} of its node, which only one pod can have"

    if keeps_data(container.facts):
        yield f"{container.image} keeps data ({container.facts.evidence}), which a second copy would not share"

    if is_worker(container.words) and not SINGLE.isdisjoint(parts(" ".join(container.words))):
        yield "its command starts a scheduler, of which there must be one"


def named(workload: Workload) -> list[str]:
    """Return the words of its name and labels that say that there is one of it; a leader election takes them back."""
    if any(ELECTS.search(word) for container in workload.containers for word in container.words):
        return []

    values = [workload.manifest.name, *(text(value) for value in workload.labels.values())]
    return [word for value in values for word in parts(value) if word in SINGLE]


def parts(value: str) -> list[str]:
    """Return the words of a name, in small letters."""
    return [word.lower() for word in PARTS.split(value) if word]


def because(workload: Workload, params: Params) -> tuple[str, ...]:
    """Return what the other copies rest on."""
    claims = {
        mount.volume
        for container in workload.containers
        for mount in container.mounts
        if workload.access_modes(mount.volume) is None
    }
    unknown = tuple(f"whether two nodes may mount volume {name} is not known" for name in sorted(claims))
    return (f"{counted(params.min)}: {origin(params, 'pack k8s-prod-matrix', 'min')}", *unknown)
