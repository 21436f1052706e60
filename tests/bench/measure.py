"""What a command costs: time on the processor, time on the clock, memory; each run is a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

# Compiled modules are kept, as wherever a tool is installed: without them each start would compile everything anew.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
# Linters end with 1 when they found something, and some with 2 when they could not read a file.
EXPECTED = (0, 1, 2)


class Cost(NamedTuple):
    """Seconds of CPU and of the clock, and the largest memory of one process in megabytes."""

    cpu: float
    wall: float
    memory: float


def cost(
    command: Sequence[object], *, runs: int = 1, before: Callable[[], object] = lambda: None, folder: Path | None = None
) -> Cost:
    """Return the lowest of each figure over some runs of a command; `before` prepares each of them."""
    found = []
    for _ in range(runs):
        before()
        found.append(_run([str(word) for word in command], folder))

    return Cost(*(min(figures) for figures in zip(*found, strict=True)))


def fixer(*words: object, jobs: int = 1) -> list[object]:
    """Return a command line of fixer."""
    return [sys.executable, "-m", "fixer", *words, "--jobs", jobs]


def _run(command: list[str], folder: Path | None) -> Cost:
    with tempfile.TemporaryFile() as complaints:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=complaints, cwd=folder, env=ENVIRONMENT)
        # Not wait(): only this tells the memory of this process and its children apart from that of earlier ones.
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in EXPECTED:
            complaints.seek(0)
            sys.exit(f"{' '.join(command[:6])} ended with {process.returncode}: {complaints.read().decode()[-500:]}")

    return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024)
