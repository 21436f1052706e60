"""The report as Markdown, looked at as it is rendered: what is in the tables, and that values stay text."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt
from report.samples import NASTY, checked, finding, full, nasty, outcome

from fixer.finding import Level, Risk, Severity
from fixer.outcome import Choice, Outcome
from fixer.report.markdown import CELL, SIZE, TOP, render
from fixer.report.rows import Report


class Page(HTMLParser):
    """The rows of the tables, the headings, the items of lists, and all tags of a page."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.parts: list[tuple[str, str]] = []
        self.tags: set[str] = set()
        self._text = ""
        self.feed(MarkdownIt("commonmark", {"html": True}).enable("table").render(render(report)))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert all(name == "style" for name, _ in attrs), (tag, attrs)
        if tag == "tr":
            self.rows.append([])

        if tag in {"td", "th", "h2", "h3", "li", "p"}:
            self._text = ""

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"}:
            self.rows[-1].append(self._text)
        elif tag in {"h2", "h3", "li", "p"}:
            self.parts.append((tag, self._text))

    def handle_data(self, data: str) -> None:
        self._text += data

    def table(self, first: str) -> list[list[str]]:
        """The rows of the table whose first column is called `first`, without its head."""
        start = next(number for number, row in enumerate(self.rows) if row[0] == first)
        width = self.rows[start]
        rows = self.rows[start + 1 :]
        end = next((number for number, row in enumerate(rows) if row[0] in {"level", "place", "severity"}), len(rows))
        assert all(len(row) == len(width) for row in rows[:end])
        return rows[:end]


def test_a_check_says_what_is_left() -> None:
    page = Page(
        checked(
            finding("is odd", 5, Risk.MEDIUM, level=Level.WARN, severity=Severity.HIGH),
            finding("is a note", level=Level.INFO),
            finding(severity=Severity.CRITICAL),
        )
    )
    assert page.parts[:3] == [
        ("h2", "fixer: 1 finding at level deny"),
        ("p", "1 file read, 3 findings left."),
        ("h3", "Left: 3"),
    ]
    assert page.table("severity") == [["critical", "1", "", ""], ["high", "", "1", ""], ["low", "", "", "1"]]
    assert page.table("level") == [
        ["deny", "critical", "f.yaml:1", "compose/host-network services.web is wrong", "by hand: decide"],
        ["warn", "high", "f.yaml:2", "compose/host-network services.web is odd", "Mend is odd (medium)"],
        ["info", "low", "f.yaml:1", "compose/host-network services.web is a note", "by hand: decide"],
    ]


def test_a_fix_says_what_was_done_held_back_and_excused() -> None:
    page = Page(full())
    assert page.parts == [
        ("h2", "fixer: 3 findings at level deny"),
        (
            "p",
            "4 files read, 4 findings left, 1 fixed, 1 file written, 1 excused, 1 file not read, 2 crashes of fixer.",
        ),
        ("h3", "Left: 4"),
        ("h3", "Fixed: 1"),
        ("h3", "Excused: 1"),
        ("h3", "Configuration: 1"),
        ("li", "the exemption of .fixer.yaml:9 ended on 2026-01-31"),
        ("h3", "Not read, not written, or a bug of fixer: 6"),
        ("li", "f.yaml: a bug of fixer: compose/root-user crashed: ValueError('x')"),
        ("li", "f.yaml: a bug of fixer: the fix of broken did not pass: it does not parse"),
        ("li", "broken.yaml: not read: the file is binary"),
        ("li", "template.yaml: no rule applies: it is a template"),
        ("li", "locked.yaml: not written: permission denied"),
        ("li", "dev/null: not looked at: a device"),
    ]
    assert [row[4] for row in page.table("level")] == [
        "by hand: decide",
        "Mend is odd (low: the format has no place for it)",
        "Mend is broken (low: it does not parse)",
        "Mend is risky (high, --risk high)",
    ]
    assert ["f.yaml:1", "compose/host-network", "Mend was wrong", "low"] in page.rows
    assert [
        "f.yaml:3",
        "compose/host-network services.web is known",
        "exemption in .fixer.yaml:3 until 2027-01-31: it is legacy",
    ] in page.rows


def test_what_the_fix_of_another_took_care_of_says_so() -> None:
    one, two = finding("is wrong", risk=Risk.LOW), finding("is odd", 5)
    page = Page(Report("/", [outcome(one, two, applied=(one,), remaining=())], Choice(), written=True))
    assert page.table("place") == [
        ["f.yaml:1", "compose/host-network", "Mend is wrong", "low"],
        ["f.yaml:2", "compose/host-network", "by the fix of another finding", ""],
    ]


def test_nothing_to_say() -> None:
    assert render(checked()) == "## fixer: nothing at level deny\n\n1 file read, 0 findings left.\n"


def test_long_lists_are_cut() -> None:
    page = Page(checked(*(finding(f"is wrong {number}") for number in range(TOP + 7))))
    assert len(page.table("level")) == TOP
    assert ("p", "…and 7 more.") in page.parts


def test_values_of_files_stay_text() -> None:
    page = Page(nasty())
    assert page.tags <= {"h2", "h3", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "ul", "li", "em"}
    [left, _] = page.table("level")
    shown = NASTY.replace("\r\n", "\\x0d\\x0a").replace("\x00", "\\x00").replace("\x1b", "\\x1b")
    shown = shown.replace("\udce9", "\ufffd")
    assert left[2].replace("\u200b", "") == f"{shown}:1"


@pytest.mark.parametrize("call", ["@someone", "#1", "www.evil.example", "http://evil.example", "https://evil.example"])
def test_nobody_is_called_and_nothing_is_linked(call: str) -> None:
    text = render(checked(finding(f"says {call}", place=f"at {call}")))
    assert call not in text
    assert "\u200b" in Page(checked(finding(f"says {call}"))).table("level")[0][3]
    assert not re.search(r"(^|[\s>])@\w", text)


def test_it_is_never_longer_than_github_takes() -> None:
    long = finding("\U0001f600" * 100_000, place="<" * 100_000, risk=Risk.LOW)
    assert len(Page(checked(long)).table("level")[0][3]) < 3 * CELL
    files = [Outcome("&" * 290 + str(number), problem="<" * 100_000) for number in range(TOP)]
    assert len(render(Report("/", files)).encode()) < SIZE
    many = [finding("\U0001f600" * 300 + str(number), place="<" * 300) for number in range(2000)]
    assert len(render(checked(*many)).encode()) < SIZE


def test_what_would_be_too_long_is_cut_at_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fixer.report.markdown.SIZE", 500)
    text = render(checked(*(finding(f"is wrong {number}") for number in range(20))))
    assert len(text.encode()) < 600
    assert text.endswith("\n\n*The rest is left out: a summary may not be longer. The other reports have it.*\n")
    assert text.count("\n| deny") == sum(line.endswith("|") for line in text.splitlines()) - 5
