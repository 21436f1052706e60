"""Whose turn it is at the engine: one thread at a time, and a person before the scan in the background."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Turn:
    """A lock with two doors. A plain lock is not fair: a scan that takes it file by file would keep it."""

    def __init__(self) -> None:
        self._state = threading.Condition()
        self._owner: int | None = None
        self._depth = 0
        self._waiting = 0

    @contextmanager
    def ahead(self) -> Iterator[None]:
        """For what a person waits for."""
        with self._state:
            self._waiting += 1
            try:
                self._state.wait_for(self._free)
            finally:
                self._waiting -= 1

            self._enter()

        try:
            yield
        finally:
            self._leave()

    @contextmanager
    def behind(self) -> Iterator[None]:
        """For the background: waits as long as somebody else waits."""
        with self._state:
            self._state.wait_for(lambda: self._free() and not self._waiting)
            self._enter()

        try:
            yield
        finally:
            self._leave()

    @contextmanager
    def at_once(self) -> Iterator[bool]:
        """For what must not wait: yields whether it is one's turn; without it, nothing may be done."""
        with self._state:
            mine = self._free()
            if mine:
                self._enter()

        try:
            yield mine
        finally:
            if mine:
                self._leave()

    def _free(self) -> bool:
        return self._owner in {None, threading.get_ident()}

    def _enter(self) -> None:
        self._owner = threading.get_ident()
        self._depth += 1

    def _leave(self) -> None:
        with self._state:
            self._depth -= 1
            if not self._depth:
                self._owner = None
                self._state.notify_all()
