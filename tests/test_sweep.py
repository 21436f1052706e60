"""A run over many files: the number of processes does not show."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
from pathlib import Path

import pytest
from conftest import ROOT

from fixer.errors import UserError
from fixer.files import discover
from fixer.finding import Level, Risk
from fixer.kinds import KINDS
from fixer.outcome import Choice, Outcome
from fixer.project import Disk, Project
from fixer.rule import Rule
from fixer.rule import discover as discover_rules
from fixer.sweep import kinds_of, phases, sweep
from fixer.text import Source

EVERYTHING = Choice(risk=Risk.HIGH, level=Level.INFO)
FILE = "services:\n  web:\n    image: example/web:1.2\n"


@pytest.fixture(scope="module")
def rules() -> list[Rule]:
    return discover_rules("transforms", KINDS)


def outcomes(folder: Path, rules: list[Rule], choice: Choice | None, jobs: int) -> list[Outcome]:
    found = discover([str(folder)], str(folder))
    return sweep(Project(Disk(str(folder)), found.files), rules, choice, jobs=jobs)


def assert_same(folder: Path, rules: list[Rule], choice: Choice | None) -> list[Outcome]:
    one, two = (outcomes(folder, rules, choice, jobs) for jobs in (1, 2))
    assert [outcome.path for outcome in one] == [outcome.path for outcome in two]
    for left, right in zip(one, two, strict=True):
        assert left == right, left.path

    return one


@pytest.mark.parametrize("choice", [None, Choice(), EVERYTHING], ids=["check", "low", "high"])
def test_example_project(choice: Choice | None, tmp_path: Path, rules: list[Rule]) -> None:
    shutil.copytree(ROOT / "examples" / "shop", tmp_path / "shop")
    found = assert_same(tmp_path / "shop", rules, choice)
    assert [outcome.path for outcome in found] == sorted(outcome.path for outcome in found)
    assert any(outcome.changed for outcome in found) == (choice is not None)


def test_golden_inputs(tmp_path: Path, rules: list[Rule]) -> None:
    for case in (ROOT / "golden").glob("*/*/*"):
        for before in case.glob("before*"):
            target = tmp_path / "/".join(case.parts[-3:])
            if before.is_dir():
                shutil.copytree(before, target)
            else:
                target.mkdir(parents=True)
                name = before.name.partition(".")[2]
                shutil.copy(before, target / ("pod.yaml" if name == "yaml" else name))

    assert len(assert_same(tmp_path, rules, EVERYTHING)) > 100


def test_compose_files_of_the_corpus(tmp_path: Path, rules: list[Rule], corpus: Path) -> None:
    found = sorted(path for path in corpus.rglob("*compose*.y*ml") if path.is_file())
    assert found
    for number, path in enumerate(found[::4]):
        (tmp_path / str(number)).mkdir()
        shutil.copy(path, tmp_path / str(number) / path.name)

    assert_same(tmp_path, rules, EVERYTHING)


@pytest.mark.parametrize("jobs", [1, 2])
def test_progress_tells_of_every_file(jobs: int, tmp_path: Path, rules: list[Rule]) -> None:
    for number in range(45):
        (tmp_path / f"{number}.compose.yaml").write_text(FILE)

    names = [path.name for path in tmp_path.iterdir()]
    told: list[int] = []
    sweep(Project(Disk(str(tmp_path)), names), rules, None, jobs=jobs, progress=told.append)
    assert sum(told) == 45
    assert len(told) > 1


def test_texts_that_are_not_on_the_disk_are_worked_on_here(tmp_path: Path, rules: list[Rule]) -> None:
    disk = Disk(str(tmp_path))
    disk.given = {"a/compose.yaml": Source(FILE), "b/compose.yaml": Source(FILE)}
    found = sweep(Project(disk, sorted(disk.given)), rules, None, jobs=2)
    assert [len(outcome.findings) > 3 for outcome in found] == [True, True]


def test_no_files(tmp_path: Path, rules: list[Rule]) -> None:
    assert sweep(Project(Disk(str(tmp_path)), ()), rules, None, jobs=4) == []


def test_files_are_worked_on_by_kind(tmp_path: Path) -> None:
    files = {
        "a.yaml": "apiVersion: v1\nkind: Pod\n",
        "b.yaml": "a: 1\n",
        "c.yaml": "\0",
        "compose.yaml": FILE,
        "z.Dockerfile": "FROM a\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)

    project = Project(Disk(str(tmp_path)), sorted(files))
    assert phases(project) == [["b.yaml", "c.yaml"], ["z.Dockerfile"], ["compose.yaml"], ["a.yaml"]]
    assert kinds_of(project) == ["dockerfile", "compose", "kubernetes"]


@pytest.fixture
def many(tmp_path: Path) -> Project:
    for number in range(60):
        (tmp_path / f"{number}.compose.yaml").write_text(FILE)

    return Project(Disk(str(tmp_path)), [path.name for path in tmp_path.iterdir()])


def test_a_worker_that_is_killed_ends_the_run_in_one_line(many: Project, rules: list[Rule]) -> None:
    def kill(_: int) -> None:
        for child in multiprocessing.active_children():
            assert child.pid is not None
            os.kill(child.pid, signal.SIGKILL)

    with pytest.raises(UserError, match=r"a worker process was ended from outside .* nothing is written"):
        sweep(many, rules, EVERYTHING, jobs=2, progress=kill)

    assert not multiprocessing.active_children()


def test_an_interrupt_leaves_no_worker_behind(many: Project, rules: list[Rule]) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep(many, rules, EVERYTHING, jobs=2, progress=interrupt)

    assert not multiprocessing.active_children()
