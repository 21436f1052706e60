"""Putting bytes in the place of a file at once, for decisions that are written when they are made, and back again."""

from __future__ import annotations

import os

from fixer.errors import UserError, clause
from fixer.files import FileProblem, read_bytes, write_atomic
from fixer.files.access import locate
from fixer.review.decisions import Rewritten


def place(root: str, change: Rewritten) -> None:
    """Make a change of a file that is as it was before. Raises UserError when it is not, or cannot be written."""
    path, data = change.path, change.after
    try:
        there = os.path.lexists(os.path.join(root, path))
        now, stamp = read_bytes(root, path) if there else (None, None)
        if now != change.before:
            raise UserError(f"{path}: it was changed meanwhile; nothing is written")

        if data is None:
            os.unlink(locate(root, path))
        else:
            write_atomic(root, path, data, stamp)
    except FileProblem as problem:
        raise UserError(f"{path}: {problem.reason}") from None
    except OSError as error:
        raise UserError(f"{path}: {clause(error)}") from None
