"""Service has no logging configuration.

## Why
The default driver keeps every line for ever: one noisy service fills the disk of the host, and with it go all others.

## Fix
Adds `logging` with the driver `json-file` and a rotation of three files of 10 MB. Where other services of the file
take theirs from an anchor of a top-level `x-` key, the values of that anchor are copied, so that all services agree.
One anchor for many services is not made: each service gets its own block.

## Risk
low: a driver set for the whole daemon (journald, fluentd, awslogs, loki) no longer gets the lines of this service, and
old lines are dropped when a file is rotated.

## References
- https://docs.docker.com/engine/logging/drivers/json-file/
- https://docs.docker.com/reference/compose-file/services/#logging
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from fixer.finding import Finding, Fix, Level, Risk, Severity
from fixer.kinds.compose import ComposeFile, Service, Value, per_file
from fixer.kinds.parameters import CountText, Size, Word
from fixer.rule import origin, rule

# Drivers that keep files on the host, and take options for their rotation.
ROTATING = frozenset({"json-file", "local"})


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Numbers of pack opa-baseline; option values must be strings.

    driver: driver that is written; options are written for json-file and local only, which know them
    max_size: size at which a file is rotated
    max_file: number of files, as text
    """

    driver: Word = "json-file"
    max_size: Size = "10m"
    max_file: CountText = "3"


@rule(Severity.MEDIUM, levels=(Level.DENY, Level.DENY, Level.DENY), aliases=("DC-008",), params=Params)
def missing_logging(service: Service, params: Params) -> Iterator[Finding]:
    """Find services without `logging`."""
    if service.partial or not violated(service) or service.inherits(violated):
        return

    at = service.at("logging")
    message = "has no logging configuration"
    if found := common(service.file):
        key, logging = found
        because = (f"as {key} of the file says",)
        yield at.finding(message, Fix("Log as the other services do", Risk.LOW, (at.put(logging),), because))
        return

    yield at.finding(message, Fix(title_of(params), Risk.LOW, (at.put(logging_of(params)),), because_of(params)))


def logging_of(params: Params) -> Value:
    """Return the value of `logging`."""
    if params.driver not in ROTATING:
        return {"driver": params.driver}

    return {"driver": params.driver, "options": {"max-size": params.max_size, "max-file": params.max_file}}


def title_of(params: Params) -> str:
    """Return the title of the fix."""
    if params.driver not in ROTATING:
        return f"Log with the driver {params.driver}"

    shown = "three files of 10 MB" if params == Params() else f"{params.max_file} files of {params.max_size}"
    return f"Rotate the logs: {shown}"


def because_of(params: Params) -> tuple[str, ...]:
    """Return the evidence for driver and numbers."""
    if params.driver not in ROTATING:
        return (f"driver: {origin(params, 'pack opa-baseline', 'driver')}",)

    return (f"size and number of the files: {origin(params, 'pack opa-baseline', 'max_size', 'max_file')}",)


@per_file
def common(file: ComposeFile) -> tuple[str, Value] | None:
    """Return the top-level `x-` key from which services take their `logging` by an anchor, with its value, or None."""
    shared = [service.own["logging"] for service in file.services if is_shared(service)]
    for key, value in file.data.items():
        of_key = value.get("logging", value) if isinstance(value, Mapping) else None
        if str(key).startswith("x-") and of_key in shared:
            return str(key), of_key

    return None


def is_shared(service: Service) -> bool:
    """Whether the service has a configuration that is written somewhere else."""
    return "logging" in service.own and not violated(service) and service.at("logging").shared


def violated(service: Service) -> bool:
    """Whether neither driver nor options are set."""
    logging = service.get("logging")
    return not (isinstance(logging, Mapping) and any(logging.get(key) for key in ("driver", "options")))
