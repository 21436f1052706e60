"""The screens whose look matters, cell by cell: a change shows as a diff of text.

`pytest --update-golden` writes those that are missing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

Driving = Callable[..., AbstractAsyncContextManager[Any]]

SCREENS = Path(__file__).parent / "screens"
OPEN = ("right", "down", "down")

CASES = {
    "main-80x24": ((80, 24), OPEN),
    "main-120x40": ((120, 40), OPEN),
    "main-200x50": ((200, 50), OPEN),
    "main-60x20": ((60, 20), OPEN),
    "side-by-side-200x50": ((200, 50), ("v",)),
    "by-rule-120x40": ((120, 40), ("g", "right", "down")),
    "write-80x24": ((80, 24), ("w",)),
    "filter-120x40": ((120, 40), ("f",)),
    "batch-80x24": ((80, 24), (*OPEN, "A")),
    "help-120x40": ((120, 40), ("question_mark",)),
    "ignore-120x40": ((120, 40), (*OPEN, "s")),
}


@pytest.mark.parametrize("name", CASES)
async def test_screen(
    name: str, small: Path, few: Sequence[str], driving: Driving, pytestconfig: pytest.Config
) -> None:
    size, keys = CASES[name]
    await compared(
        name, driving(small, size=size, select=few), size, keys, update=pytestconfig.getoption("--update-golden")
    )


async def test_ascii(
    small: Path, few: Sequence[str], driving: Driving, environ: dict[str, str], pytestconfig: pytest.Config
) -> None:
    environ["LANG"] = "C"
    update = pytestconfig.getoption("--update-golden")
    shown = await compared("ascii-80x24", driving(small, size=(80, 24), select=few), (80, 24), OPEN, update=update)
    assert shown.isascii()


async def compared(name: str, started: Any, size: tuple[int, int], keys: Sequence[str], *, update: bool) -> str:
    async with started as driver:
        await driver.press(*keys)
        shown = driver.screen() + "\n"

    path = SCREENS / f"{name}.txt"
    if update and not path.exists():
        path.write_text(shown, encoding="utf-8")

    assert shown == path.read_text(encoding="utf-8")
    assert all(len(line) <= size[0] for line in shown.splitlines())
    return shown


async def test_the_palette_without_unicode(
    small: Path, few: Sequence[str], driving: Driving, environ: dict[str, str]
) -> None:
    environ["LANG"] = "C"
    async with driving(small, select=few) as driver:
        await driver.press("ctrl+p")
        await driver.until(lambda: "Search for commands..." in driver.screen())
        await driver.write("write")
        await driver.until(lambda: "Write" in driver.screen())
        shown = driver.screen()
        assert shown.isascii(), {letter for letter in shown if not letter.isascii()}
        await driver.press("escape")
