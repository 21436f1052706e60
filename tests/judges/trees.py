"""The trees that judges compare: a copy of the corpus as it is, and one after `fixer fix` at each risk."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Tree:
    """A folder and its files by kind; `origin` is the tree before. Without fixes, `origin` and `risk` are None."""

    folder: Path
    files: Mapping[str, tuple[str, ...]]
    origin: Tree | None = None
    risk: str | None = None

    def text(self, file: str) -> str:
        """Return the text of a file."""
        return (self.folder / file).read_bytes().decode("utf-8", "replace")

    def without(self, files: frozenset[str]) -> Tree:
        """Return the tree with some files left out."""
        left = {kind: tuple(path for path in paths if path not in files) for kind, paths in self.files.items()}
        return replace(self, files=left)

    def unchanged(self, file: str) -> bool:
        """Whether a file is as it was before."""
        before = self.origin and self.origin.folder / file
        return before is not None and before.is_file() and before.read_bytes() == (self.folder / file).read_bytes()


def untouched(corpus: Path, folder: Path) -> Tree:
    """Copy the corpus and let it be."""
    copy(corpus, folder)
    return Tree(folder, kinds(fixer("check", folder)))


def fixed(corpus: Path, folder: Path, risk: str, origin: Tree) -> Tree:
    """Copy the corpus and fix the copy."""
    copy(corpus, folder)
    return Tree(folder, kinds(fixer("fix", "--risk", risk, "--level", "info", folder)), origin, risk)


def copy(corpus: Path, folder: Path) -> None:
    """Copy the corpus into a repository of its own, so that the copy is the root of the run; all can be written."""
    shutil.copytree(corpus, folder, symlinks=True)
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | 0o200)

    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)


def fixer(*words: object) -> dict:
    """Run fixer and return its report; what it finds is not the question, so its exit code may be 1.

    Raises RuntimeError with the rules that crashed or failed their proof, or with what else went wrong.
    """
    command = [sys.executable, "-m", "fixer", *map(str, words), "--format", "json"]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode not in {0, 1}:
        reasons = bugs(json.loads(done.stdout or "{}")) if done.returncode == 3 else ()
        words = [f"fixer ended with exit code {done.returncode}", done.stderr.decode()[-500:], *reasons]
        raise RuntimeError("\n".join(words))

    return json.loads(done.stdout)


def bugs(report: dict) -> Iterator[str]:
    """Yield what went wrong inside fixer, by its report."""
    for file in report.get("files", ()):
        for crash in file["crashes"]:
            yield f"{file['path']}: {crash['rule']} crashed: {crash['error']}"

        for finding in file["findings"]:
            if finding["status"] == "failed":
                yield f"{file['path']}: {finding['rule']} failed its proof: {finding['reason']}"


def kinds(report: dict) -> dict[str, tuple[str, ...]]:
    """Return the paths of a report by kind."""
    found: dict[str, list[str]] = {}
    for file in report["files"]:
        if file["kind"]:
            found.setdefault(file["kind"], []).append(file["path"])

    return {kind: tuple(sorted(paths)) for kind, paths in found.items()}
