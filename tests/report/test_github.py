"""The report as workflow commands, read back as the runner of GitHub reads them."""

from __future__ import annotations

import re

import pytest
from report.samples import NASTY, checked, finding, full, nasty

from fixer.finding import Level, Risk, Severity
from fixer.report.github import LIMIT, render
from fixer.report.rows import Report

Command = tuple[str, dict[str, str], str]


def read(report: Report) -> tuple[list[Command], list[str]]:
    """The commands, unescaped as the runner does it, and the lines that are none."""
    lines = render(report).splitlines()
    found = [re.fullmatch(r"::(\w+) ((?:\w+=[^,:]*,?)*)::(.*)", line) for line in lines]
    commands = [(one[1], dict(pair.split("=", 1) for pair in one[2].split(",")), one[3]) for one in found if one]
    plain = [line for line, one in zip(lines, found, strict=True) if not one]
    return [
        (name, {k: unescaped(v) for k, v in about.items()}, unescaped(text)) for name, about, text in commands
    ], plain


def unescaped(text: str) -> str:
    for mark, code in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(mark, code)

    return text


def test_what_is_left_is_annotated_by_level() -> None:
    commands, plain = read(
        checked(
            finding("is a note", level=Level.INFO),
            finding("is odd", 5, Risk.LOW, level=Level.WARN, severity=Severity.HIGH),
            finding("is wrong", 10),
        )
    )
    assert commands == [
        (
            "error",
            {"file": "f.yaml", "line": "3", "col": "1", "title": "compose/host-network (low)"},
            "services.web: is wrong. No automatic fix: decide.",
        ),
        (
            "warning",
            {"file": "f.yaml", "line": "2", "col": "1", "title": "compose/host-network (high)"},
            "services.web: is odd. Fix (risk low): Mend is odd.",
        ),
        (
            "notice",
            {"file": "f.yaml", "line": "1", "col": "1", "title": "compose/host-network (low)"},
            "services.web: is a note. No automatic fix: decide.",
        ),
    ]
    assert plain == []


def test_troubles_come_first_and_what_is_fixed_or_excused_not_at_all() -> None:
    commands, _ = read(full())
    assert [(name, about.get("file", ""), text.partition(".")[0]) for name, about, text in commands] == [
        ("error", "f.yaml", "a bug of fixer: ValueError('x')"),
        ("error", "f.yaml", "a bug of fixer: its fix did not pass the proof: it does not parse"),
        ("error", "locked.yaml", "not written: permission denied"),
        ("error", "f.yaml", "services"),
        ("error", "f.yaml", "services"),
        ("error", "f.yaml", "services"),
        ("warning", "", "the exemption of "),
        ("warning", "broken.yaml", "not read: the file is binary"),
        ("warning", "f.yaml", "services"),
    ]
    assert commands[7][1] == {"file": "broken.yaml", "line": "3"}
    assert "was wrong" not in render(full())
    assert "is known" not in render(full())


@pytest.mark.parametrize(("count", "more"), [(LIMIT, []), (LIMIT + 3, ["3 errors"])])
def test_the_most_severe_ones_are_within_the_limit_of_github(count: int, more: list[str]) -> None:
    found = [finding(f"is wrong {number}", severity=Severity(1 + number % 4)) for number in range(count)]
    commands, plain = read(checked(*found, finding("is odd", level=Level.WARN)))
    assert [name for name, _, _ in commands] == ["error"] * LIMIT + ["warning"]
    worst = sorted((one.severity.name.lower() for one in found), key=["critical", "high", "medium", "low"].index)
    assert [about["title"] for name, about, _ in commands if name == "error"] == [
        f"compose/host-network ({name})" for name in worst[:LIMIT]
    ]
    assert [line for line in plain if all(one in line for one in more)] == plain
    assert len(plain) == len(more)


def test_values_of_files_stay_values() -> None:
    commands, plain = read(nasty())
    assert plain == []
    shown = NASTY.replace("\r\n", "\\x0d\\x0a").replace("\x00", "\\x00").replace("\x1b", "\\x1b")
    assert {about.get("file") for _, about, _ in commands} == {shown.replace("\udce9", "\ufffd"), None}
    assert [name for name, _, _ in commands] == ["error"] * 4 + ["warning"] * 3
    for _, about, _ in commands:
        assert set(about) <= {"file", "line", "col", "title"}
