"""What was looked up before, on disk: one JSON line for each answer, the last one counts."""

from __future__ import annotations

import contextlib
import os
import tempfile
import threading
import time
from collections.abc import Iterable, Mapping

import msgspec

_SECONDS_KEPT = 30 * 86400
_MOST_BYTES = 16 << 20
_FUTURE_SECONDS = 60.0


class Kept(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that was found out at the time `at` (seconds since 1970), and on the ISO day `date`.

    `value` is a digest, a version tag or a day, as the key says.
    """

    key: str
    at: float
    value: str
    date: str = ""
    media_type: str = ""
    platforms: tuple[str, ...] = ()


class Cache:
    """What is known by key. Nothing is read before the first question, and nothing that is damaged or old counts.

    `hours` is the age up to which an entry counts; 0: none does. `path` defaults to `fixer/registry.jsonl` below
    `$XDG_CACHE_HOME`, else `~/.cache`. Where the disk refuses, nothing is kept and nothing is said.
    """

    def __init__(self, hours: float, path: str | None = None) -> None:
        self._hours = hours
        self._path = path or os.path.join(_folder(), "registry.jsonl")
        self._lock = threading.Lock()
        self._entries: dict[str, Kept] | None = None
        self._fresh: list[Kept] = []

    def get(self, key: str, *, forever: bool = False) -> Kept | None:
        """Return what is known; `forever` where the answer cannot change, such as what a digest holds."""
        if self._hours <= 0:
            return None

        with self._lock:
            if self._entries is None:
                self._entries = self._load()

            kept = self._entries.get(key)

        age = time.time() - kept.at if kept else 0.0
        return kept if kept and age > -_FUTURE_SECONDS and (forever or age <= self._hours * 3600) else None

    def put(self, kept: Kept) -> None:
        """Take note of something; it is on disk after `save`."""
        with self._lock:
            self._fresh.append(kept)
            if self._entries is not None:
                self._entries[kept.key] = kept

    def save(self) -> None:
        """Append what is new to the file, in one write, so that runs at the same time do not harm each other."""
        with self._lock:
            fresh, self._fresh = self._fresh, []

        if not fresh:
            return

        with contextlib.suppress(OSError):
            os.makedirs(os.path.dirname(self._path), mode=0o700, exist_ok=True)
            number = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            with open(number, "ab", buffering=0) as file:
                os.fchmod(number, 0o600)
                file.write(b"\n" + _lines(fresh))

    def _load(self) -> dict[str, Kept]:
        try:
            if not os.path.isfile(self._path) or os.path.getsize(self._path) > _MOST_BYTES:
                self._replace({})
                return {}

            with open(self._path, "rb") as file:
                lines = file.read().split(b"\n")
        except OSError:
            return {}

        entries = _entries(lines)
        if len(lines) > 2 * len(entries) + 1000:
            self._replace(entries)

        return entries

    def _replace(self, entries: Mapping[str, Kept]) -> None:
        """Write a file without what is outdated, whole or not at all."""
        with contextlib.suppress(OSError):
            if not os.path.isfile(self._path):
                return

            number, path = tempfile.mkstemp(dir=os.path.dirname(self._path))
            try:
                with open(number, "wb") as file:
                    file.write(_lines(entries.values()))

                os.replace(path, self._path)
            except OSError:
                os.unlink(path)


def _folder() -> str:
    home = os.environ.get("XDG_CACHE_HOME", "")
    base = home if os.path.isabs(home) else os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "fixer")


def _lines(entries: Iterable[Kept]) -> bytes:
    return b"".join(msgspec.json.encode(entry) + b"\n" for entry in entries)


def _entries(lines: Iterable[bytes]) -> dict[str, Kept]:
    decoder = msgspec.json.Decoder(Kept)
    oldest = time.time() - _SECONDS_KEPT
    entries = {}
    for line in lines:
        with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            entry = decoder.decode(line)
            if entry.at > oldest:
                entries[entry.key] = entry

    return entries
