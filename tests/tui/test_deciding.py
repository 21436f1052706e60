"""What keys decide is what is written: compared with what `fixer fix` writes for the same choices."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from fixer.cli.run import rules_of, run_of
from fixer.finding import Risk
from fixer.outcome import Choice
from fixer.plan import Plan
from fixer.proof import Identity
from fixer.review.records import Item, State

Driving = Callable[..., AbstractAsyncContextManager[Any]]


def fixed(folder: Path, choice: Choice) -> dict[str, bytes]:
    """What `fixer fix` makes of a copy of a folder."""
    copy = folder.parent / "copy"
    shutil.copytree(folder, copy)
    run = run_of([str(copy)], None)
    Plan(run.project, rules_of(run.project, (), ()), choice).write()
    found = contents(copy)
    shutil.rmtree(copy)
    return found


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".git/" not in f"{path}/"
    }


def keys_of(items: list[Item], rule: str) -> frozenset[Identity]:
    return frozenset(item.key for item in items if item.finding.rule == rule)


async def test_what_is_accepted_by_itself_is_what_fix_writes(shop: Path, driving: Driving) -> None:
    wanted = fixed(shop, Choice())
    async with driving(shop) as driver:
        await driver.press("w", "enter")

    assert contents(shop) == wanted


async def test_a_rejected_fix_is_left_out(shop: Path, driving: Driving) -> None:
    async with driving(shop) as driver:
        item = next(item for item in driver.review.items if item.finding.rule == "deprecated-maintainer")
        wanted = fixed(shop, Choice(rejected=frozenset({item.key})))
        driver.app.main.findings.go_to(item)
        await driver.settle()
        await driver.press("r")
        assert driver.review.state(item.key) is State.REJECTED
        await driver.press("w", "enter")

    assert contents(shop) == wanted


async def test_space_on_a_rule_decides_about_all_of_it(shop: Path, driving: Driving) -> None:
    async with driving(shop) as driver:
        keys = keys_of(driver.review.items, "missing-resource-limits")
        wanted = fixed(shop, Choice(accepted=keys))
        await driver.press("g")
        tree = driver.app.main.findings
        tree.cursor = tree.outline.place(("missing-resource-limits",))
        await driver.settle()
        await driver.press("space")
        assert {driver.review.state(key) for key in keys} == {State.ACCEPTED}
        await driver.press("space")
        assert {driver.review.state(key) for key in keys} <= {State.REJECTED, State.OPEN}
        await driver.press("a", "w", "enter")

    assert contents(shop) == wanted


@pytest.mark.parametrize(("key", "risk"), [("1", Risk.SAFE), ("4", Risk.HIGH)])
async def test_accept_up_to_a_risk(shop: Path, driving: Driving, key: str, risk: Risk) -> None:
    wanted = fixed(shop, Choice(risk=risk))
    async with driving(shop) as driver:
        await driver.press("A", key)
        assert driver.review.risk is risk
        await driver.press("w", "enter")

    assert contents(shop) == wanted


async def test_undo_and_redo(shop: Path, driving: Driving) -> None:
    async with driving(shop) as driver:
        before = driver.review.totals
        await driver.press("down", "r", "down", "a")
        after = driver.review.totals
        assert after != before
        await driver.press("u", "u")
        assert driver.review.totals == before
        await driver.press("ctrl+r", "ctrl+r")
        assert driver.review.totals == after


async def test_next_goes_to_what_nobody_has_decided(shop: Path, driving: Driving) -> None:
    async with driving(shop) as driver:
        seen = []
        for _ in range(4):
            await driver.press("n")
            row = driver.app.main.findings.row
            assert driver.review.state(row.item.key) is State.OPEN
            seen.append(row.id)

        assert len(set(seen)) == 4
        await driver.press("N")
        assert driver.app.main.findings.row.id == seen[-2]


async def test_the_diff_decides_about_the_fix_of_its_line(shop: Path, driving: Driving) -> None:
    async with driving(shop) as driver:
        await driver.press("down", "right", *["down"] * 5, "tab")
        diff = driver.app.main.workbench.query_one("#diff")
        assert diff.has_focus
        await driver.press("right_square_bracket")
        owner = diff.owner
        assert driver.review.state(owner) is State.ACCEPTED
        await driver.press("space")
        assert driver.review.state(owner) is State.REJECTED


async def test_a_click_on_the_mark_decides(shop: Path, driving: Driving) -> None:
    async with driving(shop) as driver:
        tree = driver.app.main.findings
        keys = [item.key for item in tree.outline.rows[1].items if item.risk is not None]
        await driver.pilot.click("#tree", offset=(3, 2))
        await driver.settle()
        assert {driver.review.state(key) for key in keys} == {State.ACCEPTED}
