"""A progress bar on a terminal, when a run takes longer than half a second."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

DELAY = 0.5


@contextmanager
def progress(total: int, what: str = "files") -> Iterator[Callable[[int], None]]:
    """Yield what is to be told how many files were finished; shows nothing when standard error is no terminal."""
    bar = _Bar(total, what)
    try:
        yield bar.tell if sys.stderr.isatty() else lambda _: None
    finally:
        bar.close()


class _Bar:
    def __init__(self, total: int, what: str) -> None:
        self._total = total
        self._what = what
        self._done = 0
        self._from = time.monotonic() + DELAY
        self._shown = False

    def tell(self, count: int) -> None:
        self._done += count
        now = time.monotonic()
        if now < self._from:
            return

        self._from = now + DELAY / 5
        self._shown = True
        filled = 30 * self._done // max(self._total, 1)
        sys.stderr.write(f"\r[{'=' * filled}{' ' * (30 - filled)}] {self._done}/{self._total} {self._what}")
        sys.stderr.flush()

    def close(self) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
