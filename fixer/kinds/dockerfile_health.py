"""How the health of a stage can be checked."""

from __future__ import annotations

import re

import msgspec

from fixer.finding import Risk
from fixer.formats.dockerfile import Line
from fixer.kinds.dockerfile_service import configurations, ports, programs
from fixer.kinds.dockerfile_stage import Stage
from fixer.kinds.parameters import HealthTimes
from fixer.knowledge.ports import PortEvidence, framework_default
from fixer.knowledge.probes import Probe, dockerfile_command, http_probe, image_health, tcp_probe

# They are slow to start (rules/README 6.4).
_SLOW = frozenset({"java", "rails", "gradle", "gradlew", "mvn", "mvnw", "catalina.sh", "sbt", "vllm", "jupyter"})
# The weakest evidence that a health path may rest on (rules/README 4.9).
_STRONG = 3
_EXITS = re.compile(r"\|\|\s*(?:exit\s+[01]|false)\s*;?\s*$")


class Check(msgspec.Struct, frozen=True):
    """A health check: its command, the risk, the evidence."""

    probe: Probe
    risk: Risk
    because: tuple[str, ...]


def check_for(stage: Stage) -> Check | str:
    """Return the check that fits a stage, or what a person has to decide, as a sentence."""
    found = ports(stage)
    if stage.command is None and not found and (known := image_health(stage.facts, stage.env)):
        return Check(known, Risk.MEDIUM if known.sure else Risk.HIGH, (known.because,))

    for evidence in found:
        if probe := _probe(stage, evidence):
            return _check(stage, probe, evidence.because)

    tcp = [port for port, protocol in stage.exposed if protocol == "tcp"] or _of_image(stage)
    if found or len(tcp) == 1:
        port = found[0].port if found else tcp[0]
        if probe := _connect(stage, port):
            return _check(stage, probe, found[0].because if found else f"port {port} is the only one that is exposed")

        return _no_client(stage, port)

    if len(tcp) > 1:
        return f"say which of the ports {', '.join(map(str, sorted(tcp)))} answers a check"

    guess = framework_default(stage.command.argv) if stage.command else None
    hint = f" ({guess.because}; say so with EXPOSE if that holds)" if guess else ""
    return f"the port it listens on is not known{hint}"


def _check(stage: Stage, probe: Probe, because: str) -> Check:
    unread = next((source for source, listens in configurations(stage) if listens is None), None)
    if unread:
        doubt = f"{unread} is not in the project, and may name another port"
        return Check(probe, Risk.HIGH, (because, probe.because, doubt))

    if stage.facts.known:
        return Check(probe, Risk.MEDIUM if probe.sure else Risk.HIGH, (because, probe.because))

    return Check(probe, Risk.HIGH, (because, probe.because, "whether the image has a check already is not known"))


def _of_image(stage: Stage) -> list[int]:
    if stage.entrypoint is not None and stage.facts.role != "language-runtime":
        return []

    return [port.port for port in stage.facts.ports or () if port.protocol == "tcp"]


def _probe(stage: Stage, evidence: PortEvidence) -> Probe | None:
    if evidence.path and evidence.rank <= _STRONG and evidence.protocol in {"http", "https"}:
        port, path, scheme = evidence.port, evidence.path, evidence.protocol
        probe = http_probe(stage.facts, port, path, scheme=scheme)
        probe = probe or http_probe(stage.facts, port, path, scheme=scheme, installed=stage.installed)
        if probe:
            return probe

    return _connect(stage, evidence.port)


def _connect(stage: Stage, port: int) -> Probe | None:
    return tcp_probe(stage.facts, port) or tcp_probe(stage.facts, port, installed=stage.installed)


def _no_client(stage: Stage, port: int) -> str:
    if stage.facts.shell == "" and not stage.installed & {"bash", "busybox", "curl", "wget"}:
        return (
            f"the image has neither shell nor client to ask port {port}: give the program a health command of its own"
        )

    if not stage.facts.known:
        return f"nothing is known about the image, so neither is a program in it that could ask port {port}"

    return f"the image has no program that could ask port {port}: choose a test, or install a client"


def line_for(stage: Stage, check: Check, times: HealthTimes) -> Line:
    """Return the HEALTHCHECK."""
    start = times.start(slow=any(words[0] in _SLOW for words in programs(stage)))
    flags = (("interval", times.interval), ("timeout", times.timeout), ("start-period", start))
    return line_of(stage, check.probe, (*flags, ("retries", str(times.retries))))


def line_of(stage: Stage, probe: Probe, flags: tuple[tuple[str, str], ...]) -> Line:
    """Return the HEALTHCHECK that runs a probe."""
    command = dockerfile_command(probe, has_shell=stage.facts.shell != "")
    keyword = stage.file.parsed.style.keyword("CMD")
    if isinstance(command, str):
        # Docker reserves the other codes; curl and mysqladmin end with codes of their own.
        if not probe.exits and not _EXITS.search(command):
            command = f"{command} || exit 1"

        return Line("HEALTHCHECK", f"{keyword} {command}", flags=flags)

    return Line("HEALTHCHECK", keyword, argv=command, flags=flags)
