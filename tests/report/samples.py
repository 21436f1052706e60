"""Reports to try the forms on: every status and every trouble, and values that want to be more than text."""

from __future__ import annotations

from typing import Any

from fixer.finding import Excuse, Finding, Fix, Level, Risk, Severity
from fixer.formats.yaml import Put
from fixer.outcome import Choice, Crash, Outcome, Refused
from fixer.report.rows import Report
from fixer.text import Source

TEXT = Source("a: 1\nb: 2\nc: 3\n")
EXCUSE = Excuse("exemption", ".fixer.yaml:3", "it is legacy", "2027-01-31", "Ann", "OPS-1")

# What ends a command, a cell, an element or a line elsewhere, calls a person, is a link, or is no character.
NASTY = (
    "50% ]]>\r\n::error::x, y: | `a` </code><script>alert(1)</script> **b** [c](http://evil.example) "
    "&amp; \x00\x1b[31m \ufffe \udce9 @someone #1 www.evil.example :tada: $x$ \\"
)


def finding(message: str = "is wrong", start: int = 0, risk: Risk | None = None, **more: Any) -> Finding:
    path = more.pop("path", "f.yaml")
    fix = None if risk is None else Fix(f"Mend {message}", risk, (Put(path, 0, ("a",), 1),), ("the file says so",))
    given = {"place": "services.web", "rule": "host-network", "unfixable": None if fix else "decide", **more}
    return Finding(path, given.pop("place"), start, start + 1, message, fix, **given)


def outcome(*findings: Finding, applied: tuple[Finding, ...] = (), **more: Any) -> Outcome:
    gone = {one.identity for one in applied}
    left = more.pop("remaining", tuple(one for one in findings if one.identity not in gone))
    after = Source(TEXT.text + "d: 4\n") if applied else TEXT
    return Outcome("f.yaml", "compose", TEXT, after, findings, left, applied, **more)


def checked(*findings: Finding, **more: Any) -> Report:
    """A report of `check`."""
    return Report("/srv/repository", [outcome(*findings)], **more)


def full() -> Report:
    """A report of `fix` with every status and every trouble."""
    fixed = finding("was wrong", 0, Risk.LOW, severity=Severity.HIGH)
    held = finding("is risky", 5, Risk.HIGH, severity=Severity.MEDIUM, level=Level.WARN)
    manual = finding("needs thought", 10, severity=Severity.CRITICAL)
    excused = finding("is known", 10, Risk.LOW, excuse=EXCUSE, level=Level.INFO)
    refused, failed = finding("is odd", 5, Risk.LOW, rule="odd"), finding("is broken", 5, Risk.LOW, rule="broken")
    first = outcome(
        fixed,
        held,
        refused,
        failed,
        manual,
        excused,
        applied=(fixed,),
        refused=(Refused(refused, "the format has no place for it"),),
        failed=(Refused(failed, "it does not parse"),),
        crashes=(Crash("compose/root-user", "f.yaml", "ValueError('x')", "root_user.py:3"),),
    )
    others = [
        Outcome("clean.yaml", "compose", TEXT, TEXT),
        Outcome("broken.yaml", problem="the file is binary", problem_line=3),
        Outcome("template.yaml", "compose", TEXT, TEXT, skipped="it is a template"),
        Outcome("locked.yaml", "compose", TEXT, Source("a: 2\n")),
        Outcome("notes.txt"),
    ]
    unwritten = {"locked.yaml": "permission denied"}
    skipped, notes = [("dev/null", "a device")], ["the exemption of .fixer.yaml:9 ended on 2026-01-31"]
    return Report("/srv/repository", [first, *others], Choice(), skipped, 2, unwritten, written=True, notes=notes)


def nasty() -> Report:
    """A report in which every value of a file is hostile."""
    one = finding(NASTY, 0, place=NASTY, path=NASTY, unfixable=NASTY, note=NASTY)
    two = finding(NASTY, 5, Risk.HIGH, place=NASTY, path=NASTY, level=Level.WARN)
    excuse = Excuse("comment", NASTY, NASTY, "", NASTY, NASTY)
    three = finding(NASTY, 10, place="x", path=NASTY, excuse=excuse)
    crash = Crash("compose/x", NASTY, NASTY, NASTY)
    bad = Outcome(NASTY, "compose", TEXT, TEXT, (one, two, three), crashes=(crash,), skipped=NASTY)
    skipped, unwritten = [(NASTY, NASTY)], {NASTY: NASTY}
    return Report("/", [bad, Outcome(NASTY, problem=NASTY)], None, skipped, 0, unwritten, notes=[NASTY])
