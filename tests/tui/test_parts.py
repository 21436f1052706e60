"""Rows, pieces, colours and editors, without a screen."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from rich.color_triplet import ColorTriplet
from rich.style import Style
from textual.theme import BUILTIN_THEMES, Theme

from fixer.errors import UserError
from fixer.finding import Environment, Finding, Fix, Risk, Severity
from fixer.proof import Identity
from fixer.review.records import DiffHunk, DiffLine, FileDiff, Item, State
from tui.diffrows import pieces as diff_pieces
from tui.editor import command
from tui.grouping import Filter, Grouping, risk_word
from tui.outline import Book, Outline
from tui.page import View, rows_of
from tui.painting import cut, cut_path, safe, spread, width_of
from tui.palette import GROUNDS, INKS, style_of
from tui.rows import Painter
from tui.signs import UNICODE
from tui.syntax import coloured
from tui.themes import DARK, LIGHT


def item(
    number: int,
    rule: str = "some-rule",
    path: str = "compose.yaml",
    risk: Risk | None = Risk.LOW,
    severity: Severity = Severity.HIGH,
) -> Item:
    fix = None if risk is None else Fix("Fix it", risk, ())
    finding = Finding(
        path,
        f"place{number}",
        number,
        number + 1,
        "is wrong",
        fix,
        None if fix else "no",
        Environment.PROD,
        rule=rule,
        severity=severity,
    )
    return Item(finding, "compose", "Something is wrong.", number + 1)


def outline_of(items: Sequence[Item], states: Mapping[Identity, State] | None = None) -> Outline:
    found = Outline(Book(lambda key: (states or {}).get(key, State.OPEN), lambda key: key in (states or {})))
    found.fill(items)
    return found


def test_groups_keep_the_order_of_files_whatever_order_they_come_in() -> None:
    outline = outline_of([item(3, path="b"), item(1, path="b"), item(2, path="a")])
    assert [group.name for group in outline.top] == [("a",), ("b",)]
    assert [one.line for one in outline.each()] == [3, 2, 4]


def test_two_levels() -> None:
    outline = outline_of([])
    outline.grouping = Grouping.SEVERITY
    outline.fill([item(1), item(2, severity=Severity.LOW, rule="other"), item(3, rule="other")])
    outline.open_all(wanted=True)
    assert [row.id[:2] for row in outline.rows if row.item is None] == [
        ("high",),
        ("high", "other"),
        ("high", "some-rule"),
        ("low",),
        ("low", "other"),
    ]


def anything(_: Item) -> bool:
    return True


def nothing(_: Item) -> bool:
    return False


def test_next_goes_around_the_end() -> None:
    items = [item(1), item(2), item(3)]
    outline = outline_of(items)
    outline.open_all(wanted=True)
    rows = outline.rows
    assert outline.after(rows[0], anything) is items[0]
    assert outline.after(rows[1], anything) is items[1]
    assert outline.after(rows[3], anything) is items[0]
    assert outline.after(rows[1], anything, back=True) is items[2]
    assert outline.after(rows[2], lambda one: one.line == 3) is items[1]
    assert outline.after(None, nothing) is None


def test_twenty_thousand_findings() -> None:
    items = [item(number, rule=f"rule-{number % 20}", path=f"f{number // 20:04}.yaml") for number in range(20_000)]
    states: dict[Identity, State] = {}
    start = time.process_time()
    outline = outline_of(items, states)
    outline.open_all(wanted=True)
    assert len(outline.rows) == 21_000
    outline.grouping = Grouping.RULE
    outline.fill(items)
    assert time.process_time() - start < 3
    [group] = [group for group in outline.top if group.name == ("rule-3",)]
    assert group.counts(outline.book).accepted == 0
    states |= {one.key: State.ACCEPTED for one in group.each()}
    start = time.process_time()
    outline.decided(list(group.each()))
    painter = Painter(outline, UNICODE, str, 40)
    shown = [painter.pieces(row) for row in outline.rows[:50]]
    assert time.process_time() - start < 0.2
    assert group.counts(outline.book).accepted == 1_000
    assert all(width_of(pieces) == 40 for pieces in shown)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Filter(text="OTHER place2"), [2]),
        (Filter(rule="some"), [1, 3]),
        (Filter(risks=frozenset({None})), [3]),
        (Filter(severities=frozenset({Severity.LOW})), []),
        (Filter(states=frozenset({State.ACCEPTED})), []),
        (Filter(environments=frozenset({Environment.PROD})), [1, 2, 3]),
    ],
)
def test_filters(wanted: Any, found: Any) -> None:
    outline = outline_of([])
    outline.filter = wanted
    outline.fill([item(1), item(2, rule="other"), item(3, risk=None)])
    assert [one.finding.start for one in outline.each()] == found


def test_filter_in_words() -> None:
    wanted = Filter("apt", "root", frozenset({Severity.HIGH}), frozenset({None, Risk.SAFE}))
    assert wanted.words == '"apt", root, high, manual, safe'
    assert risk_word(None) == "manual"


def test_texts_fit() -> None:
    assert cut("abcdef", 4) == "abc…"
    assert cut("日本語", 5) == "日本…"
    assert cut("abc", 0) == ""
    assert cut_path("deploy/overlays/prod/api.yaml", 18) == "…/prod/api.yaml"
    assert width_of(spread([("a long text", "")], [("right", "")], 10)) == 10


def test_what_a_terminal_would_act_upon_is_spelled_out() -> None:
    assert "\x1b" not in safe("a\x1b[31mred")
    assert "\u202e" not in safe("a\u202eb")
    assert safe("a\tb") == "a    b"


def test_syntax() -> None:
    [row] = coloured(["FROM debian:12 # [x]"], "api/Dockerfile")
    assert row[0] == ("FROM", "keyword")
    assert "".join(text for text, _ in row) == "FROM debian:12 # [x]"
    assert coloured(["a: 'b'", ""], "a.yaml")[0][0] == ("a", "key")
    assert coloured(["a: b", "x"], "notes.txt") == [(("a: b", ""),), (("x", ""),)]
    assert coloured(["x" * 600], "a.yaml") == [(("x" * 600, ""),)]


def diff_of(*lines: Any) -> FileDiff:
    return FileDiff("a.yaml", (DiffHunk("@@", tuple(DiffLine(*line) for line in lines)),), ())


def test_rows_mark_the_part_of_a_line_that_changed() -> None:
    owner = ("rule", "a.yaml", "place", "is wrong")
    rows = rows_of(
        diff_of(("-", "image: web:1", 1, 0, owner), ("+", "image: web:2\t# [x]", 0, 1, owner)),
        View.UNIFIED,
        None,
        "a.yaml",
        only=False,
    )
    old, new = rows[2:]
    assert old.right.changed == (11, 12)
    assert new.right.changed[0] == 11
    text = "".join(text for text, _ in diff_pieces(new, UNICODE, 3, 80))
    assert text.startswith("  1 a+ image: web:2    # [x]")


def test_rows_side_by_side() -> None:
    owner = ("rule", "a.yaml", "place", "is wrong")
    diff = diff_of(
        (" ", "a: 1", 1, 1), ("-", "b: 2", 2, 0, owner), ("+", "b: 3", 0, 2, owner), ("+", "c: 4", 0, 3, owner)
    )
    rows = rows_of(diff, View.SPLIT, {owner}, "a.yaml", only=True)[2:]
    assert [(row.left and row.left.number, row.right and row.right.number) for row in rows] == [
        (1, 1),
        (2, 2),
        (None, 3),
    ]
    assert [row.own for row in rows] == [False, True, True]
    assert all(width_of(diff_pieces(row, UNICODE, 1, 41)) == 41 for row in rows)
    assert rows_of(diff, View.SPLIT, set(), "a.yaml", only=True)[1:] == []


def test_a_long_diff_is_made_ready_in_time() -> None:
    owner = ("rule", "a.yaml", "place", "is wrong")
    lines = [("+", f"key{number}: [a, b]", 0, number + 1, owner) for number in range(20_000)]
    start = time.process_time()
    rows = rows_of(diff_of(*lines), View.UNIFIED, None, "a.yaml", only=False)
    assert len(rows) == 20_002
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    ("editor", "words"),
    [("sh", ["sh", "+7", "a b.yaml"]), ("sh -x", ["sh", "-x", "+7", "a b.yaml"])],
)
def test_editors(editor: str, words: list[str]) -> None:
    assert command({"EDITOR": "nothing", "VISUAL": editor}, "a b.yaml", 7) == words


def test_editors_with_a_way_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "code").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert command({"EDITOR": "code"}, "a", 7) == ["code", "--wait", "--goto", "a:7"]
    with pytest.raises(UserError, match="set \\$EDITOR"):
        command({}, "a", 7)

    with pytest.raises(UserError, match="there is no editor 'emacs'"):
        command({"EDITOR": "emacs"}, "a", 7)


@pytest.mark.parametrize("theme", [*BUILTIN_THEMES.values(), DARK, LIGHT], ids=lambda theme: theme.name)
def test_every_theme_has_all_colours(theme: Theme) -> None:
    colours = theme.to_color_system().generate()
    styles = {(ground, ink): style_of(ground, ink, colours) for ground in GROUNDS for ink in INKS}
    assert all(style.color and style.bgcolor for style in styles.values())


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_texts_can_be_read_on_every_ground(theme: Theme) -> None:
    colours = theme.to_color_system().generate()
    code = [(ground, ink) for ground in GROUNDS for ink in ("", "key", "string", "keyword", "number")]
    states = [(ground, ink) for ground in ("row", "cursor", "blurred", "hover") for ink in STATES]
    found = {(ground, ink): contrast(style_of(ground, ink, colours)) for ground, ink in (*code, *states)}
    assert {where: ratio for where, ratio in found.items() if ratio < 3.5} == {}


STATES = ("accepted", "rejected", "open", "written", "refused", "changed", "critical", "high", "medium", "low", "safe")


def contrast(style: Style) -> float:
    """Ratio of the luminances of ink and ground, as WCAG counts it."""
    assert style.color
    assert style.bgcolor
    first, second = (luminance(one.get_truecolor()) for one in (style.color, style.bgcolor))
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)


def luminance(colour: ColorTriplet) -> float:
    parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
