"""ADD is used where COPY would do.

## Why
ADD also downloads URLs, clones repositories and unpacks archives. For plain files COPY says what happens, and nothing
else can happen when a file changes its content.

## Fix
Replaces the keyword. ADD of an archive, a URL, a repository, a variable or a pattern that may match an archive is left
alone.

## Risk
safe: the source is seen not to be an archive. low: the source is not in the project, and a file that is an archive by
its content would no longer be unpacked.

## References
- https://docs.docker.com/build/building/best-practices/#add-or-copy
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fixer.finding import Finding, Fix, Level, Risk, Severity
from fixer.kinds.dockerfile import Copy, Instruction
from fixer.rule import rule

ARCHIVE = re.compile(r".*\.(?:tar|tgz|tbz|tbz2|txz|tzst|gz|bz2|xz|zst|lzma)", re.IGNORECASE)
REMOTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|git@|.*\.git(?:#.*)?$|.*@.*:")
PATTERN = re.compile(r"[*?\[]")
ONLY_ADD = frozenset({"keep-git-dir", "checksum", "unpack"})
# What BuildKit takes for an archive: gzip, bzip2, xz, zstd, and the mark of a tar header.
MAGIC = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd")
TAR_PLACE = 257


@rule(
    Severity.LOW,
    levels=(Level.WARN, Level.WARN, Level.WARN),
    aliases=(
        "DF-031",
        "DL3020",
        "DS-0005",
        "DS005",
        "AVD-DS-0005",
        "CKV_DOCKER_4",
        "Add Instead of Copy",
        "CIS-DI-0009",
    ),
)
def add_instead_of_copy(instruction: Copy) -> Iterator[Finding]:
    """Find ADD of local files and folders."""
    if instruction.keyword != "ADD" or instruction.raw.heredocs:
        return

    sources = instruction.words[:-1]
    if not sources or any(flag.name in ONLY_ADD for flag in instruction.raw.flags):
        return

    if any(not local(source) for source in sources):
        return

    archives = [archive(instruction, source) for source in sources]
    if any(archives):
        return

    known = all(found is False for found in archives)
    risk = Risk.SAFE if known else Risk.LOW
    because = ("no source is an archive, as its first bytes tell",) if known else ()
    yield instruction.finding(
        "ADD copies local files", Fix("Use COPY", risk, (instruction.set_keyword("COPY"),), because)
    )


def local(source: str) -> bool:
    """Whether a source is a plain path of the build context, and no archive by its name."""
    if "$" in source or REMOTE.match(source) or ARCHIVE.fullmatch(source):
        return False

    return not PATTERN.search(source) or not may_match_archive(source)


def may_match_archive(pattern: str) -> bool:
    """Whether the last part of a pattern leaves the ending of the name open."""
    ending = re.split(r"[*?\]]", pattern)[-1]
    return "." not in ending or bool(ARCHIVE.fullmatch(f"x{ending}"))


def archive(instruction: Instruction, source: str) -> bool | None:
    """Whether a source is an archive by its content; None when it is not in the project."""
    facts = instruction.file.facts
    if source.rstrip("/") in {"", "."}:
        return False

    for path in instruction.file.context_paths(source):
        if head := facts.head(path):
            return head.startswith(MAGIC) or head[TAR_PLACE : TAR_PLACE + 5] == b"ustar"

        if facts.exists(path):
            return False

    return None
