"""apt-get install brings recommended packages along.

## Why
Debian and Ubuntu install what a package recommends as if it were needed. In an image that is dead weight: more to
download, more to patch, more to attack.

## Fix
Inserts `--no-install-recommends`. Where curl, wget or git is installed and nothing brings certificates, the package
`ca-certificates` is added, which otherwise came along.

## Risk
low: each package was measured to lose nothing that matters, or what matters is added. medium: a recommended package
may be missed, at run time only.

## References
- https://docs.docker.com/build/building/best-practices/#apt-get
- https://github.com/hadolint/hadolint/wiki/DL3015
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from fixer.finding import Finding, Fix, Level, Operation, Risk, Severity
from fixer.kinds.dockerfile import Instruction, Run, Stage
from fixer.kinds.dockerfile_shell import Command, packages, sub_command, sub_command_place
from fixer.kinds.dockerfile_stage import per_stage
from fixer.knowledge.packages import companions, without_material_recommends
from fixer.rule import rule

# Before the commands are read: each installation has a word of its own.
INSTALL = re.compile(r"\sinstall\b")
FLAG = "--no-install-recommends"
CERTIFICATES = "ca-certificates"
# They verify certificates, and only recommend the package that has them.
CLIENTS = frozenset({"curl", "wget", "git"})
# git reads such addresses with a program that it only recommends.
SSH = re.compile(r"git@|ssh://|git\+ssh")


@rule(
    Severity.LOW,
    levels=(Level.WARN, Level.WARN, Level.WARN),
    aliases=("DF-043", "DL3015", "DS-0029", "DS029", "AVD-DS-0029", "APT-GET Not Avoiding Additional Packages"),
)
def apt_recommends(instruction: Run) -> Iterator[Finding]:
    """Find installations with apt-get that take recommended packages along."""
    content = instruction.content
    if "apt" not in content or instruction.stage is None or len(INSTALL.findall(content)) <= content.count(FLAG):
        return

    if written_down(instruction.stage) <= instruction.index:
        return

    for command in instruction.commands:
        if command.name not in {"apt-get", "apt"} or sub_command(command) != "install" or is_told(command):
            continue

        names = packages(command)
        if not names or "--download-only" in command.arguments:
            continue

        yield instruction.finding(
            f"{command.name} install takes recommended packages along",
            fix(instruction, instruction.stage, command, names),
            detail=f"{names[0]} ({command.index + 1})" if repeated(instruction, names[0]) else names[0],
        )


def repeated(instruction: Instruction, name: str) -> bool:
    """Whether several commands of the RUN begin their list of packages with the same one."""
    return sum(packages(command)[:1] == (name,) for command in instruction.commands) > 1


def is_told(command: Command) -> bool:
    """Whether the command says what to do about recommended packages."""
    return any("install-recommends" in word.lower() or word == "--no-upgrade" for word in command.arguments)


@per_stage
def written_down(stage: Stage) -> float:
    """Return the number of the first instruction of the chain that writes the setting down; else infinity."""
    return next((one.index for one in stage.all_of("RUN", "COPY") if "Install-Recommends" in one.content), math.inf)


def fix(instruction: Instruction, stage: Stage, command: Command, names: tuple[str, ...]) -> Fix:
    """Return the fix: the flag behind the options of install, and the certificates where they would be missed."""
    patch: list[Operation] = [instruction.put_word(command, flag_place(command), FLAG)]
    missed = sorted(CLIENTS & set(names)) if not has_certificates(stage, instruction) else []
    if missed:
        patch.append(instruction.put_word(command, place_of(command, missed[0]), CERTIFICATES))

    text = stage.file.parsed.source.text
    left_out = set(companions(names)) - {CERTIFICATES}
    others = [
        name
        for name in names
        if not without_material_recommends((name,), text) or not left_out.isdisjoint(companions((name,)))
    ]
    if "git" in names and (stage.tool or SSH.search(text)):
        others.append("git with addresses of ssh")

    because = []
    if missed:
        because.append(f"{CERTIFICATES}: {missed[0]} recommends it, and nothing else installs it")

    if others:
        because.append(f"what these recommend may be missed: {', '.join(dict.fromkeys(others))}")

    return Fix(f"Add {FLAG}", Risk.MEDIUM if others else Risk.LOW, tuple(patch), tuple(because))


def flag_place(command: Command) -> int:
    """Return the number of the word behind which the flag goes: `install`, and the plain options that follow it."""
    place = sub_command_place(command)
    assert place is not None
    while place + 1 < len(command.words) and re.fullmatch(
        r"-[yqfmd]+|--yes|--assume-yes|--quiet", command.words[place + 1].text
    ):
        place += 1

    return place


def place_of(command: Command, package: str) -> int:
    """Return the number of the word that names a package."""
    return next(
        place for place, word in enumerate(command.words) if re.split("[=/]", word.text.strip("'\""))[0] == package
    )


@per_stage
def first_certificates(stage: Stage) -> float:
    """Return the number of the first RUN of the chain that speaks of the package; else infinity."""
    return next((one.index for one in stage.all_of("RUN") if CERTIFICATES in one.content), math.inf)


def has_certificates(stage: Stage, instruction: Instruction) -> bool:
    """Whether the base image or the chain up to this RUN has certificates."""
    if first_certificates(stage) <= instruction.index:
        return True

    facts = stage.facts
    full = facts.tools is not None and {"curl", "wget"} <= set(facts.tools)
    return full or facts.name == "docker.io/library/python"
