"""The one write budget of a run: so many writes a minute and an hour, all repositories and processes together."""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator

import msgspec

MINUTE = 60.0
HOUR = 3600.0


class Limits(msgspec.Struct, frozen=True):
    """Writes that are allowed. GitHub's limits for content are about 80 a minute and 500 an hour, all tools together.

    `apart` are the seconds between two writes, `patience` the longest wait in seconds for a place in the minute. Where
    more would have to be waited, the rest of the work is left for the next run. Source: GitHub's documentation of
    secondary rate limits.
    """

    minute: int = 80
    hour: int = 500
    apart: float = 1.0
    patience: float = 90.0


class Exhausted(Exception):
    """No write is allowed within the patience of the run; `seconds` until one is."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the write budget is used up; the next write is allowed in {seconds / 60:.0f} min")
        self.seconds = seconds


class Budget:
    """Counts writes in a file that all processes of a run share, and a later run within the hour too.

    `path` is that file ("" keeps the count in memory). `clock` tells the time in seconds, `sleep` waits.
    """

    def __init__(
        self,
        path: str = "",
        limits: Limits | None = None,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.limits = limits or Limits()
        self._path = path
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._memory: list[float] = []
        self._until = 0.0
        if path:
            os.makedirs(os.path.dirname(path) or ".", mode=0o700, exist_ok=True)

    def take(self) -> None:
        """Wait until a write is allowed, and count it. Raises Exhausted when that takes longer than the patience."""
        waited = 0.0
        while True:
            with self._times() as times:
                wait = self._wait(times)
                if wait <= 0:
                    times.append(self._clock())
                    return

            if waited + wait > self.limits.patience:
                raise Exhausted(wait)

            self._sleep(wait)
            waited += wait

    def left(self) -> int:
        """Return how many writes the current hour still has."""
        with self._times() as times:
            return max(self.limits.hour - len(times), 0)

    def pause(self, seconds: float) -> None:
        """Let no write happen for some seconds: the forge asked for that."""
        self._until = max(self._until, self._clock() + seconds)

    def _wait(self, times: list[float]) -> float:
        now = self._clock()
        last = [one for one in times if one > now - MINUTE]
        waits = [self._until - now]
        if times:
            waits.append(times[-1] + self.limits.apart - now)

        if len(last) >= self.limits.minute:
            waits.append(_nth(last, self.limits.minute, now) + MINUTE - now)

        if len(times) >= self.limits.hour:
            waits.append(_nth(times, self.limits.hour, now) + HOUR - now)

        return max(waits)

    @contextlib.contextmanager
    def _times(self) -> Iterator[list[float]]:
        """Yield the times of the writes of the last hour, sorted; what is appended is kept."""
        with self._lock:
            if not self._path:
                self._memory = self._recent(self._memory)
                yield self._memory
                return

            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            with open(descriptor, "r+", encoding="ascii") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                before = self._recent(_numbers(file.read()))
                times = list(before)
                yield times
                if times != before:
                    file.seek(0)
                    file.truncate()
                    file.write("".join(f"{one:.3f}\n" for one in times))

    def _recent(self, times: list[float]) -> list[float]:
        now = self._clock()
        # A time ahead of the clock is from a clock that was set back.
        return sorted(one for one in times if now - HOUR < one <= now + 1)


def _nth(times: list[float], number: int, now: float) -> float:
    """The time whose end of the window makes room; with a limit of 0 there never is any."""
    return times[-number] if number else now


def _numbers(text: str) -> list[float]:
    found = []
    for line in text.split():
        with contextlib.suppress(ValueError):
            found.append(float(line))

    return found
