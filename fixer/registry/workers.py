"""Work in threads that nothing can hold up: not a server that never ends its answer, and not an interrupt."""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, NoReturn, TypeVar

T = TypeVar("T")
R = TypeVar("R")

_LOOK_SECONDS = 0.5


def each(
    work: Callable[[T], R], items: Sequence[T], *, threads: int, seconds: float, late: Callable[[T], R]
) -> Iterator[tuple[T, R]]:
    """Yield each item with what `work` makes of it, as they are done; an exception of `work` is raised here.

    An item that takes longer than `seconds` gets `late` instead. The threads are left behind by an interrupt and when
    the caller stops asking; they take no further item then.
    """
    crew = _Crew(work, items)
    left = set(range(len(items)))
    try:
        crew.hire(min(threads, len(items)))
        while left:
            for number in left & crew.overdue(seconds):
                left.remove(number)
                crew.hire(1)
                yield items[number], late(items[number])

            for number, outcome in crew.done():
                if number in left:
                    left.remove(number)
                    yield items[number], outcome()
    finally:
        crew.waiting.clear()


class _Crew(Generic[T, R]):
    """Threads and what they are at: items by their numbers."""

    def __init__(self, work: Callable[[T], R], items: Sequence[T]) -> None:
        self.waiting = deque(enumerate(items))
        self._work = work
        self._begun: dict[int, float] = {}
        self._done: queue.SimpleQueue[tuple[int, Callable[[], R]]] = queue.SimpleQueue()

    def hire(self, count: int) -> None:
        for _ in range(count):
            threading.Thread(target=self._labour, daemon=True).start()

    def overdue(self, seconds: float) -> set[int]:
        """Return what was begun more than so many seconds ago; a worker is lost with each."""
        now = time.monotonic()
        return {number for number, begun in self._begun.copy().items() if now - begun > seconds}

    def done(self) -> Iterator[tuple[int, Callable[[], R]]]:
        """Yield what has been done, as functions that return or raise; wait a little for the first."""
        try:
            yield self._done.get(timeout=_LOOK_SECONDS)
            while True:
                yield self._done.get_nowait()
        except queue.Empty:
            return

    def _labour(self) -> None:
        while True:
            try:
                number, item = self.waiting.popleft()
            except IndexError:
                return

            self._begun[number] = time.monotonic()
            self._done.put((number, self._outcome(item)))
            del self._begun[number]

    def _outcome(self, item: T) -> Callable[[], R]:
        try:
            result = self._work(item)
        except BaseException as error:  # noqa: BLE001 - raised again where the results are taken
            return _raising(error)

        return lambda: result


def _raising(error: BaseException) -> Callable[[], NoReturn]:
    def again() -> NoReturn:
        raise error

    return again
