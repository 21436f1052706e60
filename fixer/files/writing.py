"""Atomic writing: a file is old or new, never half, and one that changed since it was read is left alone."""

from __future__ import annotations

import contextlib
import os
import stat

from fixer.errors import clause
from fixer.files.access import FileProblem, Stamp, check_unchanged, locate, stamp_of

_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def write_atomic(root: str, path: str, data: bytes, stamp: Stamp | None) -> Stamp:
    """Put `data` in the place of the file at `path` below `root`, which must be as it was when `stamp` was taken.

    With `stamp` None the file is new: it must not exist, and missing folders are made. Mode bits are kept, owner and
    group where the system allows it; a name that shares the file's inode (a hard link) keeps the old content. Returns
    the stamp of what was written. Raises FileProblem with nothing changed and nothing left behind.
    """
    full = locate(root, path)
    check_unchanged(root, path, stamp)
    try:
        if stamp is None:
            return _create(full, data)

        return _replace(full, data, root, path, stamp)
    except OSError as error:
        raise FileProblem(f"it cannot be written: {clause(error)}") from None


def _replace(full: str, data: bytes, root: str, path: str, stamp: Stamp) -> Stamp:
    if not stamp.mode & 0o222 or not os.access(full, os.W_OK):
        raise FileProblem("it cannot be written: the file is read-only")

    temporary = _temporary(full)
    try:
        written = _written(temporary, data, os.lstat(full))
        check_unchanged(root, path, stamp)
        os.replace(temporary, full)
    except BaseException:
        _remove(temporary)
        raise

    # The folder is not brought to the disk: after a crash it holds the old file or the new one, and both are whole.
    return written


def _create(full: str, data: bytes) -> Stamp:
    """Claim the name with an empty file, which fails when there is one, and put the whole file in its place."""
    made: list[str] = []
    temporary = _temporary(full)
    claimed = False
    try:
        _make_folders(os.path.dirname(full), made)
        os.close(os.open(full, _CREATE, 0o666))
        claimed = True
        written = _written(temporary, data, None)
        os.replace(temporary, full)
    except BaseException:
        for left in (temporary, full) if claimed else (temporary,):
            _remove(left)

        for folder in reversed(made):
            with contextlib.suppress(OSError):
                os.rmdir(folder)

        raise

    return written


def _temporary(full: str) -> str:
    """Name beside the file, of no kind that is ever looked at, short enough whatever the file's name is."""
    return os.path.join(os.path.dirname(full), f".fixer-{os.urandom(8).hex()}.tmp")


def _written(temporary: str, data: bytes, like: os.stat_result | None) -> Stamp:
    """Write a file to the disk and return its stamp; `like` is the file whose mode and owner it gets."""
    descriptor = os.open(temporary, _CREATE, 0o600 if like else 0o666)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]

        if like:
            _take_over(descriptor, like)

        os.fsync(descriptor)
        return stamp_of(os.fstat(descriptor), data)
    finally:
        os.close(descriptor)


def _take_over(descriptor: int, like: os.stat_result) -> None:
    own = os.fstat(descriptor)
    for user, group in ((like.st_uid, -1), (-1, like.st_gid)):
        if (user, group) not in {(own.st_uid, -1), (-1, own.st_gid)}:
            with contextlib.suppress(PermissionError):
                os.fchown(descriptor, user, group)

    # After the owner, because a change of owner clears bits.
    os.fchmod(descriptor, stat.S_IMODE(like.st_mode))


def _make_folders(folder: str, made: list[str]) -> None:
    """Make a folder and those above it, and note them in `made`, outermost first."""
    if os.path.isdir(folder):
        return

    _make_folders(os.path.dirname(folder), made)
    os.mkdir(folder)
    made.append(folder)


def _remove(path: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(path)
