"""A forge to test against."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from bot.double.bot import Bot, Clock
from bot.double.double import Double


@pytest.fixture
def double(tmp_path: Path) -> Iterator[Double]:
    """A double; the test fails when a request or an answer was not as the forge describes it."""
    with Double(tmp_path / "forge") as made:
        yield made

    made.check()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bot(double: Double, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bot:
    """The bot, its own clock being that of the double."""
    double.store.clock = clock
    return Bot(double, clock, tmp_path / "state", monkeypatch)
