"""The bot itself, running against a double in this process."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
from bot.double.double import Double

from fixer.bot.auth import login_of
from fixer.bot.budget import Limits as Writes
from fixer.bot.discovery import Selection
from fixer.bot.run import Report, Running, run
from fixer.bot.survey import Order
from fixer.bot.transport import Pace

PACE = Pace(timeout=10, longest=0.5, tries=3, pause=0.01)
WRITES = Writes(minute=10_000, hour=10_000, apart=0.0, patience=1.0)


class Clock:
    """A clock for the double and the bot, which stands still until it is moved."""

    def __init__(self) -> None:
        self.now = dt.datetime(2026, 11, 2, 12, 0, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        self.now += dt.timedelta(**time)


class Bot:
    """Runs of the bot; journal and write budget are kept between them, in `folder`."""

    def __init__(self, double: Double, clock: Clock, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.double = double
        self.clock = clock
        self.folder = folder
        self.defaults: dict[str, Any] = {"limits": {"open": 0, "per_hour": 0, "per_run": 0}}
        self.writes = WRITES
        for name in ("GITHUB_TOKEN", "GITHUB_API_URL", "FIXER_APP_ID", "FIXER_TOKEN"):
            monkeypatch.delenv(name, raising=False)

        monkeypatch.setenv("FIXER_TOKEN", double.token)
        monkeypatch.setenv("FIXER_API_URL", double.api)
        self.environment: Mapping[str, str] = {"FIXER_TOKEN": double.token, "FIXER_API_URL": double.api}

    def run(self, *names: str, onboarding: str = "", force: Mapping[str, Any] | None = None, **more: Any) -> Report:
        """Run over repositories (`acme/app` when none is named); `more` are fields of `Running`."""
        order = Order(self.clock.now, defaults=self.defaults, force=force or {}, onboarding=onboarding)
        running = Running(login_of(self.environment), order, str(self.folder), pace=PACE, writes=self.writes, workers=1)
        selection = Selection(repositories=names or ("acme/app",))
        return run(selection, msgspec.structs.replace(running, **more))

    def quiet(self, *names: str, **more: Any) -> Report:
        """Run, and fail when that writes anything."""
        before = len(self.double.writes())
        report = self.run(*names, **more)
        made = self.double.writes()[before:]
        assert not made, f"{[(each.method, each.path, each.what) for each in made]}\n{told(report)}"
        assert report.code == 0, told(report)
        return report

    def quiet_after_one(self, *names: str, **more: Any) -> Report:
        """Run, which may write what is to be told about a new state, and then again without any write."""
        report = self.run(*names, **more)
        assert report.code == 0, told(report)
        return self.quiet(*names, **more)


def told(report: Report) -> str:
    """Return what a run came to, as text for a failing test."""
    lines = [report.stopped]
    for one in report.repositories:
        lines.append(f"{one.name} {one.skipped} {one.failed} {one.bug} left={one.left}")
        lines += [f"  {done.became} {done.action} {done.subject}: {done.reason} [{done.note}]" for done in one.done]

    return "\n".join(lines)
