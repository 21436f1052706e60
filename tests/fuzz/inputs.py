"""Hostile inputs: small projects, each one a good one with something broken in it. Seed and number say which."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from random import Random

import msgspec
from fuzz.mutations import mutated
from fuzz.trees import regrown

ROOT = Path(__file__).parent.parent.parent
CORPUS = Path(os.environ.get("FIXER_CORPUS", ROOT.parent / "shared" / "corpus"))
MOST_FILES = 12
LARGEST_FILE = 60_000
NAMES = {
    "before.Dockerfile": "Dockerfile",
    "before.compose.yaml": "compose.yaml",
    "before.compose.json": "compose.json",
    "before.yaml": "manifest.yaml",
    "before.json": "manifest.json",
}

Files = dict[str, bytes]


class Input(msgspec.Struct, frozen=True):
    """Some files, and which of them is broken."""

    files: Files
    broken: str


class Inputs:
    """The inputs of one seed; with `corpus` they grow from public files too."""

    def __init__(self, seed: int, *, corpus: bool) -> None:
        self.seed = seed
        self._corpus = corpus

    def __getitem__(self, number: int) -> Input:
        chance = Random(f"{self.seed}:{number}")
        files = _files(chance.choice(self._folders))
        broken = chance.choice([path for path in files if _read(path)] or sorted(files))
        result = dict(files)
        result[broken] = broke(broken, files[broken], chance, self._other(chance))
        if len(files) > 1 and chance.random() < 0.2:
            second = chance.choice(sorted(files))
            result[second] = mutated(result[second], chance, files[broken])

        return Input(result, broken)

    def _other(self, chance: Random) -> bytes:
        return chance.choice(list(_files(chance.choice(self._folders)).values()))

    @cached_property
    def _folders(self) -> Sequence[tuple[Path, ...]]:
        """Each project as the paths of its files, the first of which names its root."""
        folders = golden()
        if self._corpus and CORPUS.is_dir():
            # As often as the others together, though there are more of them.
            public = corpus()
            folders += public * max(1, len(folders) // max(1, len(public)))

        return folders


def broke(path: str, data: bytes, chance: Random, other: bytes) -> bytes:
    if path.endswith((".yaml", ".yml", ".json")) and chance.random() < 0.4:
        return regrown(data, chance, json=path.endswith(".json"))

    return mutated(data, chance, other)


def golden() -> list[tuple[Path, ...]]:
    """The golden cases and the example, by name."""
    found = [(ROOT / "examples" / "shop",)]
    for case in sorted((ROOT / "golden").glob("*/*/*")):
        before = case / "before"
        singles = sorted(case.glob("before.*"))
        if before.is_dir():
            found.append((before,))
        elif singles:
            found.append((singles[0],))

    return found


def corpus() -> list[tuple[Path, ...]]:
    """Folders of the corpus as they are, without the folders in them."""
    found = []
    for folder, _, names in sorted(os.walk(CORPUS)):
        paths = [Path(folder, name) for name in sorted(names)]
        small = [path for path in paths if not path.is_symlink() and 0 < path.stat().st_size <= LARGEST_FILE]
        if any(_read(path.name) for path in small):
            found.append((Path(folder), *small[:MOST_FILES]))

    return found


def _files(paths: tuple[Path, ...]) -> Files:
    root = paths[0]
    if root.is_file():
        return {NAMES[root.name]: root.read_bytes()}

    inside = paths[1:] or sorted(path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in inside}


def _read(path: str) -> bool:
    """Whether a file of this name is one that rules read."""
    name = path.rpartition("/")[2].lower()
    return "dockerfile" in name or "containerfile" in name or name.endswith((".yaml", ".yml", ".json"))
