"""What a run was about to write, and what is done: a run that was killed is finished, and nothing is doubled."""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
from collections.abc import Iterator

import msgspec

from fixer.errors import UserError, clause

_HOUR = 3600.0
_DAY = 24 * _HOUR


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line: `what` is `begin` (of a run), `intend`, `done`, `owe`, `paid`, `pushed`, `finished` or `end`.

    `key` names the write within its repository, `outcome` what came of it, what is owed, or the time in seconds.
    """

    what: str
    repository: str = ""
    key: str = ""
    outcome: str = ""


class Journal:
    """A file with one JSON object on each line, written through to the disk before each write to the forge.

    `path` is that file ("" keeps the entries in memory). Only one run may have it open. Raises UserError when another
    run has, or the file cannot be written.
    """

    def __init__(self, path: str = "") -> None:
        self._lock = threading.Lock()
        self._descriptor = _opened(path) if path else -1
        self._finished: set[str] = set()
        self._intended: dict[tuple[str, str], str] = {}
        self._owed: dict[tuple[str, str], str] = {}
        self._pushed: list[tuple[str, float]] = []
        self._open: str | None = None
        self._since = 0.0
        self.resumed = False
        for entry in self._read():
            self._take(entry)

    def begin(self, key: str = "", now: float = 0.0) -> None:
        """Begin a run, or go on with one of the same `key` that was not ended: `resumed` and `finished` tell.

        `now` is the time in seconds; a run that began more than a day ago is not gone on with.
        """
        self.resumed = self._open == key and now - self._since < _DAY
        if self.resumed:
            return

        self._finished.clear()
        self._intended.clear()
        if self._descriptor >= 0:
            os.ftruncate(self._descriptor, 0)

        self._write(Entry("begin", key=key, outcome=f"{now:.0f}"))
        self._open, self._since = key, now
        self._pushed = [(repository, when) for repository, when in self._pushed if now - _HOUR < when]
        for (repository, name), wanted in self._owed.items():
            self._write(Entry("owe", repository, name, wanted))

        for repository, when in self._pushed:
            self._write(Entry("pushed", repository, outcome=f"{when:.0f}"))

    def end(self) -> None:
        """End the run: the next one begins anew."""
        self._write(Entry("end"))
        self._open = None
        self._finished.clear()

    def finished(self, repository: str) -> bool:
        """Whether the run that goes on has finished this repository before."""
        return repository in self._finished

    def finish(self, repository: str, outcome: str = "") -> None:
        """Note that all of a repository is done."""
        self._write(Entry("finished", repository, outcome=outcome))
        self._finished.add(repository)

    def unsure(self, repository: str) -> dict[str, str]:
        """Return the writes of a repository that were begun and of which nobody knows whether they were done."""
        with self._lock:
            return {key: said for (name, key), said in self._intended.items() if name == repository}

    def owe(self, repository: str, key: str, wanted: str) -> None:
        """Note a write that follows another one and that nobody would miss later; it is owed until it is paid."""
        self._write(Entry("owe", repository, key, wanted))
        self._owed[repository, key] = wanted

    def pay(self, repository: str, key: str) -> None:
        """Note that nothing is owed under this key any more."""
        if self._owed.pop((repository, key), None) is not None:
            self._write(Entry("paid", repository, key))

    def owed(self, repository: str) -> dict[str, str]:
        """Return what earlier runs left undone in a repository, by key."""
        return {key: wanted for (name, key), wanted in self._owed.items() if name == repository}

    def push(self, repository: str, when: float) -> None:
        """Note a push at a time in seconds."""
        self._write(Entry("pushed", repository, outcome=f"{when:.0f}"))
        self._pushed.append((repository, when))

    def pushes(self, repository: str, now: float) -> int:
        """Return how many pushes to a repository there were within the last hour."""
        return sum(name == repository and now - _HOUR < when for name, when in self._pushed)

    @contextlib.contextmanager
    def intending(self, repository: str, key: str) -> Iterator[None]:
        """Note a write before it is made, and after; it stays open when the process dies in between."""
        self._write(Entry("intend", repository, key))
        self._intended[repository, key] = ""
        try:
            yield
        except Exception as error:
            # What raised says whether it is known not to have happened.
            self._settle(repository, key, f"failed: {type(error).__name__}")
            raise

        self._settle(repository, key, "done")

    def close(self) -> None:
        """Let another run have the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _settle(self, repository: str, key: str, outcome: str) -> None:
        self._write(Entry("done", repository, key, outcome))
        self._intended.pop((repository, key), None)

    def _take(self, entry: Entry) -> None:
        if entry.what == "begin":
            self._open, self._since = entry.key, float(entry.outcome or 0)
            self._finished.clear()
        elif entry.what == "end":
            self._open = None
        elif entry.what == "finished":
            self._finished.add(entry.repository)
        elif entry.what == "pushed":
            self._pushed.append((entry.repository, float(entry.outcome or 0)))
        elif entry.what == "owe":
            self._owed[entry.repository, entry.key] = entry.outcome
        elif entry.what == "paid":
            self._owed.pop((entry.repository, entry.key), None)
        elif entry.what == "intend":
            self._intended[entry.repository, entry.key] = ""
        elif entry.what == "done":
            self._intended.pop((entry.repository, entry.key), None)

    def _read(self) -> Iterator[Entry]:
        """Yield what is written; a last line that was cut short was never acted upon."""
        if self._descriptor < 0:
            return

        size = os.fstat(self._descriptor).st_size
        for line in os.pread(self._descriptor, size, 0).splitlines():
            try:
                yield msgspec.json.decode(line, type=Entry)
            except msgspec.DecodeError:
                continue

    def _write(self, entry: Entry) -> None:
        if self._descriptor < 0:
            return

        with self._lock:
            # After a line that was cut short, the new one stands on its own.
            size = os.fstat(self._descriptor).st_size
            cut = size and os.pread(self._descriptor, 1, size - 1) != b"\n"
            os.lseek(self._descriptor, 0, os.SEEK_END)
            os.write(self._descriptor, b"\n" * bool(cut) + msgspec.json.encode(entry) + b"\n")
            os.fsync(self._descriptor)


def _opened(path: str) -> int:
    try:
        os.makedirs(os.path.dirname(path) or ".", mode=0o700, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise UserError(f"{path}: the journal cannot be written: {clause(error)}") from None

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise UserError(f"{path}: another run is at work here; wait for it, or name another --state") from None

    return descriptor
