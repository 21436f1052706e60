"""Diffs for the HTML page: of each finding that was fixed, the lines that its fix owns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from fixer.diff import CONTEXT, Hunk, Line, hunks
from fixer.outcome import Outcome
from fixer.proof import Identity
from fixer.report.html_text import visible

# Beyond this a line is data, and a diff is read elsewhere.
LINE_LIMIT = 500
WINDOW_LIMIT = 400

Window = tuple[int, int, int, int]


class Diffs:
    """Hunks of the changed files, and which part of them belongs to a finding.

    `files` is a list of [path, hunks]; a hunk is a list of lines, a line [mark and text, old number, new number,
    owner]. `of` leads from a finding to [index of the file, owner, windows]; a window is [hunk, from, to, number of
    lines left out at its end].
    """

    def __init__(self, outcomes: Sequence[Outcome]) -> None:
        self.files: list[tuple[str, list[list[Any]]]] = []
        self.of: dict[Identity, list[tuple[int, int, list[Window]]]] = {}
        for outcome in outcomes:
            if outcome.changed and outcome.before and outcome.after:
                self._add(outcome, hunks(outcome.before.text, outcome.after.text, outcome.edits))

    def _add(self, outcome: Outcome, found: Sequence[Hunk]) -> None:
        number = len(self.files)
        self.files.append((outcome.path, [_numbered(hunk) for hunk in found]))
        owned = _owned(found)
        for owner, finding in enumerate(outcome.applied):
            lines = owned.get(owner) or _shared(outcome, owner, found)
            if windows := list(_windows(lines, found)):
                self.of.setdefault(finding.identity, []).append((number, owner, windows))


def _numbered(hunk: Hunk) -> list[Any]:
    old, new, lines = hunk.old, hunk.new, []
    for line in hunk.lines:
        old += line.mark != "+"
        new += line.mark != "-"
        numbers = (old if line.mark != "+" else 0, new if line.mark != "-" else 0)
        lines.append((line.mark + _shown(line), *numbers, -1 if line.owner is None else line.owner))

    return lines


def _shown(line: Line) -> str:
    text = line.text.removesuffix("\n").removesuffix("\r")
    return visible(text, LINE_LIMIT)


def _owned(found: Sequence[Hunk]) -> dict[int, list[tuple[int, int]]]:
    """Hunk and index of the lines of each owner."""
    owned: dict[int, list[tuple[int, int]]] = {}
    for number, hunk in enumerate(found):
        for index, line in enumerate(hunk.lines):
            if line.owner is not None:
                owned.setdefault(line.owner, []).append((number, index))

    return owned


def _shared(outcome: Outcome, owner: int, found: Sequence[Hunk]) -> list[tuple[int, int]]:
    """Where the edits of a fix are that owns no line, since it shares all of its lines with another."""
    assert outcome.before is not None
    starts = [edit.start for edit in outcome.edits if edit.owner == owner]
    lines = {outcome.before.text.count("\n", 0, start) for start in starts}
    return [
        (number, index)
        for number, hunk in enumerate(found)
        for index, line in enumerate(hunk.lines)
        if line.mark != "+" and line.number in lines
    ]


def _windows(lines: Sequence[tuple[int, int]], found: Sequence[Hunk]) -> Iterator[Window]:
    """The stretches of hunks that show `lines` with their context."""
    open_: Window | None = None
    for number, index in lines:
        start, end = max(index - CONTEXT, 0), min(index + CONTEXT + 1, len(found[number].lines))
        if open_ and open_[0] == number and start <= open_[2]:
            open_ = (number, open_[1], end, 0)
            continue

        if open_:
            yield _limited(open_)

        open_ = (number, start, end, 0)

    if open_:
        yield _limited(open_)


def _limited(window: Window) -> Window:
    number, start, end, _ = window
    shown = min(end, start + WINDOW_LIMIT)
    return number, start, shown, end - shown
