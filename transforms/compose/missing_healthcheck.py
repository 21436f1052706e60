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

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from fixer.finding import Finding, Fix, Level, Operation, Risk, Severity
from fixer.kinds.compose import Service, Value
from fixer.kinds.compose_values import escaped, strings, truth
from fixer.knowledge.images import is_database
from fixer.knowledge.ports import ports_of_command, ports_of_environment
from fixer.knowledge.probes import Probe, compose_test, http_probe, tcp_probe
from fixer.rule import rule

# The seeds' lists (S0-37, S0-38, S0-39).
EXCLUDED = ("postgres", "postgres_ai", "redis", "mysql", "mariadb", "mongo", "prometheus", "grafana", "pgbouncer")
TIMES: Mapping[str, Value] = {"interval": "30s", "timeout": "10s", "retries": 3, "start_period": "40s"}
SLOW_START = "120s"
IMAGE = "image HEALTHCHECK"
# Ranks of evidence on which a health path may rest (rules/README 4.9).
STRONG = 3
OPTION = re.compile(r"--[a-z][a-z.-]+")


class Test(msgspec.Struct, frozen=True):
    """A test for a service: value of `healthcheck.test`, its risk, and the evidence."""

    value: Sequence[str]
    risk: Risk
    because: tuple[str, ...]


@rule(
    Severity.MEDIUM,
    levels=(Level.WARN, Level.WARN, Level.DENY),
    aliases=("DC-002", "Healthcheck Not Set"),
)
def missing_healthcheck(service: Service) -> Iterator[Finding]:
    """Find services without a health check."""
    if service.partial or not violated(service) or service.inherits(violated) or exempt(service):
        return

    at = service.at("healthcheck")
    message = "has no health check"
    if reason := why_not(service):
        yield at.finding(message, unfixable=reason)
        return

    test = known_test(service) or documented_test(service) or port_test(service)
    if test is None:
        yield at.finding(message, unfixable=what_is_missing(service))
        return

    yield at.finding(message, Fix("Check its health", test.risk, patch(service, test), test.because))


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

    return bool(service.job) or service.interactive or service.worker


def why_not(service: Service) -> str | None:
    """Return why no test is added, or None."""
    if service.build:
        return "the image is built here: give its Dockerfile a HEALTHCHECK (dockerfile/missing-healthcheck)"

    mode = str(service.get("network_mode") or "")
    if mode.startswith(("service:", "container:")):
        return f"it shares the network of {mode.partition(':')[2]}, which would answer in its place"

    if reason := service.unlike("healthcheck"):
        return reason

    for other in service.heirs("healthcheck"):
        if other.get("healthcheck") is None and exempt(other):
            return f"services.{other.name} would take the health check over, and has nothing that answers"

    return None


def known_test(service: Service) -> Test | None:
    """Return the test of the knowledge table."""
    health = service.facts.health
    if health is None or not set(health.needs_env) <= set(service.variables):
        return None

    test = [escaped(word) for word in health.test]
    because = f"the command: {service.facts.evidence}, {health.source}"
    if health.when and not shown(health.when, service.command):
        return Test(test, Risk.HIGH, (because, f"it holds when: {health.when}"))

    plain = not service.command and not service.swarm and service.facts.sure("health") and health.source != "start page"
    return Test(test, Risk.SAFE if plain else Risk.LOW, (because,))


def shown(condition: str, command: Sequence[str]) -> bool:
    """Whether the command has the option that a condition names."""
    option = OPTION.search(condition)
    return option is not None and any(word.startswith(option[0]) for word in command)


def documented_test(service: Service) -> Test | None:
    """Return a test of the documented endpoint of the image."""
    facts = service.facts
    if facts.http_health is None:
        return None

    health = facts.http_health
    probe = http_probe(facts, health.port, health.path)
    if probe is None:
        return None

    because = (f"endpoint {health.path} on port {health.port}: {facts.evidence}", probe.because)
    if health.needs:
        return Test(compose_test(probe), Risk.HIGH, (*because, f"it needs: {health.needs}"))

    sure = probe.sure and facts.sure("http_health") and not service.command
    return Test(compose_test(probe), Risk.LOW if sure else Risk.MEDIUM, because)


def port_test(service: Service) -> Test | None:
    """Return a test of the port that command or environment name, or of the only one the image and the file name."""
    facts = service.facts
    found = [*ports_of_command(service.command, service.variables), *ports_of_environment(service.variables)]
    for evidence in sorted(found, key=lambda one: one.rank):
        probe: Probe | None = None
        if evidence.path and evidence.rank <= STRONG and evidence.protocol in {"http", "https"}:
            probe = http_probe(facts, evidence.port, evidence.path, scheme=evidence.protocol)

        probe = probe or tcp_probe(facts, evidence.port)
        if probe:
            return Test(compose_test(probe), Risk.LOW if probe.sure else Risk.MEDIUM, (evidence.because, probe.because))

    ports = {*service.exposed} or {port.port for port in facts.ports or () if port.protocol == "tcp"}
    probe = tcp_probe(facts, min(ports)) if len(ports) == 1 else None
    if probe is None:
        return None

    because = (f"port {min(ports)} is the only one that the file or the image names", probe.because)
    return Test(compose_test(probe), Risk.LOW if probe.sure else Risk.MEDIUM, because)


def what_is_missing(service: Service) -> str:
    """Return what a person has to find out."""
    if not service.facts.known:
        return "nothing is known about the image: say which command of it shows that it works"

    return "which port it answers on, or which program of the image could ask, is not known: choose a test"


def patch(service: Service, test: Test) -> tuple[Operation, ...]:
    """Return the operations that add the test, and the times where none are set yet."""
    at = service.at("healthcheck")
    if isinstance(at.value, Mapping) and at.value:
        return (service.at("healthcheck", "test").put(test.value),)

    times = {**TIMES, "start_period": SLOW_START} if service.jvm else TIMES
    return (at.put({"test": test.value, **times}),)
