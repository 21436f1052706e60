"""The report for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import pytest

from fixer.finding import Finding, Fix, Level, Risk
from fixer.formats.yaml import Put
from fixer.outcome import Choice, Crash, Outcome, Refused
from fixer.report.rows import Report, totals
from fixer.report.text import check_lines, fix_lines, plain
from fixer.text import Edit, Source

TEXT = Source("a: 1\nb: 2\nc: 3\n")


def finding(start: int, rule: str, risk: Risk | None = Risk.LOW, **more: Any) -> Finding:
    path = more.pop("path", "f.yaml")
    fix = None if risk is None else Fix(f"Mend {rule}", risk, (Put(path, 0, ("a",), 1),), more.pop("because", ()))
    unfixable = "decide" if risk is None else None
    return Finding(path, f"place {start}", start, start, f"{rule} is wrong", fix, unfixable, rule=rule, **more)


def outcome(findings: Sequence[Finding], applied: Sequence[Finding] = (), **more: Any) -> Outcome:
    gone = {one.identity for one in applied}
    left = tuple(one for one in findings if one.identity not in gone)
    after = Source(TEXT.text + "d: 4\n") if applied else TEXT
    return Outcome(
        "f.yaml", "compose", TEXT, after, tuple(findings), more.pop("remaining", left), tuple(applied), **more
    )


def check(*outcomes: Outcome, **more: Any) -> list[str]:
    return list(check_lines(Report("/", outcomes, None, **more), lambda path: path, unpainted))


def fix(*outcomes: Outcome, choice: Choice | None = None, **more: Any) -> list[str]:
    report = Report("/", outcomes, choice or Choice(), **{"written": True, **more})
    return list(fix_lines(report, lambda path: path, unpainted))


def unpainted(text: str, _: str) -> str:
    return text


def test_check_says_what_the_fix_would_risk_or_why_there_is_none() -> None:
    assert check(outcome([finding(5, "x", Risk.SAFE), finding(0, "y", None, level=Level.INFO)])) == [
        "f.yaml:1:1  info  y  y is wrong  [manual: decide]",
        "f.yaml:2:1  deny  x  x is wrong  [fix: safe]",
        "2 findings (1 deny, 1 info) in 1 file.",
        "`fixer fix` fixes 1, 1 needs a decision.",
    ]


@pytest.mark.parametrize(
    ("risks", "sentence"),
    [
        ([Risk.SAFE, Risk.LOW], "`fixer fix` fixes 2."),
        ([Risk.MEDIUM], "`fixer fix --risk medium` fixes 1."),
        ([Risk.LOW, Risk.HIGH, Risk.HIGH], "`fixer fix` fixes 1, --risk high 2 more."),
        ([None, None], "2 need a decision."),
    ],
)
def test_check_says_what_fix_would_do(risks: Iterable[Risk | None], sentence: str) -> None:
    assert check(outcome([finding(0, str(n), risk) for n, risk in enumerate(risks)]))[-1] == sentence


def test_fix_says_what_became_of_each_finding() -> None:
    done = finding(0, "done", because=("one", "two"))
    held, low = finding(0, "held", Risk.HIGH), finding(5, "low", Risk.HIGH, level=Level.INFO)
    refused, failed = finding(5, "refused"), finding(10, "failed")
    manual, gone = finding(10, "manual", None), finding(10, "gone", Risk.HIGH)
    found = [done, held, low, refused, failed, manual, gone]
    one = outcome(
        found,
        [done],
        remaining=(held, low, refused, failed, manual),
        refused=(Refused(refused, "no room"),),
        failed=(Refused(failed, "it is still there"),),
    )
    assert fix(one) == [
        "f.yaml  (written)",
        "  fixed    1:1  done  Mend done (low)",
        "           because one",
        "           because two",
        "  held     1:1  held  held is wrong  [--risk high]",
        "  held     2:1  low  low is wrong  [--risk high --level info]",
        "  refused  2:1  refused  refused is wrong  [no room]",
        "  failed   3:1  failed  failed is wrong  [it is still there; this is a bug of the rule]",
        "  manual   3:1  manual  manual is wrong  [decide]",
        "  fixed    3:1  gone  gone is wrong  [by the fix of another finding]",
        "2 findings fixed, 1 file written (risk up to low; 1 file read).",
        "Held back: 1 (--risk high), 1 (--risk high --level info).",
        "Not fixed: 1 left to a person, 1 refused, 1 failed their proof: a bug of ours.",
    ]


def test_a_rejected_fix_is_held_without_an_option() -> None:
    one = finding(0, "x")
    lines = fix(outcome([one]), choice=Choice(rejected=frozenset({one.identity})))
    assert lines[1] == "  held     1:1  x  x is wrong  [rejected]"
    assert lines[2:] == ["Nothing to fix (risk up to low; 1 file read)."]


def test_a_finding_that_came_with_a_later_round_stands_where_it_was_edited() -> None:
    late = finding(99, "late")
    lines = fix(outcome([], [late], edits=(Edit(10, 10, "x", 0),)))
    assert lines[1] == "  fixed    3:1  late  Mend late (low)"


def test_a_fix_that_touches_two_files_counts_once() -> None:
    one = finding(0, "x")
    other = Outcome("g.yaml", "compose", TEXT, Source("z: 1\n"), applied=(one,))
    lines = fix(outcome([one], [one]), other)
    assert lines == [
        "f.yaml  (written)",
        "  fixed    1:1  x  Mend x (low)",
        "g.yaml  (written)",
        "  fixed    1:1  x  Mend x (low, for f.yaml)",
        "1 finding fixed, 2 files written (risk up to low; 2 files read).",
    ]


def test_a_file_that_could_not_be_written() -> None:
    one = finding(0, "x")
    lines = fix(outcome([one], [one]), unwritten={"f.yaml": "no space"})
    assert lines == [
        "f.yaml  (not written: no space)",
        "  refused  1:1  x  x is wrong  [the file was not written: no space]",
        "Nothing to fix (risk up to low; 1 file read).",
        "Not fixed: 1 refused.",
    ]


def test_a_new_file_is_called_new() -> None:
    new = Outcome("n.yaml", "kubernetes", Source(""), TEXT, new=True)
    assert fix(new, written=False)[0] == "n.yaml  (new file, would change)"


def test_what_was_not_read_skipped_or_crashed() -> None:
    crash = Crash("compose/x", "f.yaml", "ValueError: a", "x.py:1")
    lines = check(
        Outcome("a", problem="it is binary"),
        Outcome("b", "compose", problem="not valid YAML", problem_line=3),
        Outcome("c", "compose", skipped="it is a template"),
        outcome([], crashes=(crash, crash)),
        skipped=[("d", "a link")],
        ignored=2,
    )
    assert lines == [
        "d  skipped  a link",
        "a  not read  it is binary",
        "b:3  not read  not valid YAML",
        "c  skipped  it is a template",
        "f.yaml  crashed  rule compose/x: ValueError: a (x.py:1); this is a bug of ours, the rest is finished",
        "3 files checked, nothing found, 2 not read, 2 skipped, 2 ignored.",
    ]


def test_names_and_values_cannot_steer_a_terminal() -> None:
    evil = msgspec.structs.replace(finding(0, "x"), message="a\x1b[2Jb\nc\x9b")
    assert check(outcome([evil]))[0] == "f.yaml:1:1  deny  x  a\\x1b[2Jb\\x0ac\\x9b  [fix: low]"
    assert plain("tab\tä€") == "tab\\x09ä€"


def test_totals_of_nothing() -> None:
    count = totals(Report("/", []))
    assert (count.files, count.findings, count.by_status, count.denied) == (0, 0, {}, 0)
