"""Shipped image has no HEALTHCHECK.

## Why
Without one Docker only knows that the process exists. A service that hangs is never noticed, and nobody can wait for
the moment it answers.

## Fix
Inserts HEALTHCHECK before ENTRYPOINT and CMD: the command that the image is known to answer, a request of the path that
the server is known to have, or a connection to the port that command, environment or EXPOSE name, with a program that
is in the image. Without such a port or program, what is missing is reported. Workers, jobs, databases and images to
build on are left alone.

## Risk
medium: a wrong check shows `unhealthy`; Swarm, ECS and `depends_on: service_healthy` then stop or hold back containers.
high where it rests on something that could not be verified.

## References
- https://docs.docker.com/reference/dockerfile/#healthcheck
"""

from __future__ import annotations

from collections.abc import Iterator

from fixer.finding import Finding, Fix, Level, Severity
from fixer.kinds.dockerfile import Stage
from fixer.kinds.dockerfile_health import check_for, line_for
from fixer.kinds.dockerfile_service import serves
from fixer.kinds.parameters import HealthTimes
from fixer.rule import origin, rule

IMAGE = "image HEALTHCHECK"


@rule(
    Severity.MEDIUM,
    levels=(Level.WARN, Level.WARN, Level.DENY),
    aliases=(
        "DF-058",
        "DL3057",
        "DS-0026",
        "DS026",
        "AVD-DS-0026",
        "CKV_DOCKER_2",
        "Healthcheck Instruction Missing",
        "CIS-DI-0006",
    ),
    params=HealthTimes,
)
def missing_healthcheck(stage: Stage, params: HealthTimes) -> Iterator[Finding]:
    """Find services without a health check."""
    if not stage.shipped or stage.tool or stage.windows:
        return

    if stage.health:
        if stage.health.raw.health_type == "NONE" and stage.health.stage is stage:
            yield stage.health.finding(
                "has its health check switched off", unfixable="HEALTHCHECK NONE is a decision", cap=Level.WARN
            )

        return

    if of_image(stage) or not serves(stage) or any(put_right(part) for part in stage.chain[:-1]):
        return

    message = "has no health check"
    check = check_for(stage)
    if isinstance(check, str):
        yield stage.finding(message, unfixable=check, about="HEALTHCHECK")
        return

    patch = stage.at_end(line_for(stage, check, params))
    times = f"interval, timeout, start period and retries: settings of {origin(params, 'pack opa-baseline')}"
    fix = Fix("Check its health", check.risk, patch, (*check.because, times))
    yield stage.finding(message, fix, about="HEALTHCHECK")


def put_right(stage: Stage) -> bool:
    """Whether a base stage gets a health check, which this one then takes over."""
    return stage.shipped and serves(stage) and not isinstance(check_for(stage), str)


def of_image(stage: Stage) -> bool:
    """Whether the base image brings a health check."""
    health = stage.facts.health
    return health is not None and health.source == IMAGE
