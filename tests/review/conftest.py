"""Real folders and real repositories that reviews are about."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fixer.cli.policy import Asked
from fixer.cli.run import rules_of, run_of
from fixer.finding import Environment, Finding, Fix, Level, Risk, Severity
from fixer.kinds.compose import Service
from fixer.outcome import Choice
from fixer.plan import Plan
from fixer.project import Disk, Project
from fixer.review.outlook import Origin
from fixer.review.records import Scanned
from fixer.review.review import Review
from fixer.rule import Rule

ROOT = Path(__file__).parent.parent.parent
COMPOSE = "services:\n  web:\n    image: example/web:1.2 # the web\n  db:\n    image: example/db:1.2\n"

Opened = Callable[..., Review]
Git = Callable[..., str]
Check = Callable[[Service], Iterator[Finding]]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A copy of the example project, which is no repository."""
    folder = tmp_path / "shop"
    shutil.copytree(ROOT / "examples" / "shop", folder)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three small Compose files."""
    place = tmp_path / "project"
    place.mkdir()
    for name in ("a", "b", "c"):
        (place / f"{name}.compose.yaml").write_text(COMPOSE)

    return place


@pytest.fixture
def opened() -> Opened:
    """Open a review of a folder with all the rules, and scan it."""

    def open_(folder: Path, choice: Choice | None = None, *, scanned: bool = True) -> Review:
        run = run_of([str(folder)], None, Asked())
        review = Review(
            run.project,
            rules_of(run.project, (), ()),
            choice or Choice(),
            Origin(run.shown, run.skipped, run.ignored),
        )
        if scanned:
            scan(review)

        return review

    return open_


def scan(review: Review) -> list[Scanned]:
    """Scan to the end; return what was told."""
    told: list[Scanned] = []
    review.scan(told.append, threading.Event())
    return told


def reviewed(folder: Path, *rules: Rule, choice: Choice | None = None, whole: bool = True) -> Review:
    """A scanned review of all files of a folder, with some rules."""
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    review = Review(Project(Disk(str(folder)), files), rules, choice or Choice())
    if whole:
        scan(review)

    return review


def fixed(folder: Path, choice: Choice) -> dict[str, bytes]:
    """What `fixer fix` makes of a folder: its files with their bytes. The folder is written to."""
    run = run_of([str(folder)], None, Asked())
    Plan(run.project, rules_of(run.project, (), ()), choice, jobs=1).write()
    return contents(folder)


def contents(folder: Path) -> dict[str, bytes]:
    """The files of a folder, by path, but for what git and the session keep."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not {".git", ".fixer"} & set(path.relative_to(folder).parts)
    }


# ---- rules made for tests


def made(name: str, check: Check, level: Level = Level.DENY) -> Rule:
    levels = dict.fromkeys(Environment, level)
    return Rule(name, "compose", "Service", Severity.LOW, levels, (name,), check, f"What is wrong: {name}.")


def setting(key: str, value: object, risk: Risk = Risk.SAFE) -> Check:
    def check(service: Service) -> Iterator[Finding]:
        if service.get(key) != value:
            at = service.at(key)
            yield at.finding(f"{key} is not set", Fix(f"Set {key}", risk, (at.put(value),)))

    return check


INIT = made("no-init", setting("init", True))
TTY = made("no-tty", setting("tty", True, Risk.HIGH))
RESTART = made("no-restart", setting("restart", "always"))


# ---- git


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    """Run git in a folder, without the configuration of whoever runs the tests."""
    if shutil.which("git") is None:
        if os.environ.get("CI"):
            pytest.fail("git is not installed")

        pytest.skip("git is not installed")

    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text("[user]\nname = Ada\nemail = ada@example.org\n[init]\ndefaultBranch = main\n")
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)

    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")

    def run(folder: Path, *words: str) -> str:
        done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"git {words}: {done.stderr}{done.stdout}"
        return done.stdout.rstrip("\n")

    return run


@pytest.fixture
def repository(shop: Path, git: Git) -> Path:
    """The example project as a repository with one commit."""
    git(shop, "init", "-q")
    git(shop, "add", "-A")
    git(shop, "commit", "-q", "-m", "begin")
    return shop
