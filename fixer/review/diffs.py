"""Diffs as front ends show them: each line with both its numbers and the finding whose fix owns it."""

from __future__ import annotations

from fixer.diff import Hunk, hunks, split_lines
from fixer.finding import Finding
from fixer.outcome import Outcome
from fixer.review.records import DiffHunk, DiffLine, FileDiff
from fixer.text import Lines

CONTEXT = 6


def diff_of(outcome: Outcome) -> FileDiff:
    """Return the diff of a planned file; without hunks where it does not change."""
    if outcome.problem is not None:
        return FileDiff(outcome.path, problem=outcome.problem)

    refused = (*outcome.refused, *outcome.failed)
    before = outcome.before.text if outcome.before else ""
    if outcome.before is None or outcome.after is None or not outcome.changed:
        return FileDiff(outcome.path, before=before, after=before, refused=refused)

    after = outcome.after.text
    found = tuple(_hunk(one, outcome.applied) for one in hunks(before, after, outcome.edits))
    return FileDiff(outcome.path, found, outcome.applied, before, after, outcome.new, refused)


def excerpt_of(finding: Finding, text: str) -> FileDiff:
    """Return the lines around a finding, none of them changed; its own are marked."""
    position = Lines(text).position
    first, last = position(finding.start)[0], position(max(finding.end - 1, finding.start))[0]
    lines = split_lines(text)
    start, end = max(first - 1 - CONTEXT, 0), min(last + CONTEXT, len(lines))
    shown = tuple(
        DiffLine(" ", _bare(lines[number]), number + 1, number + 1, own=first <= number + 1 <= last)
        for number in range(start, end)
    )
    header = f"@@ -{start + 1},{end - start} +{start + 1},{end - start} @@"
    return FileDiff(finding.path, (DiffHunk(header, shown),), (), text, text)


def _hunk(hunk: Hunk, applied: tuple[Finding, ...]) -> DiffHunk:
    lines, old, new = [], hunk.old, hunk.new
    for line in hunk.lines:
        old += line.mark != "+"
        new += line.mark != "-"
        owner = applied[line.owner].identity if line.owner is not None and line.owner < len(applied) else None
        numbers = (old if line.mark != "+" else 0, new if line.mark != "-" else 0)
        lines.append(DiffLine(line.mark, _bare(line.text), *numbers, owner))

    return DiffHunk(f"@@ -{_range(hunk.old, hunk.old_count)} +{_range(hunk.new, hunk.new_count)} @@", tuple(lines))


def _range(start: int, count: int) -> str:
    first = start + 1 if count else start
    return str(first) if count == 1 else f"{first},{count}"


def _bare(line: str) -> str:
    return line.removesuffix("\n").removesuffix("\r")
