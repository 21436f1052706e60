"""The files below the root as they are on disk, each read once and remembered as it was read."""

from __future__ import annotations

import os

from fixer import files
from fixer.errors import clause
from fixer.kinds import is_dockerfile
from fixer.text import Source, TextError, read

HEAD_SIZE = 512
TEXT_SIZE = 256 * 1024


class Disk:
    """Guarded access to the files below `root`; nothing outside of it is read, no symlink out of it is followed.

    `given` holds texts that stand for files without being on disk.
    """

    def __init__(self, root: str) -> None:
        self.root = os.path.realpath(root)
        self.stamps: dict[str, files.Stamp] = {}
        self.given: dict[str, Source] = {}

    def source(self, path: str) -> Source:
        """Return the text of a file and remember its state on disk. Raises TextError with the reason as a clause."""
        if path in self.given:
            return self.given[path]

        try:
            data, self.stamps[path] = files.read_bytes(self.root, path)
        except files.FileProblem as problem:
            raise TextError(problem.reason) from None

        if not data.strip():
            raise TextError("the file is empty")

        return read(data, lenient=is_dockerfile(path.rpartition("/")[2]))

    def stale(self, path: str) -> str | None:
        """Return why a file that was read must not be written now (it changed, it is gone), as a clause."""
        stamp = self.stamps.get(path)
        try:
            files.check_unchanged(self.root, path, stamp)
        except files.FileProblem as problem:
            return problem.reason

        return None

    def write(self, path: str, data: bytes) -> str | None:
        """Put `data` in the place of a file, whole or not at all; return why it was not done, as a clause.

        The state on disk is remembered, so that the file can be written again.
        """
        try:
            self.stamps[path] = files.write_atomic(self.root, path, data, self.stamps.get(path))
        except files.FileProblem as problem:
            return problem.reason

        return None

    def remove(self, path: str) -> str | None:
        """Remove a file that was written as a new one; return why it was not done, as a clause."""
        if problem := self.stale(path):
            return problem

        try:
            os.unlink(os.path.join(self.root, path))
        except OSError as error:
            return clause(error)

        del self.stamps[path]
        return None

    def exists(self, path: str) -> bool:
        """Whether there is something at `path` below the root."""
        full = self._inside(path)
        return full is not None and os.path.exists(full)

    def head(self, path: str) -> bytes | None:
        """Return the first bytes of a regular file; None when there is none."""
        full = self._inside(path)
        if full is None or not os.path.isfile(full):
            return None

        try:
            with open(full, "rb") as file:
                return file.read(HEAD_SIZE)
        except OSError:
            return None

    def text(self, path: str) -> str | None:
        """Return the text of a small regular file; None when there is none or it is not UTF-8."""
        full = self._inside(path)
        if full is None or not os.path.isfile(full):
            return None

        try:
            with open(full, "rb") as file:
                return file.read(TEXT_SIZE).decode("utf-8")
        except (OSError, UnicodeDecodeError):
            return None

    def names(self, folder: str) -> list[str]:
        """Return the names in a folder, sorted; [] when there is none."""
        full = self._inside(folder or ".")
        try:
            return sorted(os.listdir(full)) if full else []
        except OSError:
            return []

    def _inside(self, path: str) -> str | None:
        """Full path without symlinks; None when that leaves the root, or there is nothing."""
        full = os.path.join(self.root, path)
        if not os.path.lexists(full):
            return None

        full = os.path.realpath(full)
        inside = full == self.root or full.startswith(self.root.rstrip(os.sep) + os.sep)
        return full if inside else None
