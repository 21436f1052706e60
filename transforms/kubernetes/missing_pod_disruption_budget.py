"""Copies of a workload may be taken away all at once.

## Why
A drained node takes its pods with it. Without a PodDisruptionBudget the copies of a workload may all be on nodes that
are drained at the same time, and the service is gone although two of it were running.

## Fix
Adds a PodDisruptionBudget with the selector of the workload: one copy stays available; of a StatefulSet no more than
one goes, since its members may be a quorum. It goes where a reader looks for it: behind the last document of a file
that holds several, into the list that the workload is in, else into `<name>-pdb.yaml` beside the manifest, which joins
each kustomization that lists the manifest. Never for less than two copies, which could not be drained any more, and
never over pods of another workload: one pod under two budgets cannot be evicted at all.

## Risk
low: with one ready copy left a drain waits for the other.

## References
- https://kubernetes.io/docs/tasks/run-application/configure-pdb/
- https://kubernetes.io/docs/concepts/workloads/pods/disruptions/
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from fixer.finding import Finding, Fix, Level, Risk, Severity
from fixer.kinds.kubernetes import Workload
from fixer.kinds.kubernetes_budgets import has_budget, new_budget, replicas, scaler, why_no_budget
from fixer.kinds.parameters import Count
from fixer.rule import origin, rule

KINDS = frozenset({"Deployment", "StatefulSet", "Rollout"})
FEWEST = 2


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The number of pack k8s-prod-matrix.

    value: copies that stay available; of a StatefulSet all but one do
    """

    value: Count = 1


@rule(
    Severity.LOW,
    levels=(Level.OFF, Level.INFO, Level.WARN),
    aliases=(
        *("K8-045", "deployment-has-poddisruptionbudget", "statefulset-has-poddisruptionbudget"),
        *("missingPodDisruptionBudget", "Deployment Without PodDisruptionBudget"),
        "StatefulSet Without PodDisruptionBudget",
    ),
    params=Params,
)
def missing_pod_disruption_budget(workload: Workload, params: Params) -> Iterator[Finding]:
    """Find replicated workloads without a budget."""
    if workload.kind not in KINDS or workload.partial or workload.hands_off or has_budget(workload):
        return

    scaled = scaler(workload.manifest)
    count = scaled[1] if scaled else replicas(workload.manifest)
    if count is None or count < FEWEST:
        return

    at = workload.manifest.at("spec", "replicas")
    message = "has no PodDisruptionBudget"
    if reason := why_no_budget(workload):
        yield at.finding(message, unfixable=reason)
        return

    copies = f"{scaled[0]} keeps {count} copies" if scaled else f"it has {count} copies"
    if count <= params.value and workload.kind != "StatefulSet":
        yield at.finding(
            message, unfixable=f"{copies}, and {params.value} must stay available: no node could be drained"
        )
        return

    source = origin(params, "")
    because = (copies, f"{params.value} must stay available: {source}") if source else (copies,)
    fix = Fix("Add a PodDisruptionBudget", Risk.LOW, new_budget(workload, params.value), because)
    yield at.finding(message, fix)
