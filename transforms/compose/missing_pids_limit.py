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

from fixer.finding import Finding, Fix, Level, Risk, Severity
from fixer.kinds.compose import Service
from fixer.kinds.compose_limits import contradiction, limits_below
from fixer.kinds.compose_values import number
from fixer.rule import rule

# Numbers of pack runtime-hardening: seed 4 gives 100, the catalogue (DC-025) the others by role.
PIDS, PIDS_OF_DATABASE, PIDS_OF_JVM, PIDS_OF_SEARCH = 100, 500, 500, 4096
SEARCH = ("elasticsearch", "opensearch")
DATA_ROLES = frozenset({"database", "cache", "queue", "storage"})


@rule(Severity.MEDIUM, levels=(Level.OFF, Level.WARN, Level.DENY), aliases=("DC-025", "Pids Limit Not Set"))
def missing_pids_limit(service: Service) -> Iterator[Finding]:
    """Find services whose number of processes has no bound."""
    if not violated(service) or service.partial or service.inherits(violated) or service.helper or service.windows:
        return

    at = service.at("deploy", "resources", "limits", "pids") if limits_below(service) else service.at("pids_limit")
    message = "has no limit for the number of processes"
    if reason := contradiction(service) or service.at_odds((str(at.keys[0]),), wants):
        yield at.finding(message, unfixable=reason)
        return

    pids, evidence = pids_of(service)
    risk = Risk.MEDIUM if service.facts.known else Risk.HIGH
    yield at.finding(message, Fix(f"Limit processes to {pids}", risk, (at.put(pids),), (evidence,)))


def violated(service: Service) -> bool:
    """Whether neither key sets a limit above zero; a variable does."""
    return not any(
        (isinstance(value, str) and "$" in value) or (number(value) or 0) > 0
        for value in (service.get("pids_limit"), service.get("deploy", "resources", "limits", "pids"))
    )


def wants(service: Service) -> object:
    """Return what the service wants, to compare with those that take it over."""
    return violated(service) and not service.helper and pids_of(service)[0]


def pids_of(service: Service) -> tuple[int, str]:
    """Return the limit for the role of a service, with its evidence."""
    if service.named(SEARCH):
        return PIDS_OF_SEARCH, "4096 for a search engine: pack runtime-hardening"

    if service.jvm:
        return PIDS_OF_JVM, "500 for a program on the JVM: pack runtime-hardening"

    if service.facts.role in DATA_ROLES:
        return PIDS_OF_DATABASE, f"500 for a {service.facts.role}: pack runtime-hardening ({service.facts.evidence})"

    return PIDS, "100 processes: pack runtime-hardening"
