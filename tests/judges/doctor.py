"""dockerfile-doctor: best practice of Dockerfiles, by lines and patterns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from judges import install, programs
from judges.record import Finding, Reading, reading
from judges.trees import Tree


def ready() -> Path:
    """Return the program."""
    return install.of_package("dockerfile-doctor", "dockerfile-doctor==0.1.5")


def read(program: Path, tree: Tree) -> Reading:
    """Return what dockerfile-doctor says about the Dockerfiles of a tree; it reads everything."""
    files = tree.files["dockerfile"]
    answers = programs.answers((program, "--format", "json"), files, tree.folder)
    return reading(files, {}, (finding for answer in answers for file in answer["files"] for finding in found(file)))


def found(file: dict) -> Iterator[Finding]:
    """Yield the findings in a file; their descriptions count and quote lines, which move."""
    for one in file["issues"]:
        yield Finding(file["filepath"], one["ruleId"], re.sub(r"\d+", "#", one["description"]))
