"""Work that is lost with a worker is done elsewhere, and its result comes once."""

from __future__ import annotations

import datetime as dt
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from fixer.bot.engines import engine, spread
from fixer.bot.run import _result
from fixer.bot.survey import Order
from fixer.bot.work import Job, Looked
from fixer.errors import UserError

NOW = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
MAY_SKIP = "CI" not in os.environ


def jobs(folder: Path, count: int) -> list[Job]:
    return [Job(f"{folder}/{number}", Order(NOW)) for number in range(count)]


def plain(job: Job) -> Looked:
    return Looked(job.name, skipped="seen")


def dies_once(job: Job) -> Looked:
    """Kill the own process at the first attempt of one job."""
    mark = Path(f"{job.name}.mark")
    if job.name.endswith("/3") and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)

    time.sleep(0.05)
    return Looked(job.name, skipped="seen")


def dies_always(job: Job) -> Looked:
    if job.name.endswith("/1"):
        os.kill(os.getpid(), signal.SIGKILL)

    return Looked(job.name, skipped="seen")


def results(name: str, work: Callable[[Job], Looked], todo: list[Job], workers: int = 2) -> list[Looked]:
    with engine(name, workers) as start:
        return [_result(job, future) for job, future in spread(work, todo, start, 3)]


@pytest.mark.parametrize("name", ["threads", "processes"])
def test_each_job_comes_back_once(name: str, tmp_path: Path) -> None:
    todo = jobs(tmp_path, 10)
    found = results(name, plain, todo)
    assert sorted(one.name for one in found) == sorted(job.name for job in todo)
    assert {one.skipped for one in found} == {"seen"}


def test_a_process_that_dies_takes_nothing_along(tmp_path: Path) -> None:
    todo = jobs(tmp_path, 8)
    found = results("processes", dies_once, todo)
    assert sorted(one.name for one in found) == sorted(job.name for job in todo)
    assert {one.skipped for one in found} == {"seen"}


def test_a_job_that_always_kills_its_worker_is_given_up_alone(tmp_path: Path) -> None:
    found = {one.name[-1]: one.failed for one in results("processes", dies_always, jobs(tmp_path, 3), 1)}
    assert found == {"0": "", "1": "its worker was lost, three times", "2": ""}


def test_a_cluster_loses_a_worker_and_nothing_else(tmp_path: Path) -> None:
    if MAY_SKIP:
        pytest.importorskip("distributed", reason="distributed is not installed: pip install 'fixer[dask]'")

    todo = jobs(tmp_path, 8)
    found = results("dask", dies_once, todo)
    assert sorted(one.name for one in found) == sorted(job.name for job in todo)
    assert {one.skipped for one in found} == {"seen"}
    assert Path(f"{tmp_path}/3.mark").exists()


@pytest.mark.parametrize("name", ["fibres", "dask://127.0.0.1:9", "dask:x"])
def test_engines_that_there_are_not(name: str) -> None:
    if MAY_SKIP and name.startswith("dask://"):
        pytest.importorskip("distributed", reason="distributed is not installed: pip install 'fixer[dask]'")

    with pytest.raises(UserError, match="--engine"), engine(name, 1) as start:
        start()
