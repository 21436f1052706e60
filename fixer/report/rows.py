"""What a report says about each finding: where it is, what became of it, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from fixer.finding import Finding, Level, Risk
from fixer.outcome import Choice, Outcome
from fixer.plan import why_held
from fixer.text import Lines

Status = Literal["fixed", "held", "manual", "refused", "failed", "open"]


class Row(msgspec.Struct, frozen=True):
    """A finding with its place and its status.

    `line` and `column` count from 1, in the text before. Status: `open` (only checked; there is a fix), `fixed`, `held`
    (a fix that was not accepted), `manual` (no fix), `refused` (the format cannot carry the fix out), `failed` (its
    result did not pass the proof). `reason` says why it is not fixed, as a clause.
    """

    finding: Finding
    line: int
    column: int
    status: Status
    reason: str = ""


class Totals(msgspec.Struct, frozen=True):
    """Counts of a run."""

    files: int
    changed: int
    findings: int
    by_status: dict[str, int]
    by_level: dict[str, int]
    held_by_risk: dict[str, int]
    denied: int
    problems: int
    skipped: int
    crashes: int


def rows(outcome: Outcome, choice: Choice | None) -> list[Row]:
    """Return the rows of one file, in the order of the file; without a `choice` the file was only checked."""
    return sorted(_rows(outcome, choice), key=lambda row: (row.line, row.column))


def _rows(outcome: Outcome, choice: Choice | None) -> Iterator[Row]:
    if outcome.before is None:
        return

    place = Lines(outcome.before.text).position
    fixed = {finding.identity: number for number, finding in enumerate(outcome.applied)}
    refused = {one.finding.identity: one.reason for one in outcome.refused}
    failed = {one.finding.identity: one.reason for one in outcome.failed}
    seen = set()
    for finding in outcome.findings:
        line, column = place(finding.start)
        seen.add(finding.identity)
        if finding.fix is None:
            yield Row(finding, line, column, "manual", finding.unfixable or "")
        elif finding.identity in fixed:
            yield Row(finding, line, column, "fixed")
        elif finding.identity in failed:
            yield Row(finding, line, column, "failed", failed[finding.identity])
        elif finding.identity in refused:
            yield Row(finding, line, column, "refused", refused[finding.identity])
        elif choice is None:
            yield Row(finding, line, column, "open")
        else:
            yield Row(finding, line, column, "held", why_held(finding, choice))

    starts = {edit.owner: edit.start for edit in reversed(outcome.edits)}
    for identity, number in fixed.items():
        if identity not in seen:
            line, column = place(starts.get(number, 0))
            yield Row(outcome.applied[number], line, column, "fixed")


def totals(outcomes: Sequence[Outcome], choice: Choice | None) -> Totals:
    """Count a run."""
    status, level, risk = Counter[str](), Counter[str](), Counter[str]()
    denied = 0
    for outcome in outcomes:
        for row in rows(outcome, choice):
            status[row.status] += 1
            level[row.finding.level.name.lower()] += 1
            denied += row.status != "fixed" and row.finding.level is Level.DENY
            if row.status in {"held", "open"} and row.finding.fix:
                risk[row.finding.fix.risk.name.lower()] += 1

    return Totals(
        files=sum(bool(outcome.kind) for outcome in outcomes),
        changed=sum(outcome.changed for outcome in outcomes),
        findings=sum(status.values()),
        by_status=dict(status),
        by_level=dict(level),
        held_by_risk={one.name.lower(): risk[one.name.lower()] for one in Risk if risk[one.name.lower()]},
        denied=denied,
        problems=sum(outcome.problem is not None for outcome in outcomes),
        skipped=sum(outcome.skipped is not None for outcome in outcomes),
        crashes=sum(len(outcome.crashes) + len(outcome.failed) for outcome in outcomes),
    )
