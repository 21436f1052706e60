"""The checks that a result passes before it may be written."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from fixer.finding import Operation
from fixer.formats.format import Parsed
from fixer.text import Edit, ordered

Identity = tuple[str, str, str, str]

# The checks of every proof, in their order, in the words of reports.
CHECKS = (
    "bytes outside the edits are identical",
    "line ends are those of the file",
    "the result parses",
    "its meaning is the old one plus the operations",
    "the findings fixed are gone",
)
WHOLE = ("no other finding appeared", "a second run changes nothing")


class Proof(msgspec.Struct, frozen=True):
    """The checks that a changed file passed: those of every round, and those of the file as a whole."""

    checks: tuple[str, ...] = CHECKS + WHOLE


def check_bytes(before: str, after: str, edits: Sequence[Edit]) -> str | None:
    """Return what differs outside of the edits: taking them back must give the text before."""
    parts, position, old = [], 0, 0
    for edit in ordered(edits):
        untouched = edit.start - old
        parts.append(after[position : position + untouched])
        position += untouched
        if after[position : position + len(edit.text)] != edit.text:
            return "an edit is not where it should be"

        parts.append(before[edit.start : edit.end])
        position, old = position + len(edit.text), edit.end

    return None if "".join([*parts, after[position:]]) == before else "bytes outside of the edits changed"


def check_newlines(before: str, after: str) -> str | None:
    """Return which line ends were brought in that the file did not have."""
    crlf, total = before.count("\r\n"), before.count("\n")
    if total and crlf == total and after.count("\r\n") != after.count("\n"):
        return "lines without a carriage return were brought into a file that has them everywhere"

    if not crlf and "\r" not in before and "\r" in after:
        return "carriage returns were brought into a file without them"

    return None


def check_meaning(before: Parsed, after: Parsed, effects: Sequence[Operation]) -> str | None:
    """Return how the meaning of the result differs from the planned one."""
    return before.difference(after, effects)


def check_gone(fixed: Collection[Identity], after: Collection[Identity]) -> str | None:
    """Return which finding is still there although its fix was applied."""
    left = next((identity for identity in sorted(fixed) if identity in after), None)
    return None if left is None else f"the finding of {left[0]} at {left[2]} is still there"
