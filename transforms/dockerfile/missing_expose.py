"""Listening port is not documented with EXPOSE.

## Why
EXPOSE says on which port the service answers. People read it, and so do `docker run -P`, reverse proxies that find
their services by themselves, and scanners.

## Fix
Inserts `EXPOSE` with the port that the command line or a well-known variable names, before HEALTHCHECK, ENTRYPOINT and
CMD.

## Risk
safe: metadata only.

## References
- https://docs.docker.com/reference/dockerfile/#expose
"""

from __future__ import annotations

from collections.abc import Iterator

from fixer.finding import Finding, Fix, Level, Risk, Severity
from fixer.kinds.dockerfile import Line, Stage
from fixer.kinds.dockerfile_service import passive, ports, reachable
from fixer.knowledge.ports import PortEvidence
from fixer.rule import rule


@rule(Severity.LOW, levels=(Level.WARN, Level.WARN, Level.WARN), aliases=("DF-062", "Missing EXPOSE"))
def missing_expose(stage: Stage) -> Iterator[Finding]:
    """Find services whose port is known and not exposed."""
    if not stage.shipped or stage.last("EXPOSE") or stage.command is None or stage.windows:
        return

    if stage.facts.ports and stage.entrypoint is None:
        return

    found = documentable(stage)
    if not found or any(part.shipped and documentable(part) == found for part in stage.chain[:-1]):
        return

    by_port = {port.port: port for port in found}
    text = " ".join(str(port) for port in sorted(by_port))
    because = tuple(one.because for one in by_port.values())
    fix = Fix(f"Expose {text}", Risk.SAFE, stage.at_end(Line("EXPOSE", text)), because)
    yield stage.finding("the port it listens on is not exposed", fix, about="EXPOSE")


def documentable(stage: Stage) -> list[PortEvidence]:
    """Return the known ports of a service."""
    return [] if passive(stage) else [port for port in ports(stage) if reachable(port)]
