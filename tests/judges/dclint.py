"""dclint: style and rules of Compose files."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from judges import install, programs
from judges.record import Finding, Reading, reading
from judges.trees import Tree

# What dclint says instead of anything else about a file that it cannot read.
BLIND = {"invalid-yaml", "invalid-schema", "unknown-error"}


def ready() -> list[str | Path]:
    """Return the command."""
    return install.of_npm("dclint", "3.1.0")


def read(command: list[str | Path], tree: Tree) -> Reading:
    """Return what dclint says about the Compose files of a tree."""
    files = tree.files["compose"]
    said = [file for share in programs.shares(files) for file in answer(command, share, tree.folder)]
    refused = {file["filePath"]: one["message"] for file in said for one in file["messages"] if one["rule"] in BLIND}
    return reading(files, refused, (finding for file in said for finding in found(file)))


def answer(command: list[str | Path], files: Sequence[str], folder: Path) -> list[dict]:
    """Return what is said about some files; into a pipe it would print the first 128 KB only."""
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        programs.output([*command, "--formatter", "json", "--output-file", report.name, *files], folder)
        return json.loads(report.read())


def found(file: dict) -> Iterator[Finding]:
    """Yield the findings in a file."""
    for one in file["messages"]:
        yield Finding(file["filePath"], one["rule"], identity(one["message"]))


def identity(message: str) -> str:
    """Return the message without the order that dclint would like, which names every key there is."""
    return re.sub(r"Expected order is:.*", "", message).strip()
