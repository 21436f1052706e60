"""The shell text of an instruction: which there is, and where its words stand."""

from __future__ import annotations

import pytest
from formats.dockerfile.edits import parsed

from fixer.formats.shell import Script


def script(text: str, number: int = 1) -> Script:
    found = parsed("FROM x\n" + text).instructions[number].script
    assert found is not None
    return found


def words(text: str) -> list[list[str]]:
    return [[word.text for word in command.words] for command in script(text).commands]


READ = [
    ("RUN a b\n", [["a", "b"]]),
    ("RUN a && \\\n  # c\n\n  b d\n", [["a"], ["b", "d"]]),
    ("RUN \\\n  # c\n  a b\n", [["a", "b"]]),
    ("RUN --mount=x --network=y a b\n", [["a", "b"]]),
    ("RUN a \\  \n  b\n", [["a", "b"]]),
    ("RUN a\\\n b c\n", [["a", "b", "c"]]),
    ("RUN a;\\\nb\n", [["a"], ["b"]]),
    ("RUN a && b # c \\\n && d\n", [["a"], ["b"]]),
    ("RUN a # it's \\\n && d\n", [["a"]]),
    ("RUN <<E\na b\n# c\nd\nE\n", [["a", "b"], ["d"]]),
    ("RUN <<-E\n\ta b\n\tE\n", [["a", "b"]]),
    ("RUN 3<<E\na\nE\n", [["a"]]),
    ("CMD a b\n", [["a", "b"]]),
    ("ENTRYPOINT exec a $B\n", [["exec", "a", "$B"]]),
    ("HEALTHCHECK --interval=3s CMD a || exit 1\n", [["a"], ["exit", "1"]]),
    ("HEALTHCHECK CMD \\\n  # c\n  a b\n", [["a", "b"]]),
    ("ONBUILD RUN a b\n", [["a", "b"]]),
    ("run a b\n", [["a", "b"]]),
]


@pytest.mark.parametrize(("text", "expected"), READ)
def test_commands(text: str, expected: list[list[str]]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(("text", "expected"), READ)
def test_commands_with_crlf(text: str, expected: list[list[str]]) -> None:
    file = parsed(("FROM x\n" + text).replace("\n", "\r\n"))
    found = file.instructions[1].script
    assert found is not None
    assert [[word.text for word in command.words] for command in found.commands] == expected


def test_word_broken_over_lines_beside_a_comment() -> None:
    assert words("RUN a\\\nb \\\n  # c\n  d\n") == [["a\\\nb", "d"]]


def test_command_broken_over_lines_in_a_heredoc() -> None:
    assert words("RUN <<'E'\na \\\n  b\nE\n") == [["a", "b"]]


def test_command_that_a_heredoc_feeds() -> None:
    assert words("RUN cat <<E > f\na b\nE\n") == [["cat"]]


def test_word_broken_over_lines() -> None:
    found = script("RUN a\\\nb c\n").commands[0].words
    assert [(word.text, word.plain) for word in found] == [("a\\\nb", False), ("c", True)]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('RUN ["a"]\n', "the command is in exec form, without a shell"),
        ("USER a\n", "the instruction has no command"),
        ("RUN\n", "the instruction has no command"),
        ("HEALTHCHECK NONE\n", "the instruction has no command"),
        ("RUN # a\n", "there is no shell command"),
        ("RUN <<E\nE\n", "there is no shell command"),
        ("RUN if a\n", "the shell commands cannot be read"),
        ("RUN a 'b\n", "the shell commands cannot be read"),
        ("RUN <<E\n#!/usr/bin/env python3\nimport a\nE\n", "the heredoc is a script of python3"),
        ("RUN <<E\n#!/usr/bin/perl -w\na\nE\n", "the heredoc is a script of perl"),
        ("RUN <<E\n#!/usr/bin/env\na\nE\n", "the heredoc is a script of an unknown program"),
        ("RUN a\\ \nb\n", "a word is broken over two lines"),
        ("RUN a\\\n# c\nb\n", "a word is broken over two lines"),
    ],
)
def test_no_script(text: str, problem: str) -> None:
    instruction = parsed("FROM x\n" + text).instructions[1]
    assert instruction.script is None
    assert instruction.script_problem == problem


def test_a_script_has_no_problem() -> None:
    assert parsed("FROM x\nRUN a\n").instructions[1].script_problem is None


@pytest.mark.parametrize(
    ("shell", "readable"),
    [
        ('["/bin/sh", "-c"]', True),
        ('["/bin/bash", "-euo", "pipefail", "-c"]', True),
        ('["/usr/bin/zsh", "-c"]', True),
        ('["powershell", "-Command"]', False),
        ('["C:\\\\Windows\\\\cmd.exe", "/S", "/C"]', False),
        ('["C:\\\\git\\\\bash.exe", "-c"]', True),
        ('["python3", "-c"]', False),
        ("[]", False),
    ],
)
def test_shell_in_effect(shell: str, readable: bool) -> None:
    file = parsed(f"FROM x\nSHELL {shell}\nRUN a\n")
    assert (file.instructions[2].script is not None) is readable


@pytest.mark.parametrize(
    ("text", "errexit"),
    [
        ("RUN a\n", False),
        ("RUN set -e; a\n", True),
        ("RUN set -eux; a\n", True),
        ("RUN set -ux; a\n", False),
        ("RUN set -o errexit && a\n", True),
        ("RUN set -e; set +e; a\n", False),
        ("RUN set -e; set +o errexit; a\n", False),
        ("RUN (set -e); a\n", False),
        ("RUN <<E\n#!/bin/bash -e\na\nE\n", True),
        ("RUN <<E\n#!/usr/bin/env bash\na\nE\n", False),
        ("RUN <<E\nset -e\na\nE\n", True),
    ],
)
def test_stops_at_errors(text: str, errexit: bool) -> None:
    assert script(text).errexit is errexit


def test_stops_at_errors_by_the_shell_in_effect() -> None:
    for options, errexit in (('"-e", "-c"', True), ('"-o", "errexit", "-c"', True), ('"-c"', False)):
        file = parsed(f'FROM x\nSHELL ["/bin/bash", {options}]\nRUN a\n')
        found = file.instructions[2].script
        assert found is not None
        assert found.errexit is errexit


def test_spans_are_those_of_the_source() -> None:
    text = "FROM x\nRUN é 🙂 && \\\n  # ü\n  b 'ö ä' $C.$D\udce9\n"
    found = parsed(text).instructions[1].script
    assert found is not None
    for command in found.commands:
        for word in command.words:
            assert text[word.start : word.end] == word.text

    assert [word.text for word in found.commands[1].words] == ["b", "'ö ä'", "$C.$D\udce9"]
