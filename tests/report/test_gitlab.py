"""The report as GitLab's code quality: what its documentation asks of an issue, and nothing that is done."""

from __future__ import annotations

import json
from typing import Any

import pytest
from report.samples import checked, finding, full, nasty

from fixer.finding import Finding, Level, Risk, Severity
from fixer.report.gitlab import render
from fixer.report.rows import Report


def read(report: Report) -> list[dict[str, Any]]:
    issues: list[dict[str, Any]] = json.loads(render(report))
    for issue in issues:
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert isinstance(issue["location"]["path"], str)
        assert issue["location"]["lines"]["begin"] >= 1

    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    return issues


def test_an_issue_for_each_finding_that_is_left() -> None:
    issues = read(full())
    assert [issue["description"] for issue in issues] == [
        "services.web: is risky. Fix (risk high): Mend is risky.",
        "services.web: is odd. Fix (risk low): Mend is odd.",
        "services.web: is broken. Fix (risk low): Mend is broken.",
        "services.web: needs thought. No automatic fix: decide.",
    ]
    assert issues[0]["check_name"] == "compose/host-network"
    assert issues[0]["location"] == {"path": "f.yaml", "lines": {"begin": 2}}


@pytest.mark.parametrize(
    ("severity", "level", "name"),
    [
        (Severity.CRITICAL, Level.DENY, "blocker"),
        (Severity.HIGH, Level.DENY, "critical"),
        (Severity.MEDIUM, Level.WARN, "major"),
        (Severity.LOW, Level.DENY, "minor"),
        (Severity.CRITICAL, Level.INFO, "info"),
    ],
)
def test_severities(severity: Severity, level: Level, name: str) -> None:
    [issue] = read(checked(finding(severity=severity, level=level)))
    assert issue["severity"] == name


def test_fingerprints_stay_when_lines_move() -> None:
    def prints(*found: Finding) -> list[str]:
        return [issue["fingerprint"] for issue in read(checked(*found))]

    assert prints(finding(), finding("is odd")) == prints(finding(start=5), finding("is odd", 10))


def test_nothing_found_is_an_empty_list() -> None:
    assert render(checked()) == "[]\n"


def test_whatever_files_hold_it_is_json() -> None:
    assert len(read(nasty())) == 2
    assert render(full()) == render(full())
    assert read(checked(finding(risk=Risk.LOW)))
