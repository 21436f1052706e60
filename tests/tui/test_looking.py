"""What is shown, and how it is reached with keys alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from fixer.finding import Severity
from fixer.review.records import State
from tui.grouping import Filter, Grouping
from tui.page import View
from tui.widgets.diffpane import DiffPane

Driving = Callable[..., AbstractAsyncContextManager[Any]]


def groups(driver: Any) -> list[str]:
    return [group.name[0] for group in driver.app.main.findings.outline.top]


async def test_one_key_cycles_through_the_groupings(small: Path, few: Sequence[str], driving: Driving) -> None:
    async with driving(small, select=few) as driver:
        seen = []
        for _ in Grouping:
            seen.append(groups(driver))
            await driver.press("g")

        assert seen == [
            ["Dockerfile", "compose.yaml"],
            sorted(rule.partition("/")[2] for rule in few),
            ["high", "medium", "low"],
            ["safe", "low", "medium", "manual"],
            ["staging"],
        ]
        assert groups(driver) == ["Dockerfile", "compose.yaml"]


async def test_counts_follow_decisions(small: Path, few: Sequence[str], driving: Driving) -> None:
    async with driving(small, select=few) as driver:
        assert "3/4" in driver.lines()[2]
        await driver.press("r")
        assert "0/4" in driver.lines()[2]
        assert " □ Dockerfile •" in driver.lines()[2]


async def test_the_tree_opens_and_closes(small: Path, few: Sequence[str], driving: Driving) -> None:
    async with driving(small, select=few) as driver:
        tree = driver.app.main.findings
        assert tree.count() == 2
        await driver.press("right", "right")
        assert (tree.count(), tree.cursor) == (6, 1)
        await driver.press("left")
        assert tree.cursor == 0
        await driver.press("left", "plus")
        assert tree.count() == 9
        await driver.press("J")
        assert tree.row.group.name == ("compose.yaml",)
        await driver.press("K", "minus")
        assert (tree.count(), tree.cursor) == (2, 0)
        await driver.press("end", "enter", "j", "k", "home", "pagedown")
        assert tree.cursor == tree.count() - 1


async def test_search_while_typing(small: Path, few: Sequence[str], driving: Driving) -> None:
    async with driving(small, select=few) as driver:
        await driver.press("slash")
        await driver.write("restart")
        assert groups(driver) == ["compose.yaml"]
        await driver.press("enter")
        assert driver.app.focused is driver.app.main.findings
        assert '1 of 7: "restart"' in driver.screen()
        await driver.press("escape")
        assert groups(driver) == ["Dockerfile", "compose.yaml"]


async def test_filter(small: Path, few: Sequence[str], driving: Driving) -> None:
    async with driving(small, select=few) as driver:
        await driver.press("f", "tab", "tab", "down", "space", "enter")
        assert driver.app.main.findings.outline.filter == Filter(severities=frozenset({Severity.HIGH}))
        assert driver.app.main.findings.outline.shown == 3
        await driver.press("f", "ctrl+l")
        assert driver.app.main.findings.outline.filter == Filter()


@pytest.mark.parametrize("state", [State.ACCEPTED, State.OPEN, State.UNFIXABLE])
async def test_filter_by_state(small: Path, few: Sequence[str], driving: Driving, state: State) -> None:
    async with driving(small, select=few) as driver:
        driver.app.main.show_only(Filter(states=frozenset({state})))
        await driver.settle()
        items = list(driver.app.main.findings.outline.each())
        assert items
        assert {driver.review.state(item.key) for item in items} == {state}


async def test_diff_of_a_fix_that_is_not_accepted(small: Path, few: Sequence[str], driving: Driving) -> None:
    async with driving(small, select=few) as driver:
        await driver.press("n")
        assert "Not accepted. This is what the fix would do:" in driver.screen()
        assert "limits:" in driver.screen()


async def test_place_of_a_finding_without_a_fix(small: Path, few: Sequence[str], driving: Driving) -> None:
    async with driving(small, select=few) as driver:
        await driver.press("right", "down")
        assert "No fix. This is the place:" in driver.screen()
        assert "Left to you" in driver.screen()


async def test_layouts_of_the_diff(small: Path, few: Sequence[str], driving: Driving) -> None:
    async with driving(small, select=few) as driver:
        pane = driver.app.main.query_one(DiffPane)
        await driver.press("v")
        assert pane.view is View.SPLIT
        assert "diff · side by side" in driver.screen()
        await driver.press("v", "right", "down", "down", "d")
        assert "this fix alone" in driver.screen()
        assert "leftover-apt-lists safe" not in driver.screen()
        await driver.press("d")
        assert "this fix alone" not in driver.screen()


async def test_brackets_of_files_are_shown_as_they_are(small: Path, few: Sequence[str], driving: Driving) -> None:
    async with driving(small, select=few, size=(160, 40)) as driver:
        await driver.press("end")
        assert "cap_drop: [ALL]" in driver.screen()
        assert '["server", "[/]", "--label=[b]x[/b]"] # brackets are no markup' in driver.screen()


async def test_panels_come_and_go(small: Path, few: Sequence[str], driving: Driving) -> None:
    async with driving(small, select=few) as driver:
        why, diff = driver.app.main.query_one("#why"), driver.app.main.query_one("#diff")
        await driver.press("i")
        assert not why.display or why.region.area == 0
        await driver.press("i", "tab", "z")
        assert diff.has_focus
        assert diff.size.width > 90
        await driver.press("z", "escape")
        assert driver.app.focused is driver.app.main.findings
        await driver.press("tab", "tab")
        assert why.has_focus


async def test_the_bar_shows_only_keys_that_do_something(small: Path, few: Sequence[str], driving: Driving) -> None:
    async with driving(small, select=few, size=(120, 30)) as driver:
        bar = driver.app.main.query_one("#keys")

        def words() -> list[str]:
            return [word for _, _, word in bar.entries()]

        assert "Undo" not in words()
        assert "Ignore" not in words()
        await driver.press("right", "down")
        assert "Toggle" not in words()
        assert "Ignore" in words()
        await driver.press("down", "space")
        assert {"Toggle", "Undo", "Help"} <= set(words())


async def test_a_click_in_the_bar_presses_the_key(small: Path, few: Sequence[str], driving: Driving) -> None:
    async with driving(small, select=few) as driver:
        await driver.pilot.click("#keys", offset=(2, 0))
        await driver.settle()
        assert driver.review.totals.accepted == 2


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (240, 60), (30, 8)])
async def test_resize_while_a_dialog_is_open(
    small: Path, few: Sequence[str], driving: Driving, size: tuple[int, int]
) -> None:
    async with driving(small, select=few) as driver:
        await driver.press("w")
        await driver.pilot.resize_terminal(*size)
        await driver.settle()
        assert all(len(line) <= size[0] for line in driver.lines())
        await driver.press("enter")
        assert driver.review.totals.written == 5


async def test_theme_changes(small: Path, few: Sequence[str], driving: Driving) -> None:
    async with driving(small, select=few) as driver:
        assert driver.app.theme == "fixer-dark"
        await driver.press("t")
        assert driver.app.theme == "fixer-light"


async def test_everything_is_in_the_palette(small: Path, few: Sequence[str], driving: Driving) -> None:
    from tui import keys
    from tui.commands import commands

    async with driving(small, select=few) as driver:
        await driver.press("right", "down", "down", "r")
        titles = {command.title for command in commands(driver.app)}
        wanted = {binding.description for section in (keys.DECIDE, keys.LOOK, keys.LEAVE) for binding in section}
        assert wanted - titles <= {"Redo", "Value"}
        await driver.press("ctrl+p")
        await driver.write("group")
        await driver.pilot.pause(0.3)
        assert "Group by file, rule, severity, risk or environment" in driver.screen()


async def test_what_is_typed_into_the_search_is_no_markup(small: Path, few: Sequence[str], driving: Driving) -> None:
    async with driving(small, select=few) as driver:
        await driver.press("slash", "[", "slash", "x", "]")
        await driver.settle()
        assert driver.app.is_running
        assert "[/x]" in driver.screen()
        await driver.press("escape", "escape")
        assert driver.app.screen is driver.app.main
