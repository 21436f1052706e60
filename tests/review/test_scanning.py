"""The scan: findings come while it runs, it ends when asked, and what cannot be read is said."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from review.conftest import COMPOSE, INIT, RESTART, Git, Opened, made, reviewed, scan

from fixer.cli.policy import Asked, policy_of
from fixer.cli.run import rules_of, run_of
from fixer.errors import UserError
from fixer.finding import Finding
from fixer.kinds.compose import Service
from fixer.outcome import Choice
from fixer.project import Disk, Project
from fixer.review.outlook import Origin
from fixer.review.records import Scanned, State
from fixer.review.review import Review
from fixer.sweep import sweep


def test_it_finds_what_check_finds(shop: Path, opened: Opened) -> None:
    review = opened(shop)
    found = sweep(Project(Disk(str(shop)), review.files), review.rules, None, jobs=1)
    expected = {finding.identity for outcome in found for finding in outcome.findings}
    assert len(expected) > 100
    assert {item.key for item in review.items} == expected
    assert [item.path for item in review.items] == sorted(item.path for item in review.items)


def test_findings_are_told_while_it_runs(folder: Path) -> None:
    def slow(service: Service) -> Iterator[Finding]:
        time.sleep(0.06)
        yield service.at("init").finding("slow", unfixable="it is only a test")

    review = Review(Project(Disk(str(folder)), sorted(os.listdir(folder))), [made("slow", slow)], Choice())
    told = scan(review)
    assert len(told) >= 3
    assert [one.done for one in told] == sorted(one.done for one in told)
    assert told[0].items
    assert told[0].done < told[0].total == 3
    assert sum(len(one.items) for one in told) == len(review.items) == 6
    assert told[-1].finished
    assert not told[-1].stopped


def test_it_ends_when_asked_and_goes_on_later(folder: Path) -> None:
    stop = threading.Event()
    review = Review(Project(Disk(str(folder)), sorted(os.listdir(folder))), [INIT], Choice())
    told: list[Scanned] = []

    def tell(one: Scanned) -> None:
        told.append(one)
        stop.set()

    review.scan(tell, stop)
    assert told[-1].stopped
    assert review.scanned == (1, 3)
    assert scan(review)[-1].finished
    assert review.scanned == (3, 3)
    assert len(review.items) == 6


def test_one_can_look_and_decide_while_it_runs(shop: Path, opened: Opened) -> None:
    """A second thread decides, plans and counts all the time; the result is that of a quiet scan."""
    quiet = opened(shop)
    review = opened(shop, scanned=False)
    thread = threading.Thread(target=scan, args=(review,))
    thread.start()
    rounds = 0
    while thread.is_alive():
        rounds += 1
        for item in review.items[-3:]:
            review.toggle([item.key])
            review.toggle([item.key])
            review.diff(item.path)

        assert review.totals.findings <= len(quiet.items)
        time.sleep(0.01)

    thread.join()
    assert rounds
    assert review.totals == quiet.totals


def test_a_person_does_not_wait_for_the_whole_scan(folder: Path) -> None:
    def slow(service: Service) -> Iterator[Finding]:
        time.sleep(0.05)
        yield service.at("init").finding("slow", unfixable="it is only a test")

    for number in range(30):
        (folder / f"{number}.compose.yaml").write_text(COMPOSE)

    review = Review(Project(Disk(str(folder)), sorted(os.listdir(folder))), [made("slow", slow)], Choice())
    stop = threading.Event()
    thread = threading.Thread(target=review.scan, args=(lambda _: None, stop))
    thread.start()
    while not review.items:
        time.sleep(0.01)

    start = time.monotonic()
    review.diff(review.items[0].path)
    waited = time.monotonic() - start
    scanned = review.scanned[0]
    stop.set()
    thread.join()
    assert scanned < 25
    assert waited < 1.0


# ---- trouble


def test_a_rule_that_crashes_is_named_and_the_others_go_on(folder: Path) -> None:
    def crash(service: Service) -> Iterator[Finding]:
        raise ValueError(service.name)
        yield

    review = reviewed(folder, made("crash", crash), INIT)
    assert review.totals.accepted == 6
    first = review.troubles[0]
    assert (first.path, first.sort) == ("a.compose.yaml", "crash")
    assert "compose/crash" in first.reason
    assert "ValueError" in first.reason


def test_a_rule_that_crashes_only_once_something_is_fixed_is_named(folder: Path) -> None:
    def crash(service: Service) -> Iterator[Finding]:
        if service.get("init"):
            raise ValueError(service.name)

        yield from ()

    review = reviewed(folder, made("crash", crash), INIT)
    assert review.troubles == []
    review.diff("b.compose.yaml")
    assert [(one.path, one.sort) for one in review.troubles] == [("b.compose.yaml", "crash")] * 2


def test_what_cannot_be_read_is_said(folder: Path) -> None:
    (folder / "a.compose.yaml").write_text("services: [\n")
    (folder / "b.compose.yaml").write_bytes(b"\xff\xfes\0")
    review = reviewed(folder, INIT)
    assert {(one.path, one.sort) for one in review.troubles} == {
        ("a.compose.yaml", "problem"),
        ("b.compose.yaml", "problem"),
    }
    assert {item.path for item in review.items} == {"c.compose.yaml"}
    assert review.diff("b.compose.yaml").problem == "the file is UTF-16; only UTF-8 is read"
    assert [one.path for one in review.summary().files] == ["c.compose.yaml"]


def test_nothing_to_look_at(tmp_path: Path, opened: Opened) -> None:
    review = opened(tmp_path)
    assert review.totals.findings == 0
    assert review.items == []
    assert review.summary().files == ()
    assert review.write().written == ()


# ---- again


def test_a_changed_file_is_found_anew_and_decisions_stay(folder: Path) -> None:
    review = reviewed(folder, INIT, RESTART)
    web, db = [item for item in review.items_of("a.compose.yaml") if item.finding.rule == "no-init"]
    review.reject([web.key, db.key])
    path = folder / "a.compose.yaml"
    path.write_text("# new\n\n" + COMPOSE.replace("  db:", "  more:\n    image: x:1\n  db:"))
    assert review.stale() == {"a.compose.yaml": "it was changed since it was read"}
    assert review.rescan(["a.compose.yaml"]) == ["a.compose.yaml"]
    assert review.stale() == {}
    found = {item.finding.place: item for item in review.items_of("a.compose.yaml") if item.finding.rule == "no-init"}
    assert set(found) == {"services.web", "services.db", "services.more"}
    assert found["services.web"].line == web.line + 2
    assert [review.state(found[f"services.{name}"].key) for name in ("web", "db", "more")] == [
        State.REJECTED,
        State.REJECTED,
        State.ACCEPTED,
    ]
    review.write()
    assert path.read_text().count("init: true") == 1


def test_a_file_that_is_gone_is_said_and_its_decisions_stay(folder: Path) -> None:
    review = reviewed(folder, INIT)
    keys = [item.key for item in review.items_of("a.compose.yaml")]
    review.reject(keys[:1])
    (folder / "a.compose.yaml").unlink()
    assert list(review.stale()) == ["a.compose.yaml"]
    review.rescan(["a.compose.yaml"])
    assert review.items_of("a.compose.yaml") == ()
    assert [(one.path, one.reason) for one in review.troubles] == [("a.compose.yaml", "it does not exist")]
    (folder / "a.compose.yaml").write_text(COMPOSE)
    review.rescan(["a.compose.yaml"])
    assert [review.state(key) for key in keys] == [State.REJECTED, State.ACCEPTED]
    assert review.troubles == []


def test_files_that_depend_on_a_changed_one_are_found_anew(tmp_path: Path, opened: Opened) -> None:
    (tmp_path / "Dockerfile").write_text('FROM python:3.12-slim\nEXPOSE 8080\nUSER 10001\nCMD ["python", "-m", "x"]\n')
    (tmp_path / "compose.yaml").write_text("services:\n  web:\n    build: .\n")
    review = opened(tmp_path)
    before = [item.finding for item in review.items_of("compose.yaml")]
    (tmp_path / "Dockerfile").write_text('FROM python:3.12-slim\nEXPOSE 8080\nCMD ["python", "-m", "x"]\n')
    changed = review.rescan(["Dockerfile"])
    fresh = opened(tmp_path)
    assert "Dockerfile" in changed
    assert [item.finding for item in review.items] == [item.finding for item in fresh.items]
    assert [item.finding for item in review.items_of("compose.yaml")] != before


def test_only_lines_that_changed_since_a_revision(repository: Path, git: Git) -> None:
    """The lines that changed are looked up again when a file changes on disk."""
    path = repository / "compose.yaml"
    added = "  fresh:\n    image: example/fresh:1.0\n"
    path.write_text(path.read_text().replace("services:\n", f"services:\n{added}", 1))
    assert git(repository, "status", "--porcelain") == " M compose.yaml"
    asked = Asked(since="HEAD")
    run = run_of([str(repository)], None, asked)
    origin = Origin(renew=lambda: policy_of(run.project.disk.root, str(repository), asked))
    review = Review(run.project, rules_of(run.project, (), ()), Choice(), origin)
    scan(review)
    assert {item.finding.place for item in review.items} == {"services.fresh"}
    path.write_text(path.read_text().replace(added, f"{added}  second:\n    image: example/second:1.0\n", 1))
    review.rescan(["compose.yaml"])
    assert {item.finding.place for item in review.items} == {"services.fresh", "services.second"}
    review.write()
    changed = [line for line in git(repository, "diff", "--unified=0").splitlines() if line[:1] == "-"]
    assert [line for line in changed if not line.startswith("---")] == []
    assert {item.finding.place for item in review.items} == {"services.fresh", "services.second"}


def test_a_lock_file_that_cannot_be_read_ends_the_run_before_it_starts(shop: Path, opened: Opened) -> None:
    (shop / "image-digests.lock").write_text("version = [\n")
    with pytest.raises(UserError, match=r"image-digests\.lock"):
        opened(shop, scanned=False)


def test_a_file_that_was_gone_is_found_again(shop: Path, opened: Opened) -> None:
    review = opened(shop)
    path, before = "api/Dockerfile", (shop / "api" / "Dockerfile").read_bytes()
    found = {item.key for item in review.items_of(path)}
    assert found
    (shop / path).unlink()
    assert path in review.stale()
    review.rescan([path])
    assert review.items_of(path) == ()
    assert [(one.path, one.sort) for one in review.troubles] == [(path, "problem")]
    assert review.stale() == {}
    (shop / path).write_bytes(before)
    assert path in review.stale()
    review.rescan([path])
    assert {item.key for item in review.items_of(path)} == found
    assert not review.troubles


def test_what_somebody_else_wrote_is_not_shown_as_written(shop: Path, opened: Opened) -> None:
    review = opened(shop)
    review.write()
    path = "api/Dockerfile"
    assert any(review.state(item.key) is State.WRITTEN for item in review.items_of(path))
    (shop / path).write_text("FROM [\n")
    review.rescan([path])
    assert not any(review.state(item.key) is State.WRITTEN for item in review.items_of(path))
