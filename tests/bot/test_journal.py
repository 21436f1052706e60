"""A run that was killed is gone on with; nothing that it did is done again."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fixer.bot.journal import Journal
from fixer.errors import UserError


def opened(path: Path) -> Journal:
    return Journal(str(path))


def test_a_run_that_was_not_ended_is_gone_on_with(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    first = opened(path)
    first.begin("all of acme", 1000.0)
    first.finish("acme/one")
    first.close()

    second = opened(path)
    second.begin("all of acme", 2000.0)
    assert second.resumed
    assert second.finished("acme/one")
    assert not second.finished("acme/two")


@pytest.mark.parametrize(("key", "now"), [("something else", 2000.0), ("all of acme", 1000.0 + 2 * 86400)])
def test_another_run_and_an_old_one_begin_anew(tmp_path: Path, key: str, now: float) -> None:
    path = tmp_path / "journal"
    first = opened(path)
    first.begin("all of acme", 1000.0)
    first.finish("acme/one")
    first.close()

    second = opened(path)
    second.begin(key, now)
    assert not second.resumed
    assert not second.finished("acme/one")


def test_a_run_that_was_ended_is_over(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    first = opened(path)
    first.begin()
    first.finish("acme/one")
    first.end()
    first.close()

    second = opened(path)
    second.begin()
    assert not second.resumed
    assert not second.finished("acme/one")


def test_what_is_owed_outlives_the_run(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    first = opened(path)
    first.begin("a", 1.0)
    first.owe("acme/one", "fixer/safe", '{"labels": ["a"]}')
    first.owe("acme/one", "fixer/low", "{}")
    first.pay("acme/one", "fixer/low")
    first.end()
    first.close()

    second = opened(path)
    second.begin("b", 2.0)
    second.close()

    third = opened(path)
    assert third.owed("acme/one") == {"fixer/safe": '{"labels": ["a"]}'}
    assert third.owed("acme/two") == {}


def test_pushes_of_the_last_hour_are_counted_over_runs(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    first = opened(path)
    first.begin("a", 1000.0)
    first.push("acme/one", 1000.0)
    first.push("acme/one", 3000.0)
    first.push("acme/two", 3000.0)
    first.end()
    first.close()

    second = opened(path)
    second.begin("a", 4700.0)
    second.close()

    third = opened(path)
    assert [third.pushes("acme/one", now) for now in (3000.0, 4700.0, 7000.0)] == [1, 1, 0]


def test_a_write_that_nobody_saw_the_end_of_is_known(tmp_path: Path) -> None:
    """A process is killed between noting a write and making it."""
    path = tmp_path / "journal"
    script = (
        "import sys, os, signal\nfrom fixer.bot.journal import Journal\nj = Journal(sys.argv[1])\nj.begin()\n"
        "with j.intending('acme/one', 'CreateBranch a'):\n    pass\n"
        "with j.intending('acme/one', 'CreatePull a'):\n    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run([sys.executable, "-c", script, str(path)], check=False)
    assert ended.returncode == -signal.SIGKILL

    journal = opened(path)
    journal.begin()
    assert journal.resumed
    assert list(journal.unsure("acme/one")) == ["CreatePull a"]


def test_a_failure_is_settled(tmp_path: Path) -> None:
    journal = opened(tmp_path / "journal")
    journal.begin()
    with pytest.raises(RuntimeError), journal.intending("acme/one", "CreatePull a"):
        raise RuntimeError

    assert journal.unsure("acme/one") == {}


def test_a_line_that_was_cut_short_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    path.write_bytes(b'{"what":"begin","outcome":"5"}\n{"what":"finished","repository":"acme/one"}\n{"what":"fini')
    journal = opened(path)
    journal.begin("", 6.0)
    journal.finish("acme/two")
    journal.close()

    again = opened(path)
    again.begin("", 7.0)
    assert again.finished("acme/one")
    assert again.finished("acme/two")


def test_two_runs_do_not_share_a_journal(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    first = opened(path)
    with pytest.raises(UserError, match="another run is at work"):
        opened(path)

    first.close()
    opened(path).close()


def test_a_place_that_cannot_be_written_is_a_mistake_of_the_user(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="a part of its path is not a folder"):
        opened(tmp_path / "file" / "deep" / "journal")
