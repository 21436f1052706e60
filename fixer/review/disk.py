"""The files of a review: each is known as it was read, until it is asked to be read again."""

from __future__ import annotations

import os
from typing import TypeAlias

from fixer.project import Disk
from fixer.text import Source, TextError, read

# Place, time, size and mode of a file; None when there is none.
Looks: TypeAlias = "tuple[int, int, int, int] | None"


class Snapshot(Disk):
    """A disk that remembers what it read: a file that changes meanwhile is not mixed with what was found in it."""

    def __init__(self, disk: Disk) -> None:
        super().__init__(disk.root)
        self.given = dict(disk.given)
        self.stamps = dict(disk.stamps)
        self._known: dict[str, Source] = {}
        self._unreadable: dict[str, TextError] = {}
        # How files looked that could not be read.
        self._looks: dict[str, Looks] = {}

    def take(self, path: str, source: Source | None) -> None:
        """Take over a text that was read before through another disk."""
        if source is not None and path in self.stamps:
            self._known[path] = source

    def source(self, path: str) -> Source:
        """Return the text of a file as it was first read. Raises TextError with the reason as a clause."""
        if path in self._unreadable:
            raise self._unreadable[path]

        if path not in self._known:
            try:
                self._known[path] = super().source(path)
            except TextError as error:
                self._unreadable[path] = error
                self._looks[path] = self._look(path)
                raise

        return self._known[path]

    def renew(self, path: str) -> None:
        """Read a file again when it is asked for."""
        self._known.pop(path, None)
        self._unreadable.pop(path, None)
        self.stamps.pop(path, None)

    def write(self, path: str, data: bytes) -> str | None:
        """Put `data` in the place of a file; see `Disk.write`. What was written is what is known of it."""
        problem = super().write(path, data)
        if problem is None:
            self._unreadable.pop(path, None)
            self._known[path] = read(data, lenient=True)

        return problem

    def remove(self, path: str) -> str | None:
        """Remove a file that was written as a new one; see `Disk.remove`."""
        problem = super().remove(path)
        if problem is None:
            self.renew(path)

        return problem

    def moved(self, path: str) -> bool:
        """Whether a file looks other than when it was read: by time, size and place, without reading it."""
        looks, stamp = self._look(path), self.stamps.get(path)
        if path in self._unreadable:
            return looks != self._looks[path]

        return stamp is not None and (looks is None or looks[:3] != (stamp.inode, stamp.changed, stamp.size))

    def _look(self, path: str) -> Looks:
        try:
            state = os.stat(os.path.join(self.root, path))
        except OSError:
            return None

        return state.st_ino, state.st_mtime_ns, state.st_size, state.st_mode
