"""Operations on shell commands: the text before, the operation, the text after; judged by bash and by tokens."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from formats.dockerfile.edits import PATH, changed, parsed

from fixer.finding import Operation
from fixer.formats.dockerfile import AppendCommand, PutShellWord, RemoveShellWord, SetShellWord
from fixer.formats.shell_tokens import tokens

CLEAN = AppendCommand(PATH, 1, ("rm", "-rf", "/x/*"))
NOREC = "--no-install-recommends"


def put(after: int, text: str = "-y", command: int = 0) -> PutShellWord:
    return PutShellWord(PATH, 1, command, after, text)


def drop(word: int, command: int = 0) -> RemoveShellWord:
    return RemoveShellWord(PATH, 1, command, word)


def swap(word: int, text: str, command: int = 0) -> SetShellWord:
    return SetShellWord(PATH, 1, command, word, text)


Case = tuple[str, str, Operation, str]

WORDS: list[Case] = [
    ("put", "RUN apt-get install b\n", put(1), "RUN apt-get install -y b\n"),
    ("put behind the last", "RUN apt-get install\n", put(1), "RUN apt-get install -y\n"),
    ("put two words", "RUN adduser -S b\n", put(0, "-u 1000"), "RUN adduser -u 1000 -S b\n"),
    ("put two words before a continuation", "RUN a \\\n    b\n", put(0, "-u 1"), "RUN a -u 1 \\\n    b\n"),
    ("put without final newline", "RUN apt-get install", put(1), "RUN apt-get install -y"),
    ("put before a continuation", "RUN apt-get install \\\n    b\n", put(1), "RUN apt-get install -y \\\n    b\n"),
    ("put before a continuation without a blank", "RUN a b\\\n    c\n", put(1), "RUN a b -y\\\n    c\n"),
    (
        "put behind a comment line",
        "RUN a && \\\n    # why\n    b c\n",
        put(0, command=1),
        "RUN a && \\\n    # why\n    b -y c\n",
    ),
    ("put before an operator", "RUN a;b\n", put(0), "RUN a -y;b\n"),
    ("put in a subshell", "RUN (a b)\n", put(1), "RUN (a b -y)\n"),
    ("put in a substitution", "RUN a $(b c)\n", put(1, command=1), "RUN a $(b c -y)\n"),
    ("put in a quoted substitution", 'RUN a "$(b c)"\n', put(0, command=1), 'RUN a "$(b -y c)"\n'),
    ("put behind a quoted word", 'RUN a "b c" d\n', put(1), 'RUN a "b c" -y d\n'),
    ("put behind a variable", "RUN a $B.$C d\n", put(1), "RUN a $B.$C -y d\n"),
    ("put before a redirection", "RUN a b > c\n", put(1), "RUN a b -y > c\n"),
    ("put in a command with an assignment", "RUN A=b c d\n", put(0), "RUN A=b c -y d\n"),
    ("put in a command with a quoted assignment", "RUN A='b c' d e\n", put(0), "RUN A='b c' d -y e\n"),
    ("put in a pipeline", "RUN a | b c\n", put(0, command=1), "RUN a | b -y c\n"),
    ("put in an if", "RUN if a; then b c; fi\n", put(0, command=1), "RUN if a; then b -y c; fi\n"),
    ("put with crlf", "RUN a \\\r\n  b\r\n", put(0), "RUN a -y \\\r\n  b\r\n"),
    ("put behind what is not ascii", "RUN é 'ü 🙂' && b c\n", put(0, command=1), "RUN é 'ü 🙂' && b -y c\n"),
    ("put behind a byte that is no text", "RUN \udce9 && b c\n", put(0, command=1), "RUN \udce9 && b -y c\n"),
    ("put in a heredoc", "RUN <<E\na b\nc\nE\n", put(0), "RUN <<E\na -y b\nc\nE\n"),
    ("put in a heredoc with tabs", "RUN <<-E\n\ta b\n\tE\n", put(0), "RUN <<-E\n\ta -y b\n\tE\n"),
    ("put in a heredoc with crlf", "RUN <<E\r\na b\r\nE\r\n", put(1), "RUN <<E\r\na b -y\r\nE\r\n"),
    (
        "put in a heredoc for bash",
        "RUN <<E\n#!/usr/bin/env bash\na b\nE\n",
        put(0),
        "RUN <<E\n#!/usr/bin/env bash\na -y b\nE\n",
    ),
    ("put behind a comment before the first argument", "RUN \\\n  # c\n  a b\n", put(0), "RUN \\\n  # c\n  a -y b\n"),
    ("put in what a heredoc follows", "RUN a b <<E\nc\nE\n", put(0), "RUN a -y b <<E\nc\nE\n"),
    (
        "put in a health check",
        "HEALTHCHECK --interval=3s CMD curl x || exit 1\n",
        put(0, "-f"),
        "HEALTHCHECK --interval=3s CMD curl -f x || exit 1\n",
    ),
    ("put in CMD", "CMD a b\n", put(0), "CMD a -y b\n"),
    ("put behind onbuild", "ONBUILD RUN a b\n", put(0), "ONBUILD RUN a -y b\n"),
    ("put before a trailing comment", "RUN a b # c\n", put(1), "RUN a b -y # c\n"),
    (
        "put with flags before",
        "RUN --mount=type=cache,target=/x a b\n",
        put(0),
        "RUN --mount=type=cache,target=/x a -y b\n",
    ),
    ("put with a form feed", "RUN a\fb c\n", put(1), "RUN a\fb c -y\n"),
    ("set", "RUN a b c\n", swap(1, "d"), "RUN a d c\n"),
    ("set the name", "RUN a && b c\n", swap(0, "d", 1), "RUN a && d c\n"),
    ("set a quoted word", "RUN a 'b c'\n", swap(1, "d"), "RUN a d\n"),
    ("set a glued word", "RUN a $B.$C d\n", swap(1, "e"), "RUN a e d\n"),
    ("set on a later line", "RUN a \\\n  # c\n  b \\\n  d\n", swap(1, "e"), "RUN a \\\n  # c\n  e \\\n  d\n"),
    ("drop", "RUN a b c\n", drop(1), "RUN a c\n"),
    ("drop the last", "RUN a b\n", drop(1), "RUN a\n"),
    ("drop the name", "RUN sudo a b\n", drop(0), "RUN a b\n"),
    ("drop the name of a later command", "RUN a && sudo b\n", drop(0, 1), "RUN a && b\n"),
    ("drop the name behind a parenthesis", "RUN (sudo b)\n", drop(0), "RUN ( b)\n"),
    ("drop a line", "RUN a \\\n    b \\\n    c\n", drop(1), "RUN a \\\n    c\n"),
    ("drop the last line", "RUN a \\\n    b \\\n    c\n", drop(2), "RUN a \\\n    b\n"),
    ("drop the last line without final newline", "RUN a \\\n    b", drop(1), "RUN a"),
    ("drop at the beginning of a line", "RUN a \\\n    b c\n", drop(1), "RUN a \\\n    c\n"),
    ("drop at the end of a line", "RUN a b \\\n    c\n", drop(1), "RUN a \\\n    c\n"),
    ("drop a line with crlf", "RUN a \\\r\n    b \\\r\n    c\r\n", drop(1), "RUN a \\\r\n    c\r\n"),
    ("drop the last line with crlf", "RUN a \\\r\n    b\r\n", drop(1), "RUN a\r\n"),
    ("drop a line with a comment above", "RUN a \\\n    # c\n    b \\\n    d\n", drop(1), "RUN a \\\n    # c\n    d\n"),
    ("drop in a quoted substitution", 'RUN a "$(b c)"\n', drop(1, 1), 'RUN a "$(b)"\n'),
    ("drop in a heredoc", "RUN <<E\na b\nE\n", drop(1), "RUN <<E\na\nE\n"),
]

APPENDED: list[Case] = [
    ("one line", "RUN a\n", CLEAN, "RUN a && rm -rf /x/*\n"),
    ("one line of a chain", "RUN a && b\n", CLEAN, "RUN a && b && rm -rf /x/*\n"),
    ("no final newline", "RUN a", CLEAN, "RUN a && rm -rf /x/*"),
    ("trailing blanks", "RUN a  \n", CLEAN, "RUN a && rm -rf /x/*  \n"),
    ("trailing comment", "RUN a # why\n", CLEAN, "RUN a && rm -rf /x/* # why\n"),
    ("trailing semicolon", "RUN a;\n", CLEAN, "RUN a && rm -rf /x/*;\n"),
    ("semicolons show no failure", "RUN a; b\n", CLEAN, "RUN a; b && rm -rf /x/*\n"),
    ("semicolons with set -e", "RUN set -e; a; b\n", CLEAN, "RUN set -e; a; b; rm -rf /x/*\n"),
    ("semicolons with set -o errexit", "RUN set -o errexit; a; b\n", CLEAN, "RUN set -o errexit; a; b; rm -rf /x/*\n"),
    ("set -e taken back", "RUN set -e; a; set +e; b\n", CLEAN, "RUN set -e; a; set +e; b && rm -rf /x/*\n"),
    (
        "chain behind set -e: its failure would be lost",
        "RUN set -e; a && b\n",
        CLEAN,
        "RUN set -e; a && b && rm -rf /x/*\n",
    ),
    ("set -e in a chain", "RUN set -ex && a\n", CLEAN, "RUN set -ex && a && rm -rf /x/*\n"),
    ("redirection", "RUN a && b > /dev/null 2>&1\n", CLEAN, "RUN a && b > /dev/null 2>&1 && rm -rf /x/*\n"),
    ("test", "RUN a && [ -f b ]\n", CLEAN, "RUN a && [ -f b ] && rm -rf /x/*\n"),
    ("alternative before a chain", "RUN a || b && c\n", CLEAN, "RUN a || b && c && rm -rf /x/*\n"),
    ("if before the last", "RUN if a; then b; fi; c\n", CLEAN, "RUN if a; then b; fi; c && rm -rf /x/*\n"),
    ("export", "RUN a && export B=c\n", CLEAN, "RUN a && export B=c && rm -rf /x/*\n"),
    ("flags", "RUN --mount=type=cache,target=/y a\n", CLEAN, "RUN --mount=type=cache,target=/y a && rm -rf /x/*\n"),
    ("onbuild", "ONBUILD RUN a\n", CLEAN, "ONBUILD RUN a && rm -rf /x/*\n"),
    (
        "joint at the end of the line",
        "RUN a && \\\n    b\n",
        CLEAN,
        "RUN a && \\\n    b && \\\n    rm -rf /x/*\n",
    ),
    (
        "joint at the beginning of the line",
        "RUN a \\\n    && b\n",
        CLEAN,
        "RUN a \\\n    && b \\\n    && rm -rf /x/*\n",
    ),
    (
        "joint at the beginning, packages below",
        "RUN a \\\n  && b -y \\\n      c \\\n      d\n",
        CLEAN,
        "RUN a \\\n  && b -y \\\n      c \\\n      d \\\n  && rm -rf /x/*\n",
    ),
    (
        "joint at the end, packages below",
        "RUN a && \\\n  b -y \\\n      c \\\n      d\n",
        CLEAN,
        "RUN a && \\\n  b -y \\\n      c \\\n      d && \\\n  rm -rf /x/*\n",
    ),
    (
        "one command on several lines",
        "RUN a \\\n    b \\\n    c\n",
        CLEAN,
        "RUN a \\\n    b \\\n    c \\\n    && rm -rf /x/*\n",
    ),
    (
        "one command on several lines in a file with joints at the end",
        "RUN a \\\n    b\nRUN c && \\\n    d\n",
        CLEAN,
        "RUN a \\\n    b && \\\n    rm -rf /x/*\nRUN c && \\\n    d\n",
    ),
    (
        "chain on one line, packages below",
        "RUN a && b \\\n    c\n",
        CLEAN,
        "RUN a && b \\\n    c \\\n    && rm -rf /x/*\n",
    ),
    ("tabs", "RUN a \\\n\t&& b\n", CLEAN, "RUN a \\\n\t&& b \\\n\t&& rm -rf /x/*\n"),
    ("wide gap behind the joint", "RUN a \\\n &&  b\n", CLEAN, "RUN a \\\n &&  b \\\n &&  rm -rf /x/*\n"),
    (
        "semicolons at the end of the lines with set -e",
        "RUN set -eux; \\\n\ta; \\\n\tb c\n",
        CLEAN,
        "RUN set -eux; \\\n\ta; \\\n\tb c; \\\n\trm -rf /x/*\n",
    ),
    (
        "semicolons at the end of the lines",
        "RUN a; \\\n\tb c\n",
        CLEAN,
        "RUN a; \\\n\tb c && \\\n\trm -rf /x/*\n",
    ),
    (
        "comments inside",
        "RUN a && \\\n    # why\n    b\n",
        CLEAN,
        "RUN a && \\\n    # why\n    b && \\\n    rm -rf /x/*\n",
    ),
    (
        "comment line behind the last package",
        "RUN a \\\n    b \\\n    # c\n    d\n",
        CLEAN,
        "RUN a \\\n    b \\\n    # c\n    d \\\n    && rm -rf /x/*\n",
    ),
    (
        "trailing comment on the last of several lines",
        "RUN a && \\\n    b # why\n",
        CLEAN,
        "RUN a && \\\n    b && rm -rf /x/* # why\n",
    ),
    (
        "shell comment that swallows the next line",
        "RUN a && \\\n    b # why \\\n    && c\n",
        CLEAN,
        "RUN a && \\\n    b && rm -rf /x/* # why \\\n    && c\n",
    ),
    ("blank line inside", "RUN a && \\\n\n    b\n", CLEAN, "RUN a && \\\n\n    b && \\\n    rm -rf /x/*\n"),
    ("crlf", "RUN a && \\\r\n    b\r\n", CLEAN, "RUN a && \\\r\n    b && \\\r\n    rm -rf /x/*\r\n"),
    (
        "blank behind the continuation mark",
        "RUN a && \\ \n    b\n",
        CLEAN,
        "RUN a && \\ \n    b && \\\n    rm -rf /x/*\n",
    ),
    ("several lines without final newline", "RUN a \\\n && b", CLEAN, "RUN a \\\n && b \\\n && rm -rf /x/*"),
    (
        "command on the second line",
        "RUN --mount=type=x \\\n    a\n",
        CLEAN,
        "RUN --mount=type=x \\\n    a && rm -rf /x/*\n",
    ),
    ("heredoc", "RUN <<E\na\nb\nE\n", CLEAN, "RUN <<E\na\nb && rm -rf /x/*\nE\n"),
    ("heredoc with set -e", "RUN <<E\nset -e\n  a\n  b\nE\n", CLEAN, "RUN <<E\nset -e\n  a\n  b\n  rm -rf /x/*\nE\n"),
    (
        "heredoc with -e in its first line",
        "RUN <<E\n#!/bin/sh -e\na\nE\n",
        CLEAN,
        "RUN <<E\n#!/bin/sh -e\na\nrm -rf /x/*\nE\n",
    ),
    (
        "heredoc with set -e and a chain",
        "RUN <<E\nset -e\na && b\nE\n",
        CLEAN,
        "RUN <<E\nset -e\na && b && rm -rf /x/*\nE\n",
    ),
    (
        "heredoc with a trailing comment",
        "RUN <<E\nset -e\na # why\n# more\nE\n",
        CLEAN,
        "RUN <<E\nset -e\na # why\nrm -rf /x/*\n# more\nE\n",
    ),
    (
        "heredoc without set -e and a trailing comment",
        "RUN <<E\na # why\nE\n",
        CLEAN,
        "RUN <<E\na && rm -rf /x/* # why\nE\n",
    ),
    ("heredoc with tabs", "RUN <<-E\n\tset -e\n\ta\n\tE\n", CLEAN, "RUN <<-E\n\tset -e\n\ta\n\trm -rf /x/*\n\tE\n"),
    ("heredoc with crlf", "RUN <<E\r\nset -e\r\na\r\nE\r\n", CLEAN, "RUN <<E\r\nset -e\r\na\r\nrm -rf /x/*\r\nE\r\n"),
    (
        "heredoc with a broken command",
        "RUN <<E\nset -e\na \\\n  b\nE\n",
        CLEAN,
        "RUN <<E\nset -e\na \\\n  b\nrm -rf /x/*\nE\n",
    ),
]
CASES = [*WORDS, *APPENDED]


def full(text: str) -> str:
    newline = "\r\n" if "\r\n" in text else "\n"
    return f"FROM a{newline}{text}"


@pytest.mark.parametrize(
    ("text", "operation", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_operation(text: str, operation: Operation, expected: str) -> None:
    assert changed(full(text), operation) == full(expected)


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")
@pytest.mark.parametrize(("text", "operation"), [case[1:3] for case in CASES], ids=[case[0] for case in CASES])
def test_bash_reads_the_result(text: str, operation: Operation) -> None:
    instruction = parsed(changed(full(text), operation)).instructions[1]
    script = instruction.command_text + "".join(f"\n{one.body}{one.name}\n" for one in instruction.heredocs)
    script = script.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\r", "")
    result = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize(("text", "operation"), [case[1:3] for case in APPENDED], ids=[case[0] for case in APPENDED])
def test_the_appended_command_runs_last(text: str, operation: Operation) -> None:
    """It is a command of its own at the top level, and nothing but comments follows it."""
    script = parsed(changed(full(text), operation)).instructions[1].script
    assert script is not None
    last = max(script.commands, key=lambda command: command.start)
    assert (last.name, last.arguments, last.top_level) == ("rm", ("-rf", "/x/*"), True)
    assert script.end == last.end


@pytest.mark.parametrize("text", [case[1] for case in APPENDED], ids=[case[0] for case in APPENDED])
def test_the_appended_command_hides_no_failure(text: str) -> None:
    """With every command failing, the script fails before and after, and `rm` never runs."""
    instruction = parsed(changed(full(text), CLEAN)).instructions[1]
    heredoc = instruction.heredocs[0].body.replace("\r", "") if instruction.heredocs else ""
    script = heredoc or instruction.command_text
    options = ["-e"] if "#!/bin/sh -e" in script else []
    failing = "a() { return 1; }; b() { return 1; }; c() { return 1; }; rm() { echo ran; }\n"
    result = subprocess.run(["bash", *options], input=failing + script, capture_output=True, text=True, check=False)
    if "if a" in text or "export" in text or "[ -f" in text:
        assert result.stdout.count("ran") <= 1
    else:
        assert (result.returncode != 0, result.stdout) == (True, "")


def test_tokens_tell_what_changed() -> None:
    before = parsed(full("RUN a && \\\n  # c\n  b c\n"))
    after = parsed(changed(before.source.text, put(0, NOREC, 1)))
    assert tokens(after.instructions[1].text) == ("a", "&&", "b", NOREC, "c")
