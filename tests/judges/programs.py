"""Running the programs of judges, some files at a time."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

CHUNK = 100
# Judges written in Python are to find their own modules only.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def output(command: Sequence[str | Path], folder: Path, *, codes: Sequence[int] = (0, 1)) -> str:
    """Run a program in a folder and return what it prints; raises RuntimeError for an unexpected exit code."""
    done = subprocess.run([*map(str, command)], cwd=folder, capture_output=True, check=False, env=ENVIRONMENT)
    if done.returncode not in codes:
        message = done.stderr.decode("utf-8", "replace")[-500:]
        raise RuntimeError(f"{Path(command[0]).name} ended with exit code {done.returncode}: {message}")

    return done.stdout.decode("utf-8", "replace")


def answers(command: Sequence[str | Path], files: Sequence[str], folder: Path) -> Iterator[Any]:
    """Run a program over some files at a time and yield the JSON it prints for each share."""
    for share in shares(files):
        yield json.loads(output([*command, *share], folder))


def shares(files: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the files, some at a time."""
    for start in range(0, len(files), CHUNK):
        yield files[start : start + CHUNK]
