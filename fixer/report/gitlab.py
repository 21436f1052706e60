"""The report as GitLab reads code quality: what is left, in the shape of Code Climate's issues."""

from __future__ import annotations

from typing import Any

from fixer.finding import Level, Severity
from fixer.report.escape import as_json
from fixer.report.results import Result, results, sentence
from fixer.report.rows import Report

SEVERITIES = {
    Severity.LOW: "minor",
    Severity.MEDIUM: "major",
    Severity.HIGH: "critical",
    Severity.CRITICAL: "blocker",
}


def render(report: Report) -> str:
    """Return the report of a run; findings that are fixed or excused are not in it."""
    return as_json([_issue(result) for result in results(report) if result.left])


def _issue(result: Result) -> dict[str, Any]:
    finding = result.finding
    return {
        "description": sentence(result.row),
        "check_name": result.rule,
        "fingerprint": result.fingerprint,
        "severity": "info" if finding.level is Level.INFO else SEVERITIES[finding.severity],
        "location": {"path": result.outcome.path, "lines": {"begin": result.row.line}},
    }
