"""Folders to measure on, made of the files of the corpus."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

Wanted = Callable[[Path], bool]

_ENDINGS = (".yaml", ".yml", ".json")


def candidates(folder: Path) -> list[Path]:
    """Return the files below a folder that fixer may look at, relative to it, in order."""
    found = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sorted(path.relative_to(folder) for path in found if path.name.endswith(_ENDINGS) or is_dockerfile(path))


def is_dockerfile(path: Path) -> bool:
    """Whether a file is a Dockerfile by its name."""
    return path.name == "Dockerfile" or path.name.startswith("Dockerfile.") or path.suffix == ".Dockerfile"


def is_compose(path: Path) -> bool:
    """Whether a file is a Compose file by its name."""
    return "compose" in path.name and path.suffix in {".yml", ".yaml"}


def is_manifest(path: Path) -> bool:
    """Whether a file is a Kubernetes manifest by its text."""
    if path.suffix not in {".yml", ".yaml"} or is_compose(path):
        return False

    text = path.read_text(encoding="utf-8", errors="replace")
    return "\nkind:" in f"\n{text}" and "\napiVersion:" in f"\n{text}" and "{{" not in text


def evenly(paths: Sequence[Path], count: int) -> list[Path]:
    """Return so many of the paths, evenly spread over them."""
    return [paths[number * len(paths) // count] for number in range(count)] if count < len(paths) else list(paths)


def fresh(source: Path, target: Path) -> Path:
    """Copy a folder anew, so that its files can be written."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, symlinks=True)
    for path in [target, *target.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | 0o200)

    return target


def part(source: Path, target: Path, paths: Sequence[Path]) -> Path:
    """Copy some files of a folder, given relative to it, to the same places in another one."""
    for path in paths:
        _copy(source / path, target / path)

    return target


def repeated(source: Path, target: Path, paths: Sequence[Path], count: int) -> Path:
    """Copy files of a folder over and over under new names until there are `count`."""
    for number in range(count):
        path = paths[number % len(paths)]
        _copy(source / path, target / f"copy-{number // len(paths) + 1}" / path)

    return target


def numbered(source: Path, target: Path, wanted: Wanted) -> list[Path]:
    """Copy the wanted files of a folder, each into a folder of its own, so that none is in another's way."""
    found = [path for path in candidates(source) if wanted(source / path)]
    places = [target / str(number) / path.name for number, path in enumerate(found)]
    for path, place in zip(found, places, strict=True):
        _copy(source / path, place)

    return places


def repository(source: Path, target: Path, count: int) -> Path:
    """Make a repository of so many files of a folder."""
    part(source, target, evenly(candidates(source), count))
    if shutil.which("git"):
        subprocess.run(["git", "init", "--quiet", target], check=True)
    else:
        (target / ".git").mkdir()

    return target


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
