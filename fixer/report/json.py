"""The report as JSON, described field by field in docs/json.md."""

from __future__ import annotations

from typing import Any

import msgspec

from fixer import __version__
from fixer.diff import unified
from fixer.finding import Fix
from fixer.outcome import Outcome
from fixer.proof import Proof
from fixer.report.rows import Report, Row, totals

# Rises when a field changes its meaning or goes; fields may be added.
VERSION = 1


def render(report: Report) -> str:
    """Return the report of a run."""
    data = {
        "version": VERSION,
        "tool": {"name": "fixer", "version": __version__},
        "root": report.root,
        "options": _options(report),
        "files": [_file(one, report) for one in report.outcomes if one.kind or one.problem or one.crashes],
        "skipped": [{"path": path, "reason": reason} for path, reason in report.skipped],
        "notes": list(report.notes),
        "summary": msgspec.to_builtins(totals(report)),
    }
    try:
        encoded = msgspec.json.encode(data)
    except UnicodeEncodeError:
        encoded = msgspec.json.encode(_decodable(data))

    return msgspec.json.format(encoded, indent=2).decode() + "\n"


def _options(report: Report) -> dict[str, str] | None:
    choice = report.choice
    return None if choice is None else {"risk": choice.risk.name.lower(), "level": choice.level.name.lower()}


def _file(outcome: Outcome, report: Report) -> dict[str, Any]:
    found: dict[str, Any] = {
        "path": outcome.path,
        "kind": outcome.kind or None,
        "problem": _problem(outcome),
        "skipped": outcome.skipped,
        "changed": outcome.changed,
        "new": outcome.new,
        "written": outcome.changed and report.written and outcome.path not in report.unwritten,
        "unwritten": report.unwritten.get(outcome.path),
        "findings": [_finding(row, outcome.path) for row in report.rows(outcome)],
        "crashes": [
            {"rule": crash.rule, "error": crash.error, "at": crash.trace} for crash in dict.fromkeys(outcome.crashes)
        ],
        "diff": None,
        "proof": None,
    }
    if outcome.changed and outcome.before and outcome.after:
        found["diff"] = unified(outcome.path, outcome.before.text, outcome.after.text, outcome.edits, new=outcome.new)
        found["proof"] = list(Proof().checks)

    return found


def _problem(outcome: Outcome) -> dict[str, Any] | None:
    if outcome.problem is None:
        return None

    return {"reason": outcome.problem, "line": outcome.problem_line or None}


def _finding(row: Row, path: str) -> dict[str, Any]:
    finding = row.finding
    return {
        "rule": finding.rule,
        "level": finding.level.name.lower(),
        "severity": finding.severity.name.lower(),
        "environment": finding.environment.value,
        "of": finding.path if finding.path != path else None,
        "place": finding.place,
        "line": row.line,
        "column": row.column,
        "message": finding.message,
        "status": row.status,
        "reason": row.reason or None,
        "option": row.option or None,
        "note": finding.note or None,
        "excuse": msgspec.to_builtins(finding.excuse) if finding.excuse else None,
        "fix": _fix(finding.fix) if finding.fix else None,
    }


def _fix(fix: Fix) -> dict[str, Any]:
    return {
        "title": fix.title,
        "risk": fix.risk.name.lower(),
        "because": list(fix.because),
        "files": sorted({operation.path for operation in fix.patch}),
    }


def _decodable(value: Any) -> Any:
    """The value with bytes that are no text, in names of files or in a Dockerfile, shown as U+FFFD."""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")

    if isinstance(value, list):
        return [_decodable(item) for item in value]

    return {key: _decodable(item) for key, item in value.items()} if isinstance(value, dict) else value
