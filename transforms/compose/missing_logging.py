"""Service has no logging configuration.

## Why
The default driver keeps every line for ever: one noisy service fills the disk of the host, and with it go all others.

## Fix
Adds `logging` with the driver `json-file` and a rotation of three files of 10 MB.

## Risk
low: a driver set for the whole daemon (journald, fluentd, awslogs, loki) no longer gets the lines of this service, and
old lines are dropped when a file is rotated.

## References
- https://docs.docker.com/engine/logging/drivers/json-file/
- https://docs.docker.com/reference/compose-file/services/#logging
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fixer.finding import Finding, Fix, Level, Risk, Severity
from fixer.kinds.compose import Service, Value
from fixer.rule import rule

# Numbers of pack opa-baseline; option values must be strings.
LOGGING: Value = {"driver": "json-file", "options": {"max-size": "10m", "max-file": "3"}}


@rule(Severity.MEDIUM, levels=(Level.DENY, Level.DENY, Level.DENY), aliases=("DC-008",))
def missing_logging(service: Service) -> Iterator[Finding]:
    """Find services without `logging`."""
    if service.partial or not violated(service) or service.inherits(violated):
        return

    at = service.at("logging")
    because = ("size and number of the files: pack opa-baseline",)
    yield at.finding(
        "has no logging configuration",
        Fix("Rotate the logs: three files of 10 MB", Risk.LOW, (at.put(LOGGING),), because),
    )


def violated(service: Service) -> bool:
    """Whether neither driver nor options are set."""
    logging = service.get("logging")
    return not (isinstance(logging, Mapping) and any(logging.get(key) for key in ("driver", "options")))
