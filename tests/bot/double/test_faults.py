"""The fault script does what it says, when it says so, and as often."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
import urllib3
from bot.double import clone
from bot.double.client import Client
from bot.double.double import Double
from bot.double.faults import REPLIES, Fault

APP = "/repos/acme/app"


@pytest.mark.parametrize("name", REPLIES)
def test_each_refusal_comes_once(double: Double, name: str) -> None:
    double.add("acme/app")
    double.fault(Fault("POST", "/issues$", REPLIES[name]))
    with Client(double) as client:
        got = client.ask("POST", f"{APP}/issues", {"title": "x"})
        again = client.ask("POST", f"{APP}/issues", {"title": "x"})

    assert (got.status, again.status) == (int(name[:3]), 201)
    assert len(double.place("acme/app").issues()) == 1
    assert ("Retry-After" in got.headers) is ("retry-after" in name or "long" in name)
    assert ("X-RateLimit-Reset" in got.headers) is ("reset" in name or "primary" in name)


def test_an_answer_is_lost_after_the_write(double: Double) -> None:
    place = double.add("acme/app")
    double.fault(Fault("POST", "/issues$", REPLIES["502"], after=True))
    with Client(double) as client:
        assert client.ask("POST", f"{APP}/issues", {"title": "x"}).status == 502

    assert [issue.title for issue in place.issues()] == ["x"]


@pytest.mark.parametrize("after", [False, True])
def test_the_connection_is_dropped(double: Double, after: bool) -> None:
    place = double.add("acme/app")
    double.fault(Fault("POST", "/issues$", drop=True, after=after))
    with Client(double) as client, pytest.raises(urllib3.exceptions.ProtocolError):
        client.ask("POST", f"{APP}/issues", {"title": "x"})

    assert len(place.issues()) == int(after)
    assert [(each.method, each.status) for each in double.writes()] == [("POST", 0)]


def test_it_begins_late_and_ends(double: Double) -> None:
    double.add("acme/app")
    double.fault(Fault("GET", f"{APP}$", REPLIES["500"], skip=1, times=2))
    with Client(double) as client:
        assert [client.ask("GET", APP).status for _ in range(4)] == [200, 500, 500, 200]


def test_something_happens_between_read_and_write(double: Double) -> None:
    place = double.add("acme/app", {"a": "b"})
    double.fault(Fault("POST", "/git/refs$", doing=lambda: place.move("fixer/x", place.head())))
    with Client(double) as client:
        got = client.ask("POST", f"{APP}/git/refs", {"ref": "refs/heads/fixer/x", "sha": place.head()})

    assert got.body["message"] == "Reference already exists"


def test_answers_may_be_slow(double: Double) -> None:
    double.add("acme/app")
    double.fault(Fault("GET", f"{APP}$", slow=0.2))
    begin = time.monotonic()
    with Client(double) as client:
        assert client.ask("GET", APP).status == 200

    assert time.monotonic() - begin >= 0.2


def test_what_graphql_asks_for_can_be_named(double: Double) -> None:
    double.fault(Fault("POST", "rateLimit", REPLIES["503"], times=5))
    with Client(double) as client:
        assert client.graph("{ viewer { login } }")["data"] == {"viewer": {"login": "fixer-bot"}}
        assert "data" not in client.graph("{ rateLimit { remaining } }")

    assert double.writes() == []


def test_a_push_is_lost_too(double: Double, tmp_path: Path) -> None:
    place = double.add("acme/app", {"a": "b"})
    folder = clone.cloned(double, "acme/app", tmp_path / "w")
    double.fault(Fault("POST", "git-receive-pack", REPLIES["502"], after=True))

    assert clone.push(double, folder, {"a": "c"}, "fixer/x").returncode != 0
    assert place.read("a", "fixer/x") == "c"


def test_one_request_meets_one_fault(double: Double) -> None:
    double.add("acme/app")
    double.fault(Fault("GET", f"{APP}$", REPLIES["500"]))
    double.fault(Fault("GET", f"{APP}$", REPLIES["404"]))
    with Client(double) as client:
        assert [client.ask("GET", APP).status for _ in range(3)] == [500, 404, 200]


def test_it_happens_to_each_different_request(double: Double, tmp_path: Path) -> None:
    place = double.add("acme/app", {"a": "b"})
    double.fault(Fault("POST", "", REPLIES["500"], each=True))
    with Client(double) as client:
        asked = [client.ask("POST", f"{APP}/{what}", {"title": "x"}).status for what in ("issues", "issues", "pulls")]

    assert asked == [500, 201, 500]
    double.server.script.clear()
    folder = clone.cloned(double, "acme/app", tmp_path / "w")
    double.fault(Fault("POST", "git-receive-pack", REPLIES["403 permission"], each=True))
    codes = [clone.push(double, folder, {"a": f"{name}{at}"}, name).returncode for at, name in enumerate("xxy")]
    assert [bool(code) for code in codes] == [True, False, True]
    assert sorted(place.branches()) == ["main", "x"]


def test_many_ask_at_once(double: Double) -> None:
    place = double.add("acme/app")

    def ask(number: int) -> None:
        with Client(double) as client:
            assert client.ask("POST", f"{APP}/issues", {"title": f"{number}"}).status == 201

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()

    for thread in threads:
        thread.join()

    assert sorted(place.repository.issues) == list(range(1, 9))
