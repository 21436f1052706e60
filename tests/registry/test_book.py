"""What a run knows about tags: from the lock file, from a look-up before the rules, and nothing invented."""

from __future__ import annotations

import pickle
from collections.abc import Iterator

import pytest
from registry.every_image import VERSION, Handler, digest_of, serving

from fixer.registry.answer import Answer, Online
from fixer.registry.book import Book
from fixer.registry.lock import Lock
from fixer.registry.reference import Reference, parse_reference

DIGEST = "sha256:" + "1" * 64


def reference(text: str) -> Reference:
    found = parse_reference(text)
    assert found is not None
    return found


@pytest.fixture
def online() -> Iterator[Online]:
    with serving() as url:
        Handler.counts.clear()
        yield Online({"docker.io": url}, cache_hours=0, today="2026-11-21")


def test_keys_are_full_names_with_their_tag() -> None:
    assert reference("nginx").key == "docker.io/library/nginx:latest"
    assert reference("index.docker.io/nginx:1").key == "docker.io/library/nginx:1"
    assert reference(f"localhost:5000/a:1@{DIGEST}").key == "localhost:5000/a:1"


def test_without_an_entry_and_without_a_network_the_answer_says_exactly_that() -> None:
    found = Book(shown="deploy/d.lock").image(reference("nginx:1.29"))
    assert found == Answer(problem="it is not in deploy/d.lock, and the run is not --online")


def test_the_lock_file_answers_and_its_version_too() -> None:
    entry = Answer(DIGEST, date="2026-11-20", version="1.29.3", source="image-digests.lock")
    book = Book(Lock({"docker.io/library/nginx:latest": entry}))
    assert book.image(reference("nginx"), version=True).version == "1.29.3"
    assert book.image(reference("docker.io/nginx:1.29.3")).digest == DIGEST
    assert not book.image(reference("nginx:1.29")).digest


def test_of_a_pinned_reference_only_the_lock_file_is_asked(online: Online) -> None:
    book = Book(online=online)
    assert book.image(reference(f"nginx:1.29@{DIGEST}")) == Answer()
    assert Handler.counts == {}


def test_what_rules_ask_while_it_gathers_is_looked_up_once(online: Online) -> None:
    book = Book(online=online)
    book.gathers = True
    for text in ("nginx:1.29", "docker.io/library/nginx:1.29", "redis"):
        assert not book.image(reference(text), version=text == "redis").digest

    book.gathers = False
    book.look_up()
    assert book.image(reference("nginx:1.29")).digest == digest_of("library/nginx", "1.29")
    assert book.image(reference("redis"), version=True).version == VERSION
    # What a moving tag means is known by its version too, for the pin that follows.
    assert book.image(reference(f"redis:{VERSION}")).digest == digest_of("library/redis", VERSION)
    assert Handler.counts["library/nginx:1.29"] == 1
    assert Handler.counts["library/redis:latest"] == 1


def test_what_was_not_asked_before_is_looked_up_when_it_is_asked(online: Online) -> None:
    book = Book(online=online)
    assert book.image(reference("nginx"), version=True).version == VERSION
    assert book.image(reference("nginx")).digest == digest_of("library/nginx", "latest")
    assert Handler.counts["library/nginx:latest"] == 1


def test_a_worker_process_gets_the_answers_without_connections(online: Online) -> None:
    book = Book(Lock({"docker.io/library/a:1": Answer(DIGEST)}), online)
    answer = book.image(reference("nginx:1.29"))
    twin = pickle.loads(pickle.dumps(book))
    Handler.counts.clear()
    assert twin.image(reference("nginx:1.29")) == answer
    assert twin.image(reference("a:1")).digest == DIGEST
    assert Handler.counts == {}
