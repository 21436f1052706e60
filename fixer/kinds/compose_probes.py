"""How the health of a Compose service can be asked, best evidence first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from fixer.finding import Risk
from fixer.kinds.compose_service import Service
from fixer.kinds.compose_values import escaped
from fixer.knowledge.ports import PortEvidence, ports_of_command, ports_of_environment
from fixer.knowledge.probes import Probe, compose_test, http_probe, tcp_probe

# Ranks of evidence on which a health path may rest (rules/README 4.9).
_STRONG = 3
_OPTION = re.compile(r"--[a-z][a-z.-]+")
# Images for programs of others: their ports are those of the program.
_GENERAL = frozenset({"language-runtime", "base-os", ""})


class Test(msgspec.Struct, frozen=True):
    """A test for a service: value of `healthcheck.test`, its risk, and the evidence."""

    value: Sequence[str]
    risk: Risk
    because: tuple[str, ...]


def best_test(service: Service) -> Test | None:
    """Return the test with the best evidence; None when nothing says what would answer."""
    return _known(service) or _documented(service) or _port(service)


def _known(service: Service) -> Test | None:
    """Return the test of the knowledge table."""
    health = service.facts.health
    if health is None or not set(health.needs_env) <= set(service.variables):
        return None

    test = [escaped(word) for word in health.test]
    because = f"the command: {service.facts.evidence}, {health.source}"
    if health.when and not _shown(health.when, service.command):
        return Test(test, Risk.HIGH, (because, f"it holds when: {health.when}"))

    plain = not service.command and not service.swarm and service.facts.sure("health") and health.source != "start page"
    return Test(test, Risk.SAFE if plain else Risk.LOW, (because,))


def _shown(condition: str, command: Sequence[str]) -> bool:
    """Whether the command has the option that a condition names."""
    option = _OPTION.search(condition)
    return option is not None and any(word.startswith(option[0]) for word in command)


def _documented(service: Service) -> Test | None:
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


def _port(service: Service) -> Test | None:
    """Return a test of the port that command or environment name, or of the only one the image and the file name."""
    facts = service.facts
    for evidence in sorted(_evidence(service), key=lambda one: one.rank):
        probe: Probe | None = None
        if evidence.path and evidence.rank <= _STRONG and evidence.protocol in {"http", "https"}:
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


def _evidence(service: Service) -> Iterator[PortEvidence]:
    """Ports that the command names, and those of the environment unless the image is known to listen elsewhere."""
    yield from ports_of_command(service.command, service.variables)
    known = {port.port for port in service.facts.ports or ()} if service.facts.role not in _GENERAL else set()
    for evidence in ports_of_environment(service.variables):
        if not known or evidence.port in known:
            yield evidence
