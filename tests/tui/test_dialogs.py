"""Ignore, values, export, write as commits, quit and resume: against real folders."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from fixer.review.records import State

Driving = Callable[..., AbstractAsyncContextManager[Any]]


def git(folder: Path, *words: object) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), "-c", "user.name=Test", "-c", "user.email=test@example.com", *map(str, words)],
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


@pytest.fixture
def repository(small: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small project as a repository with one commit."""
    (small / ".git").rmdir()
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "Test")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "test@example.com")

    git(small, "init", "-q", "-b", "main")
    git(small, "add", "-A")
    git(small, "commit", "-qm", "Begin")
    return small


async def preview(driver: Any) -> None:
    """Wait until the dialog shows what would be written."""
    await driver.until(lambda: driver.app.screen.preview is not None)


async def test_ignore_with_a_comment(small: Path, few: Sequence[str], driving: Driving) -> None:
    async with driving(small, select=few) as driver:
        await driver.press("right", "down", "s")
        await driver.write("ours")
        await driver.press("tab")
        await driver.write("2027-03-31")
        await preview(driver)
        wanted = "# fixer: ignore[latest-tag] ours expires=2027-03-31"
        assert f"+{wanted}" in driver.screen()
        assert wanted not in (small / "Dockerfile").read_text()
        await driver.press("ctrl+s")
        await driver.until(lambda: driver.review.totals.excused == 1)
        assert (small / "Dockerfile").read_text().startswith(f"{wanted}\nFROM")
        await driver.settle()
        await driver.press("u")
        assert wanted not in (small / "Dockerfile").read_text()


async def test_ignore_in_the_configuration(small: Path, few: Sequence[str], driving: Driving) -> None:
    async with driving(small, select=few) as driver:
        await driver.press("right", "down", "s")
        await driver.write("ours")
        await driver.press("tab", "tab", "space")
        await preview(driver)
        await driver.press("ctrl+s")
        await driver.until(lambda: driver.review.totals.excused == 1)

    assert "latest-tag" in (small / ".fixer.yaml").read_text()


async def test_ignore_needs_a_reason_and_a_date(small: Path, few: Sequence[str], driving: Driving) -> None:
    async with driving(small, select=few) as driver:
        await driver.press("right", "down", "s", "ctrl+s")
        assert "a reason is needed" in driver.screen()
        await driver.write("x")
        await driver.press("tab")
        await driver.write("tomorrow")
        await driver.until(lambda: "2027-03-31" in driver.lines()[-1] or "date" in driver.screen())
        await driver.press("escape")
        assert driver.review.totals.excused == 0


async def test_a_value_changes_the_fix(small: Path, few: Sequence[str], driving: Driving) -> None:
    async with driving(small, select=few) as driver:
        await driver.press("n")
        item = driver.app.main.workbench.item
        assert item.finding.rule == "missing-resource-limits"
        await driver.press("p")
        names = [setting.name for setting in driver.app.screen.settings]
        await driver.press(*["down"] * names.index("memory" if "memory" in names else names[1]), "enter")
        await driver.press("ctrl+a", "ctrl+k")
        await driver.write("123m")
        await driver.press("enter")
        await driver.until(lambda: driver.app.screen is driver.app.main)
        await driver.settle()
        assert "123m" in driver.screen().lower()
        await driver.press("u")
        assert "123m" not in driver.screen().lower()


async def test_a_value_that_does_not_fit_is_said(small: Path, few: Sequence[str], driving: Driving) -> None:
    async with driving(small, select=few) as driver:
        await driver.press("n", "p", "enter", "ctrl+a", "ctrl+k")
        await driver.write("a lot")
        await driver.press("enter")
        await driver.until(lambda: driver.app.screen.query_one("#dialog-hint").has_class("-bad"))
        await driver.press("escape")
        assert driver.app.screen is driver.app.main


async def test_export_a_patch_that_git_applies(
    repository: Path, few: Sequence[str], driving: Driving, tmp_path: Path
) -> None:
    target = tmp_path / "o.diff"
    async with driving(repository, select=few) as driver:
        await driver.press("x", "enter", "ctrl+a", "ctrl+k")
        await driver.write(f"../{target.name}")
        await driver.press("enter")
        await driver.until(target.exists)
        await driver.settle()
        git(repository, "apply", "--check", target)
        before = git(repository, "status", "--porcelain")
        assert before == ""
        await driver.press("w", "enter")
        written = git(repository, "diff")

    git(repository, "checkout", "-q", ".")
    git(repository, "apply", target)
    assert git(repository, "diff") == written


async def test_export_a_report(small: Path, few: Sequence[str], driving: Driving, tmp_path: Path) -> None:
    target = tmp_path / "o.json"
    async with driving(small, select=few) as driver:
        await driver.press("x")
        forms = driver.app.screen.forms
        await driver.press(*["down"] * forms.index("json"), "enter", "ctrl+a", "ctrl+k")
        await driver.write(f"../{target.name}")
        await driver.press("enter")
        await driver.until(target.exists)

    assert len(json.loads(target.read_text())["files"]) == 2


async def test_one_commit_for_each_rule(repository: Path, few: Sequence[str], driving: Driving) -> None:
    async with driving(repository, select=few) as driver:
        await driver.press("w", "down", "down", "enter", "enter")
        await driver.until(lambda: "On branch fixer/hardening:" in driver.screen())
        await driver.press("escape")

    assert git(repository, "branch", "--show-current") == "fixer/hardening"
    assert len(git(repository, "log", "--format=%s", "main..").splitlines()) == 5
    assert git(repository, "status", "--porcelain") == ""


async def test_no_commit_without_git(small: Path, few: Sequence[str], driving: Driving) -> None:
    (small / ".git").rmdir()
    async with driving(small, select=few) as driver:
        await driver.press("w", "down")
        await driver.until(lambda: driver.app.screen.query_one("#dialog-hint").has_class("-bad"))
        await driver.press("enter", "enter")
        assert driver.review.totals.written == 0


async def test_quit_asks_only_when_something_was_decided(small: Path, few: Sequence[str], driving: Driving) -> None:
    async with driving(small, select=few) as driver:
        await driver.press("q")
        await driver.until(lambda: not driver.app.is_running)
        assert driver.app.return_code == 0


async def test_decisions_are_kept_and_resumed(small: Path, few: Sequence[str], driving: Driving) -> None:
    async with driving(small, select=few) as driver:
        await driver.press("right", "down", "down", "r", "q", "k")
        await driver.until(lambda: not driver.app.is_running)
        rejected = [item.key for item in driver.review.items if driver.review.state(item.key) is State.REJECTED]

    assert len(rejected) == 1
    async with driving(small, select=few) as driver:
        assert "There are decisions of an earlier time." in driver.screen()
        await driver.press("g")
        await driver.until(lambda: driver.review.state(rejected[0]) is State.REJECTED)


async def test_quit_and_write(small: Path, few: Sequence[str], driving: Driving) -> None:
    async with driving(small, select=few) as driver:
        await driver.press("r", "q", "w", "enter")
        await driver.until(lambda: not driver.app.is_running)

    assert "MAINTAINER" in (small / "Dockerfile").read_text()
    assert "no-new-privileges" in (small / "compose.yaml").read_text()


async def test_escape_leaves_every_dialog(small: Path, few: Sequence[str], driving: Driving) -> None:
    async with driving(small, select=few) as driver:
        await driver.press("n")
        for key in ("A", "s", "p", "f", "w", "x", "question_mark"):
            await driver.press(key)
            assert driver.app.screen is not driver.app.main, key
            await driver.press("escape")
            assert driver.app.screen is driver.app.main, key

    assert "MAINTAINER" in (small / "Dockerfile").read_text()


async def test_the_hint_comes_once(small: Path, few: Sequence[str], driving: Driving, tmp_path: Path) -> None:
    (tmp_path / "state" / "fixer" / "tui-hint-seen").unlink()
    async with driving(small, select=few) as driver:
        assert "jumps to the next one that waits for you" in driver.screen()
        await driver.press("enter")

    async with driving(small, select=few) as driver:
        assert driver.app.screen is driver.app.main


async def test_an_export_takes_no_file_s_place(small: Path, few: Sequence[str], driving: Driving) -> None:
    (small / "README.md").write_text("mine")
    async with driving(small, select=few) as driver:
        await driver.press("x")
        forms = driver.app.screen.forms
        await driver.press(*["down"] * forms.index("html"), "enter", "ctrl+a", "ctrl+k")
        await driver.write("README.md")
        await driver.press("enter")
        assert "README.md: there is such a file already" in driver.screen()
        assert driver.app.screen.query_one("#path").value == "README.md"
        await driver.press("ctrl+a", "ctrl+k", "-", "enter")
        assert "standard output is the screen" in driver.screen()
        await driver.press("ctrl+a", "ctrl+k")
        await driver.write("other.html")
        await driver.press("enter")
        assert driver.app.screen is driver.app.main

    assert (small / "README.md").read_text() == "mine"
    assert (small / "other.html").is_file()


async def test_a_stopped_scan_is_said(shop: Path, driving: Driving) -> None:
    async with driving(shop, ready=False) as driver:
        await driver.until(lambda: driver.app.review is not None)
        await driver.press("escape")
        await driver.until(lambda: not driver.app.main.busy)
        await driver.settle()
        done, total = driver.review.scanned
        assert done < total
        assert f"{done}/{total}" in driver.lines()[0]
        await driver.press("w")
        assert f"{total - done} of {total} files were not looked at" in driver.screen()
        await driver.press("escape", "f5")
        await driver.until(lambda: driver.review.scanned == (total, total))
        await driver.until(lambda: not driver.app.main.busy)
        assert f"/{total}" not in driver.lines()[0]


async def test_a_rejection_is_asked_about_after_a_write(small: Path, few: Sequence[str], driving: Driving) -> None:
    async with driving(small, select=few) as driver:
        await driver.press("down", "r", "w", "enter", "q")
        assert "neither written nor kept" in driver.screen()
        await driver.press("k")

    assert (small / ".fixer" / "session").is_file()


async def test_dialogs_in_a_small_terminal(repository: Path, few: Sequence[str], driving: Driving) -> None:
    async with driving(repository, select=few, size=(60, 20)) as driver:
        await driver.press("right", "down", "s", "ctrl+s")
        assert "a reason is needed" in driver.screen()
        await driver.write("because")
        await driver.until(lambda: driver.app.screen.preview is not None)
        await driver.settle()
        assert "fixer: ignore[" in driver.screen()
        at = driver.app.screen.query_one("#preview").scroll_y
        await driver.press("pageup")
        assert driver.app.screen.query_one("#preview").scroll_y < at or at == 0
        await driver.press("tab")
        await driver.write("soon")
        await driver.until(lambda: "date such as" in driver.screen())
        await driver.press("escape", "f")
        assert "escape: back" in driver.screen()
        await driver.press("tab", "tab", "tab", "tab", "tab", "end")
        assert "written" in driver.screen()
        assert "escape: back" in driver.screen()
        await driver.press("escape", "w", "down", "enter", "ctrl+a", "ctrl+k")
        await driver.write("main")
        await driver.until(lambda: driver.app.screen.query_one("#dialog-hint").has_class("-bad"))
        await driver.settle()
        words = str(driver.app.screen.query_one("#dialog-hint").content).split()[:3]
        assert all(word in driver.screen() for word in words)
        summary = driver.app.screen.query_one("#summary")
        await driver.press("pagedown")
        assert summary.scroll_y > 0
