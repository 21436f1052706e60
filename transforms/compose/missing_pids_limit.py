"""Service has no limit for its number of processes.

## Why
A fork bomb, or a program that leaks threads, takes the process table of the whole host with it.

## Fix
Adds `pids: 100` to `deploy.resources.limits`, or `pids_limit: 100` at the top of the service where that family of keys
is in use: the same family as that of the limits for CPU and memory, because Compose refuses a service that mixes them.
Databases and programs on the JVM get 500, Elasticsearch and OpenSearch 4096.

## Risk
medium: threads count as processes, and a program that starts more of them fails. high where nothing is known about the
image.

## References
- https://docs.docker.com/reference/compose-file/deploy/#pids
- https://docs.docker.com/reference/compose-file/services/#pids_limit
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from fixer.finding import Finding, Fix, Level, Risk, Severity
from fixer.kinds.compose import Service
from fixer.kinds.compose_limits import contradiction, limits_below
from fixer.kinds.compose_values import number
from fixer.kinds.parameters import Count
from fixer.rule import origin, rule

PACK = "pack runtime-hardening"
# Numbers of the catalogue (DC-025) by role.
PIDS_OF_DATABASE, PIDS_OF_JVM, PIDS_OF_SEARCH = 500, 500, 4096
SEARCH = ("elasticsearch", "opensearch")
DATA_ROLES = frozenset({"database", "cache", "queue", "storage"})


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The number of seed 4.

    pids: number of processes; databases, programs on the JVM and search engines get more where theirs is higher
    """

    pids: Count = 100


@rule(
    Severity.MEDIUM,
    levels=(Level.OFF, Level.WARN, Level.DENY),
    aliases=("DC-025", "Pids Limit Not Set"),
    params=Params,
)
def missing_pids_limit(service: Service, params: Params) -> Iterator[Finding]:
    """Find services whose number of processes has no bound."""
    if not violated(service) or service.partial or service.inherits(violated) or service.helper or service.windows:
        return

    at = service.at("deploy", "resources", "limits", "pids") if limits_below(service) else service.at("pids_limit")
    message = "has no limit for the number of processes"
    if reason := contradiction(service) or service.at_odds((str(at.keys[0]),), lambda other: wants(other, params)):
        yield at.finding(message, unfixable=reason)
        return

    pids, evidence = pids_of(service, params)
    risk = Risk.MEDIUM if service.facts.known else Risk.HIGH
    yield at.finding(message, Fix(f"Limit processes to {pids}", risk, (at.put(pids),), (evidence,)))


def violated(service: Service) -> bool:
    """Whether neither key sets a limit above zero; a variable does."""
    return not any(
        (isinstance(value, str) and "$" in value) or (number(value) or 0) > 0
        for value in (service.get("pids_limit"), service.get("deploy", "resources", "limits", "pids"))
    )


def wants(service: Service, params: Params) -> object:
    """Return what the service wants, to compare with those that take it over."""
    return violated(service) and not service.helper and pids_of(service, params)[0]


def pids_of(service: Service, params: Params) -> tuple[int, str]:
    """Return the limit for a service, with its evidence: that of its role, where it is the higher one."""
    of_role, evidence = of_its_role(service)
    return (
        (of_role, evidence)
        if of_role > params.pids
        else (params.pids, f"{params.pids} processes: {origin(params, PACK)}")
    )


def of_its_role(service: Service) -> tuple[int, str]:
    """Return the limit for the role of a service, with its evidence; 0 for a role without one."""
    if service.named(SEARCH):
        return PIDS_OF_SEARCH, f"{PIDS_OF_SEARCH} for a search engine: {PACK}"

    if service.jvm:
        return PIDS_OF_JVM, f"{PIDS_OF_JVM} for a program on the JVM: {PACK}"

    if service.facts.role in DATA_ROLES:
        return PIDS_OF_DATABASE, f"{PIDS_OF_DATABASE} for a {service.facts.role}: {PACK} ({service.facts.evidence})"

    return 0, ""
