"""Nothing to do, nothing to see, files that go away, rules that crash: each has a clear screen or line."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from pathlib import Path
from typing import Any

import msgspec
import pytest

from fixer.cli.run import rules_of, run_of
from fixer.errors import UserError
from fixer.finding import Finding
from fixer.kinds.compose import Service
from fixer.outcome import Choice
from fixer.review.review import Review
from tui.flows.files import lend

Driving = Callable[..., AbstractAsyncContextManager[Any]]


async def test_nothing_to_look_at(folder: Path, driving: Driving) -> None:
    async with driving(folder) as driver:
        assert "Nothing to look at" in driver.screen()
        await driver.press("w", "n", "space", "g", "f", "escape")
        await driver.press("q")
        await driver.until(lambda: not driver.app.is_running)


async def test_nothing_found(folder: Path, driving: Driving) -> None:
    (folder / "compose.yaml").write_text("services:\n  web:\n    image: example/web:1\n    restart: always\n")
    async with driving(folder, select=["compose/missing-restart-policy"]) as driver:
        assert "Nothing found" in driver.screen()
        assert "1 file looked at" in driver.screen()


async def test_nothing_that_can_be_fixed(small: Path, driving: Driving) -> None:
    async with driving(small, select=["dockerfile/latest-tag"]) as driver:
        assert "No fix. This is the place:" in driver.screen()
        await driver.press("space", "a", "w")
        assert "nothing to write" in driver.screen()
        await driver.press("enter", "escape")
        assert driver.app.screen is driver.app.main


async def test_files_that_cannot_be_read_are_named(folder: Path, driving: Driving) -> None:
    (folder / "compose.yaml").write_text("services: {\n")
    async with driving(folder) as driver:
        assert "Not looked at" in driver.screen()
        assert "compose.yaml" in driver.screen()


async def test_a_rule_that_crashes_is_named(small: Path, driving: Driving) -> None:
    def opening() -> Review:
        run = run_of([str(small)], None)
        [rule] = rules_of(run.project, ["compose/missing-restart-policy"], ())
        return Review(run.project, [msgspec.structs.replace(rule, check=crash)], Choice())

    async with driving(small, opening=opening) as driver:
        assert "A rule crashed: a bug of ours" in driver.screen()
        assert "odd [service]" in driver.screen().replace("\n", " ")


def crash(service: Service, params: object) -> Iterator[Finding]:
    raise ValueError(f"odd [service] {bool(service)} {bool(params)}")
    yield


async def test_a_file_that_changed_meanwhile_is_found_anew(small: Path, few: Sequence[str], driving: Driving) -> None:
    async with driving(small, select=few) as driver:
        await driver.press("right", "down", "down", "r")
        text = (small / "Dockerfile").read_text()
        (small / "Dockerfile").write_text("# a new first line\n" + text)
        await driver.press("f5")
        item = driver.app.main.workbench.item
        assert (item.finding.rule, item.line) == ("deprecated-maintainer", 3)
        assert driver.review.totals.rejected == 1
        await driver.press("w", "enter")

    assert (small / "Dockerfile").read_text().startswith("# a new first line\nFROM debian:latest\nMAINTAINER")


async def test_a_file_that_is_gone(small: Path, few: Sequence[str], driving: Driving) -> None:
    async with driving(small, select=few) as driver:
        (small / "Dockerfile").unlink()
        await driver.press("w")
        assert "2 fixes in 1 file" in driver.screen()
        await driver.press("enter")

    assert "restart: unless-stopped" in (small / "compose.yaml").read_text()
    assert not (small / "Dockerfile").exists()


async def test_what_the_opening_refuses_ends_with_its_sentence(small: Path, driving: Driving) -> None:
    def opening() -> Review:
        raise UserError("there is no such thing")

    async with driving(small, opening=opening, ready=False) as driver:
        await driver.until(lambda: not driver.app.is_running)
        assert str(driver.app.failure) == "there is no such thing"
        assert driver.app.return_code == 2


async def test_the_scan_can_be_stopped_and_goes_on(folder: Path, driving: Driving) -> None:
    for number in range(60):
        (folder / f"{number}.Dockerfile").write_text("FROM debian:latest\nMAINTAINER me\nCMD x y\n" * 20)

    async with driving(folder, ready=False) as driver:
        await driver.until(lambda: driver.app.review is not None and len(driver.review.items) > 0)
        await driver.press("escape")
        await driver.until(lambda: not driver.app.main.busy)
        done, total = driver.review.scanned
        assert done < total
        await driver.press("f5")
        await driver.until(lambda: driver.review.scanned == (60, 60))


async def test_without_colour_the_cursor_is_reversed(
    small: Path, few: Sequence[str], driving: Driving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with driving(small, select=few) as driver:
        assert driver.app.no_color
        strip = driver.app.main.findings.render_line(0)
        assert all(segment.style.reverse for segment in strip if segment.text.strip())


@pytest.mark.parametrize("size", [(20, 5), (1, 1), (40, 10)])
async def test_tiny(small: Path, few: Sequence[str], driving: Driving, size: tuple[int, int]) -> None:
    async with driving(small, select=few, size=size) as driver:
        await driver.press("right", "down", "space", "v", "tab", "w", "escape")
        assert len(driver.lines()) == size[1]


async def test_decisions_are_kept_when_the_terminal_goes_away(
    small: Path, few: Sequence[str], driving: Driving
) -> None:
    async with driving(small, select=few) as driver:
        await driver.press("r")
        driver.app.interrupted()
        await driver.until(lambda: not driver.app.is_running)
        assert driver.app.return_code == 130

    assert list((small / ".fixer").glob("session*"))


@pytest.mark.usefixtures("small")
def test_without_a_terminal_one_sentence() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "fixer", "tui", "."],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("fixer: fixer tui needs a terminal")
    assert done.stderr.count("\n") == 1


@pytest.mark.usefixtures("small")
def test_a_path_that_is_missing() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "fixer", "tui", "nowhere"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ},
    )
    assert done.returncode == 2
    assert "nowhere" in done.stderr


class Lent:
    """What lends the terminal; headless, Textual cannot."""

    suspend = staticmethod(nullcontext)


def test_an_editor_that_cannot_be_run(tmp_path: Path) -> None:
    editor = tmp_path / "no-interpreter"
    editor.write_text("#!/nowhere/at/all\n")
    editor.chmod(0o755)
    with pytest.raises(UserError, match="no-interpreter cannot be run: it does not exist"):
        lend(Lent(), [str(editor)])


def test_an_interrupt_in_the_editor_is_the_editors() -> None:
    before = signal.getsignal(signal.SIGINT)
    assert lend(Lent(), ["sh", "-c", "kill -INT $PPID; exit 3"]) == 3
    assert signal.getsignal(signal.SIGINT) is before
    # What runs there can be interrupted as ever.
    assert lend(Lent(), ["sh", "-c", "kill -INT $$"]) == -signal.SIGINT


async def test_files_that_are_gone_are_one_line(folder: Path, driving: Driving) -> None:
    paths = [folder / f"{number}.compose.yaml" for number in range(8)]
    for path in paths:
        path.write_text("services:\n  web:\n    image: a:1\n")

    async with driving(folder) as driver:
        for path in paths:
            path.unlink()

        said: list[str] = []
        driver.app.say = lambda text, *, bad=False: said.append(text) if bad else None
        await driver.press("f5")
        await driver.until(lambda: bool(said))
        assert len(said) == 1
        assert said[0].endswith("(and 7 more: m names them)")


async def test_one_finding_is_one(folder: Path, driving: Driving) -> None:
    (folder / "Dockerfile").write_text("FROM debian:13\nMAINTAINER Web team\n")
    async with driving(folder, select=["dockerfile/deprecated-maintainer"]) as driver:
        assert " 1 finding  " in driver.lines()[0]
        await driver.press("w", "enter")
        assert " 0 findings  " in driver.lines()[0]
