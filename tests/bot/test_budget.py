"""So many writes a minute and an hour, whoever makes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixer.bot.budget import HOUR, Budget, Exhausted, Limits


class Time:
    def __init__(self) -> None:
        self.now = 1_000_000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def budget(time: Time, limits: Limits, path: str = "") -> Budget:
    return Budget(path, limits, clock=time, sleep=time.sleep)


def test_writes_are_a_second_apart() -> None:
    time = Time()
    made = budget(time, Limits())
    for _ in range(3):
        made.take()

    assert time.slept == [1.0, 1.0]


def test_the_minute_is_kept_by_waiting() -> None:
    time = Time()
    made = budget(time, Limits(minute=5, apart=0))
    for _ in range(6):
        made.take()

    assert time.slept == [60.0]


def test_the_hour_is_kept_by_stopping() -> None:
    time = Time()
    made = budget(time, Limits(minute=1000, hour=3, apart=0))
    for _ in range(3):
        made.take()

    assert made.left() == 0
    with pytest.raises(Exhausted) as caught:
        made.take()

    assert caught.value.seconds == pytest.approx(HOUR)
    assert time.slept == []
    time.now += HOUR
    made.take()
    assert made.left() == 2


def test_a_pause_that_the_forge_asks_for_is_kept() -> None:
    time = Time()
    made = budget(time, Limits(apart=0))
    made.pause(30)
    made.take()
    assert time.slept == [30.0]
    made.pause(1000)
    with pytest.raises(Exhausted):
        made.take()


def test_processes_share_a_file(tmp_path: Path) -> None:
    time, path = Time(), str(tmp_path / "state" / "writes")
    first, second = (budget(time, Limits(minute=4, hour=10, apart=0), path) for _ in range(2))
    for one in (first, second, first, second):
        one.take()

    assert (first.left(), second.left()) == (6, 6)
    second.take()
    assert time.slept == [60.0]


def test_a_damaged_file_and_times_of_the_future_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "writes"
    time = Time()
    path.write_text(f"nonsense\n{time.now + 5000}\n{time.now - 5000}\n{time.now - 1}\n")
    made = budget(time, Limits(hour=10), str(path))
    assert made.left() == 9
    made.take()
    assert path.read_text().splitlines() == [f"{time.now - 1:.3f}", f"{time.now:.3f}"]
