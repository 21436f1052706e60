"""Service has no limit for CPU or memory.

## Why
Without limits one service can take all memory and all processors of its host, and the others fail with it.

## Fix
Adds the limits that are missing: 2 processors and 2 GB, with reservations of half of it where nothing is set yet. They
go below `deploy.resources`, or to the top of the service (`cpus`, `mem_limit`) where the service already uses those
keys or the file says `version: '2'`; Compose refuses a service that mixes the two families. Where the file shows how
much the program takes (heap of a JVM, buffers of a database, a reservation), the limit is half as much again.

## Risk
medium: a program that needs more memory is killed, and Docker refuses to create a container with more processors than
the host has. Programs known to take more than 2 GB are only reported.

## References
- https://docs.docker.com/reference/compose-file/deploy/#resources
- https://docs.docker.com/engine/containers/resource_constraints/
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

import msgspec

from fixer.finding import Finding, Fix, Level, Operation, Risk, Severity
from fixer.kinds.compose import Service, Value
from fixer.kinds.compose_limits import contradiction, limits_below, needs
from fixer.kinds.compose_values import number, size
from fixer.kinds.parameters import Processors, Size
from fixer.rule import origin, rule

EXCLUDED = ("localstack", "mailhog")
TOP = {"CPU": "cpus", "memory": "mem_limit"}
BELOW = {"CPU": "cpus", "memory": "memory"}
PARAMETERS = {"CPU": ("limit_cpus", "max_cpus"), "memory": ("limit_memory",)}
GIB = 1024**3
# Half as much again as the heap: the rule's entry in the catalogue (DC-001).
HEADROOM = 1.5
# Their makers ask for more: https://docs.gitlab.com/install/requirements/, and likewise for the others.
LARGE = (
    *("gitlab", "gitlab-ce", "gitlab-ee", "confluence", "jira-software", "bitbucket", "ollama", "vllm-openai"),
    *("localai", "sonarqube"),
)


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Numbers of pack opa-baseline.

    limit_cpus: processors that a service may use
    limit_memory: memory that a service may use, unless the file shows that it takes more
    reserve_cpus: processors that are reserved, no more than its limit
    reserve_memory: memory that is reserved, no more than its limit
    reservations: whether reservations are written at all
    max_cpus: processors of the smallest host, above which no limit goes
    """

    limit_cpus: Processors = "2"
    limit_memory: Size = "2G"
    reserve_cpus: Processors = "1"
    reserve_memory: Size = "1G"
    reservations: bool = True
    max_cpus: Processors | None = None


@rule(
    Severity.HIGH,
    levels=(Level.WARN, Level.DENY, Level.DENY),
    aliases=("DC-001", "CL-0026", "Memory Not Limited", "Cpus Not Limited"),
    params=Params,
)
def missing_resource_limits(service: Service, params: Params) -> Iterator[Finding]:
    """Find services without a limit for CPU or memory."""
    missing = violated(service)
    if not missing or service.partial or service.inherits(violated) or service.helper or service.named(EXCLUDED):
        return

    below = limits_below(service)
    at = service.at("deploy", "resources", "limits") if below else service.at()
    message = f"has no limit for {' and '.join(missing)}"
    if reason := why_not(service, params):
        yield at.finding(message, unfixable=reason)
        return

    memory, evidence = memory_limit(service, params)
    values = {"CPU": cpu_limit(params), "memory": memory}
    because = because_of(service, missing, params, evidence)
    yield at.finding(
        message, Fix(title_of(missing, values), Risk.MEDIUM, patch(service, missing, values, params), because)
    )


def violated(service: Service) -> list[str]:
    """Return what has no limit: CPU, memory, both or nothing. Zero is none."""
    cpu = [service.get("deploy", "resources", "limits", "cpus"), service.get("cpus"), service.get("cpu_quota")]
    memory = [service.get("deploy", "resources", "limits", "memory"), service.get("mem_limit")]
    found = []
    if not any(limits(value) for value in cpu):
        found.append("CPU")

    if not any(limits(value) for value in memory):
        found.append("memory")

    return found


def limits(value: object) -> bool:
    """Whether a value limits anything; a variable does."""
    return "$" in value if isinstance(value, str) and size(value) is None else bool(size(value) or number(value))


def why_not(service: Service, params: Params) -> str | None:
    """Return why no limit is set, or None."""
    keys = ("deploy",) if limits_below(service) else ("cpus", "mem_limit")
    if reason := contradiction(service) or service.at_odds(keys, partial(wants, params=params)):
        return reason

    if service.get("cpu_period") is not None and service.get("cpu_quota") is None:
        return "cpu_period without cpu_quota: Docker refuses it together with another limit for CPU"

    if service.named(LARGE) and "memory" in violated(service) and not any(needs(service)):
        return "its makers ask for more than 2G of memory: choose the limit"

    if service.get("memswap_limit") is not None:
        return "memswap_limit is set and must not be below the limit for memory: decide on both"

    return None


def wants(service: Service, params: Params) -> object:
    """Return what the service wants, to compare with those that take it over."""
    excluded = service.helper or service.named((*EXCLUDED, *LARGE))
    missing = violated(service)
    return not excluded and (missing, memory_limit(service, params)[0], reserves(service, missing, params))


def cpu_limit(params: Params) -> str:
    """Return the limit for CPU: no more than the smallest host has."""
    return min(params.limit_cpus, params.max_cpus or params.limit_cpus, key=processors)


def processors(text: str) -> float:
    """Return the number of processors that a text says."""
    return number(text) or 0


def amount(text: str) -> int:
    """Return the bytes that a text says."""
    return size(text) or 0


def memory_limit(service: Service, params: Params) -> tuple[str, tuple[str, ...]]:
    """Return the limit for memory, with the evidence when it is more than usual."""
    needed, evidence = max(needs(service), default=(0, ""))
    if needed * HEADROOM <= amount(params.limit_memory):
        return params.limit_memory, ()

    return f"{math.ceil(needed * HEADROOM / GIB)}G", (f"{evidence}, and half as much again",)


def patch(service: Service, missing: list[str], values: dict[str, str], params: Params) -> tuple[Operation, ...]:
    """Return the operations that add what is missing, in the family of keys that the service uses."""
    if not limits_below(service):
        return tuple(service.at(TOP[one]).put(values[one]) for one in missing)

    puts = [service.at("deploy", "resources", "limits", BELOW[one]).put(values[one]) for one in missing]
    if reserves(service, missing, params):
        reserved: Value = {
            "cpus": min(params.reserve_cpus, values["CPU"], key=processors),
            "memory": min(params.reserve_memory, values["memory"], key=amount),
        }
        puts.append(service.at("deploy", "resources", "reservations").put(reserved))

    return tuple(puts)


def reserves(service: Service, missing: list[str], params: Params) -> bool:
    """Whether reservations are added: only where nothing is set, and not where Swarm looks for a node that has them."""
    unset = len(missing) == 2 and not service.get("deploy", "resources", "reservations")
    return params.reservations and unset and not service.swarm


def title_of(missing: list[str], values: dict[str, str]) -> str:
    """Return the title of the fix."""
    return "Limit " + " and ".join(f"{one} to {values[one]}" for one in missing)


def because_of(service: Service, missing: list[str], params: Params, evidence: tuple[str, ...]) -> tuple[str, ...]:
    """Return the evidence for the numbers."""
    names = [name for one in missing for name in PARAMETERS[one]]
    names += ["reserve_cpus", "reserve_memory"] if reserves(service, missing, params) and limits_below(service) else []
    cpus = cpu_limit(params)
    hosts = (f"{cpus} processors: a host with fewer refuses the container",) if "CPU" in missing else ()
    family = () if limits_below(service) else ("the service or its version uses limit keys at the top of the service",)
    return (f"limits of {origin(params, 'pack opa-baseline', *names)}", *evidence, *hosts, *family)
