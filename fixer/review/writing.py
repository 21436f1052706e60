"""Writing what was decided: what it would do, and doing it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from fixer.finding import Risk
from fixer.outcome import Outcome, Refused
from fixer.plan import write
from fixer.project import Disk
from fixer.proof import CHECKS, WHOLE, Identity
from fixer.review.diffs import diff_of
from fixer.review.records import FilePlan, Summary, WriteResult


def summary_of(outcomes: Sequence[Outcome], stale: Mapping[str, str], scanned: tuple[int, int] = (0, 0)) -> Summary:
    """Return what writing these outcomes would do; `stale` files would not be written, each with the reason."""
    changed = [outcome for outcome in outcomes if outcome.changed]
    risks = {one.identity: one.fix.risk for outcome in changed for one in outcome.applied if one.fix}
    counts = Counter(risks.values())
    return Summary(
        tuple(_file_plan(outcome) for outcome in changed),
        len(risks),
        {risk.name.lower(): counts[risk] for risk in Risk if counts[risk]},
        CHECKS + WHOLE if changed else (),
        refusals(outcomes),
        stale,
        scanned,
    )


def write_outcomes(disk: Disk, outcomes: Sequence[Outcome]) -> WriteResult:
    """Write the changed files, each whole or not at all; of files that one fix ties together, all or none."""
    changed = [outcome for outcome in outcomes if outcome.changed]
    failed = {one.path: one.problem for one in write(disk, changed) if one.problem is not None}
    done = [outcome for outcome in changed if outcome.path not in failed]
    return WriteResult(tuple(outcome.path for outcome in done), len(applied_in(done)), failed, refusals(outcomes))


def applied_in(outcomes: Iterable[Outcome]) -> set[Identity]:
    """Return the identities of the findings whose fixes are in some outcomes."""
    return {finding.identity for outcome in outcomes for finding in outcome.applied}


def lines_after(outcome: Outcome) -> Callable[[int], int]:
    """Return what leads from the number of a line before to the one after; of a line that is gone, where it was."""
    before, after = outcome.before, outcome.after
    if before is None or after is None:
        return int

    starts = [0, *(at + 1 for at, letter in enumerate(before.text) if letter == "\n")]
    edits = sorted(outcome.edits, key=lambda edit: (edit.start, edit.end))

    def line_after(line: int) -> int:
        start = starts[min(line, len(starts)) - 1]
        gone = [edit for edit in edits if edit.end <= start]
        now = start + sum(len(edit.text) - (edit.end - edit.start) for edit in gone)
        return after.text.count("\n", 0, max(now, 0)) + 1

    return line_after


def refusals(outcomes: Iterable[Outcome]) -> tuple[Refused, ...]:
    """Return the accepted fixes that are in no outcome, each once."""
    found = {one.finding.identity: one for outcome in outcomes for one in (*outcome.refused, *outcome.failed)}
    return tuple(found.values())


def _file_plan(outcome: Outcome) -> FilePlan:
    diff = diff_of(outcome)
    risks = [finding.fix.risk for finding in outcome.applied if finding.fix]
    fixes = len(applied_in([outcome]))
    return FilePlan(outcome.path, fixes, max(risks, default=Risk.SAFE), diff.added, diff.removed, outcome.new)
