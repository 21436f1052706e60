"""Decisions that are stored and taken up again."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from review.conftest import COMPOSE, INIT, TTY, Git, Opened, reviewed, scan

from fixer.errors import UserError
from fixer.finding import Risk
from fixer.review.records import State

NAME = ".fixer/session"


def test_decisions_come_back_by_identity(folder: Path) -> None:
    review = reviewed(folder, INIT, TTY)
    first, *_, last = [item.key for item in review.items_of("a.compose.yaml")]
    review.reject([first])
    review.accept([last])
    review.accept_up_to(Risk.SAFE)
    choice = review.decisions.choice
    assert not review.has_session()
    assert review.save() == f"2 decisions stored in {NAME}"
    assert not review.unsaved
    (folder / "a.compose.yaml").write_text("# moved\n\n" + COMPOSE)
    (folder / "b.compose.yaml").unlink()
    again = reviewed(folder, INIT, TTY)
    assert again.has_session()
    assert again.resume().startswith("2 decisions of 20")
    assert again.decisions.choice == choice
    assert [again.state(key) for key in (first, last)] == [State.REJECTED, State.ACCEPTED]
    assert not again.unsaved
    again.undo()
    assert [again.state(key) for key in (first, last)] == [State.ACCEPTED, State.OPEN]
    assert again.risk is Risk.LOW


def test_they_hold_for_files_that_the_scan_has_not_come_to(shop: Path, opened: Opened) -> None:
    review = opened(shop)
    keys = [item.key for item in review.items if item.finding.fix][::3]
    review.toggle(keys)
    decided = len(dict(review.decisions.all()))
    review.set_parameter("compose/missing-logging", "max_size", "64m")
    expected = {item.key: review.state(item.key) for item in review.items}
    assert review.save().startswith(f"{decided} decisions and 1 parameter stored")
    again = opened(shop, scanned=False)
    again.resume()
    scan(again)
    assert {item.key: again.state(item.key) for item in again.items} == expected
    assert again.diff("compose.yaml") == review.diff("compose.yaml")


def test_names_that_are_no_text(folder: Path) -> None:
    name = os.fsdecode(b"\xff.compose.yaml")
    (folder / name).write_text(COMPOSE)
    review = reviewed(folder, INIT)
    [first, *_] = [item.key for item in review.items_of(name)]
    review.reject([first])
    review.save()
    again = reviewed(folder, INIT)
    again.resume()
    assert again.state(first) is State.REJECTED


def test_git_does_not_see_it(repository: Path, opened: Opened, git: Git) -> None:
    review = opened(repository)
    review.toggle([review.items[0].key])
    review.save()
    review.save()
    assert git(repository, "status", "--porcelain", "--untracked-files=all") == ""
    assert (repository / ".fixer" / ".gitignore").read_text() == "*\n"
    assert opened(repository).files == review.files


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "it is damaged and left alone"),
        ("[1]", "it is damaged and left alone"),
        ('{"version": 1}', "it is damaged and left alone"),
        ('{"version": 7}', "it has version 7, and 1 is read; it is left alone"),
        ('{"version": 1, "day": "2026-01-01", "risk": "none"}', "it names a risk that there is not; it is left alone"),
        ("\0", "it is damaged"),
    ],
)
def test_a_damaged_one_is_said_and_left_alone(folder: Path, text: str, message: str) -> None:
    path = folder / NAME
    path.parent.mkdir()
    path.write_text(text)
    review = reviewed(folder, INIT)
    review.reject([review.items[0].key])
    with pytest.raises(UserError, match=message):
        review.resume()

    assert review.unsaved
    for _ in range(2):
        assert review.save() == f"1 decision stored in {NAME}.2"

    assert path.read_text() == text
    assert not review.unsaved
    again = reviewed(folder, INIT)
    again.resume()
    assert again.decisions.choice == review.decisions.choice
    assert sorted(one.name for one in path.parent.iterdir()) == [".gitignore", "session", "session.2"]


def test_it_goes_when_its_decisions_are_written(folder: Path) -> None:
    review = reviewed(folder, INIT, TTY)
    [key, *_] = [item.key for item in review.items if item.finding.rule == "no-tty"]
    review.accept([key])
    review.save()
    again = reviewed(folder, INIT, TTY)
    again.resume()
    again.write()
    assert not again.has_session()
    assert not again.unsaved


def test_it_stays_when_something_of_it_is_not_written(folder: Path) -> None:
    review = reviewed(folder, INIT, TTY)
    review.reject([review.items[0].key])
    review.save()
    review.write()
    assert review.has_session()
    assert not review.unsaved


def test_one_that_was_not_taken_up_stays(folder: Path) -> None:
    review = reviewed(folder, INIT)
    review.accept([review.items[0].key])
    review.save()
    again = reviewed(folder, INIT)
    again.write()
    assert again.has_session()


def test_a_folder_that_leads_out_of_the_root_is_not_written_to(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (folder / ".fixer").symlink_to(outside)
    review = reviewed(folder, INIT)
    with pytest.raises(UserError, match="leads out of the root"):
        review.save()

    assert list(outside.iterdir()) == []


def test_parameters_that_do_not_fit_any_more_are_named(shop: Path, opened: Opened) -> None:
    review = opened(shop)
    review.set_parameter("compose/missing-logging", "max_size", "64m")
    review.save()
    path = shop / NAME
    stored = json.loads(path.read_text())
    stored["parameters"] = {"compose/missing-logging": {"max_size": 3, "max_file": "9"}, "compose/gone": {"x": 1}}
    path.write_text(json.dumps(stored))
    again = opened(shop)
    assert again.resume().endswith("; max_size of compose/missing-logging, x of compose/gone does not fit any more")
    assert '"9"' in again.diff("compose.yaml").after
