"""CODEOWNERS, as the forge reads it."""

from __future__ import annotations

import time

import pytest

from fixer.bot.codeowners import Owners, fits, owners_of, parse

TEXT = """\
# who reviews what
*               @ann
*.js            @bob @acme/front  # inline
/docs/          docs@example.com
apps/           @Carl
docs/*          @dora
/build/logs/    @eve
**/logs         @fay
/private
name\\ with\\ blank/ @gil
!kept           @nobody
[ab].txt        @nobody
"""


@pytest.mark.parametrize(
    ("path", "people", "teams"),
    [
        ("Dockerfile", ("ann",), ()),
        ("web/server.js", ("bob",), ("acme/front",)),
        ("docs/index.md", ("dora",), ()),
        ("docs/deep/index.md", (), ()),
        ("x/apps/a", ("Carl",), ()),
        ("build/logs/a", ("fay",), ()),
        ("x/logs", ("fay",), ()),
        ("private/x", (), ()),
        ("name with blank/x", ("gil",), ()),
        ("kept", ("ann",), ()),
    ],
)
def test_the_last_pattern_that_fits_decides(path: str, people: tuple[str, ...], teams: tuple[str, ...]) -> None:
    assert owners_of(parse(TEXT), [path]) == Owners(people, teams)


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("*.go", "a/b/c.go", True),
        ("/*.go", "a/c.go", False),
        ("docs/*", "docs/a", True),
        ("docs/*", "docs/a/b", False),
        ("/docs/", "x/docs/a", False),
        ("docs/", "x/docs/a", True),
        ("a/**/z", "a/z", True),
        ("a/**/z", "a/b/c/z", True),
        ("a/**", "a/b/c", True),
        ("a/**", "a", False),
        ("Dockerfile", "Dockerfile", True),
        ("Dockerfile", "xDockerfile", False),
        ("Dockerfile", "dockerfile", False),
        ("a?c", "abc", True),
        ("a?c", "a/c", False),
        ("a.c", "abc", False),
    ],
)
def test_patterns(pattern: str, path: str, *, expected: bool) -> None:
    assert fits(pattern, path) is expected


def test_never_the_author_and_everybody_once() -> None:
    lines = parse("* @Ann @bob @acme/front\n*.js @ANN @Acme/Front\n")
    assert owners_of(lines, ["a.js", "b.js", "c"], author="BOB") == Owners(("ANN",), ("Acme/Front",))


def test_a_hostile_pattern_costs_no_time() -> None:
    begin = time.perf_counter()
    lines = parse("\n".join(["a*" * 40 + "b @x", "**/" * 40 + "b @x", "*a*a*a*a*b @x"] * 50))
    assert owners_of(lines, ["a" * 200 + "/" + "a" * 200]) == Owners()
    assert time.perf_counter() - begin < 5
