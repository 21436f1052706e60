"""Container has no readiness probe.

## Why
Without one a pod gets traffic as soon as its process exists, and a rollout goes on although the new version answers
nothing yet.

## Fix
Adds `readinessProbe` with the strongest check that something shows: the documented endpoint of the image, the address
its HEALTHCHECK asks, a path that the server of the command line answers itself, what another probe of the container
does, the client of the image (pg_isready), else a connection to its port. Jobs, init containers, workers without a port
and agents of the node need none; without a port nothing is guessed.

## Risk
high: a wrong readiness probe takes every pod out of its Service and stalls the rollout.

## References
- https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from fixer.finding import Finding, Fix, Level, Severity
from fixer.kinds import kubernetes_probes as probes
from fixer.kinds.kubernetes import Container
from fixer.kinds.parameters import Count, Seconds
from fixer.rule import origin, rule

TEMPLATE = "httpGet /ready on port 8080"


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Times of pack k8s-prod-matrix, in seconds.

    initial_delay: time before the first probe
    period: time between two probes
    timeout: time that one probe may take
    failure_threshold: failures in a row that take the pod out of its Service
    """

    initial_delay: Seconds = 30
    period: Count = 10
    timeout: Count = 5
    failure_threshold: Count = 3


@rule(
    Severity.MEDIUM,
    levels=(Level.WARN, Level.WARN, Level.DENY),
    aliases=(
        *("K8-040", "CKV_K8S_9", "no-readiness-probe", "pod-probes", "readinessProbeMissing", "C-0018"),
        "Readiness Probe Is Not Configured",
    ),
    params=Params,
)
def missing_readiness_probe(container: Container, params: Params) -> Iterator[Finding]:
    """Find containers without a readiness probe."""
    workload = container.workload
    if container.probe("readinessProbe") or not workload.long_running or container.role not in {"container", "sidecar"}:
        return

    if workload.partial or workload.hands_off or probes.idle(container):
        return

    at = container.at("readinessProbe")
    message = "has no readiness probe"
    cap = Level.DENY if probes.served(container) else Level.WARN
    check = check_for(container)
    if check is None:
        yield at.finding(message, unfixable=probes.what_is_missing(container, TEMPLATE), cap=cap)
        return

    because = (*check.because, f"times of {origin(params, 'pack k8s-prod-matrix')}")
    times = probes.times(params.initial_delay, params.period, params.timeout, params.failure_threshold)
    fix = Fix("Probe its readiness", check.risk, (at.put({**check.handler, **times}),), because)
    yield at.finding(message, fix, cap=cap)


def check_for(container: Container) -> probes.Check | None:
    """Return the strongest check of readiness."""
    return (
        probes.documented(container, liveness=False)
        or probes.of_health_check(container)
        or probes.like(container, ("livenessProbe", "startupProbe"))
        or probes.of_command(container)
        or probes.of_client(container, liveness=False)
        or probes.connecting(container)
    )
