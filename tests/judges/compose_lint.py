"""compose-lint: security of Compose files."""

from __future__ import annotations

from pathlib import Path

from judges import install, programs
from judges.record import Finding, Reading, reading
from judges.trees import Tree

OPTIONS = ("check", "--format", "json", "--no-merge-overrides", "--no-env", "--allow-partial-coverage")


def ready() -> Path:
    """Return the program."""
    return install.of_package("compose-lint", "compose-lint==0.36.2")


def read(program: Path, tree: Tree) -> Reading:
    """Return what compose-lint says about the Compose files of a tree, each on its own."""
    files = tree.files["compose"]
    findings, refused = [], {}
    for answer in programs.answers((program, *OPTIONS), files, tree.folder):
        findings += [Finding(one["file"], one["rule_id"], identity(one)) for one in answer["findings"]]
        refused |= {one["file"]: one["message"] for one in answer["errors"]}

    return reading(files, refused, findings)


def identity(one: dict[str, str]) -> str:
    """Return what stays of a finding: the service and what is said about it."""
    return f"{one['service']}: {one['message']}"
