"""Which packages and programs are in a stage."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from fixer.kinds import dockerfile_shell as shell
from fixer.kinds.dockerfile_instruction import Instruction

if TYPE_CHECKING:
    from fixer.kinds.dockerfile_stage import Stage

MANAGER_WORDS = ("apt", "apk", "yum", "dnf", "zypper")
# Commands that bring programs without naming them.
_INSTALLERS = frozenset({"make", "sh", "bash", "ash", "tar", "unzip", "dpkg", "rpm", "conda", "brew", "."})
_BIN = frozenset({"/bin", "/usr/bin", "/usr/local/bin", "/sbin", "/usr/sbin", "/usr/local/sbin"})
_ABOVE_BIN = frozenset({"", "/usr", "/usr/local"})
_FOLDERS = frozenset({"bin", "sbin", "usr", "local", "root", "rootfs", "fs", "out", "dist", "build", "tools"})
# Programs that many packages need and bring along.
_COME_ALONG = frozenset({"bash", "perl", "python", "python3"})


def packages(stage: Stage) -> frozenset[str]:
    """Return the packages that the chain installs, as far as they are named."""
    runs = (one for one in stage.all_of("RUN") if any(word in one.content for word in MANAGER_WORDS))
    return frozenset(name for one in runs for command in one.commands for name in shell.packages(command))


def installed(stage: Stage) -> frozenset[str]:
    """Return the programs that the chain brings on top of the image, as far as they are known."""
    found = {program for package in stage.packages for program in shell.programs(package)}
    for one in stage.all_of("COPY", "ADD"):
        words = _words(one)
        to = words[-1] if words else ""
        if to.rstrip("/") in _BIN:
            found |= {posixpath.basename(word) for word in words[:-1]}
        elif posixpath.dirname(to) in _BIN:
            found.add(posixpath.basename(to))

    return frozenset(found)


def has(stage: Stage, program: str) -> bool | None:
    """Whether `program` (a base name) is in the stage; None when that is not known."""
    if program in stage.installed:
        return True

    found = stage.facts.has(program)
    return None if found is False and (_mentions(stage, program) or opaque(stage)) else found


def opaque(stage: Stage) -> bool:
    """Whether the chain has steps that may bring programs which are not named."""
    for one in stage.all_of("RUN"):
        if one.script is None or any(_is_installer(command) for command in one.commands):
            return True

    return any(_brings_much(one) for one in stage.all_of("COPY", "ADD"))


def _mentions(stage: Stage, program: str) -> bool:
    """Whether a step may bring the program after all: it names it, or brings packages that may need it."""
    if program in _COME_ALONG and stage.packages:
        return True

    name = re.compile(rf"(?<![\w-]){re.escape(program)}(?![\w-])")
    return any(name.search(one.content) for one in stage.all_of("RUN"))


def _is_installer(command: shell.Command) -> bool:
    """Whether a command may bring programs that are not named: a build, an archive, a script."""
    return not command.name or command.name in _INSTALLERS or command.name.endswith(".sh")


def _brings_much(one: Instruction) -> bool:
    """Whether a COPY or ADD puts more than single files where programs are looked for."""
    words = _words(one)
    to = words[-1].rstrip("/") if words else ""
    many = any(word.endswith(("/", ".")) or posixpath.basename(word) in _FOLDERS or "*" in word for word in words[:-1])
    return to in _BIN | _ABOVE_BIN and (many or one.keyword == "ADD")


def _words(one: Instruction) -> tuple[str, ...]:
    return one.raw.argv or tuple([word.text for word in one.raw.words])
