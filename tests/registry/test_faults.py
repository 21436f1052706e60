"""What registries do wrong: each case ends in one clause, and the rest is found."""

from __future__ import annotations

import json
import logging
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from email.utils import formatdate
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from registry import images
from registry.front import Asked, Front, Said, shelf, stored

from fixer.registry import patience, resolver
from fixer.registry.answer import Answer, Online
from fixer.registry.credentials import Credentials
from fixer.registry.reference import Reference, parse_reference
from fixer.registry.resolver import Resolver, is_gone

Login = Callable[..., Credentials]
MULTI = images.multi()
TYPE = {"Content-Type": MULTI.media_type}
GOOD = {**TYPE, "Docker-Content-Digest": MULTI.digest}


@pytest.fixture
def front() -> Iterator[Front]:
    with Front(shelf({"1": MULTI})) as running:
        yield running


def reference(text: str) -> Reference:
    found = parse_reference(text)
    assert found
    return found


def asking(front: Front, credentials: Credentials | None = None, *, seconds: float = 5.0) -> tuple[Resolver, Reference]:
    return Resolver(Online(timeout=seconds), credentials), reference(f"{front.host}/acme/app:1")


def resolved(front: Front, credentials: Credentials | None = None, *, seconds: float = 5.0) -> Answer:
    asker, image = asking(front, credentials, seconds=seconds)
    return asker.resolve(image)


def is_tag(asked: Asked) -> bool:
    return urlsplit(asked.path).path.endswith("/manifests/1")


def turns(*answers: Said) -> Callable[[Asked], Said]:
    """Answer each request with the next of these, and with the last from then on."""
    left = list(answers)
    lock = threading.Lock()

    def answer(_: Asked) -> Said:
        with lock:
            return left.pop(0) if len(left) > 1 else left[0]

    return answer


BUSY = b'{"errors": [{"code": "TOOMANYREQUESTS"}]}'

REFUSED = {
    "403": (Said(403), "{} denies access to acme/app (403)"),
    "404": (Said(404), "{} knows no acme/app:1 (404)"),
    "401 without a challenge": (Said(401), "{} gives no access to acme/app (401), and no login is known for it"),
    "401 of a kind nobody knows": (
        Said(401, headers={"WWW-Authenticate": "Negotiate"}),
        "{} wants a login of a kind that is not known here (401)",
    ),
    "429": (Said(429, BUSY), "{} answers 429 (too many requests)"),
    "429 with a limit": (
        Said(429, BUSY, {"ratelimit-limit": "100;w=21600"}),
        "{} answers 429 (too many requests; its limit is 100 in 21600 s)",
    ),
    "429 with a strange limit": (
        Said(429, BUSY, {"ratelimit-limit": "many", "Retry-After": "soon"}),
        "{} answers 429 (too many requests)",
    ),
    "429 with a long wait": (
        Said(429, BUSY, {"Retry-After": "3600"}),
        "{} answers 429 (too many requests) and asks to wait 3600 s",
    ),
    "500": (Said(500), "{} answers 500 (its own error)"),
    "503": (Said(503), "{} answers 503 (busy)"),
    "503 with a long wait": (Said(503, headers={"Retry-After": "61"}), "{} answers 503 (busy) and asks to wait 61 s"),
    "418": (Said(418), "{} answers 418"),
    "web page": (
        Said(200, b"<html>", {"Content-Type": "text/html; charset=utf-8"}),
        "{} answers with something that is no image manifest",
    ),
    "no type": (Said(200, MULTI.body), "{} answers with something that is no image manifest"),
    "schema 1": (
        Said(200, b"{}", {"Content-Type": "application/vnd.docker.distribution.manifest.v1+prettyjws"}),
        "{} has only a manifest of schema 1, which can no longer be pulled",
    ),
    "digest header of nothing": (
        Said(200, MULTI.body, {**TYPE, "Docker-Content-Digest": "sha256:beef"}),
        "{} names a digest that is none",
    ),
    "digest header of an old kind": (
        Said(200, MULTI.body, {**TYPE, "Docker-Content-Digest": f"sha1:{'0' * 40}"}),
        "{} names a digest that is none",
    ),
    "truncated body": (Said(200, MULTI.body, TYPE, sent=40), "the answer of {} is cut short"),
    "shortened body": (Said(200, MULTI.body[:40], TYPE), "the answer of {} is cut short or damaged"),
    "body of another form": (Said(200, b"[]", TYPE), "the answer of {} is cut short or damaged"),
    "deep body": (Said(200, b"[" * 100_000, TYPE), "the answer of {} is cut short or damaged"),
    "body of another type": (
        Said(200, MULTI.body, {"Content-Type": images.DOCKER_LIST}),
        "{} answers with a manifest that is not what its type says",
    ),
    "huge body": (Said(200, b" " * (5 << 20), TYPE), "the answer of {} is larger than 4 MB"),
    "closed connection": (Said(drop=True), "{} closes the connection without an answer"),
    "no HTTP": (Said(raw=b"SSH-2.0-OpenSSH_9.2\r\n"), "{} does not speak HTTP as it should"),
    "redirect to nowhere": (
        Said(307, headers={"Location": "ftp://files.example/x"}),
        "{} redirects to something that is no web address",
    ),
    "redirect to no address": (
        Said(307, headers={"Location": "http://[::1"}),
        "{} redirects to something that is no web address",
    ),
    "redirect to plain HTTP": (
        Said(307, headers={"Location": "http://files.example/x"}),
        "{} redirects to plain HTTP",
    ),
    "redirect to itself": (Said(307, headers={"Location": "?again=1"}), "{} redirects in a circle"),
    "redirect without a place": (Said(307), "{} answers 307"),
}


@pytest.mark.parametrize("said", REFUSED)
def test_a_fault_has_its_own_clause_and_the_rest_is_found(front: Front, said: str) -> None:
    good = shelf({"1": MULTI})
    fault, clause = REFUSED[said]
    front.answer = lambda asked: fault if "/app/" in asked.path else good(asked)
    asker, image = asking(front)
    other = reference("acme/other:1")
    with Front(good) as second:
        asker = Resolver(Online(endpoints={"docker.io": second.url}))
        found = list(asker.resolve_all([image, other]).values())

    assert found[0].problem == clause.format(front.host)
    assert found[0].digest == ""
    assert found[1].digest == MULTI.digest


def test_what_passes_is_asked_again(front: Front) -> None:
    for fault in (503, 429, 502, 504, 500):
        front.answer = turns(Said(fault), Said(fault, headers={"Retry-After": "0"}), stored(MULTI))
        asker, image = asking(front)
        assert Resolver(Online(cache_hours=0)).resolve(image).digest == MULTI.digest
        assert asker.requests == 0

    assert len(front.asked) == 15


def test_a_connection_that_breaks_once_is_tried_again(front: Front) -> None:
    front.answer = turns(Said(drop=True), stored(MULTI))
    assert resolved(front).digest == MULTI.digest


def test_a_wait_that_a_server_asks_for_is_kept(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "PAUSE", 30.0)
    front.answer = turns(Said(429, headers={"Retry-After": formatdate(time.time() - 100)}), stored(MULTI))
    monkeypatch.setattr(patience, "SHORTEST_WAIT", 0.3)
    began = time.monotonic()
    assert resolved(front).digest == MULTI.digest
    assert 0.3 <= time.monotonic() - began < 30


def test_a_date_to_wait_for_is_named_in_seconds(front: Front) -> None:
    front.answer = turns(Said(429, headers={"Retry-After": formatdate(time.time() + 1000)}))
    assert resolved(front).problem.startswith(f"{front.host} answers 429 (too many requests) and asks to wait ")


def test_when_too_much_was_asked_nobody_asks_any_more(front: Front) -> None:
    front.answer = turns(Said(429, headers={"Retry-After": "3600"}))
    images_ = [reference(f"{front.host}/acme/app{number}:1") for number in range(1000)]
    found = Resolver(Online(threads=8)).resolve_all(images_)
    clause = f"{front.host} answers 429 (too many requests) and asks to wait 3600 s"
    assert {answer.problem for answer in found.values()} == {clause}
    assert len(front.asked) <= 8


def test_all_wait_when_one_is_told_to(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "SHORTEST_WAIT", 0.2)
    first = threading.Event()
    times: list[float] = []

    def answer(_: Asked) -> Said:
        times.append(time.monotonic())
        if first.is_set():
            return stored(MULTI)

        first.set()
        return Said(429, headers={"Retry-After": "0"})

    front.answer = answer
    asker = Resolver(Online(threads=1))
    assert all(one.digest for one in asker.resolve_all([reference(f"{front.host}/a:{n}") for n in range(3)]).values())
    assert times[1] - times[0] >= 0.2


def test_a_wait_beyond_the_time_for_a_look_up_is_not_begun(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolver, "TOTAL_SECONDS", 2.0)
    front.answer = turns(Said(429, headers={"Retry-After": "3"}))
    began = time.monotonic()
    clause = f"{front.host} answers 429 (too many requests) and asks to wait 3 s"
    assert resolved(front).problem == clause
    assert time.monotonic() - began < 2


def test_a_wait_that_others_were_told_is_not_begun_when_it_is_too_long(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    front.answer = turns(Said(429, headers={"Retry-After": "20"}))
    asker, image = asking(front)
    waiting = threading.Thread(target=asker.resolve, args=(image,), daemon=True)
    waiting.start()
    while not front.asked:
        time.sleep(0.01)

    time.sleep(0.1)
    monkeypatch.setattr(resolver, "TOTAL_SECONDS", 1.0)
    found = asker.resolve(reference(f"{front.host}/acme/other:1"))
    assert found.problem == f"{front.host} answers 429 (too many requests)"
    assert len(front.asked) == 1


def test_after_failures_in_a_row_a_busy_server_is_asked_once_for_each(front: Front) -> None:
    front.answer = turns(Said(503))
    found = Resolver(Online(threads=1)).resolve_all([reference(f"{front.host}/a:{n}") for n in range(10)])
    assert {answer.problem for answer in found.values()} == {f"{front.host} answers 503 (busy)"}
    assert len(front.asked) == 3 * 3 + 7


def test_a_dead_registry_fails_ten_thousand_references_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        host = f"127.0.0.1:{server.getsockname()[1]}"

    wanted = [reference(f"{host}/acme/app:{number}") for number in range(10_000)]
    asker = Resolver(Online())
    found = asker.resolve_all(wanted)
    assert list(found) == [f"{host}/acme/app:{number}" for number in range(10_000)]
    assert {answer.problem for answer in found.values()} == {f"{host} refuses connections"}
    assert asker.requests == 0


def test_a_silent_registry_fails_all_after_its_time(front: Front) -> None:
    front.answer = turns(Said(seconds=60))
    began = time.monotonic()
    wanted = [reference(f"{front.host}/acme/app:{number}") for number in range(2000)]
    found = Resolver(Online(timeout=0.4, threads=8)).resolve_all(wanted)
    assert {answer.problem for answer in found.values()} == {f"{front.host} does not answer within 0.4 s"}
    assert time.monotonic() - began < 20
    assert len(front.asked) <= 16


def test_one_dead_registry_does_not_hold_up_another(front: Front) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        dead = f"127.0.0.1:{server.getsockname()[1]}"

    front.answer = shelf({str(number): MULTI for number in range(20)})
    wanted = [reference(f"{host}/acme/app:{number}") for number in range(20) for host in (dead, front.host)]
    found = Resolver(Online()).resolve_all(wanted)
    assert [bool(answer.digest) for answer in found.values()] == [False, True] * 20


def test_an_answer_that_never_ends_is_given_up(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolver, "TOTAL_SECONDS", 0.5)
    monkeypatch.setattr(resolver, "_GRACE_SECONDS", 0.3)
    good = shelf({"1": MULTI})
    front.answer = lambda asked: Said(drip="head") if "/slow/" in asked.path else good(asked)
    wanted = [reference(f"{front.host}/{name}:1") for name in ("slow/app", "good/app")]
    slow, other = Resolver(Online(threads=1)).resolve_all(wanted).values()
    assert slow.problem == f"{front.host} gives no answer within the time for one look-up"
    assert other.digest == MULTI.digest


def test_a_body_that_never_ends_is_given_up(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolver, "TOTAL_SECONDS", 0.4)

    front.answer = lambda asked: Said(405) if asked.method == "HEAD" else Said(drip="body")
    assert resolved(front).problem == f"{front.host} did not answer in time"


def test_without_a_digest_header_the_bytes_are_hashed(front: Front) -> None:
    front.answer = shelf({"1": MULTI}, header=False)
    assert resolved(front).digest == MULTI.digest
    assert front.methods() == ["HEAD /v2/acme/app/manifests/1", "GET /v2/acme/app/manifests/1"]


def test_where_head_is_not_allowed_get_is(front: Front) -> None:
    front.answer = lambda asked: Said(405) if asked.method == "HEAD" else stored(MULTI)
    assert resolved(front).digest == MULTI.digest


def chunked(*pieces: bytes) -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {MULTI.media_type}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    return head + b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)


def test_a_body_in_chunks_is_hashed_whole(front: Front) -> None:
    said = Said(raw=chunked(MULTI.body[:99], MULTI.body[99:], b""))
    front.answer = lambda asked: Said(405) if asked.method == "HEAD" else said
    assert resolved(front).digest == MULTI.digest


def test_a_body_with_a_chunk_missing_is_cut_short(front: Front) -> None:
    said = Said(raw=chunked(MULTI.body[:99]))
    front.answer = lambda asked: Said(405) if asked.method == "HEAD" else said
    assert resolved(front).problem == f"the answer of {front.host} is cut short"


def test_a_refusal_of_get_is_a_refusal(front: Front) -> None:
    front.answer = lambda asked: Said(405) if asked.method == "HEAD" else Said(404)
    assert resolved(front).problem == f"{front.host} knows no acme/app:1 (404)"


def test_all_four_types_are_asked_for(front: Front) -> None:
    resolved(front)
    asked = front.asked[0].headers["accept"].split(", ")
    assert sorted(asked) == sorted([images.OCI_INDEX, images.DOCKER_LIST, images.OCI_MANIFEST, images.DOCKER_MANIFEST])


def test_a_digest_of_the_longer_kind(front: Front) -> None:
    digest = images.digest_of(MULTI.body, "sha512")
    front.answer = lambda _: Said(200, MULTI.body, {**TYPE, "Docker-Content-Digest": digest})
    asker, image = asking(front)
    assert asker.resolve(image, platforms=True).digest == digest
    assert asker.resolve(image, platforms=True).platforms == ("linux/amd64", "linux/arm64/v8")


def test_a_lying_digest_header_is_found_out(front: Front) -> None:
    lie = {**TYPE, "Docker-Content-Digest": f"sha256:{'0' * 64}"}
    front.answer = lambda _: Said(200, MULTI.body, lie)
    asker, image = asking(front)
    clause = f"{front.host} names another digest than that of the manifest it sends"
    assert asker.resolve(image, platforms=True).problem == clause

    front.answer = lambda asked: Said(405) if asked.method == "HEAD" else Said(200, MULTI.body, lie)
    assert resolved(front).problem == clause


def test_what_was_kept_of_a_liar_is_forgotten(front: Front) -> None:
    lie = {**TYPE, "Docker-Content-Digest": f"sha256:{'0' * 64}"}
    front.answer = lambda _: Said(200, MULTI.body, lie)
    assert resolved(front).digest == f"sha256:{'0' * 64}"
    asker, image = asking(front)
    assert asker.resolve(image, platforms=True).problem
    front.answer = shelf({"1": MULTI})
    assert resolved(front).digest == MULTI.digest


def test_a_digest_header_that_lies_only_about_the_tag(front: Front) -> None:
    other = images.multi(words="other")
    lie = Said(200, MULTI.body, {**TYPE, "Docker-Content-Digest": other.digest})
    front.answer = lambda asked: lie if asked.method == "HEAD" else Said(200, MULTI.body, TYPE)
    asker, image = asking(front)
    clause = f"{front.host} names another digest than that of the manifest it sends"
    assert asker.resolve(image, platforms=True).problem == clause


def test_another_digest_than_asked_for(front: Front) -> None:
    front.answer = lambda _: stored(MULTI)
    asker, _ = asking(front)
    found = asker.exists(reference(f"{front.host}/acme/app@sha256:{'1' * 64}"))
    assert found.problem == f"{front.host} answers with another digest than it was asked for"


def test_platforms_that_cannot_be_had_leave_the_digest(front: Front) -> None:
    front.answer = lambda asked: stored(MULTI) if asked.method == "HEAD" else Said(500)
    asker, image = asking(front)
    found = asker.resolve(image, platforms=True)
    assert (found.digest, found.platforms) == (MULTI.digest, ())


def test_when_no_pull_remains_only_head_is_sent(front: Front) -> None:
    spent = {"ratelimit-limit": "100;w=21600", "ratelimit-remaining": "0;w=21600"}
    front.answer = lambda _: Said(200, MULTI.body, {**GOOD, **spent})
    asker, image = asking(front)
    found = asker.resolve(image, platforms=True)
    assert (found.digest, found.platforms) == (MULTI.digest, ())
    assert [asked.method for asked in front.asked] == ["HEAD"]
    front.answer = lambda _: Said(200, MULTI.body, TYPE)
    other = asker.resolve(reference(f"{front.host}/acme/app:2"))
    assert other.problem == f"{front.host} allows no more pulls for now"


ODD_INDEXES = {
    "no list": {"manifests": 5},
    "entries of another form": {"manifests": [5, {}, {"platform": 5}, {"platform": {"os": "linux"}}]},
    "names with blanks": {"manifests": [{"platform": {"os": "li nux", "architecture": "amd64"}}]},
    "numbers for names": {"manifests": [{"platform": {"os": 1, "architecture": 2}}]},
}


@pytest.mark.parametrize("content", ODD_INDEXES.values(), ids=ODD_INDEXES)
def test_an_odd_index_has_a_digest_and_no_platforms(front: Front, content: dict[str, object]) -> None:
    odd = images.Image(images.OCI_INDEX, json.dumps({"schemaVersion": 2, **content}).encode())
    front.answer = shelf({"1": odd})
    asker, image = asking(front)
    found = asker.resolve(image, platforms=True)
    assert (found.digest, found.platforms) == (odd.digest, ())
    assert asker.created(image, odd.digest) is None


# ---- redirects


def test_a_redirect_to_another_host_gets_no_authorization(front: Front, login: Login) -> None:
    with Front(shelf({"1": MULTI})) as other:

        def answer(asked: Asked) -> Said:
            if not asked.authorization:
                return Said(401, headers={"WWW-Authenticate": 'Basic realm="x"'})

            return Said(307, headers={"Location": f"{other.url}{asked.path}"})

        front.answer = answer
        assert resolved(front, login({front.host: None})).digest == MULTI.digest
        assert [asked.authorization for asked in other.asked] == [""]
        assert [bool(asked.authorization) for asked in front.asked] == [False, True]


def test_a_redirect_to_another_port_and_back_gets_none_either(front: Front, login: Login) -> None:
    with Front(lambda asked: Said(302, headers={"Location": f"{front.url}{asked.path}?back"})) as other:

        def answer(asked: Asked) -> Said:
            if "back" in asked.query or asked.path.endswith("back"):
                return stored(MULTI)

            if not asked.authorization:
                return Said(401, headers={"WWW-Authenticate": 'Basic realm="x"'})

            return Said(302, headers={"Location": f"{other.url}{asked.path}"})

        front.answer = answer
        assert resolved(front, login({front.host: None})).digest == MULTI.digest
        assert front.asked[-1].authorization == ""


def test_a_redirect_at_home_keeps_authorization(front: Front, login: Login) -> None:
    def answer(asked: Asked) -> Said:
        if not asked.authorization:
            return Said(401, headers={"WWW-Authenticate": 'Basic realm="x"'})

        return stored(MULTI) if "moved" in asked.path else Said(308, headers={"Location": "/moved"})

    front.answer = answer
    assert resolved(front, login({front.host: None})).digest == MULTI.digest
    assert front.asked[-1].authorization.startswith("Basic ")


@pytest.mark.parametrize("status", [401, 403, 404])
def test_another_host_that_refuses_is_named_and_gets_no_login(front: Front, login: Login, status: int) -> None:
    challenge = {"WWW-Authenticate": 'Basic realm="give"'}
    with Front(lambda _: Said(status, headers=challenge)) as other:
        front.answer = lambda _: Said(307, headers={"Location": f"{other.url}/x?signature=s3cr3t"})
        found = resolved(front, login({front.host: None, other.host: None}))
        assert found.problem == f"{other.host}, to which {front.host} redirects, answers {status}"
        assert len(other.asked) == 1


# ---- tokens


class Doorman:
    """A token service whose tokens are numbered, and a registry that takes those it is told to."""

    def __init__(self, front: Front, reply: Callable[[int], dict[str, object]] | None = None) -> None:
        self.front = front
        self.issued = 0
        self.refused: set[str] = set()
        self.reply = reply or (lambda number: {"token": f"t{number}", "expires_in": 300})
        self.realm = f"{front.url}/token"
        self.good = shelf({"1": MULTI, "2": MULTI})
        self.lock = threading.Lock()

    def __call__(self, asked: Asked) -> Said:
        if asked.path.startswith("/token"):
            with self.lock:
                self.issued += 1
                return Said(200, json.dumps(self.reply(self.issued)).encode())

        token = asked.authorization.removeprefix("Bearer ")
        if not token or token in self.refused:
            scope = f"repository:{urlsplit(asked.path).path[4:].rpartition('/manifests/')[0]}:pull"
            challenge = f'Bearer realm="{self.realm}",service="a,b",scope="{scope}"'
            return Said(401, headers={"WWW-Authenticate": challenge})

        return self.good(asked)


@pytest.fixture
def doorman(front: Front) -> Doorman:
    front.answer = Doorman(front)
    return front.answer


def test_one_token_serves_a_repository(doorman: Doorman) -> None:
    asker = Resolver(Online())
    wanted = [reference(f"{doorman.front.host}/acme/app:{tag}") for tag in "12"]
    assert [answer.digest for answer in asker.resolve_all(wanted).values()] == [MULTI.digest] * 2
    assert doorman.issued == 1
    assert asker.requests == len(doorman.front.asked)


def test_the_next_repository_is_not_refused_first(doorman: Doorman) -> None:
    asker = Resolver(Online())
    for name in ("one", "two"):
        assert asker.resolve(reference(f"{doorman.front.host}/acme/{name}:1")).digest == MULTI.digest

    asked = [asked for asked in doorman.front.asked if asked.path.startswith("/token")]
    assert [one.query["scope"] for one in asked] == ["repository:acme/one:pull", "repository:acme/two:pull"]
    assert {one.query["service"] for one in asked} == {"a,b"}
    assert [bool(one.authorization) for one in doorman.front.asked] == [False, False, True, False, True]


def test_a_scope_of_its_own_is_kept(front: Front) -> None:
    def answer(asked: Asked) -> Said:
        if asked.path.startswith("/token"):
            return Said(200, b'{"token": "t"}')

        challenge = f'Bearer realm="{front.url}/token?a=b",scope="aws"'
        return stored(MULTI) if asked.authorization else Said(401, headers={"WWW-Authenticate": challenge})

    front.answer = answer
    asker = Resolver(Online())
    for name in ("one", "two"):
        assert asker.resolve(reference(f"{front.host}/acme/{name}:1")).digest

    queries = [asked.query for asked in front.asked if asked.path.startswith("/token")]
    assert queries == [{"a": "b", "scope": "aws"}] * 2


def test_a_realm_of_one_repository_is_not_used_for_another(front: Front) -> None:
    def answer(asked: Asked) -> Said:
        name = urlsplit(asked.path).path.split("/")[3] if asked.path.startswith("/v2/") else ""
        if not name:
            return Said(200, json.dumps({"token": asked.query["for"]}).encode())

        challenge = {"WWW-Authenticate": f'Bearer realm="{front.url}/token?for={name}"'}
        return stored(MULTI) if asked.authorization == f"Bearer {name}" else Said(401, headers=challenge)

    front.answer = answer
    asker = Resolver(Online())
    for name in ("one", "two"):
        assert asker.resolve(reference(f"{front.host}/acme/{name}:1")).digest

    assert len(front.asked) == 6


def test_a_token_is_renewed_before_it_ends(doorman: Doorman) -> None:
    doorman.reply = lambda number: {"access_token": f"t{number}", "expires_in": 0.4}
    asker = Resolver(Online())
    assert asker.resolve(reference(f"{doorman.front.host}/acme/app:1")).digest
    time.sleep(0.35)
    assert asker.resolve(reference(f"{doorman.front.host}/acme/app:2")).digest
    assert doorman.issued == 2
    assert doorman.front.asked[-1].authorization == "Bearer t2"


def test_a_token_that_ends_in_mid_run_is_renewed_once(doorman: Doorman) -> None:
    asker = Resolver(Online())
    assert asker.resolve(reference(f"{doorman.front.host}/acme/app:1")).digest
    doorman.refused.add("t1")
    assert asker.resolve(reference(f"{doorman.front.host}/acme/app:2")).digest
    assert doorman.issued == 2


def test_a_token_that_is_never_taken_is_a_refusal(doorman: Doorman) -> None:
    doorman.refused |= {f"t{number}" for number in range(10)}
    found = resolved(doorman.front)
    host = doorman.front.host
    assert found.problem == f"{host} gives no access to acme/app (401), and no login is known for it"
    assert doorman.issued == 1


def test_many_threads_fetch_one_token(doorman: Doorman) -> None:
    doorman.good = shelf({str(number): MULTI for number in range(64)})
    wanted = [reference(f"{doorman.front.host}/acme/app:{number}") for number in range(64)]
    assert all(answer.digest for answer in Resolver(Online()).resolve_all(wanted).values())
    assert doorman.issued == 1


BAD_TOKENS = {
    "no JSON": b"<html>",
    "no object": b"[]",
    "no token": b"{}",
    "a number": b'{"token": 5}',
    "two lines": b'{"token": "a\\r\\nX-Evil: 1"}',
}


@pytest.mark.parametrize("body", BAD_TOKENS.values(), ids=BAD_TOKENS)
def test_something_else_than_a_token(front: Front, body: bytes) -> None:
    challenge = {"WWW-Authenticate": f'Bearer realm="{front.url}/token"'}
    front.answer = lambda asked: Said(200, body) if asked.path.startswith("/token") else Said(401, headers=challenge)
    assert resolved(front).problem == f"the token service of {front.host} answers with something else than a token"


@pytest.mark.parametrize("seconds", [None, "soon", True, 0, -5])
def test_a_strange_end_of_a_token(doorman: Doorman, seconds: object) -> None:
    doorman.reply = lambda number: {"token": f"t{number}", "expires_in": seconds}
    asker = Resolver(Online())
    for tag in "12":
        assert asker.resolve(reference(f"{doorman.front.host}/acme/app:{tag}")).digest

    assert doorman.issued == 1


SERVICE_REFUSES = {
    401: "the token service of {} gives nothing without a login (401)",
    403: "the token service of {} gives nothing without a login (403)",
    429: "the token service of {} answers 429 (too many requests)",
    503: "the token service of {} answers 503 (busy)",
}


@pytest.mark.parametrize("status", SERVICE_REFUSES)
def test_a_token_service_that_refuses(front: Front, status: int) -> None:
    challenge = {"WWW-Authenticate": f'Bearer realm="{front.url}/token"'}
    front.answer = lambda asked: Said(status) if asked.path.startswith("/token") else Said(401, headers=challenge)
    assert resolved(front).problem == SERVICE_REFUSES[status].format(front.host)


REALMS = {
    "": "names a token service that is no web address",
    "file:///etc/passwd": "names a token service that is no web address",
    "http://alice:s3cret@127.0.0.1/": "names a token service that is no web address",
    "http://[::1": "names a token service that is no web address",
    "http://tokens.example/": "names a token service on plain HTTP",
}


@pytest.mark.parametrize("realm", REALMS)
def test_credentials_go_to_no_strange_place(front: Front, login: Login, realm: str) -> None:
    front.answer = lambda _: Said(401, headers={"WWW-Authenticate": f'Bearer realm="{realm}"'})
    assert resolved(front, login({front.host: None})).problem == f"{front.host} {REALMS[realm]}"


def test_an_identity_token_is_not_sent_on(front: Front, login: Login) -> None:
    def answer(asked: Asked) -> Said:
        if asked.method == "POST":
            return Said(307, headers={"Location": "/elsewhere"})

        return Said(401, headers={"WWW-Authenticate": f'Bearer realm="{front.url}/token"'})

    front.answer = answer
    found = resolved(front, login({front.host: {"identitytoken": "s3cret-token"}}))
    assert found.problem == f"the token service of {front.host} redirects"
    assert front.methods() == ["HEAD /v2/acme/app/manifests/1", "POST /token"]


def test_a_login_that_only_a_token_service_takes_is_not_sent_as_basic(front: Front, login: Login) -> None:
    front.answer = lambda _: Said(401, headers={"WWW-Authenticate": 'Basic realm="x"'})
    found = resolved(front, login({front.host: {"identitytoken": "s3cret-token"}}))
    assert found.problem == f"{front.host} refuses the login for acme/app (401)"
    assert len(front.asked) == 1


def test_of_two_challenges_bearer_is_taken(front: Front, login: Login) -> None:
    def answer(asked: Asked) -> Said:
        if asked.path.startswith("/token"):
            return Said(200, b'{"token": "t"}')

        both = f'Basic realm="x", Bearer realm="{front.url}/token"'
        return stored(MULTI) if asked.authorization == "Bearer t" else Said(401, headers={"WWW-Authenticate": both})

    front.answer = answer
    assert resolved(front, login({front.host: None})).digest == MULTI.digest


def test_an_endpoint_never_gets_the_login_of_the_registry_it_stands_for(front: Front, login: Login) -> None:
    front.answer = lambda _: Said(401, headers={"WWW-Authenticate": 'Basic realm="x"'})
    credentials = login({"https://index.docker.io/v1/": None, "docker.io": None})
    asker = Resolver(Online(endpoints={"docker.io": front.url}), credentials)
    name = f"docker.io (through {front.host})"
    assert asker.resolve(reference("nginx")).problem == (
        f"{name} gives no access to library/nginx (401), and no login is known for it"
    )
    assert [asked.authorization for asked in front.asked] == [""]


def test_an_endpoint_gets_its_own_login(front: Front, login: Login) -> None:
    good, basic = shelf({"latest": MULTI}), {"WWW-Authenticate": 'Basic realm="x"'}
    front.answer = lambda asked: good(asked) if asked.authorization else Said(401, headers=basic)
    asker = Resolver(Online(endpoints={"docker.io": front.url}), login({front.host: None}))
    assert asker.resolve(reference("nginx")).digest == MULTI.digest


def test_a_helper_that_fails_is_named_when_nothing_else_helps(
    front: Front, login: Login, helper: Callable[[str, str], None], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    helper("broken", "echo s3cret; echo s3cret >&2; exit 3")
    front.answer = lambda _: Said(401, headers={"WWW-Authenticate": 'Basic realm="x"'})
    found = resolved(front, login({}, credHelpers={front.host: "broken"}))
    assert found.problem == (f"{front.host} gives no access to acme/app (401), and docker-credential-broken failed")
    assert "s3cret" not in caplog.text

    bearer = {"WWW-Authenticate": f'Bearer realm="{front.url}/token"'}
    front.answer = lambda asked: Said(403) if asked.path.startswith("/token") else Said(401, headers=bearer)
    found = resolved(front, login({}, credsStore="broken"))
    assert found.problem == (
        f"the token service of {front.host} gives nothing without a login (403), and docker-credential-broken failed"
    )


def test_a_helper_that_fails_does_not_stop_what_is_public(
    doorman: Doorman, login: Login, helper: Callable[[str, str], None]
) -> None:
    helper("broken", "exit 3")
    assert resolved(doorman.front, login({}, credsStore="broken")).digest == MULTI.digest


def test_a_public_image_asks_for_no_login(
    front: Front, login: Login, helper: Callable[[str, str], None], tmp_path: Path
) -> None:
    helper("noted", f"touch {tmp_path / 'asked'}; exit 3")
    assert resolved(front, login({}, credsStore="noted")).digest == MULTI.digest
    assert not (tmp_path / "asked").exists()


# ---- endpoints and plain HTTP


@pytest.mark.parametrize(
    ("url", "clause"),
    [
        ("ftp://mirror.example", "the endpoint of quay.io is no plain web address"),
        ("mirror.example", "the endpoint of quay.io is no plain web address"),
        ("https://", "the endpoint of quay.io is no plain web address"),
        ("https://user:s3cret@mirror.example", "the endpoint of quay.io is no plain web address"),
        ("https://mirror.example/?a=b", "the endpoint of quay.io is no plain web address"),
        ("http://mirror.example", "the endpoint of quay.io is plain HTTP, and mirror.example is not named as plain"),
    ],
)
def test_an_endpoint_that_cannot_be_used(url: str, clause: str) -> None:
    asker = Resolver(Online(endpoints={"quay.io": url}))
    image = reference("quay.io/acme/app:1")
    assert asker.resolve(image).problem == clause
    assert asker.version(image, MULTI.digest) == ""
    assert asker.created(image, MULTI.digest) is None


# ---- versions and days


def test_the_version_is_found_across_pages(front: Front) -> None:
    tags = {f"1.{minor}.{patch}": images.multi(words=f"{minor}.{patch}") for minor in range(9) for patch in range(3)}
    tags |= {"1": tags["1.8.2"], "1.8": tags["1.8.2"], "latest": tags["1.8.2"], "1.9.0-rc1": tags["1.8.2"]}
    front.answer = shelf(tags, page=10)
    asker = Resolver(Online())
    image = reference(f"{front.host}/acme/app")
    assert asker.version(image, tags["1.8.2"].digest) == "1.8.2"
    assert asker.versions([(image, tags["1.5.2"].digest), (image, tags["1.8.2"].digest)]) == ["1.5.2", "1.8.2"]


def test_the_versions_of_two_pinned_tags_are_not_mixed_up(front: Front) -> None:
    front.answer = shelf({"1.0": MULTI, "1.0-slim": MULTI, "latest": MULTI, "slim": MULTI})
    asker = Resolver(Online())
    pinned = [reference(f"{front.host}/acme/app:{tag}@{MULTI.digest}") for tag in ("latest", "slim")]
    assert [asker.version(image, MULTI.digest) for image in pinned] == ["1.0", "1.0-slim"]


@pytest.mark.parametrize(
    "said",
    [
        Said(404),
        Said(200, b"no JSON"),
        Said(200, b'{"tags": null}'),
        Said(200, b'{"tags": [5, "1.2 3", "", "x"]}'),
        Said(200, b'{"tags": ["1.0"]}', {"Link": '<https://elsewhere.example/?n=1000>; rel="next"'}),
        Said(200, b'{"tags": ["1.0"]}', {"Link": '</v2/x>; rel="prev"'}),
    ],
)
def test_a_list_of_tags_that_is_of_no_use(front: Front, said: Said) -> None:
    front.answer = lambda asked: said if "/tags/" in asked.path else Said(404)
    assert Resolver(Online()).version(reference(f"{front.host}/acme/app"), MULTI.digest) == ""


def test_endless_pages_end(front: Front) -> None:
    def answer(asked: Asked) -> Said:
        number = int(asked.query.get("last", "0")) + 1
        link = {"Link": f'</v2/acme/app/tags/list?n=1&last={number}>; rel="next"'}
        return Said(200, b'{"tags": ["x"]}', link)

    front.answer = answer
    assert Resolver(Online()).version(reference(f"{front.host}/acme/app"), MULTI.digest) == ""
    assert len(front.asked) == 50


def test_a_version_that_could_not_be_asked_about_is_asked_again(front: Front) -> None:
    good = shelf({"1.0": MULTI, "latest": MULTI})
    image = reference(f"{front.host}/acme/app")
    front.answer = lambda asked: good(asked) if "/tags/" in asked.path else Said(500)
    assert Resolver(Online()).version(image, MULTI.digest) == ""
    front.answer = good
    assert Resolver(Online()).version(image, MULTI.digest) == "1.0"


@pytest.mark.parametrize(
    "created", ["", "1970-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "yesterday", "2999-01-01T00:00:00Z"]
)
def test_days_that_are_not_believed(front: Front, created: str) -> None:
    image = images.single(created=created)
    front.answer = shelf({"1": image})
    assert Resolver(Online()).created(reference(f"{front.host}/acme/app:1"), image.digest) is None


@pytest.mark.parametrize("blob", [Said(404), Said(200, b"{}"), Said(500)])
def test_a_configuration_that_cannot_be_had(front: Front, blob: Said) -> None:
    image = images.single()
    good = shelf({"1": image})
    front.answer = lambda asked: blob if "/blobs/" in asked.path else good(asked)
    assert Resolver(Online()).created(reference(f"{front.host}/acme/app:1"), image.digest) is None


def test_the_day_of_an_index_without_amd64_is_that_of_its_first(front: Front) -> None:
    arm = images.single(images.OCI_MANIFEST, "arm", "2023-02-03T04:05:06.123456789Z", "linux", "arm64")
    front.answer = shelf({"1": images.index(images.OCI_INDEX, arm)})
    image = reference(f"{front.host}/acme/app:1")
    asker = Resolver(Online())
    assert str(asker.created(image, asker.resolve(image).digest)) == "2023-02-03"


def test_rubbish_on_the_disk_is_asked_again(front: Front, tmp_path: Path) -> None:
    front.answer = shelf({"1": MULTI, "latest": MULTI})
    image = reference(f"{front.host}/acme/app")
    first = Resolver(Online())
    assert (first.resolve(image).digest, first.version(image, MULTI.digest)) == (MULTI.digest, "1")
    day = first.created(image, MULTI.digest)
    assert str(day) == "2024-05-07"
    path = tmp_path / "cache" / "fixer" / "registry.jsonl"
    lines = [json.loads(line) | {"value": "no/such: thing"} for line in path.read_text().split("\n") if line]
    path.write_text("\n".join(json.dumps(line) for line in lines))
    second = Resolver(Online())
    assert (second.resolve(image).digest, second.version(image, MULTI.digest)) == (MULTI.digest, "1")
    assert second.created(image, MULTI.digest) == day


# ---- many, and interrupts


def test_many_references_are_asked_at_once_and_never_again(front: Front) -> None:
    front.answer = shelf({str(number): images.single(words=str(number)) for number in range(500)}, latency=0.05)
    wanted = [reference(f"{front.host}/acme/app:{number}") for number in range(500)]
    first = Resolver(Online())
    told = first.resolve_all(wanted)
    assert [answer.digest for answer in told.values()] == [images.single(words=str(n)).digest for n in range(500)]
    assert first.requests == len(front.asked) == 500
    assert front.most_at_once >= 16

    assert first.resolve_all(wanted) == told
    assert first.requests == 500
    second = Resolver(Online())
    assert second.resolve_all(wanted) == told
    assert second.requests == 0


def test_a_problem_is_not_kept_on_disk_but_in_the_run(front: Front) -> None:
    front.answer = turns(Said(404), stored(MULTI))
    asker, image = asking(front)
    assert is_gone(asker.resolve(image))
    assert is_gone(asker.resolve(image))
    assert resolved(front).digest == MULTI.digest


SCRIPT = """
import sys, time
from fixer.registry.answer import Online
from fixer.registry.reference import parse_reference
from fixer.registry.resolver import Resolver

wanted = [parse_reference(f"{sys.argv[1]}/acme/app:{number}") for number in range(100)]
print("asking", flush=True)
try:
    Resolver(Online(timeout=60, plain_http=(sys.argv[1],))).resolve_all(wanted)
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


def test_an_interrupt_ends_it_at_once(front: Front) -> None:
    front.answer = turns(Said(seconds=60))
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, front.host], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    while len(front.asked) < 32:
        assert process.poll() is None
        time.sleep(0.02)

    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=20)
    assert (output, errors, process.returncode) == ("asking\ninterrupted\n", "", 0)
    assert time.monotonic() - began < 5
