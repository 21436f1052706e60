"""Putting bytes in the place of a file at once, for decisions that are written when they are made, and back again."""

from __future__ import annotations

import os
from difflib import SequenceMatcher

from fixer.errors import UserError, clause
from fixer.files import FileProblem, read_bytes, write_atomic
from fixer.files.access import locate
from fixer.review.decisions import Rewritten


def place(root: str, change: Rewritten, *, anyway: bool = False) -> Rewritten:
    """Make a change of a file that is as it was before; return it as it was made.

    With `anyway`, comments are taken out of a file that has changed since, when they are in it still, each once.
    Raises UserError when the file is another one, or cannot be written.
    """
    path = change.path
    try:
        there = os.path.lexists(os.path.join(root, path))
        now, stamp = read_bytes(root, path) if there else (None, None)
        if anyway and now is not None and now != change.before and (data := without(now, change)) is not None:
            change = Rewritten(path, now, data)

        if now != change.before:
            raise UserError(f"{path}: it was changed meanwhile; nothing is written")

        if change.after is None:
            os.unlink(locate(root, path))
        else:
            write_atomic(root, path, change.after, stamp)
    except FileProblem as problem:
        raise UserError(f"{path}: {problem.reason}") from None
    except OSError as error:
        raise UserError(f"{path}: {clause(error)}") from None

    return change


def without(now: bytes, change: Rewritten) -> bytes | None:
    """Return a text without the comments that a change takes out; None when it takes out anything else.

    Also None when the lines of a comment are not in the text, or are there more than once.
    """
    if change.before is None or change.after is None:
        return None

    lines = now.splitlines(keepends=True)
    before, after = change.before.splitlines(keepends=True), change.after.splitlines(keepends=True)
    for tag, start, end, new, stop in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            continue

        gone = before[start:end]
        places = [at for at in range(len(lines)) if lines[at : at + len(gone)] == gone]
        if new != stop or len(places) != 1 or not all(line.lstrip().startswith(b"#") for line in gone):
            return None

        del lines[places[0] : places[0] + len(gone)]

    return b"".join(lines)
