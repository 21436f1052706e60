"""The report as JSON. `version` rises when a field changes its meaning or goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from fixer import __version__
from fixer.diff import unified
from fixer.finding import Fix
from fixer.outcome import Choice, Outcome
from fixer.proof import Proof
from fixer.report.rows import Row, rows, totals

VERSION = 1


def render(outcomes: Sequence[Outcome], choice: Choice | None, skipped: Sequence[tuple[str, str]]) -> str:
    """Return the report of a run; `skipped` holds paths that were not looked at, each with its reason."""
    report = {
        "version": VERSION,
        "tool": {"name": "fixer", "version": __version__},
        "files": [_file(outcome, choice) for outcome in outcomes if outcome.kind or outcome.problem],
        "skipped": [{"path": path, "reason": reason} for path, reason in skipped],
        "summary": msgspec.to_builtins(totals(outcomes, choice)),
    }
    return msgspec.json.format(msgspec.json.encode(report), indent=2).decode() + "\n"


def _file(outcome: Outcome, choice: Choice | None) -> dict[str, Any]:
    found: dict[str, Any] = {
        "path": outcome.path,
        "kind": outcome.kind or None,
        "problem": _problem(outcome),
        "skipped": outcome.skipped,
        "changed": outcome.changed,
        "new": outcome.new,
        "findings": [_finding(row) for row in rows(outcome, choice)],
        "crashes": [{"rule": crash.rule, "error": crash.error, "at": crash.trace} for crash in outcome.crashes],
    }
    if outcome.changed and outcome.before and outcome.after:
        found["diff"] = unified(outcome.path, outcome.before.text, outcome.after.text, outcome.edits, new=outcome.new)
        found["proof"] = list(Proof().checks)

    return found


def _problem(outcome: Outcome) -> dict[str, Any] | None:
    if outcome.problem is None:
        return None

    return {"reason": outcome.problem, "line": outcome.problem_line or None}


def _finding(row: Row) -> dict[str, Any]:
    finding = row.finding
    return {
        "rule": finding.rule,
        "level": finding.level.name.lower(),
        "severity": finding.severity.name.lower(),
        "environment": finding.environment.value,
        "place": finding.place,
        "line": row.line,
        "column": row.column,
        "message": finding.message,
        "status": row.status,
        "reason": row.reason or None,
        "fix": _fix(finding.fix) if finding.fix else None,
    }


def _fix(fix: Fix) -> dict[str, Any]:
    return {
        "title": fix.title,
        "risk": fix.risk.name.lower(),
        "because": list(fix.because),
        "files": sorted({operation.path for operation in fix.patch}),
    }
