"""The checks that a result passes before it may be written."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from fixer.finding import Operation
from fixer.formats.format import Lowered, Parsed
from fixer.text import Edit, Source, newline_of, ordered

Identity = tuple[str, str, str, str]

# The checks of every proof, in their order, in the words of reports.
CHECKS = (
    "bytes outside the edits are identical",
    "line ends are those of the file",
    "the result parses",
    "the edits amount to the operations of the fixes",
    "its meaning is the old one plus the operations",
    "comments, quotes and blanks beside the operations are identical",
    "the findings fixed are gone",
)
WHOLE = ("no other finding appeared", "a second run changes nothing")


class Proof(msgspec.Struct, frozen=True):
    """The checks that a changed file passed: those of every round, and those of the file as a whole."""

    checks: tuple[str, ...] = CHECKS + WHOLE


def check_bytes(source: Source, result: Source, edits: Sequence[Edit]) -> str | None:
    """Return what differs outside of the edits: taking them back must give the bytes before."""
    if (source.bom, source.errors) != (result.bom, result.errors):
        return "the byte order mark or the encoding changed"

    before, after = source.text, result.text
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
    """Return which line ends were brought in that are not those of the file, or that its last line end is gone."""
    if before.endswith("\n") and after and not after.endswith("\n"):
        return "the line end of the last line is gone"

    if newline_of(before) == "\n":
        more = after.count("\r") > before.count("\r")
        return "carriage returns were brought into a file whose lines have none" if more else None

    if _bare(after, "\n") > _bare(before, "\n") or _bare(after, "\r") > _bare(before, "\r"):
        return "lines without a carriage return were brought into a file whose lines have one"

    return None


def _bare(text: str, half: str) -> int:
    return text.count(half) - text.count("\r\n")


def check_effects(file: Parsed, planned: Sequence[Operation], effects: Sequence[Operation]) -> str | None:
    """Return which operation is not among the effects, or which effect is none of the operations.

    An effect may be an operation at another place that shares its text. What writes the edits reports the effects: this
    is what keeps it from leaving something out.
    """
    # Nearly always they are the very same records; to compare each with each takes the square of their number.
    made, asked = {id(one) for one in effects}, {id(one) for one in planned}
    missing = next((one for one in planned if id(one) not in made and one not in effects), None)
    if missing is not None:
        return f"a part of the fix was not made: {type(missing).__name__}"

    for effect in effects:
        if id(effect) in asked or effect in planned:
            continue

        if not any(file.copied(one, effect) for one in planned):
            return f"something was made that no fix asks for: {type(effect).__name__}"

    return None


def check_meaning(before: Parsed, after: Parsed, lowered: Lowered) -> str | None:
    """Return how the meaning of the result differs from the planned one, or which text no operation is about."""
    return before.difference(after, lowered.effects) or before.stray(lowered.edits, lowered.effects)


def check_gone(fixed: Collection[Identity], after: Collection[Identity]) -> str | None:
    """Return which finding is still there although its fix was applied."""
    left = next((identity for identity in sorted(fixed) if identity in after), None)
    return None if left is None else f"the finding of {left[0]} at {left[2]} is still there"
