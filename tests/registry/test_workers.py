from __future__ import annotations

import threading
import time

import pytest

from fixer.registry.workers import each


def late(_: int) -> str:
    return "late"


def test_each_is_done_once() -> None:
    done = list(each(str, list(range(1000)), threads=8, seconds=60, late=late))
    assert sorted(done) == [(number, str(number)) for number in range(1000)]


def test_nothing_is_nothing() -> None:
    assert list(each(str, [], threads=8, seconds=60, late=late)) == []


def test_what_takes_too_long_is_late_and_holds_nothing_up() -> None:
    end = threading.Event()

    def work(number: int) -> str:
        if number % 5 == 0:
            end.wait(60)

        return str(number)

    began = time.monotonic()
    done = dict(each(work, list(range(20)), threads=2, seconds=0.2, late=late))
    end.set()
    assert done == {number: "late" if number % 5 == 0 else str(number) for number in range(20)}
    assert time.monotonic() - began < 20


def test_an_exception_is_raised_here_and_ends_the_work() -> None:
    begun: list[int] = []

    def work(number: int) -> str:
        begun.append(number)
        time.sleep(0.01)
        if number == 2:
            raise KeyError(number)

        return str(number)

    with pytest.raises(KeyError):
        list(each(work, list(range(1000)), threads=1, seconds=60, late=late))

    assert len(begun) < 100


def test_nothing_more_is_begun_when_nobody_asks() -> None:
    begun: list[int] = []

    def work(number: int) -> str:
        begun.append(number)
        time.sleep(0.01)
        return str(number)

    answers = each(work, list(range(1000)), threads=2, seconds=60, late=late)
    next(answers)
    answers.close()  # type: ignore[attr-defined]
    assert len(begun) < 100


def test_what_comes_after_it_was_given_up_is_not_told_twice() -> None:
    second = threading.Event()

    def work(number: int) -> str:
        if number == 0:
            second.wait(60)
        else:
            second.set()
            time.sleep(0.2)

        return str(number)

    done = list(each(work, [0, 1], threads=1, seconds=0.4, late=late))
    assert done == [(0, "late"), (1, "1")]
