"""Container has no limit for CPU or memory.

## Why
Without limits one container can take all memory and all processors of its node, and the other pods fail with it.

## Fix
Adds the limits that are missing: four times the request, or 1000m and 2Gi together with requests of 250m and 512Mi
where nothing is written (a limit alone would count as request). Init containers and sidecars get a fifth to an eighth
of it. Where flags show how large a heap is, the limit is half as much again. Resources of the pod and the defaults of a
LimitRange count; a VerticalPodAutoscaler decides itself.

## Risk
medium: a container that needs more memory is killed, one that needs more CPU is slowed down, and requests must fit on
a node. high for programs known to take more than 2 GiB.

## References
- https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
- https://kubernetes.io/docs/concepts/policy/limit-range/
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

import msgspec

from fixer.finding import Finding, Fix, Level, Risk, Severity
from fixer.kinds.kubernetes import Container
from fixer.kinds.kubernetes_resources import (
    BOTH,
    SHOWN,
    Amount,
    Numbers,
    Resource,
    amount,
    heap,
    limit_for,
    missing,
    request_for,
    why_not,
    written,
)
from fixer.kinds.parameters import Cpu, Factor, Memory
from fixer.knowledge.quantities import quantity
from fixer.registry.reference import parse_reference
from fixer.rule import origin, rule

# Their makers ask for more than 2 GB: https://docs.gitlab.com/install/requirements/, and likewise for the others.
LARGE = frozenset(
    {
        *("gitlab-ce", "gitlab-ee", "sonarqube", "ollama", "vllm-openai", "localai", "db2", "confluence"),
        *("jira-software", "bitbucket", "nominatim", "elasticsearch", "opensearch", "text-generation-inference"),
    }
)


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Numbers of pack k8s-prod-matrix; init containers and sidecars keep theirs.

    limit_cpu: limit for CPU of a container without a request
    limit_memory: limit for memory of a container without a request
    request_cpu: request that goes with the limit for CPU, no more than that
    request_memory: request that goes with the limit for memory, no more than that
    factor: how many times its request the limit of a container is
    require_cpu_limit: whether a container needs a limit for CPU at all
    """

    limit_cpu: Cpu = "1000m"
    limit_memory: Memory = "2Gi"
    request_cpu: Cpu = "250m"
    request_memory: Memory = "512Mi"
    factor: Factor = 4
    require_cpu_limit: bool = True

    @property
    @functools.cache  # noqa: B019 - frozen, and there is one for a run
    def numbers(self) -> Numbers:
        """The numbers with where they come from."""
        limits = {resource: amount(self, "limits", resource) for resource in BOTH}
        requests = {resource: lowest(amount(self, "requests", resource), limits[resource]) for resource in BOTH}
        return Numbers(requests, limits, self.factor, origin(self, "", "factor"))


@rule(
    Severity.HIGH,
    levels=(Level.WARN, Level.DENY, Level.DENY),
    aliases=(
        *("K8-034", "KSV-0011", "KSV-0018", "CKV_K8S_11", "CKV_K8S_13", "unset-cpu-requirements"),
        *("unset-memory-requirements", "container-resources", "cpuLimitsMissing", "memoryLimitsMissing"),
        *("C-0004", "C-0009", "C-0050", "C-0270", "C-0271", "CPU Limits Not Set", "Memory Limits Not Defined"),
    ),
    params=Params,
)
def missing_resource_limits(container: Container, params: Params) -> Iterator[Finding]:
    """Find containers without a limit for CPU or memory."""
    if container.workload.partial:
        return

    for resource in missing(container, "limits"):
        if resource == "cpu" and not params.require_cpu_limit:
            continue

        at = container.at("resources", "limits", resource)
        message = f"has no limit for {SHOWN[resource]}"
        if reason := container.workload.hands_off:
            yield at.finding(message, unfixable=reason, cap=Level.INFO)
        elif reason := why_not(container, resource):
            yield at.finding(message, unfixable=reason)
        else:
            yield at.finding(message, fix_of(container, resource, params.numbers))


def lowest(request: Amount, limit: Amount) -> Amount:
    """Return the request, or the limit where that is less: the API server refuses more."""
    return limit if (quantity(limit.value) or 0) < (quantity(request.value) or 0) else request


def fix_of(container: Container, resource: Resource, usual: Numbers) -> Fix:
    """Return the fix that adds the limit, and the request that it would count as."""
    limit = limit_for(container, resource, usual)
    operations = [container.at("resources", "limits", resource).put(limit.value)]
    because = [limit.because]
    if written(container, "requests", resource) is None:
        request = request_for(container, resource, usual)
        operations.insert(0, container.at("resources", "requests", resource).put(request.value))
        because.insert(0, request.because)

    return Fix(
        f"Limit {SHOWN[resource]} to {limit.value}", risk_of(container, resource), tuple(operations), tuple(because)
    )


def risk_of(container: Container, resource: Resource) -> Risk:
    """Return the risk of a limit."""
    found = parse_reference(container.image)
    large = found is not None and found.repository.rpartition("/")[2] in LARGE
    return Risk.HIGH if large and resource == "memory" and not heap(container) else Risk.MEDIUM
