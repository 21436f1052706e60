"""Container does not request CPU or memory.

## Why
The scheduler places a pod by what it requests. Without requests it packs nodes until they fail, an autoscaler has
nothing to count with, and the pod is the first to be killed when memory runs out.

## Fix
Adds the requests that are missing: equal to the limit where there is one, which is what the API server takes for the
request anyway; else 250m and 512Mi (init containers and sidecars: 50m and 64Mi).

## Risk
safe: the request is the limit. low: the pod now needs a node with room for it.

## References
- https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from fixer.finding import Finding, Fix, Level, Risk, Severity
from fixer.kinds.kubernetes import Container
from fixer.kinds.kubernetes_resources import BOTH, SHOWN, Numbers, amount, missing, request_for, why_not, written
from fixer.kinds.parameters import Cpu, Memory
from fixer.rule import rule


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Numbers of pack k8s-prod-matrix.

    request_cpu: CPU that a container requests where it has no limit
    request_memory: memory that a container requests where it has no limit
    """

    request_cpu: Cpu = "250m"
    request_memory: Memory = "512Mi"

    @property
    def numbers(self) -> Numbers:
        """The numbers with where they come from."""
        return Numbers({resource: amount(self, "requests", resource) for resource in BOTH}, {})


@rule(
    Severity.MEDIUM,
    levels=(Level.WARN, Level.DENY, Level.DENY),
    aliases=(
        *("K8-035", "KSV-0015", "KSV-0016", "CKV_K8S_10", "CKV_K8S_12", "unset-cpu-requirements"),
        *("unset-memory-requirements", "container-resources", "cpuRequestsMissing", "memoryRequestsMissing"),
        *("C-0004", "C-0050", "C-0268", "C-0269", "CPU Requests Not Set", "Memory Requests Not Defined"),
    ),
    params=Params,
)
def missing_resource_requests(container: Container, params: Params) -> Iterator[Finding]:
    """Find containers without a request for CPU or memory."""
    if container.workload.partial:
        return

    for resource in missing(container, "requests"):
        at = container.at("resources", "requests", resource)
        message = f"requests no {SHOWN[resource]}"
        if reason := container.workload.hands_off:
            yield at.finding(message, unfixable=reason, cap=Level.INFO)
        elif reason := why_not(container, resource):
            yield at.finding(message, unfixable=reason)
        else:
            request = request_for(container, resource, params.numbers)
            risk = Risk.LOW if written(container, "limits", resource) is None else Risk.SAFE
            title = f"Request {request.value} of {SHOWN[resource]}"
            yield at.finding(message, Fix(title, risk, (at.put(request.value),), (request.because,)))
