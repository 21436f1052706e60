"""Writing: whole or not at all, never over a file that changed, and what became of it is known afterwards."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from review.conftest import COMPOSE, INIT, RESTART, TTY, Opened, contents, reviewed

from fixer.finding import Risk
from fixer.proof import CHECKS, WHOLE
from fixer.review.records import FilePlan, State


def test_the_summary_says_what_writing_does(folder: Path) -> None:
    review = reviewed(folder, INIT, TTY)
    review.reject([item.key for item in review.items_of("b.compose.yaml")])
    review.accept([item.key for item in review.items_of("c.compose.yaml")])
    before = contents(folder)
    summary = review.summary()
    assert summary.files == (
        FilePlan("a.compose.yaml", 2, Risk.SAFE, 2, 0),
        FilePlan("c.compose.yaml", 4, Risk.HIGH, 4, 0),
    )
    assert (summary.fixes, summary.by_risk, summary.checks) == (6, {"safe": 4, "high": 2}, CHECKS + WHOLE)
    assert contents(folder) == before
    result = review.write()
    assert (result.written, result.fixes) == (("a.compose.yaml", "c.compose.yaml"), 6)
    assert contents(folder)["b.compose.yaml"] == before["b.compose.yaml"]


def test_progress_is_told_of_each_file(folder: Path) -> None:
    told: list[int] = []
    reviewed(folder, INIT).summary(told.append)
    assert sum(told) == 3


def test_what_is_decided_meanwhile_is_not_taken_for_written(folder: Path) -> None:
    review = reviewed(folder, INIT, TTY)
    high = [item.key for item in review.items if item.finding.rule == "no-tty"]
    review.write(lambda _: review.accept(high) and None)
    assert review.unsaved
    assert {review.state(key) for key in high} == {State.ACCEPTED}
    assert "tty" not in (folder / "a.compose.yaml").read_text()
    assert len(review.write().written) == 3
    assert not review.unsaved


def test_what_was_written_stays_in_sight_and_can_come_back(folder: Path) -> None:
    review = reviewed(folder, INIT, TTY)
    web = review.items_of("a.compose.yaml")[0].key
    review.write()
    assert review.state(web) is State.WRITTEN
    assert review.totals.written == 6
    assert review.totals.accepted == 0
    assert review.item(web) is not None
    assert review.toggle([web]) == 0
    assert review.write().written == ()
    (folder / "a.compose.yaml").write_text(COMPOSE)
    review.rescan(["a.compose.yaml"])
    assert review.state(web) is State.ACCEPTED
    assert review.totals.written == 4


def test_more_can_be_written_afterwards(folder: Path) -> None:
    review = reviewed(folder, INIT, TTY)
    review.write()
    review.accept_up_to(Risk.HIGH)
    assert len(review.write().written) == 3
    assert (folder / "a.compose.yaml").read_text().count("tty: true") == 2


def test_a_file_that_changed_is_left_alone_and_read_anew(folder: Path) -> None:
    review = reviewed(folder, INIT)
    key = review.items_of("a.compose.yaml")[0].key
    review.diff("a.compose.yaml")
    mine = COMPOSE + "  mine:\n    image: mine:1\n"
    (folder / "a.compose.yaml").write_text(mine)
    assert review.summary().stale == {"a.compose.yaml": "it was changed since it was read"}
    result = review.write()
    assert result.failed == {"a.compose.yaml": "it was changed since it was read"}
    assert result.written == ("b.compose.yaml", "c.compose.yaml")
    assert (folder / "a.compose.yaml").read_text() == mine
    assert review.state(key) is State.ACCEPTED
    assert len(review.items_of("a.compose.yaml")) == 3
    assert review.write().written == ("a.compose.yaml",)
    assert "mine:1\n    init: true" in (folder / "a.compose.yaml").read_text()


def test_a_change_of_the_same_size_and_time_is_seen(folder: Path) -> None:
    review = reviewed(folder, INIT)
    path = folder / "a.compose.yaml"
    state = path.stat()
    path.write_text(COMPOSE.replace("1.2", "1.3"))
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert list(review.write().failed) == ["a.compose.yaml"]


def test_a_file_that_is_gone_is_named(folder: Path) -> None:
    review = reviewed(folder, INIT)
    (folder / "b.compose.yaml").unlink()
    result = review.write()
    assert result.failed == {"b.compose.yaml": "it cannot be read any more: it does not exist"}
    assert not (folder / "b.compose.yaml").exists()
    assert len(result.written) == 2


def test_a_read_only_file_is_named_and_its_decisions_stay(folder: Path) -> None:
    path = folder / "a.compose.yaml"
    path.chmod(0o444)
    review = reviewed(folder, INIT)
    result = review.write()
    assert result.failed == {"a.compose.yaml": "it cannot be written: the file is read-only"}
    assert [review.state(item.key) for item in review.items_of("a.compose.yaml")] == [State.ACCEPTED] * 2
    path.chmod(0o644)
    assert review.rescan(["a.compose.yaml"]) == []
    assert review.write().written == ("a.compose.yaml",)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_bytes_beside_the_fixes_stay(folder: Path, end: str) -> None:
    data = b"\xef\xbb\xbf" + COMPOSE.replace("\n", end).encode() + b"# no end"
    (folder / "a.compose.yaml").write_bytes(data)
    review = reviewed(folder, INIT, RESTART)
    review.write()
    lines = (folder / "a.compose.yaml").read_bytes().split(end.encode())
    left = [line for line in lines if b"init:" not in line and b"restart:" not in line]
    assert end.encode().join(left) == data
    assert len(lines) - len(left) == 4


def test_after_writing_the_review_knows_what_a_new_one_finds(shop: Path, opened: Opened) -> None:
    review = opened(shop)
    review.accept_up_to(Risk.MEDIUM)
    review.write()
    fresh = opened(shop)
    left = [item for item in review.items if review.state(item.key) is not State.WRITTEN]
    assert [(item.key, item.line) for item in left] == [(item.key, item.line) for item in fresh.items]


def test_what_was_written_stands_on_its_line_of_now(folder: Path) -> None:
    review = reviewed(folder, INIT, TTY)
    path = folder / "a.compose.yaml"
    review.write()
    review.accept_up_to(Risk.HIGH)
    review.write()
    lines = path.read_text().splitlines()
    assert lines[1] == "  web:"
    places = {item.finding.place: item.line for item in review.items_of("a.compose.yaml")}
    assert {place: lines[line - 1].strip() for place, line in places.items()} == {
        "services.web": "web:",
        "services.db": "db:",
    }
    assert places["services.db"] > 4
