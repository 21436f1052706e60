"""Container has no liveness probe.

## Why
A process that hangs still exists. Without a liveness probe nobody restarts it.

## Fix
Adds `livenessProbe`. It must not ask for anything that other programs have to answer, so only an endpoint that is made
for it is taken (the documented one of the image, the startup probe of the container), or the client of the image; else
a connection to its port. Jobs, init containers, workers without a port and agents of the node need none; without a port
nothing is guessed.

## Risk
high: a wrong liveness probe kills a healthy container for ever.

## References
- https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/
- https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-probes
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from fixer.finding import Finding, Fix, Level, Severity
from fixer.kinds import kubernetes_probes as probes
from fixer.kinds.kubernetes import Container
from fixer.kinds.parameters import Count, Seconds
from fixer.rule import origin, rule

TEMPLATE = "httpGet /health on port 8080"


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Times of pack k8s-prod-matrix, in seconds.

    initial_delay: time before the first probe; a container with a startup probe needs none
    period: time between two probes
    timeout: time that one probe may take
    failure_threshold: failures in a row that restart the container
    """

    initial_delay: Seconds = 60
    period: Count = 30
    timeout: Count = 5
    failure_threshold: Count = 3


@rule(
    Severity.MEDIUM,
    levels=(Level.WARN, Level.WARN, Level.DENY),
    aliases=(
        *("K8-039", "CKV_K8S_8", "no-liveness-probe", "pod-probes", "livenessProbeMissing", "C-0056"),
        "Liveness Probe Is Not Defined",
    ),
    params=Params,
)
def missing_liveness_probe(container: Container, params: Params) -> Iterator[Finding]:
    """Find containers without a liveness probe."""
    workload = container.workload
    if container.probe("livenessProbe") or not workload.long_running or container.role not in {"container", "sidecar"}:
        return

    if workload.partial or workload.hands_off or probes.idle(container):
        return

    at = container.at("livenessProbe")
    message = "has no liveness probe"
    check = check_for(container)
    if check is None:
        yield at.finding(message, unfixable=probes.what_is_missing(container, TEMPLATE))
        return

    # A startup probe holds the liveness probe back until the container has started.
    delay = None if container.probe("startupProbe") else params.initial_delay
    times = probes.times(delay, params.period, params.timeout, params.failure_threshold)
    because = (*check.because, f"times of {origin(params, 'pack k8s-prod-matrix')}")
    yield at.finding(message, Fix("Probe its liveness", check.risk, (at.put({**check.handler, **times}),), because))


def check_for(container: Container) -> probes.Check | None:
    """Return the check that says most without asking for anything else."""
    return (
        probes.documented(container, liveness=True)
        or probes.like(container, ("startupProbe",))
        or probes.of_client(container, liveness=True)
        or probes.connecting(container)
    )
