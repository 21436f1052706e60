"""Random operations on every Dockerfile of the corpus, and on mechanical rewrites of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from formats.dockerfile.buildkit import BuildKit, common, ours
from formats.dockerfile.edits import edited, lowered
from formats.dockerfile.random_operations import random_operations

from fixer.formats.dockerfile import parse
from fixer.text import Source, newline_of, read

REWRITES: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "crlf": lambda text: text.replace("\r\n", "\n").replace("\n", "\r\n"),
    "no final newline": lambda text: text.rstrip("\r\n"),
    "comments in continuations": lambda text: text.replace("\\\n", "\\\n  # note\n"),
    "blank lines in continuations": lambda text: text.replace("\\\n", "\\\n\n"),
    "trailing backslash": lambda text: text.rstrip() + " \\\n",
    "bytes that are no text": lambda text: text.replace("\nRUN ", "\n# \udce9\nRUN "),
    "four-byte characters": lambda text: text.replace("\nRUN ", "\nRUN echo '🙂' && "),
}


@pytest.mark.parametrize("name", REWRITES)
def test_results_are_the_planned_ones(name: str, corpus: Path, buildkit: BuildKit) -> None:
    done = 0
    for path in sorted(corpus.rglob("*")):
        if not path.is_file() or "dockerfile" not in path.name.lower():
            continue

        source = read(path.read_bytes(), lenient=True)
        text = REWRITES[name](source.text)
        errors = "surrogateescape" if "\udce9" in text else "strict"
        file = parse(Source(text, newline_of(text), source.bom, errors), "Dockerfile")
        result = lowered(file, *random_operations(file, Random(f"{name} {path.name} {len(text)}"), 5))
        done += len(result.done)
        if not result.edits:
            continue

        after = edited(file, result)
        seen = buildkit.read(after.source.text)
        assert seen is None or common(ours(after)) == common(seen)
        assert seen is not None or buildkit.read(text) is None, path

    assert done > 1500
