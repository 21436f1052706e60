"""Thirty seconds of what `make fuzz` does for ten minutes: the same inputs each time, grown from the golden cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from fuzz.hunt import Worker, hunt, keep, kept_folder, worker
from fuzz.inputs import Input, Inputs
from fuzz.mutations import LARGEST

SEED = 5
SHARES = 4
INPUTS = 200


@pytest.mark.parametrize("share", range(SHARES))
def test_hostile_input(share: int) -> None:
    inputs = Inputs(SEED, corpus=False)
    with worker() as one:
        failures = hunt(one, ((number, inputs[number]) for number in range(share, SHARES * INPUTS, SHARES)))

    folder = kept_folder() if failures else Path()
    assert not failures, "\n".join(keep(failure, folder) for failure in failures)


# ---- the inputs are what they should be


def test_inputs_depend_on_seed_and_number_only() -> None:
    one, same, other = Inputs(1, corpus=False), Inputs(1, corpus=False), Inputs(2, corpus=False)
    assert [one[number] for number in range(50)] == [same[number] for number in reversed(range(50))][::-1]
    assert [one[number] for number in range(50)] != [other[number] for number in range(50)]
    assert all(len(data) <= LARGEST for number in range(200) for data in one[number].files.values())


def test_inputs_reach_the_rules() -> None:
    """Most can be read and have findings, or nothing but the readers would be tried; some cannot be read."""
    from fuzz.targets import looked

    inputs = Inputs(SEED, corpus=False)
    seen: Counter[str] = Counter()
    for number in range(120):
        given = inputs[number]
        outcome = next((one for one in looked(given.files) if one.path == given.broken), None)
        seen["unread" if outcome is None or outcome.problem else "changed" if outcome.changed else "read"] += 1

    assert seen["unread"] > 15
    assert seen["changed"] > 30
    assert seen["read"] > 10


# ---- the hunt finds what is there


@pytest.fixture(scope="module")
def one() -> Iterator[Worker]:
    with worker() as found:
        found.seconds = 10
        yield found


GIVEN = Input({"a.yaml": b"one\ntwo poison three\nfour\n", "b.yaml": b"other\n"}, "a.yaml")


@pytest.mark.parametrize(
    ("trap", "verdict"),
    [
        ("raises", "raises: KeyError in traps.py"),
        ("hangs", "hangs: no end within 10 s"),
        ("swallows", "swallows: more than 600 MB"),
        ("dies", "dies: the process ended with 3"),
    ],
)
def test_the_hunt_finds(trap: str, verdict: str, one: Worker) -> None:
    found = one.try_out(trap, GIVEN.files, GIVEN.broken)
    assert found is not None
    assert found.startswith(verdict)
    assert one.try_out(trap, {"a.yaml": b"harmless\n"}, "a.yaml") is None, "the next input is judged by itself"


def test_a_failure_is_made_small_and_kept(one: Worker, tmp_path: Path) -> None:
    [failure] = hunt(one, [(0, GIVEN), (1, GIVEN)], ["raises"])
    assert failure.small == {"a.yaml": b"poison"}
    assert failure.times == 2
    place = tmp_path / "raises-0"
    assert str(place) in keep(failure, tmp_path)
    assert (place / "small" / "a.yaml").read_bytes() == b"poison"
    assert (place / "input" / "b.yaml").read_bytes() == b"other\n"
