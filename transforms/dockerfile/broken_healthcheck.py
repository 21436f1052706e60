"""HEALTHCHECK runs a program that the image does not have.

## Why
Such a check fails each time: the container is unhealthy for ever, and Swarm or `depends_on: service_healthy` stop or
hold back what works. The usual case is curl on a slim image.

## Fix
Writes the same check with a program that the image has; URL, port and the options of HEALTHCHECK stay.

## Risk
low: the present check can never pass. medium where the new one rests on something that could not be verified.

## References
- https://docs.docker.com/reference/dockerfile/#healthcheck
"""

from __future__ import annotations

from collections.abc import Iterator

from fixer.finding import Finding, Fix, Level, Operation, Risk, Severity
from fixer.kinds.dockerfile import Instruction, Stage
from fixer.kinds.dockerfile_health import line_of
from fixer.kinds.dockerfile_shell import simple_argv
from fixer.knowledge.probes import Probe, equivalent_probe, programs_of
from fixer.rule import rule


@rule(Severity.HIGH, levels=(Level.DENY, Level.DENY, Level.DENY), aliases=("DF-059",))
def broken_healthcheck(stage: Stage) -> Iterator[Finding]:
    """Find health checks of shipped stages whose program is known to be missing."""
    health = stage.health
    if not stage.shipped or health is None or health.raw.health_type != "CMD" or stage.windows:
        return

    if health.stage is not stage and health.stage is not None and health.stage.shipped:
        return

    command = health.raw.argv or health.raw.command_text
    missing = [program for program in programs_of(command) if stage.has(program) is False]
    no_shell = isinstance(command, str) and stage.has("sh") is False
    if not missing and not no_shell:
        return

    what = "a shell" if no_shell else missing[0]
    message = f"the health check needs {what}, which the image does not have"
    argv = simple_argv(command) if no_shell and not missing and isinstance(command, str) else None
    if argv:
        shell = f"there is no shell: {stage.facts.evidence}"
        yield health.finding(message, Fix("Use exec form", Risk.LOW, (health.exec_form(argv),), (shell,)))
        return

    probe = equivalent_probe(command, stage.facts, installed=stage.installed)
    if probe is None:
        yield health.finding(message, unfixable=reason(stage, what))
        return

    because = (f"{what} is missing: {stage.facts.evidence}", probe.because)
    risk = Risk.LOW if probe.sure else Risk.MEDIUM
    fix = Fix(f"Check with {name(probe)}", risk, (written(stage, health, probe),), because)
    yield health.finding(message, fix)


def reason(stage: Stage, what: str) -> str:
    """Return why there is no fix, as a sentence."""
    if what == "a shell":
        return "write the check in exec form, with a program that the image has"

    image = stage.facts.name or "the image"
    return f"no program of {image} is known to do the same: choose another test, or install {what}"


def name(probe: Probe) -> str:
    """Return the program of a probe."""
    return probe.argv[0] if probe.argv else (probe.shell or "").split(maxsplit=1)[0]


def written(stage: Stage, health: Instruction, probe: Probe) -> Operation:
    """Return the operation: the line in shell form where it was one on a line, else the command in exec form."""
    one_line = health.raw.line == health.raw.end_line
    if probe.argv is None or (one_line and health.raw.argv is None):
        flags = tuple((flag.name, flag.value) for flag in health.raw.flags)
        return health.replace(line_of(stage, probe, flags))

    return health.exec_form(probe.argv)
