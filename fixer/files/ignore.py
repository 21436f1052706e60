"""Ignore files: which paths the owners of a tree want left out, as git reads `.gitignore`."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import msgspec

from fixer.files.access import FileProblem, read_bytes

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

# Blanks at the end of a pattern do not count, unless the first of them is escaped.
_TRAILING_BLANKS = re.compile(r"(?<!\\)[ \r]+$")

# In one folder the later file wins. `.git/info/exclude` counts in the folder that holds `.git`.
IGNORE_FILES = (".git/info/exclude", ".gitignore", ".ignore", ".fixerignore")


class Level(msgspec.Struct, frozen=True):
    """The patterns of one folder. `start` is the length of the folder's prefix in a path.

    A walk asks about each folder on its own, and pathspec lets a pattern for folders only (`build/`) speak for what is
    in the folder rather than for the folder. So folders are asked about without the slash, and so are the patterns.
    """

    start: int
    files: GitIgnoreSpec
    folders: GitIgnoreSpec


# Patterns of a folder and of those above it, innermost first.
Chain = tuple[Level, ...]


def ignored(path: str, chain: Chain) -> bool:
    """Whether the chain of its folder leaves `path` out; the path of a folder ends with a slash."""
    for level in chain:
        spec = level.folders if path.endswith("/") else level.files
        include = spec.check_file(path[level.start :].rstrip("/")).include
        if include is not None:
            return include

    return False


class Ignores:
    """The ignore files below a root. `report` is told the path of one that cannot be read, and why."""

    def __init__(self, root: str, report: Callable[[str, str], None]) -> None:
        self._root = root
        self._report = report
        self._chains: dict[str, Chain] = {}

    def chain(self, folder: str) -> Chain:
        """Return the specs that count in `folder` ("" is the root): its own, and those of the folders above it."""
        if folder not in self._chains:
            above = self.chain(folder.rpartition("/")[0]) if folder else ()
            self._chains[folder] = self.below(folder, above, self._present(folder))

        return self._chains[folder]

    def below(self, folder: str, above: Chain, present: Sequence[str]) -> Chain:
        """Return the chain `above` with the specs of `folder`, where the ignore files `present` stand."""
        if not present:
            return above

        prefix = folder + "/" if folder else ""
        lines = [line for name in present for line in self._lines(prefix + name)]
        return (_level(len(prefix), lines), *above) if lines else above

    def _present(self, folder: str) -> list[str]:
        return [name for name in IGNORE_FILES if os.path.lexists(os.path.join(self._root, folder, name))]

    def _lines(self, path: str) -> list[str]:
        """Return the patterns of an ignore file."""
        try:
            data, _ = read_bytes(self._root, path)
        except FileProblem as problem:
            if not path.endswith(IGNORE_FILES[0]):
                self._report(path, f"the ignore file is not respected: {problem.reason}")

            return []

        text = data.decode("utf-8-sig", "surrogateescape")
        lines = (_TRAILING_BLANKS.sub("", row) for row in text.split("\n"))
        return [line for line in lines if line and not line.startswith("#")]


def _level(start: int, lines: Sequence[str]) -> Level:
    files = _spec(lines)
    anywhere = [line.removesuffix("/") for line in lines]
    return Level(start, files, files if anywhere == lines else _spec(anywhere))


def _spec(lines: Sequence[str]) -> GitIgnoreSpec:
    """Return the patterns as a spec; like git, leave out those that are no pattern."""
    # pathspec costs 30 ms at start-up; most runs over named files meet no ignore file.
    from pathspec import GitIgnoreSpec

    try:
        return GitIgnoreSpec.from_lines(lines)
    except (ValueError, re.error):
        return GitIgnoreSpec.from_lines([line for line in lines if _is_pattern(line)])


def _is_pattern(line: str) -> bool:
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line])
    except (ValueError, re.error):
        return False

    return True
