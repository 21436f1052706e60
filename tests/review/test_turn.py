"""Whose turn it is: one thread at a time, a person before the background."""

from __future__ import annotations

import threading
import time

from fixer.review.turn import Turn


def test_one_at_a_time() -> None:
    turn, inside, most = Turn(), [0], [0]

    def work(door: str) -> None:
        for _ in range(200):
            with getattr(turn, door)():
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                inside[0] -= 1

    threads = [threading.Thread(target=work, args=(door,)) for door in ("ahead", "behind", "ahead", "behind")]
    for thread in threads:
        thread.start()

    for thread in threads:
        thread.join()

    assert most == [1]


def test_a_person_comes_next() -> None:
    """The background takes turn after turn; who comes through the other door waits for one of them."""
    turn, stop, turns = Turn(), threading.Event(), [0]

    def background() -> None:
        while not stop.is_set():
            with turn.behind():
                turns[0] += 1
                time.sleep(0.005)

    thread = threading.Thread(target=background)
    thread.start()
    while not turns[0]:
        time.sleep(0.001)

    waited = []
    for _ in range(20):
        before = turns[0]
        with turn.ahead():
            waited.append(turns[0] - before)

    stop.set()
    thread.join()
    assert max(waited) <= 2


def test_one_thread_may_come_in_twice_and_nobody_waits_at_the_third_door() -> None:
    turn, found = Turn(), []

    def other() -> None:
        with turn.at_once() as mine:
            found.append(mine)

    with turn.ahead(), turn.ahead(), turn.at_once() as own:
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        found.append(own)

    other()
    assert found == [False, True, True]
