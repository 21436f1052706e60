"""pip leaves its cache in the image.

## Why
pip keeps what it downloads and builds below `~/.cache`, where nobody will look for it again: often as much as the
packages themselves.

## Fix
Inserts `--no-cache-dir` behind `install` (`--no-cache` for uv). Left alone where a cache mount, `PIP_NO_CACHE_DIR` or
`UV_NO_CACHE`, or a later command of the RUN takes care of it.

## Risk
safe: only the writing of the cache is left out.

## References
- https://pip.pypa.io/en/stable/topics/caching/#disabling-caching
- https://github.com/hadolint/hadolint/wiki/DL3042
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fixer.finding import Finding, Fix, Level, Risk, Severity
from fixer.kinds.dockerfile import Instruction, Run
from fixer.kinds.dockerfile_shell import Command
from fixer.rule import rule

PIP = re.compile(r"pip(?:[23](?:\.[0-9]+)?)?")
PYTHON = re.compile(r"python(?:[23](?:\.[0-9]+)?)?")
# Before the commands are read: each installation has a word of its own.
INSTALL = re.compile(r"\s(?:install|sync)\b")
CALLS = re.compile(r"\bpip[0-9.]*[\s\\]|\buv\s")
FALSE = frozenset({"", "0", "false", "no", "off"})


@rule(
    Severity.LOW,
    levels=(Level.WARN, Level.WARN, Level.WARN),
    aliases=("DF-051", "DL3042", "Pip install Keeping Cached Packages"),
)
def leftover_pip_cache(instruction: Run) -> Iterator[Finding]:
    """Find installations with pip and uv that keep a cache."""
    stage = instruction.stage
    content = instruction.content
    if stage is None or not CALLS.search(content) or len(INSTALL.findall(content)) <= content.count("--no-cache-dir"):
        return

    for command in instruction.commands:
        found = installation(command)
        if found is None:
            continue

        tool, place, flag = found
        if flag in command.arguments or mounted(instruction, tool) or switched_off(instruction, tool, command):
            continue

        if removed(instruction, command, tool):
            continue

        shipped = stage.shipped or any(child.shipped for child in stage.children)
        yield instruction.finding(
            f"{tool} leaves its cache in the image",
            Fix(f"Add {flag}", Risk.SAFE, (instruction.put_word(command, place, flag),)),
            cap=Level.DENY if shipped else Level.INFO,
            detail=f"command {command.index + 1}",
        )


def installation(command: Command) -> tuple[str, int, str] | None:
    """Return the tool, the number of the word behind which its flag goes, and the flag; None for other commands."""
    words = [word.text for word in command.words]
    start = command.offset
    if PYTHON.fullmatch(command.name) and words[start + 1 : start + 3] == ["-m", "pip"]:
        start += 2
    elif command.name == "uv":
        return of_uv(words, start)
    elif not PIP.fullmatch(command.name):
        return None

    place = start + 1
    while place < len(words) and words[place].startswith("-"):
        place += 1

    return ("pip", place, "--no-cache-dir") if words[place : place + 1] == ["install"] else None


def of_uv(words: list[str], start: int) -> tuple[str, int, str] | None:
    """Return the same for uv."""
    if any("symlink" in word for word in words):
        return None

    if words[start + 1 : start + 3] == ["pip", "install"]:
        return "uv", start + 2, "--no-cache"

    return ("uv", start + 1, "--no-cache") if words[start + 1 : start + 2] == ["sync"] else None


def mounted(instruction: Instruction, tool: str) -> bool:
    """Whether the cache is a mount, which the flag would defeat."""
    mounts = [flag.value for flag in instruction.raw.flags if flag.name == "mount" and "type=cache" in flag.value]
    return any(tool in value or ".cache" in value for value in mounts)


def switched_off(instruction: Instruction, tool: str, command: Command) -> bool:
    """Whether a variable switches the cache off."""
    name = {"pip": "PIP_NO_CACHE_DIR", "uv": "UV_NO_CACHE"}[tool]
    text = instruction.file.parsed.source.text
    if tool == "uv" and "UV_LINK_MODE=symlink" in text:
        # What is installed are links into the cache then.
        return True

    if name not in text:
        return False

    variable = instruction.scope.get(name)
    if variable and (variable.value is None or variable.value.lower() not in FALSE):
        return True

    exported = (word for one in instruction.commands if one.index <= command.index for word in one.arguments)
    return any(word.startswith(f"{name}=") for word in (*command.assignments, *exported))


def removed(instruction: Instruction, command: Command, tool: str) -> bool:
    """Whether a later command of the RUN removes the cache."""
    for one in instruction.commands:
        if one.index <= command.index:
            continue

        words = one.arguments
        if one.name in {"rm", "find"} and any(".cache" in word for word in words):
            return True

        if words[:2] in {("cache", "purge"), ("cache", "clean")} and (PIP.fullmatch(one.name) or one.name == tool):
            return True

    return False
