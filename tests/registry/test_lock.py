"""The lock file: what is written is read again, in one order; whatever is wrong is one line with its place."""

from __future__ import annotations

import tomllib

import pytest

from fixer.errors import UserError
from fixer.registry.answer import Answer
from fixer.registry.lock import Lock, parse, render

DIGEST = "sha256:" + "1" * 64
COMMIT = "2" * 40
NAME = "image-digests.lock"
LOCK = Lock(
    {
        "quay.io/a/b:2": Answer(DIGEST, source=NAME),
        "docker.io/library/nginx:1.29": Answer(
            DIGEST, "", "2026-11-21", ("linux/amd64", "linux/arm64/v8"), source=NAME
        ),
        "docker.io/library/nginx:latest": Answer(DIGEST, date="2026-11-21", version="1.29.3", source=NAME),
    },
    {
        "actions/checkout@v4": Answer(COMMIT, date="2026-11-21", version="v4.2.2", media_type="tag", source=NAME),
        "a/b@main": Answer("3" * 40, media_type="branch", source=NAME),
        'a/b@odd"ref': Answer("4" * 40, source=NAME),
    },
)


def test_what_is_written_is_read_again() -> None:
    text = render(LOCK)
    assert parse(text, NAME) == LOCK
    assert render(parse(text, NAME)) == text


def test_entries_are_sorted_and_readable() -> None:
    text = render(LOCK)
    tables = [line for line in text.splitlines() if line.startswith("[")]
    assert tables == [
        '[images."docker.io/library/nginx:1.29"]',
        '[images."docker.io/library/nginx:latest"]',
        '[images."quay.io/a/b:2"]',
        '[actions."a/b@main"]',
        '[actions."a/b@odd\\"ref"]',
        '[actions."actions/checkout@v4"]',
    ]
    assert 'platforms = ["linux/amd64", "linux/arm64/v8"]' in text
    assert tomllib.loads(text)["actions"]["actions/checkout@v4"]["commit"] == COMMIT


def test_order_of_entries_does_not_matter() -> None:
    turned = Lock(dict(reversed(LOCK.images.items())), dict(reversed(LOCK.actions.items())))
    assert render(turned) == render(LOCK)


def test_a_file_with_other_line_ends_is_read() -> None:
    assert parse(render(LOCK).replace("\n", "\r\n"), NAME) == LOCK


def test_an_empty_lock_file_has_no_entries() -> None:
    assert parse("version = 1\n", NAME) == Lock()
    assert parse("", NAME) == Lock()


ACTION = f'version = 1\n[actions."a/b@v1"]\ncommit = "{COMMIT}"\n'
ENTRY = 'version = 1\n\n[images."docker.io/a/b:1"]\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("version = 1\nx = = 2\n", "d.lock:2: this is no TOML: correct it, or remove it"),
        ("version = 1\n<<<<<<< ours\n", "d.lock:2: this is no TOML; a merge left marks in it: correct it"),
        ("images = 1\n", "d.lock: version None of the lock file is not known, only 1"),
        (
            f'version = 1\n[images."nginx"]\ndigest = "{DIGEST}"\n',
            "d.lock:2: nginx is to be written as docker.io/library/nginx:latest",
        ),
        (f'version = 1\n[images."a b"]\ndigest = "{DIGEST}"\n', "d.lock:2: a b is to be written as a tag in full"),
        (f'version = 1\n[actions."A/b@v1"]\ncommit = "{COMMIT}"\n', "d.lock:2: A/b@v1 is to be written as a/b@v1"),
        ("version = 2\n", "d.lock: version 2 of the lock file is not known, only 1"),
        ("version = 1\nimages = 3\n", "d.lock: images is no table"),
        ('version = 1\n[images]\n"docker.io/library/a:1" = 3\n', "d.lock:3: docker.io/library/a:1 is no table"),
        (ENTRY, "d.lock:3: docker.io/a/b:1 has no whole digest: remove the entry, and `fixer pin` looks it up"),
        (f'{ENTRY}digest = "sha256:abc"\n', "d.lock:3: docker.io/a/b:1 has no whole digest"),
        (f'{ENTRY}digest = "{DIGEST}"\ndate = 2026-11-21\n', "d.lock:3: docker.io/a/b:1 has a date that is no day"),
        (f'{ENTRY}digest = "{DIGEST}"\ndate = "soon"\n', "d.lock:3: docker.io/a/b:1 has a date that is no day"),
        (f'{ENTRY}digest = "{DIGEST}"\nversion = 1.29\n', "d.lock:3: docker.io/a/b:1 has a version that is no tag"),
        (
            f'{ENTRY}digest = "{DIGEST}"\nversion = "1\\n  evil"\n',
            "d.lock:3: docker.io/a/b:1 has a version that is no tag",
        ),
        (
            f'{ENTRY}digest = "{DIGEST}"\nversion = "1@{DIGEST}"\n',
            "d.lock:3: docker.io/a/b:1 has a version that is no tag",
        ),
        (
            f'{ENTRY}digest = "{DIGEST}"\nplatforms = "linux/amd64"\n',
            "d.lock:3: docker.io/a/b:1 has platforms that are no list",
        ),
        (
            f'{ENTRY}digest = "{DIGEST}"\nplatforms = ["a\\nb"]\n',
            "d.lock:3: docker.io/a/b:1 has platforms that are no list",
        ),
        (f'{ACTION}version = "v1\\n  - run: evil"\n', "d.lock:2: a/b@v1 has a version that is no tag"),
        (f'{ACTION}ref = "x"\n', "d.lock:2: a/b@v1 has a ref that is neither tag nor branch nor commit"),
        ('version = 1\n[actions."a/b@v1"]\ncommit = "1234"\n', "d.lock:2: a/b@v1 has no whole commit"),
    ],
)
def test_what_is_wrong_is_one_line(text: str, message: str) -> None:
    with pytest.raises(UserError) as raised:
        parse(text, "d.lock")

    assert str(raised.value).startswith(message)
    assert "\n" not in str(raised.value)
