"""MAINTAINER is deprecated.

## Why
MAINTAINER sets a field that no tool but `docker inspect` shows, and BuildKit warns about it. A label is shown by
registries and scanners, and more of them can be set.

## Fix
Writes `LABEL org.opencontainers.image.authors` with the same text in its place. Where the label is set already,
MAINTAINER is removed.

## Risk
safe: metadata only. low where it is removed, because the two texts may differ.

## References
- https://docs.docker.com/reference/dockerfile/#maintainer-deprecated
"""

from __future__ import annotations

from collections.abc import Iterator

from fixer.finding import Finding, Fix, Level, Risk, Severity
from fixer.kinds.dockerfile import Line, Maintainer
from fixer.rule import rule

LABEL = "org.opencontainers.image.authors"


@rule(
    Severity.LOW,
    levels=(Level.WARN, Level.WARN, Level.WARN),
    aliases=(
        "DF-071",
        "DL4000",
        "MaintainerDeprecated",
        "DS-0022",
        "CKV_DOCKER_6",
        "MAINTAINER Instruction Being Used",
    ),
)
def deprecated_maintainer(instruction: Maintainer) -> Iterator[Finding]:
    """Find MAINTAINER instructions."""
    if instruction.stage is None:
        return

    message = "MAINTAINER is deprecated"
    labels = (key for label in instruction.stage.of("LABEL") for key, _ in label.raw.pairs)
    if LABEL in labels:
        title = f"Remove MAINTAINER, which the label {LABEL} repeats"
        yield instruction.finding(message, Fix(title, Risk.LOW, (instruction.remove(),)))
        return

    if instruction.raw.comments:
        yield instruction.finding(message, unfixable=f"the comments inside would be lost: write the label {LABEL}")
        return

    text = instruction.plain_text
    if not text:
        yield instruction.finding(message, unfixable="it names nobody: remove it")
        return

    label = Line("LABEL", pairs=((LABEL, text),))
    yield instruction.finding(message, Fix(f"Write the label {LABEL}", Risk.SAFE, (instruction.replace(label),)))
