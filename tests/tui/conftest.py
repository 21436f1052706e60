"""Screens without a terminal: an application over a real folder, driven by keys."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

os.environ["TEXTUAL_ANIMATIONS"] = "none"

from textual.pilot import Pilot

from fixer.cli.run import rules_of, run_of
from fixer.finding import Risk
from fixer.outcome import Choice
from fixer.review.outlook import Origin
from fixer.review.review import Review
from tui.app import FixerApp

SHOP = Path(__file__).parent.parent.parent / "examples" / "shop"
SIZE = (100, 30)
SLOW = {"w", "A", "s", "p", "f", "x", "q", "g", "enter", "space", "u", "ctrl+r", "f5", "tab"}


# A small project, and rules for it: what it looks like does not depend on which rules there are.
RULES = (
    *("dockerfile/deprecated-maintainer", "dockerfile/shell-form-command", "dockerfile/latest-tag"),
    *("dockerfile/leftover-apt-lists", "compose/missing-resource-limits", "compose/missing-restart-policy"),
    "compose/privilege-escalation",
)
DOCKERFILE = """FROM debian:latest
MAINTAINER Web team <web@example.com>

# curl is for the health check
RUN apt-get update && apt-get install -y curl
COPY server /usr/local/bin/server
CMD server --port 8080
"""
COMPOSE = """services:
  web:
    build: .
    cap_drop: [ALL]
    command: ["server", "[/]", "--label=[b]x[/b]"] # brackets are no markup
"""


class Driver:
    """Presses keys, and waits until everything that follows from them is there."""

    def __init__(self, app: FixerApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def review(self) -> Review:
        assert self.app.review is not None
        return self.app.review

    async def press(self, *keys: str) -> None:
        """Press keys; behind those that open or leave a dialog, and behind the last one, wait for what follows."""
        for key in keys:
            await self.pilot.press(key)
            if key in SLOW:
                await self.settle()

        await self.settle()

    async def write(self, text: str) -> None:
        """Type a text."""
        await self.pilot.press(*("space" if letter == " " else letter for letter in text))
        await self.settle()

    async def settle(self) -> None:
        """Wait for the threads, and for what they say to be shown."""
        await self.pilot.pause(0.04)  # what follows from a decision is shown that much later
        while True:
            await self.pilot.pause()
            busy = [worker for worker in self.app.workers if worker.group != "flow" and not worker.is_finished]
            pane = self.app.main.query_one("#diff-pane")
            if not busy and not pane._waiting and not self.app.main.header.work:  # noqa: SLF001 - nothing shows it
                await self.pilot.pause()
                return

            await asyncio.sleep(0.005)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds; a test that waits for ever fails after ten seconds."""
        for _ in range(1_000):
            if holds():
                return

            await self.pilot.pause(0.01)

        raise AssertionError("it did not come")

    def lines(self) -> list[str]:
        """What is on the screen, as text."""
        # Textual itself offers only pictures.
        strips = self.app.screen._compositor.render_strips(self.app.size)  # noqa: SLF001
        return [strip.text.rstrip() for strip in strips]

    def screen(self) -> str:
        """All lines."""
        return "\n".join(self.lines())


def opening_of(folder: Path, choice: Choice, select: Sequence[str] = ()) -> Callable[[], Review]:
    def opening() -> Review:
        run = run_of([str(folder)], None)
        origin = Origin(shown=run.shown, skipped=run.skipped, ignored=run.ignored)
        return Review(run.project, rules_of(run.project, select, ()), choice, origin=origin)

    return opening


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the example, which is the current folder."""
    folder = tmp_path / "shop"
    shutil.copytree(SHOP, folder)
    (folder / ".git").mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project, which is the current folder."""
    made = tmp_path / "project"
    (made / ".git").mkdir(parents=True)
    monkeypatch.chdir(made)
    return made


@pytest.fixture
def small(folder: Path) -> Path:
    """A Dockerfile and a Compose file."""
    (folder / "Dockerfile").write_text(DOCKERFILE)
    (folder / "compose.yaml").write_text(COMPOSE)
    return folder


@pytest.fixture
def few() -> Sequence[str]:
    """The rules that the small project is looked at with."""
    return RULES


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """The environment of a user who has seen the hint."""
    seen = tmp_path / "state" / "fixer"
    seen.mkdir(parents=True)
    (seen / "tui-hint-seen").touch()
    return {
        "LANG": "C.UTF-8",
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "HOME": str(tmp_path),
    }


@pytest.fixture
def driving(environ: dict[str, str]) -> Callable[..., object]:
    """`async with driving(folder) as driver`: the application over a folder, when its scan is complete."""

    @asynccontextmanager
    async def start(  # noqa: PLR0913 - each is an option of the test
        folder: Path,
        *,
        size: tuple[int, int] = SIZE,
        risk: Risk = Risk.LOW,
        ready: bool = True,
        select: Sequence[str] = (),
        opening: Callable[[], Review] | None = None,
    ) -> AsyncIterator[Driver]:
        app = FixerApp(opening or opening_of(folder, Choice(risk=risk), select), environ)
        async with app.run_test(size=size) as pilot:
            driver = Driver(app, pilot)
            if ready:
                await driver.until(lambda: app.review is not None and not app.main.busy)
                await driver.settle()

            yield driver

    return start


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a test that is a coroutine."""
    if not asyncio.iscoroutinefunction(pyfuncitem.obj):
        return None

    names = pyfuncitem._fixtureinfo.argnames  # noqa: SLF001 - as the plugins for this do
    test: Coroutine[object, object, None] = pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names})
    asyncio.run(test)
    return True
