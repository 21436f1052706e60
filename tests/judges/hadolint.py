"""hadolint, with ShellCheck inside: best practice of Dockerfiles."""

from __future__ import annotations

from pathlib import Path

from judges import install, programs
from judges.record import Finding, Reading, reading
from judges.trees import Tree

# hadolint could not parse the file, and says nothing else about it.
BLIND = "DL1000"
# DL3057, no HEALTHCHECK, is off unless asked for.
OPTIONS = ("--format", "json", "--no-fail", "--warning", "DL3057")


def ready() -> Path:
    """Return the program."""
    return install.of_tests("hadolint")


def read(program: Path, tree: Tree) -> Reading:
    """Return what hadolint says about the Dockerfiles of a tree."""
    files = tree.files["dockerfile"]
    said = [one for answer in programs.answers((program, *OPTIONS), files, tree.folder) for one in answer]
    refused = {one["file"]: one["message"].splitlines()[0] for one in said if one["code"] == BLIND}
    return reading(files, refused, (Finding(one["file"], one["code"], one["message"]) for one in said))
