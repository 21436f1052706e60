"""What a person waits for: one small file with process start, and one changed file in a repository."""

from __future__ import annotations

import sys
from pathlib import Path

import table
import trees
from measure import Cost, cost, fixer
from peers import Peers

RUNS = 8
REPOSITORY = 1000
SMALL = {
    "Dockerfile": "FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nCMD python app.py\n",
    "compose.yaml": "services:\n  web:\n    image: nginx:1.27\n    ports:\n      - 80:80\n",
    "pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - {name: a, image: a:1}\n",
}
TOOLS = {"Dockerfile": ("hadolint", "dockerfile-doctor"), "compose.yaml": ("compose-lint", "dclint"), "pod.yaml": ()}


def one_file(work: Path, tools: Peers) -> None:
    """One small file of each kind, beside other tools and beside a Python that does nothing."""
    table.title(f"one small file, process start included (best of {RUNS})")
    for name, text in SMALL.items():
        place = work / "one" / name
        place.parent.mkdir(exist_ok=True)
        place.write_text(text, encoding="utf-8")
        own = table.row(f"check, {name}", 1, cost(fixer("check", place), runs=RUNS))
        for tool in TOOLS[name]:
            if program := tools.command(tool):
                table.row(f"  {tool}", 1, cost([program, place], runs=RUNS), own)

        table.row(f"fix --diff, {name}", 1, cost(fixer("fix", "--diff", place), runs=RUNS), own)

    table.row("python -c pass", 1, cost([sys.executable, "-c", "pass"], runs=RUNS))


def changed_file(source: Path, work: Path) -> None:
    """`check PATH` in a repository of 1,000 files, as a hook before a commit calls it, and of the same file alone."""
    place = trees.repository(source, work / "repository", REPOSITORY)
    files = trees.candidates(place)
    table.title(f"one changed file in a repository of {len(files):,} files, and the same file alone (best of {RUNS})")
    wanted = {"Dockerfile": trees.is_dockerfile, "Compose file": trees.is_compose, "manifest": trees.is_manifest}
    for name, is_wanted in wanted.items():
        path = next(path for path in files if is_wanted(place / path))
        alone = table.row(f"{name}, alone", 1, in_folder(trees.part(place, work / "alone" / name, [path]), path))
        table.row(f"{name}, in the repository", 1, in_folder(place, path), alone)

    table.row("all files of the repository", len(files), cost(fixer("check"), folder=place))


def in_folder(folder: Path, path: Path) -> Cost:
    """Cost of a check of one file from its root."""
    return cost(fixer("check", path), runs=RUNS, folder=folder)
