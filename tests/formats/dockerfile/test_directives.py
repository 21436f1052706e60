"""A parser directive gets another value, and nothing else changes."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from fixer.finding import Operation
from fixer.formats.dockerfile import DockerfileText, SetDirective, SetWord, parse
from fixer.text import Source, apply

PINNED = "docker/dockerfile:1@sha256:" + "1" * 64


def directive(value: str, name: str = "syntax") -> SetDirective:
    return SetDirective("Dockerfile", name, value)


def changed(text: str, *operations: Operation) -> tuple[str, DockerfileText, Sequence[Operation]]:
    file = parse(Source(text), "Dockerfile")
    lowered = file.lower({0: operations})
    assert not lowered.refused
    return apply(text, lowered.edits), file, lowered.effects


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("# syntax=docker/dockerfile:1\nFROM a\n", "# syntax={}\nFROM a\n"),
        ("#syntax = docker/dockerfile:1  \r\nFROM a\r\n", "#syntax = {}  \r\nFROM a\r\n"),
        ("#  SYNTAX=docker/dockerfile:1\n# escape=`\nFROM a\n", "#  SYNTAX={}\n# escape=`\nFROM a\n"),
        ("# escape=`\n# syntax=x\n# syntax=y is a comment\n\nFROM a\n", None),
        (
            "# check=skip=all\n\t# syntax=x:1\n# the base\nFROM a\n",
            "# check=skip=all\n\t# syntax={}\n# the base\nFROM a\n",
        ),
    ],
)
def test_the_value_changes_and_nothing_else(text: str, wanted: str | None) -> None:
    if wanted is None:
        with pytest.raises(Exception, match="given twice"):
            parse(Source(text), "Dockerfile")

        return

    after, file, effects = changed(text, directive(PINNED))
    assert after == wanted.format(PINNED)
    assert file.difference(parse(Source(after), "Dockerfile"), effects) is None


def test_together_with_an_instruction() -> None:
    text = "# syntax=docker/dockerfile:1\nFROM a\n"
    after, file, effects = changed(text, directive(PINNED), SetWord("Dockerfile", 0, 0, "b"))
    assert after == f"# syntax={PINNED}\nFROM b\n"
    assert file.difference(parse(Source(after), "Dockerfile"), effects) is None


@pytest.mark.parametrize(
    ("text", "operation", "reason"),
    [
        ("FROM a\n", directive("x"), "there is no directive syntax"),
        ("# a comment\n# syntax=x\nFROM a\n", directive("y"), "there is no directive syntax"),
        ("# escape=`\nFROM a\n", directive("\\", "escape"), "is no directive that can be set"),
        ("# syntax=x\nFROM a\n", directive("a b"), "is no directive that can be set"),
        ("# syntax=x\nFROM a\n", directive(""), "is no directive that can be set"),
    ],
)
def test_what_cannot_be_set_is_refused(text: str, operation: Operation, reason: str) -> None:
    lowered = parse(Source(text), "Dockerfile").lower({0: [operation]})
    assert not lowered.edits
    assert reason in lowered.refused[0]


@pytest.mark.parametrize(
    "after",
    [
        "# syntax=docker/dockerfile:2\nFROM a\n",
        "# syntax=docker/dockerfile:1\nFROM a\n",
        f"# syntax={PINNED}\n# more\nFROM a\n",
        f"FROM a\n# syntax={PINNED}\n",
        f"# syntax={PINNED}\nFROM b\n",
        f"#  syntax={PINNED}\nFROM a\n",
    ],
)
def test_anything_else_is_a_difference(after: str) -> None:
    file = parse(Source("# syntax=docker/dockerfile:1\nFROM a\n"), "Dockerfile")
    assert file.difference(parse(Source(after), "Dockerfile"), [directive(PINNED)])
