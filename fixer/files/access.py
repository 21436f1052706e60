"""Guarded reading: regular files below the root only, up to a size, with a stamp that tells whether they change."""

from __future__ import annotations

import os
import stat
import zlib

import msgspec

from fixer.errors import clause

# Files of these kinds are written by people and hold some hundred lines. The largest of 2,500 public ones has 0.5 MB.
SIZE_LIMIT = 5_000_000

_READ = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC


class FileProblem(Exception):
    """Why a file is not read or not written; `reason` is a clause without the path."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Stamp(msgspec.Struct, frozen=True):
    """State of a file on disk when it was read.

    `changed` is the time of the last change in nanoseconds, `size` is in bytes, `mode` holds type and permission bits.
    `checksum` is the CRC-32 of the content: it tells an edit that kept the size within one tick of the file system's
    clock, which is an accident and no attack.
    """

    device: int
    inode: int
    changed: int
    size: int
    mode: int
    checksum: int


def read_bytes(root: str, path: str, limit: int = SIZE_LIMIT) -> tuple[bytes, Stamp]:
    """Return the content and the stamp of the file at `path` below `root`.

    Raises FileProblem for what is no regular file (it is not opened), lies outside the root, is larger than `limit`
    bytes, or cannot be read.
    """
    full = locate(root, path)
    try:
        check_regular(os.lstat(full), limit)
        descriptor = os.open(full, _READ)
        try:
            state = os.fstat(descriptor)
            check_regular(state, limit)
            data = _read_all(descriptor, limit)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise FileProblem(clause(error)) from None

    return data, stamp_of(state, data)


def check_unchanged(root: str, path: str, stamp: Stamp | None) -> None:
    """Raise FileProblem when the file at `path` is not as it was when `stamp` was taken; None: when there is a file."""
    if stamp is None:
        if os.path.lexists(locate(root, path)):
            raise FileProblem("a file of this name exists by now")

        return

    try:
        _, now = read_bytes(root, path)
    except FileProblem as problem:
        raise FileProblem(f"it cannot be read any more: {problem.reason}") from None

    if now != stamp:
        raise FileProblem("it was changed since it was read")


def locate(root: str, path: str) -> str:
    """Return where the file at `path` (relative to `root`, forward slashes) really is.

    Raises FileProblem when the path, or a symbolic link in it, leaves the root.
    """
    parts = path.split("/")
    if path.startswith("/") or "\0" in path or ".." in parts:
        raise FileProblem("the path leaves the root of the run")

    # Most paths hold no link, and then they lie where they say; only a link costs the whole resolution.
    place = root
    for part in parts:
        place = f"{place}/{part}"
        try:
            linked = stat.S_ISLNK(os.lstat(place).st_mode)
        except OSError:
            break

        if linked:
            return _through_link(root, path)

    return f"{root}/{path}"


def _through_link(root: str, path: str) -> str:
    top = os.path.realpath(root)
    full = os.path.realpath(os.path.join(top, path))
    if not within(full, top):
        raise FileProblem("a symbolic link leads out of the root of the run")

    return full


def within(full: str, folder: str) -> bool:
    """Whether the real path `full` is the real path `folder` or lies below it."""
    return full == folder or full.startswith(folder.rstrip("/") + "/")


def check_regular(state: os.stat_result, limit: int) -> None:
    """Raise FileProblem for what is no regular file or has more than `limit` bytes."""
    if stat.S_ISDIR(state.st_mode):
        raise FileProblem("it is a folder")

    if stat.S_ISLNK(state.st_mode):
        raise FileProblem("it is a loop of symbolic links")

    if not stat.S_ISREG(state.st_mode):
        raise FileProblem("it is not a regular file")

    if state.st_size > limit:
        raise _too_large(limit)


def stamp_of(state: os.stat_result, data: bytes) -> Stamp:
    """Return the stamp of a file with this state and content."""
    return Stamp(state.st_dev, state.st_ino, state.st_mtime_ns, state.st_size, state.st_mode, zlib.crc32(data))


def _read_all(descriptor: int, limit: int) -> bytes:
    """Read to the end; the file may grow meanwhile, so the size is checked again."""
    parts = []
    left = limit + 1
    while left and (part := os.read(descriptor, min(left, 1 << 20))):
        parts.append(part)
        left -= len(part)

    if not left:
        raise _too_large(limit)

    return b"".join(parts)


def _too_large(limit: int) -> FileProblem:
    return FileProblem(f"the file is larger than {limit / 1_000_000:g} MB")
