"""Sends inputs to a worker, keeps what it has something against, and makes that as small as it can."""

from __future__ import annotations

import base64
import itertools
import json
import os
import select
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from typing import Any

import msgspec
from fuzz.inputs import Files, Input

TESTS = Path(__file__).parent.parent
TARGETS = ("yaml", "dockerfile", "shell", "fix")
YAML_ONLY = ("yaml", "fix")
DOCKERFILE_ONLY = ("dockerfile", "shell", "fix")
# By the clock: a worker that does not even heed its own alarm.
DEAD = 120
FRESH = 2_000
TRIES = 500
PATIENCE = 40


class Failure(msgspec.Struct):
    """An input that something is held against, and the smallest one of the kind."""

    number: int
    target: str
    verdict: str
    files: Files
    broken: str
    small: Files
    times: int = 1


class Spent(Exception):
    """Enough was tried to make an input small."""


class Worker:
    """A process that tries inputs; a new one takes its place when it dies, hangs or has grown."""

    def __init__(self, seconds: float = 5) -> None:
        self.seconds = seconds
        self._process: Popen[str] | None = None
        self._tried = 0
        self.slowest = 0.0
        self.peak = 0

    def try_out(self, target: str, files: Files, broken: str) -> str | None:
        """Return what is held against an input; None for nothing."""
        request = {
            "target": target,
            "broken": broken,
            "seconds": self.seconds,
            "files": {path: base64.b64encode(data).decode() for path, data in files.items()},
        }
        answer = self._asked(json.dumps(request) + "\n")
        if isinstance(answer, str):
            self.close()
            return f"{target}: {answer}"

        self.slowest = max(self.slowest, answer["seconds"])
        self.peak = max(self.peak, answer["peak"])
        verdict: str | None = answer["verdict"]
        self._tried += 1
        if self._tried % FRESH == 0 or (verdict and ("MB" in verdict or "memory" in verdict or "no end" in verdict)):
            self.close()

        return verdict

    def _asked(self, request: str) -> dict[str, Any] | str:
        process = self._process or self._started()
        assert process.stdin
        assert process.stdout
        try:
            process.stdin.write(request)
            process.stdin.flush()
        except BrokenPipeError:
            return f"the process ended with {process.wait()}"

        ready, _, _ = select.select([process.stdout], [], [], DEAD)
        if not ready:
            return f"no answer within {DEAD} s"

        line = process.stdout.readline()
        found: dict[str, Any] | str = json.loads(line) if line else f"the process ended with {process.wait()}"
        return found

    def _started(self) -> Popen[str]:
        """Start a process. Raises RuntimeError when it does not even get ready."""
        command = [sys.executable, "-W", "error", "-m", "fuzz.worker"]
        self._process = Popen(
            command, cwd=TESTS, env=_environment(), text=True, bufsize=1, stdin=PIPE, stdout=PIPE, stderr=DEVNULL
        )
        assert self._process.stdout
        if not self._process.stdout.readline():
            raise RuntimeError("the worker does not start; `python -m fuzz.worker` in the folder tests says why")

        return self._process

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": f"{TESTS}{os.pathsep}{TESTS.parent}"}


@contextmanager
def worker() -> Iterator[Worker]:
    found = Worker()
    try:
        yield found
    finally:
        found.close()


def hunt(
    one: Worker,
    inputs: Iterable[tuple[int, Input]],
    targets: Sequence[str] = TARGETS,
    tell: Callable[[Failure], None] = lambda _: None,
) -> list[Failure]:
    """Try the inputs; return the failures, one of each kind, each made small. `tell` hears of each at once."""
    failures: dict[str, Failure] = {}
    for number, given in inputs:
        for target in _sensible(targets, given.broken, number):
            found = one.try_out(target, given.files, given.broken)
            if found is None:
                continue

            if found in failures:
                failures[found].times += 1
            else:
                small = smaller(one, target, given, found)
                failures[found] = Failure(number, target, found, given.files, given.broken, small)
                tell(failures[found])

    return list(failures.values())


def _sensible(targets: Sequence[str], path: str, number: int) -> Sequence[str]:
    """The targets that the file is meant for; every fifth file goes to the parsers of the others as well."""
    meant = YAML_ONLY if path.endswith((".yaml", ".yml", ".json")) else DOCKERFILE_ONLY
    return targets if number % 5 == 0 else [target for target in targets if target not in TARGETS or target in meant]


def smaller(one: Worker, target: str, given: Input, verdict: str) -> Files:
    """Return as little of the input as the verdict holds for: fewer files, fewer lines, fewer bytes."""
    tries = itertools.count()
    end = time.monotonic() + PATIENCE
    files = dict(given.files)

    def holds(candidate: Files) -> bool:
        if next(tries) >= TRIES or time.monotonic() > end:
            raise Spent

        found = one.try_out(target, candidate, given.broken) == verdict
        if found:
            files.clear()
            files.update(candidate)

        return found

    with suppress(Spent):
        for path in sorted(given.files):
            if path != given.broken:
                holds({other: data for other, data in files.items() if other != path})

        for path, separator in itertools.product(sorted(files), (b"\n", b"")):
            _reduce(
                _parts(files[path], separator),
                lambda found, at=path, by=separator: holds({**files, at: by.join(found)}),
            )

    return files


def _parts(data: bytes, separator: bytes) -> list[bytes]:
    return data.split(separator) if separator else [data[at : at + 1] for at in range(len(data))]


def _reduce(parts: list[bytes], holds: Callable[[list[bytes]], bool]) -> None:
    """Leave out ever smaller stretches for as long as it holds without them."""
    size = max(1, len(parts) // 2)
    while size:
        at = 0
        while at < len(parts):
            rest = parts[:at] + parts[at + size :]
            if holds(rest):
                parts = rest
            else:
                at += size

        size //= 2


def kept_folder() -> Path:
    """Return the folder that failures are written to: FIXER_FUZZ_FAILURES, or a new one that nobody clears away."""
    return Path(os.environ.get("FIXER_FUZZ_FAILURES") or tempfile.mkdtemp(prefix="fixer-fuzz-"))


def keep(failure: Failure, folder: Path) -> str:
    """Write a failure to a folder of its own; return what to say about it."""
    place = folder / f"{failure.target}-{failure.number}"
    for name, files in (("input", failure.files), ("small", failure.small)):
        for path, data in files.items():
            target = place / name / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)

    said = f"{failure.verdict} (input {failure.number}, file {failure.broken}): {place}"
    (place / "verdict.txt").write_text(f"{said}\n", encoding="utf-8")
    return said
