"""What goes wrong outside of the program: mistakes of its user, and what the operating system refuses."""

from __future__ import annotations

import errno
import os

_CLAUSES = {
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.EROFS: "the file system is read-only",
    errno.ENOSPC: "no space is left on the device",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "no space is left: the file size limit is reached",
    errno.ENOENT: "it does not exist",
    errno.ELOOP: "it is a loop of symbolic links",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ENOTDIR: "a part of its path is not a folder",
    errno.EISDIR: "it is a folder",
}


class UserError(Exception):
    """A mistake of the user, as one clear line; the run ends with exit code 2."""


def clause(error: OSError) -> str:
    """Return what the operating system refused, as a clause without a path."""
    number = error.errno or 0
    return _CLAUSES.get(number) or os.strerror(number).lower()
