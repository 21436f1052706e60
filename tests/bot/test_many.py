"""Many repositories in one run: each is finished exactly once, also when the run dies half way.

FIXER_REPOSITORIES is how many; without it only a few. Files come from examples/ and, where it is there, the corpus.
"""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from bot.double.bot import Bot, told
from bot.double.double import Double, Place
from bot.double.faults import REPLIES, Fault

from fixer.bot.budget import Limits
from fixer.bot.survey import Order

ROOT = Path(__file__).parent.parent.parent
COUNT = int(os.environ.get("FIXER_REPOSITORIES", "5"))
CONFIGURATION = "bot:\n  risk: low\n  group_by: risk\n  labels: [fixes]\n"
NAMES = tuple(f"acme/app{number:03}" for number in range(COUNT))


def contents() -> Iterator[dict[str, bytes]]:
    """Yield the files of one repository after another, without end."""
    shop = ROOT / "examples" / "shop"
    files = {path.relative_to(shop).as_posix(): path.read_bytes() for path in shop.rglob("*") if path.is_file()}
    parts = [{path: text for path, text in files.items() if path.startswith(name)} for name in ("api", "web", "worker")]
    corpus = Path(os.environ.get("FIXER_CORPUS", ROOT.parent / "shared" / "corpus"))
    found = sorted(corpus.rglob("Dockerfile")) if corpus.is_dir() else []
    found = found[:: len(found) // COUNT + 1]
    others = [{"Dockerfile": path.read_bytes()} for path in found if path.is_file() and path.stat().st_size < 50_000]
    return itertools.cycle([*parts, files, *others])


@pytest.fixture
def places(double: Double) -> list[Place]:
    """Repositories, one of them archived and one with a broken configuration."""
    double.organisation("acme")
    made = [
        double.add(name, {**files, ".fixer.yaml": CONFIGURATION})
        for name, files in zip(NAMES, contents(), strict=False)
    ]
    made[0].repository.archived = True
    made[1].commit({".fixer.yaml": "bot: [\n"})
    return made


def each_is_done_once(places: list[Place]) -> None:
    for place in places[2:]:
        heads = [issue.pull.head for issue in place.pulls() if issue.pull]
        assert len(heads) == len(set(heads)), (place.name, heads)
        assert len(place.issues()) <= 1, place.name
        assert sorted(place.branches()) == sorted([*heads, place.repository.default_branch])
        assert all([label.name for label in issue.labels] == ["fixes"] for issue in place.pulls()), place.name
        for head in heads:
            assert len(place.log(head, beyond="main")) == 1


@pytest.mark.parametrize("engine", ["threads", "processes"])
def test_every_repository_is_done_once(places: list[Place], bot: Bot, engine: str) -> None:
    if engine == "processes":
        del places[3:]
        names = NAMES[:3]
    else:
        names = NAMES

    report = bot.run(*names, engine=engine, workers=2)

    assert report.code == 0, told(report)
    assert "archived" in told(report)
    assert [issue.title for issue in places[1].issues()] != []
    assert places[0].pulls() == places[0].issues() == []
    each_is_done_once(places)
    assert sum(len(place.pulls()) for place in places) >= (len(places) - 2) / 2
    if engine == "threads":
        bot.quiet(*names, workers=2)


def test_one_that_fails_does_not_stop_the_rest(double: Double, places: list[Place], bot: Bot) -> None:
    double.fault(Fault("GET", f"/repos/{NAMES[2]}/pulls", REPLIES["403 permission"], times=99))
    report = bot.run(*NAMES[:4])

    assert report.code == 1
    assert [one.name for one in report.repositories if one.failed] == [NAMES[2]]
    each_is_done_once([*places[:2], places[3]])


KILLED = """
import os, sys, msgspec
from fixer.bot.auth import login_of
from fixer.bot.budget import Limits
from fixer.bot.discovery import Selection
from fixer.bot.run import Running, run
from fixer.bot.survey import Order
from fixer.bot.transport import Pace

order = msgspec.json.decode(sys.argv[1], type=Order)
writes = Limits(minute=10_000, hour=10_000, apart=0.0)
running = Running(login_of(os.environ), order, sys.argv[2], workers=2, pace=Pace(pause=0.01), writes=writes)
sys.exit(run(Selection(tuple(sys.argv[3:])), running).code)
"""


@pytest.mark.parametrize("when", ["POST /pulls$", "POST /issues$"] if COUNT > 5 else ["POST /pulls$"])
def test_a_run_that_is_killed_is_gone_on_with(double: Double, places: list[Place], bot: Bot, when: str) -> None:
    """It dies between a write and its answer, in the middle of the third repository."""
    names = NAMES[1:4]
    method, _, path = when.partition(" ")
    order = msgspec.json.encode(Order(bot.clock.now, defaults=bot.defaults)).decode()
    command = [sys.executable, "-c", KILLED, order, str(bot.folder), *names]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        double.fault(Fault(method, path, after=True, doing=process.kill, skip=1))
        assert process.wait(60) == -signal.SIGKILL

    before = {place.name: len(place.pulls()) for place in places}
    assert 0 < sum(before.values()) < len(names)

    report = bot.run(*names)
    assert report.code == 0, told(report)
    each_is_done_once(places[:4])
    assert report.resumed
    bot.quiet(*names)


def test_the_budget_ends_and_the_next_run_goes_on(double: Double, places: list[Place], bot: Bot) -> None:
    bot.writes = Limits(minute=10_000, hour=5, apart=0.0, patience=0.1)
    first = bot.run(*NAMES[:4])

    assert first.code == 0, told(first)
    assert any(done.became in {"waits", "left"} for one in first.repositories for done in one.done), told(first)
    assert len(double.writes()) <= 5
    bot.writes = Limits(minute=10_000, hour=10_000, apart=0.0, patience=0.1)
    second = bot.run(*NAMES[:4])
    assert second.code == 0, told(second)
    each_is_done_once(places[:4])
