"""Loads the data files of the knowledge tables: once, and only when asked."""

from __future__ import annotations

import functools
import os.path
from typing import Any

import msgspec

DATA = os.path.join(os.path.dirname(__file__), "data")


@functools.cache
def table(name: str) -> Any:
    """Return the content of the table `name` (a file of `data/` without its ending). Read-only for callers."""
    with open(os.path.join(DATA, f"{name}.json"), "rb") as file:
        return msgspec.json.decode(file.read())


def fits(text: str, glob: str) -> bool:
    """Whether `text` matches `glob` as a whole; `*` stands for any characters, slashes too, `[..]` and `?` for one."""
    if "[" in glob or "?" in glob:
        import fnmatch

        return fnmatch.fnmatchcase(text, glob)

    first, *rest = glob.split("*")
    if not rest:
        return text == glob

    return text.startswith(first) and _follow(text[len(first) :], rest)


def _follow(text: str, parts: list[str]) -> bool:
    position = 0
    for part in parts[:-1]:
        found = text.find(part, position)
        if found < 0:
            return False

        position = found + len(part)

    return len(text) - position >= len(parts[-1]) and text.endswith(parts[-1])
