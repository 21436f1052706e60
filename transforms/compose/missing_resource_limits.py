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

from fixer.finding import Finding, Fix, Level, Operation, Risk, Severity
from fixer.kinds.compose import Service
from fixer.kinds.compose_limits import contradiction, limits_below, needs
from fixer.kinds.compose_values import number, size
from fixer.rule import rule

EXCLUDED = ("localstack", "mailhog")
CPUS, MEMORY = "2", "2G"
RESERVED = {"cpus": "1", "memory": "1G"}
TOP = {"CPU": "cpus", "memory": "mem_limit"}
BELOW = {"CPU": "cpus", "memory": "memory"}
GIB = 1024**3
# Half as much again as the heap: the rule's entry in the catalogue (DC-001).
HEADROOM = 1.5
# Their makers ask for more: https://docs.gitlab.com/install/requirements/, and likewise for the others.
LARGE = (
    *("gitlab", "gitlab-ce", "gitlab-ee", "confluence", "jira-software", "bitbucket", "ollama", "vllm-openai"),
    *("localai", "sonarqube"),
)


@rule(
    Severity.HIGH,
    levels=(Level.WARN, Level.DENY, Level.DENY),
    aliases=("DC-001", "CL-0026", "Memory Not Limited", "Cpus Not Limited"),
)
def missing_resource_limits(service: Service) -> Iterator[Finding]:
    """Find services without a limit for CPU or memory."""
    missing = violated(service)
    if not missing or service.partial or service.inherits(violated) or service.helper or service.named(EXCLUDED):
        return

    below = limits_below(service)
    at = service.at("deploy", "resources", "limits") if below else service.at()
    message = f"has no limit for {' and '.join(missing)}"
    if reason := why_not(service):
        yield at.finding(message, unfixable=reason)
        return

    memory, evidence = memory_limit(service)
    yield at.finding(
        message,
        Fix(
            title_of(missing, memory),
            Risk.MEDIUM,
            patch(service, missing, memory),
            because_of(service, missing, evidence),
        ),
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


def why_not(service: Service) -> str | None:
    """Return why no limit is set, or None."""
    keys = ("deploy",) if limits_below(service) else ("cpus", "mem_limit")
    if reason := contradiction(service) or service.at_odds(keys, wants):
        return reason

    if service.get("cpu_period") is not None and service.get("cpu_quota") is None:
        return "cpu_period without cpu_quota: Docker refuses it together with another limit for CPU"

    if service.named(LARGE) and "memory" in violated(service) and not any(needs(service)):
        return f"its makers ask for more than {MEMORY} of memory: choose the limit"

    if service.get("memswap_limit") is not None:
        return "memswap_limit is set and must not be below the limit for memory: decide on both"

    return None


def wants(service: Service) -> object:
    """Return what the service wants, to compare with those that take it over."""
    excluded = service.helper or service.named((*EXCLUDED, *LARGE))
    return not excluded and (violated(service), memory_limit(service)[0], reserves(service, violated(service)))


def memory_limit(service: Service) -> tuple[str, tuple[str, ...]]:
    """Return the limit for memory, with the evidence when it is more than usual."""
    needed, evidence = max(needs(service), default=(0, ""))
    limit = math.ceil(needed * HEADROOM / GIB)
    return (f"{limit}G", (f"{evidence}, and half as much again",)) if limit * GIB > 2 * GIB else (MEMORY, ())


def patch(service: Service, missing: list[str], memory: str) -> tuple[Operation, ...]:
    """Return the operations that add what is missing, in the family of keys that the service uses."""
    values = {"CPU": CPUS, "memory": memory}
    if not limits_below(service):
        return tuple(service.at(TOP[one]).put(values[one]) for one in missing)

    puts = [service.at("deploy", "resources", "limits", BELOW[one]).put(values[one]) for one in missing]
    if reserves(service, missing):
        puts.append(service.at("deploy", "resources", "reservations").put(RESERVED))

    return tuple(puts)


def reserves(service: Service, missing: list[str]) -> bool:
    """Whether reservations are added: only where nothing is set, and not where Swarm looks for a node that has them."""
    return len(missing) == 2 and not service.get("deploy", "resources", "reservations") and not service.swarm


def title_of(missing: list[str], memory: str) -> str:
    """Return the title of the fix."""
    shown = {"CPU": f"CPU to {CPUS}", "memory": f"memory to {memory}"}
    return "Limit " + " and ".join(shown[one] for one in missing)


def because_of(service: Service, missing: list[str], evidence: tuple[str, ...]) -> tuple[str, ...]:
    """Return the evidence for the numbers."""
    hosts = ("2 processors: a host with fewer refuses the container",) if "CPU" in missing else ()
    family = () if limits_below(service) else ("the service or its version uses limit keys at the top of the service",)
    return ("limits of pack opa-baseline", *evidence, *hosts, *family)
