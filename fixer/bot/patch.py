"""What a change does, as a hash that stays the same when other lines of its files move or change."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable, Iterator

from fixer.bot.records import Change


def patch_id(changes: Iterable[Change]) -> str:
    """Return a hash of the lines that a change takes away and puts there, by file; "" when it changes nothing."""
    digest = hashlib.sha256()
    empty = True
    for change in sorted(changes, key=lambda one: one.path.encode("utf-8", "surrogateescape")):
        if change.before == change.after:
            continue

        empty = False
        digest.update(change.path.encode("utf-8", "surrogateescape") + b"\0")
        digest.update(b"new\0" if change.before is None else b"gone\0" if change.after is None else b"\0")
        for line in _lines(change):
            digest.update(b"%d\0%s" % (len(line), line))

    return "" if empty else digest.hexdigest()


def _lines(change: Change) -> Iterator[bytes]:
    """The changed lines, each behind its mark, with a mark between two places."""
    old, new = (change.before or b"").splitlines(keepends=True), (change.after or b"").splitlines(keepends=True)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            continue

        yield b"@"
        yield from (b"-" + line for line in old[start:end])
        yield from (b"+" + line for line in new[new_start:new_end])
