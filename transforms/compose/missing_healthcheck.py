"""Service has no health check.

## Why
Without one Docker only knows that the process exists. A service that hangs is never noticed, and `depends_on` can only
wait for the start of a container, not for the moment it answers.

## Fix
Adds `healthcheck` with the command that the image is known to answer, or one that asks the documented endpoint of the
image or connects to the port that command or environment name, with a program the image has. An image that is built in
the project gets its health check in the Dockerfile. Databases and monitoring, jobs, workers without a port, and
services that switch the check off are left alone.

## Risk
safe: the image's own check, its command and ports unchanged. low: a wrong test shows `unhealthy`, holds back services
that wait for `service_healthy`, and makes Swarm restart the task. high where the test holds under a condition that the
file does not show.

## References
- https://docs.docker.com/reference/compose-file/services/#healthcheck
- https://docs.docker.com/reference/dockerfile/#healthcheck
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fixer.finding import Finding, Fix, Level, Operation, Severity
from fixer.kinds.compose import Service, Value
from fixer.kinds.compose_probes import Test, best_test
from fixer.kinds.compose_values import strings, truth
from fixer.kinds.parameters import HealthTimes
from fixer.knowledge.images import is_database
from fixer.rule import origin, rule

# The seeds' lists (S0-37, S0-38, S0-39).
EXCLUDED = ("postgres", "postgres_ai", "redis", "mysql", "mariadb", "mongo", "prometheus", "grafana", "pgbouncer")
IMAGE = "image HEALTHCHECK"


@rule(
    Severity.MEDIUM,
    levels=(Level.WARN, Level.WARN, Level.DENY),
    aliases=("DC-002", "Healthcheck Not Set"),
    params=HealthTimes,
)
def missing_healthcheck(service: Service, params: HealthTimes) -> Iterator[Finding]:
    """Find services without a health check."""
    if service.partial or not violated(service) or service.inherits(violated) or exempt(service):
        return

    at = service.at("healthcheck")
    message = "has no health check"
    if reason := why_not(service):
        yield at.finding(message, unfixable=reason)
        return

    test = best_test(service)
    if test is None:
        yield at.finding(message, unfixable=what_is_missing(service))
        return

    because = (
        test.because if params == HealthTimes() else (*test.because, f"times: {origin(params, 'pack opa-baseline')}")
    )
    yield at.finding(message, Fix("Check its health", test.risk, patch(service, test, params), because))


def violated(service: Service) -> bool:
    """Whether neither the service nor its image has a test; one that is switched off is a decision."""
    health = service.get("healthcheck")
    if isinstance(health, Mapping) and (truth(health.get("disable")) is True or strings(health.get("test"))):
        return False

    return not (service.facts.health and service.facts.health.source == IMAGE)


def exempt(service: Service) -> bool:
    """Whether the service needs no health check."""
    if service.named(EXCLUDED) or is_database(service.facts):
        return True

    return bool(service.job) or service.interactive or service.idle or service.worker


def why_not(service: Service) -> str | None:
    """Return why no test is added, or None."""
    if service.build:
        return "the image is built here: give its Dockerfile a HEALTHCHECK (dockerfile/missing-healthcheck)"

    mode = str(service.get("network_mode") or "")
    if mode.startswith(("service:", "container:")):
        return f"it shares the network of {mode.partition(':')[2]}, which would answer in its place"

    return service.at_odds(("healthcheck",), wants)


def wants(service: Service) -> object:
    """Return what the service wants, to compare with those that take it over."""
    test = None if exempt(service) else best_test(service)
    return test and test.value


def what_is_missing(service: Service) -> str:
    """Return what a person has to find out."""
    if not service.facts.known:
        return "nothing is known about the image: say which command of it shows that it works"

    return "which port it answers on, or which program of the image could ask, is not known: choose a test"


def patch(service: Service, test: Test, params: HealthTimes) -> tuple[Operation, ...]:
    """Return the operations that add the test, and the times where none are set yet."""
    at = service.at("healthcheck")
    if isinstance(at.value, Mapping) and at.value:
        return (service.at("healthcheck", "test").put(test.value),)

    times: dict[str, Value] = {"interval": params.interval, "timeout": params.timeout, "retries": params.retries}
    return (at.put({"test": test.value, **times, "start_period": params.start(slow=service.jvm)}),)
