"""Patterns of a configuration: globs over paths, as in ignore files, and wildcards over names."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


def path_fits(path: str, globs: tuple[str, ...]) -> bool:
    """Whether a path relative to the root matches one of the globs, read as lines of an ignore file."""
    return bool(globs) and _spec(globs).match_file(path)


def name_fits(name: str, patterns: Iterable[str]) -> bool:
    """Whether a name matches one of the patterns as a whole; `*` stands for any characters, `?` for one."""
    from fnmatch import fnmatchcase

    return any(fnmatchcase(name, pattern) for pattern in patterns)


def image_fits(reference: str, patterns: Iterable[str]) -> bool:
    """Whether an image reference matches one of the patterns: in full, without tag and digest, or by its last name."""
    from fixer.registry.reference import parse_reference

    parsed = parse_reference(reference)
    spellings = {reference}
    if parsed is not None:
        spellings |= {parsed.bare, parsed.name, parsed.familiar, parsed.repository.rpartition("/")[2]}

    wanted = tuple(patterns)
    return any(name_fits(spelling, wanted) for spelling in spellings)


@functools.cache
def _spec(globs: tuple[str, ...]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(globs)
