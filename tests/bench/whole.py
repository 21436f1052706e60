"""The whole corpus in one process, and 20,000 files in one and in two."""

from __future__ import annotations

from pathlib import Path

import table
import trees
from measure import cost, fixer

MANY = 20_000
RISKS = ("low", "high")


def corpus(source: Path, work: Path) -> None:
    """`check` and `fix` with proof over the corpus."""
    copy = trees.fresh(source, work / "whole")
    count = len(trees.candidates(copy))
    table.title("the whole corpus, one process (best of 3; fix: best of 2)")
    table.row("check", count, cost(fixer("check", copy), runs=3))
    for risk in RISKS:
        command = fixer("fix", copy, "--risk", risk)
        found = cost(command, runs=2, before=lambda: trees.fresh(source, copy))
        table.row(f"fix --risk {risk}", count, found)


def many(source: Path, work: Path) -> None:
    """The corpus repeated under new names."""
    paths = trees.candidates(source)
    table.title(f"{MANY:,} files: the corpus repeated under new names (MB: of the largest process)")
    copy = trees.repeated(source, work / "many", paths, MANY)
    for jobs in (1, 2):
        table.row(f"check --jobs {jobs}", MANY, cost(fixer("check", copy, jobs=jobs)))

    for jobs in (1, 2):
        trees.repeated(source, copy, paths, MANY)
        table.row(f"fix --risk high --jobs {jobs}", MANY, cost(fixer("fix", copy, "--risk", "high", jobs=jobs)))
