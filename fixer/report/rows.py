"""What a report says about each finding: where it is, what became of it, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from fixer.finding import Excuse, Finding, Level, Risk
from fixer.outcome import Choice, Outcome
from fixer.proof import Identity
from fixer.text import Lines

Status = Literal["fixed", "held", "manual", "refused", "failed", "open", "excused"]


class Report(msgspec.Struct, frozen=True):
    """All that a report is about.

    Without a `choice` the files were only checked. `skipped` holds paths that were not looked at, each with its
    reason; `ignored` counts what ignore files leave out; `unwritten` holds changed files that could not be written,
    each with the reason. `written` says whether the others were. `notes` are clauses about the configuration.
    """

    root: str
    outcomes: Sequence[Outcome]
    choice: Choice | None = None
    skipped: Sequence[tuple[str, str]] = ()
    ignored: int = 0
    unwritten: Mapping[str, str] = {}
    written: bool = False
    notes: Sequence[str] = ()

    def rows(self, outcome: Outcome) -> list[Row]:
        """Return the rows of one file, by line and column, then in the order of the rules."""
        found = _rows(outcome, self.choice, self.unwritten.get(outcome.path))
        return sorted(found, key=lambda row: (row.line, row.column))


class Row(msgspec.Struct, frozen=True):
    """A finding with its place and its status.

    `line` and `column` count from 1, in the text before. Status: `open` (only checked; there is a fix), `fixed`, `held`
    (a fix that was not accepted), `manual` (no fix), `refused` (an accepted fix that the format cannot carry out, or
    whose file could not be written), `failed` (its result did not pass the proof), `excused` (policy lets it pass).
    `reason` says why, as a clause; `option` holds the options that would apply a fix that is held back.
    """

    finding: Finding
    line: int
    column: int
    status: Status
    reason: str = ""
    option: str = ""


class Totals(msgspec.Struct, frozen=True):
    """Counts of a run; a fix that touches several files counts once.

    `by_risk` counts open and held fixes of findings at level warn or deny, `info_fixes` those at level info.
    """

    files: int
    changed: int
    findings: int
    by_status: dict[str, int]
    by_level: dict[str, int]
    by_risk: dict[str, int]
    info_fixes: int
    by_option: dict[str, int]
    denied: int
    problems: int
    skipped: int
    ignored: int
    excused: int
    crashes: int


def _rows(outcome: Outcome, choice: Choice | None, unwritten: str | None) -> Iterator[Row]:
    if outcome.before is None:
        return

    place = Lines(outcome.before.text).position
    fixed = {finding.identity: number for number, finding in enumerate(outcome.applied)}
    reasons = {one.finding.identity: ("refused", one.reason) for one in outcome.refused}
    reasons |= {one.finding.identity: ("failed", one.reason) for one in outcome.failed}
    left = {finding.identity for finding in outcome.remaining}
    for finding in outcome.findings:
        status, reason = _status(finding, fixed, left, choice)
        if finding.fix and finding.identity in reasons:
            status, reason = reasons[finding.identity]  # type: ignore[assignment]  # the two words above

        option = _option(finding, choice) if status == "held" else ""
        shown = _as_applied(finding, outcome.applied[fixed[finding.identity]]) if finding.identity in fixed else finding
        yield _kept(Row(shown, *place(finding.start), status, reason, option), unwritten)

    seen = {finding.identity for finding in outcome.findings}
    starts = {edit.owner: edit.start for edit in reversed(outcome.edits)}
    for identity, number in fixed.items():
        if identity not in seen:
            finding = outcome.applied[number]
            reason = f"for {finding.path}" if finding.path != outcome.path else ""
            yield _kept(Row(finding, *place(starts.get(number, 0)), "fixed", reason), unwritten)


def _as_applied(finding: Finding, applied: Finding) -> Finding:
    """Return the finding with the fix that was applied: an earlier fix may have changed what is right."""
    return msgspec.structs.replace(finding, fix=applied.fix, unfixable=None)


def _status(
    finding: Finding, fixed: Mapping[Identity, int], left: set[Identity], choice: Choice | None
) -> tuple[Status, str]:
    if finding.identity in fixed:
        return "fixed", ""

    if finding.excuse:
        return "excused", said(finding.excuse)

    if choice is not None and finding.identity not in left:
        return "fixed", "by the fix of another finding"

    if finding.fix is None:
        return "manual", finding.unfixable or ""

    if choice is None:
        return "open", ""

    from fixer.plan import why_held

    return "held", why_held(finding, choice)


def said(excuse: Excuse) -> str:
    """Return an excuse as a clause."""
    until = f" until {excuse.expires}" if excuse.expires else ""
    reason = f": {excuse.reason}" if excuse.reason else ""
    return f"{excuse.by} in {excuse.source}{until}{reason}"


def _kept(row: Row, unwritten: str | None) -> Row:
    if unwritten is None or row.status != "fixed":
        return row

    return msgspec.structs.replace(row, status="refused", reason=f"the file was not written: {unwritten}")


def _option(finding: Finding, choice: Choice | None) -> str:
    """The options that would apply a fix; "" when a decision of a person holds it back."""
    if choice is None or finding.fix is None:
        return ""

    options = []
    if finding.fix.risk > choice.risk:
        options.append(f"--risk {finding.fix.risk.name.lower()}")

    if finding.level < choice.level:
        options.append(f"--level {finding.level.name.lower()}")

    return " ".join(options)


def totals(report: Report) -> Totals:
    """Count a run."""
    all_rows = [row for outcome in report.outcomes for row in report.rows(outcome) if row.finding.path == outcome.path]
    rows = [row for row in all_rows if row.status != "excused"]
    held = [row for row in rows if row.status in {"held", "open"} and row.finding.fix]
    risks = Counter(row.finding.fix.risk for row in held if row.finding.fix and row.finding.level > Level.INFO)
    options = Counter(row.option for row in held if row.option)
    levels = Counter(row.finding.level for row in rows)
    changed = [outcome for outcome in report.outcomes if outcome.changed and outcome.path not in report.unwritten]
    return Totals(
        files=sum(bool(outcome.kind) for outcome in report.outcomes),
        changed=len(changed),
        findings=len(rows),
        by_status=dict(sorted(Counter[str](row.status for row in rows).items())),
        by_level={level.name.lower(): levels[level] for level in reversed(Level) if level in levels},
        by_risk={risk.name.lower(): risks[risk] for risk in Risk if risk in risks},
        info_fixes=sum(row.finding.level is Level.INFO for row in held),
        by_option={option: options[option] for option in sorted(options, key=_by_risk)},
        denied=sum(row.status != "fixed" and row.finding.level is Level.DENY for row in rows),
        problems=sum(outcome.problem is not None for outcome in report.outcomes),
        skipped=len(report.skipped) + sum(outcome.skipped is not None for outcome in report.outcomes),
        ignored=report.ignored,
        excused=len(all_rows) - len(rows),
        crashes=sum(len(set(outcome.crashes)) + len(outcome.failed) for outcome in report.outcomes),
    )


def _by_risk(option: str) -> tuple[int, str]:
    names = [risk.name.lower() for risk in Risk]
    return next((number for number, name in enumerate(names) if f"--risk {name}" in option), -1), option
