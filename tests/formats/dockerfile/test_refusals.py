"""What is not carried out, with the sentence that says why; and patches that touch the same place."""

from __future__ import annotations

import pytest
from formats.dockerfile.edits import PATH, edited, lowered, parsed, patch, refusal

from fixer.finding import Operation
from fixer.formats.dockerfile import (
    AppendCommand,
    ExecForm,
    Insert,
    Line,
    PutShellWord,
    Remove,
    RemoveShellWord,
    Replace,
    SetFlag,
    SetKeyword,
    SetShellWord,
    SetValue,
    SetWord,
)
from fixer.text import apply

USER = Line("USER", text="1:1")

REFUSED: list[tuple[str, str, Operation, str]] = [
    (
        "unknown instruction",
        "FROM a\nfoo\n",
        SetKeyword(PATH, 0, "FROM"),
        "an instruction that BuildKit does not know: FOO",
    ),
    ("template", "FROM {{ a }}\n", SetWord(PATH, 0, 0, "b"), "the file is a template"),
    ("no such instruction", "FROM a\n", Remove(PATH, 1), "there is no instruction number 1"),
    (
        "behind a dangling continuation",
        "FROM a\nCMD b \\\n",
        Insert(PATH, 1, "after", USER),
        "line 2 is continued, but the file ends there",
    ),
    ("only instruction", "FROM a\n", Remove(PATH, 0), "the file has no other instruction"),
    (
        "remove with comments inside",
        "FROM a\nRUN b \\\n # c\n d\n",
        Remove(PATH, 1),
        "line 2 has comments inside, which would be lost",
    ),
    (
        "replace with comments inside",
        "FROM a\nRUN b \\\n # c\n d\n",
        Replace(PATH, 1, USER),
        "line 2 has comments inside, which would be lost",
    ),
    ("new instruction unknown", "FROM a\n", Insert(PATH, 0, "after", Line("FOO", text="b")), "FOO is no instruction"),
    ("new instruction empty", "FROM a\n", Insert(PATH, 0, "after", Line("USER")), "nothing to write behind USER"),
    (
        "new line with a line break",
        "FROM a\n",
        Insert(PATH, 0, "after", Line("RUN", text="b\nUSER root")),
        "has a line break",
    ),
    (
        "new command with a line break",
        "FROM a\n",
        Insert(PATH, 0, "after", Line("RUN", commands=("b", "c\nd"))),
        "has a line break",
    ),
    ("new line that goes on", "FROM a\n", Insert(PATH, 0, "after", Line("RUN", text="b \\ ")), "continues the line"),
    (
        "new line that goes on under a backtick",
        "# escape=`\nFROM a\n",
        Insert(PATH, 0, "after", Line("RUN", text="b `")),
        "continues the line",
    ),
    (
        "new line with a heredoc",
        "FROM a\n",
        Insert(PATH, 0, "after", Line("RUN", text="<<EOF")),
        "a new line cannot have a heredoc",
    ),
    (
        "new pair with a line break",
        "FROM a\n",
        Insert(PATH, 0, "after", Line("ENV", pairs=(("a", "b\nc"),))),
        "a value has a line break",
    ),
    (
        "new pair with a broken key",
        "FROM a\n",
        Insert(PATH, 0, "after", Line("ENV", pairs=(("a b", "c"),))),
        "a key has blanks, quotes",
    ),
    (
        "new flag with blanks",
        "FROM a\n",
        Insert(PATH, 0, "after", Line("COPY", text="b c", flags=(("chown", "a b"),))),
        "--chown has a value that needs quotes",
    ),
    (
        "exec form with bytes that are no text",
        "FROM a\nCMD b\n",
        ExecForm(PATH, 1, ("\udce9",)),
        "bytes that are no UTF-8",
    ),
    ("keyword unknown", "FROM a\nADD b c\n", SetKeyword(PATH, 1, "FOO"), "FOO is no instruction"),
    (
        "keyword broken over lines",
        "FROM a\nAD\\\nD b c\n",
        SetKeyword(PATH, 1, "COPY"),
        "line 2 is broken over two lines",
    ),
    (
        "several flags of the name",
        "FROM a\nRUN --mount=x --mount=y b\n",
        SetFlag(PATH, 1, "mount", "z"),
        "has several flags --mount",
    ),
    (
        "flag broken over lines",
        "FROM a\nRUN --mount=x,\\\ny b\n",
        SetFlag(PATH, 1, "mount", "z"),
        "line 2 is broken over two lines",
    ),
    ("flag with quotes", "FROM a\nCOPY b c\n", SetFlag(PATH, 1, "chown", '"x"'), "has a value that needs quotes"),
    ("no such word", "FROM a\n", SetWord(PATH, 0, 1, "b"), "no argument number 1"),
    ("word broken over lines", "FROM a\\\nb\n", SetWord(PATH, 0, 0, "c"), "line 1 is broken over two lines"),
    ("word of a json form", 'FROM a\nCOPY ["b", "c"]\n', SetWord(PATH, 1, 0, "d"), "has its arguments in JSON form"),
    ("word of pairs", "FROM a\nENV A=b\n", SetWord(PATH, 1, 0, "c"), "are keys with values"),
    ("word with a blank", "FROM a\n", SetWord(PATH, 0, 0, "b c"), "the new argument is no word"),
    ("word that continues the line", "FROM a\n", SetWord(PATH, 0, 0, "b\\"), "the new argument is no word"),
    ("word that would be a flag", "FROM a\n", SetWord(PATH, 0, 0, "--b"), "read as a flag"),
    ("word that names a heredoc", "FROM a\nCOPY <<E /b\nE\n", SetWord(PATH, 1, 0, "c"), "announces a heredoc"),
    ("no such key", "FROM a\nENV A=b\n", SetValue(PATH, 1, "B", "c"), "sets B nowhere"),
    ("key twice", "FROM a\nENV A=b A=c\n", SetValue(PATH, 1, "A", "d"), "sets A several times"),
    ("value with a line break", "FROM a\nENV A=b\n", SetValue(PATH, 1, "A", "c\nd"), "has a line break"),
    (
        "value broken over lines",
        "FROM a\nENV A=b\\\nc\n",
        SetValue(PATH, 1, "A", "d"),
        "line 2 is broken over two lines",
    ),
    (
        "value with a dollar that is no variable",
        "FROM a\nENV A='$b'\n",
        SetValue(PATH, 1, "A", "$c"),
        "a dollar sign that is no variable",
    ),
    (
        "value with an escaped dollar",
        "FROM a\nENV A=\\$b\n",
        SetValue(PATH, 1, "A", "$c"),
        "a dollar sign that is no variable",
    ),
    (
        "exec form with comments inside",
        "FROM a\nCMD b \\\n # c\n d\n",
        ExecForm(PATH, 1, ("b", "d")),
        "has comments inside, which would be lost",
    ),
    ("exec form of a heredoc", "FROM a\nRUN <<E\nb\nE\n", ExecForm(PATH, 1, ("b",)), "does not end on its line"),
    ("exec form of a dangling command", "FROM a\nCMD b \\\n", ExecForm(PATH, 1, ("b",)), "does not end on its line"),
    ("exec form of what is no command", "FROM a\nUSER b\n", ExecForm(PATH, 1, ("b",)), "has no command"),
    (
        "shell word of an exec form",
        'FROM a\nRUN ["b"]\n',
        PutShellWord(PATH, 1, 0, 0, "-c"),
        "the command is in exec form, without a shell",
    ),
    (
        "shell word under a backtick",
        "# escape=`\nFROM a\nRUN b\n",
        PutShellWord(PATH, 1, 0, 0, "-c"),
        "the escape character is a backtick",
    ),
    (
        "shell word of PowerShell",
        'FROM a\nSHELL ["powershell", "-Command"]\nRUN b\n',
        PutShellWord(PATH, 2, 0, 0, "-c"),
        "the SHELL in effect is no POSIX shell",
    ),
    (
        "shell word of python",
        "FROM a\nRUN <<E\n#!/usr/bin/env python3\nb\nE\n",
        PutShellWord(PATH, 1, 0, 0, "-c"),
        "the heredoc is a script of python3",
    ),
    (
        "shell word of what cannot be read",
        "FROM a\nRUN if b\n",
        PutShellWord(PATH, 1, 0, 0, "-c"),
        "the shell commands cannot be read",
    ),
    (
        "shell word before a backquote",
        "FROM a\nRUN b `c d`\n",
        PutShellWord(PATH, 1, 1, 1, "-e"),
        "cannot be told from what follows",
    ),
    ("no such command", "FROM a\nRUN b\n", PutShellWord(PATH, 1, 1, 0, "-c"), "has no command number 1"),
    ("no such shell word", "FROM a\nRUN b\n", PutShellWord(PATH, 1, 0, 1, "-c"), "has no word number 1"),
    ("shell words with two blanks", "FROM a\nRUN b\n", PutShellWord(PATH, 1, 0, 0, "-c  d"), "needs quotes"),
    ("shell word with a variable", "FROM a\nRUN b\n", PutShellWord(PATH, 1, 0, 0, "$c"), "needs quotes"),
    ("shell word with an operator", "FROM a\nRUN b\n", SetShellWord(PATH, 1, 0, 0, "c;d"), "needs quotes"),
    (
        "shell word broken over lines",
        "FROM a\nRUN b c\\\nd\n",
        SetShellWord(PATH, 1, 0, 1, "e"),
        "is broken over two lines",
    ),
    ("only shell word", "FROM a\nRUN b\n", RemoveShellWord(PATH, 1, 0, 0), "has no other word"),
    (
        "shell word that leaves a flag",
        "FROM a\nRUN b --mount=c\n",
        RemoveShellWord(PATH, 1, 0, 0),
        "would begin with --mount=c",
    ),
    (
        "shell word with a comment above it",
        "FROM a\nRUN b \\\n  # c\n  d\n",
        RemoveShellWord(PATH, 1, 0, 1),
        "without its comment",
    ),
    (
        "shell word of a line that a heredoc holds",
        "FROM a\nRUN b # <<E\nc\nE\n",
        PutShellWord(PATH, 1, 1, 0, "-d"),
        "stands in a heredoc",
    ),
    ("append to what is no RUN", "FROM a\nCMD b\n", AppendCommand(PATH, 1, ("c",)), "nothing can be appended"),
    (
        "append to a dangling RUN",
        "FROM a\nRUN b \\\n",
        AppendCommand(PATH, 1, ("c",)),
        "is continued, but the file ends there",
    ),
    ("append nothing", "FROM a\nRUN b\n", AppendCommand(PATH, 1, ()), "nothing can be appended"),
    ("append behind a pipeline", "FROM a\nRUN b && c | d\n", AppendCommand(PATH, 1, ("e",)), "end with a pipeline"),
    (
        "append behind an alternative",
        "FROM a\nRUN b && c || d\n",
        AppendCommand(PATH, 1, ("e",)),
        "end with an alternative (||)",
    ),
    ("append behind a subshell", "FROM a\nRUN b && (c)\n", AppendCommand(PATH, 1, ("e",)), "end with a subshell"),
    ("append behind a group", "FROM a\nRUN { b; }\n", AppendCommand(PATH, 1, ("e",)), "end with a group of commands"),
    ("append behind an if", "FROM a\nRUN if b; then c; fi\n", AppendCommand(PATH, 1, ("e",)), "end with an if"),
    ("append behind a loop", "FROM a\nRUN for b in c; do d; done\n", AppendCommand(PATH, 1, ("e",)), "end with a loop"),
    ("append behind a case", "FROM a\nRUN case b in c) d;; esac\n", AppendCommand(PATH, 1, ("e",)), "end with a case"),
    (
        "append behind a negation",
        "FROM a\nRUN b && ! c\n",
        AppendCommand(PATH, 1, ("e",)),
        "end with a negated command",
    ),
    (
        "append behind the background",
        "FROM a\nRUN b &\n",
        AppendCommand(PATH, 1, ("e",)),
        "end with a command in the background",
    ),
    (
        "append behind exit",
        "FROM a\nRUN b; exit 0\n",
        AppendCommand(PATH, 1, ("e",)),
        "end with exit, behind which nothing runs",
    ),
    (
        "append behind exec",
        "FROM a\nRUN exec b\n",
        AppendCommand(PATH, 1, ("e",)),
        "end with exec, behind which nothing runs",
    ),
    ("append behind a function", "FROM a\nRUN f() { b; }\n", AppendCommand(PATH, 1, ("e",)), "end with a function"),
    (
        "append behind a shell heredoc",
        "FROM a\nRUN cat <<E\nb\nE\n",
        AppendCommand(PATH, 1, ("e",)),
        "end with a heredoc",
    ),
    (
        "append to what a heredoc feeds",
        "FROM a\nRUN b # <<E\nc\nE\n",
        AppendCommand(PATH, 1, ("e",)),
        "fed by a heredoc",
    ),
]


@pytest.mark.parametrize(
    ("text", "operation", "reason"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_refused(text: str, operation: Operation, reason: str) -> None:
    assert reason in refusal(text, operation)


def test_a_patch_is_carried_out_whole_or_not_at_all() -> None:
    result = patch("FROM a\nADD b c\n", [SetKeyword(PATH, 1, "COPY"), SetWord(PATH, 1, 7, "x")])
    assert list(result.refused) == [0]
    assert not result.edits
    assert not result.done


def test_two_operations_of_a_patch_on_one_place() -> None:
    result = patch("FROM a\n", [SetWord(PATH, 0, 0, "b"), SetWord(PATH, 0, 0, "c")])
    assert result.refused == {0: "two operations of the fix touch the same place"}


def test_operations_of_another_format_are_refused() -> None:
    from fixer.formats.yaml.operations import AddDocument

    result = patch("FROM a\n", [AddDocument(PATH, {})])
    assert result.refused == {0: "AddDocument is no operation on a Dockerfile"}


COLLIDING: list[tuple[str, str, Operation, Operation]] = [
    ("same word", "FROM a\n", SetWord(PATH, 0, 0, "b"), SetWord(PATH, 0, 0, "c")),
    ("same new flag", "FROM a\nCOPY b c\n", SetFlag(PATH, 1, "chown", "1"), SetFlag(PATH, 1, "link", "")),
    ("replaced and set", "FROM a\nADD b c\n", Replace(PATH, 1, USER), SetKeyword(PATH, 1, "COPY")),
    ("removed and set", "FROM a\nADD b c\n", Remove(PATH, 1), SetFlag(PATH, 1, "chown", "1")),
    ("removed twice", "FROM a\nADD b c\n", Remove(PATH, 1), Remove(PATH, 1)),
    ("exec form and appended", "FROM a\nRUN b\n", ExecForm(PATH, 1, ("b",)), AppendCommand(PATH, 1, ("c",))),
    ("two appended", "FROM a\nRUN b\n", AppendCommand(PATH, 1, ("c",)), AppendCommand(PATH, 1, ("d",))),
    ("put at one place", "FROM a\nRUN b c\n", PutShellWord(PATH, 1, 0, 0, "-x"), PutShellWord(PATH, 1, 0, 0, "-y")),
    ("put where one appends", "FROM a\nRUN b\n", AppendCommand(PATH, 1, ("c",)), PutShellWord(PATH, 1, 0, 0, "-y")),
    ("line behind a removed last line", "FROM a\nCMD b", Remove(PATH, 1), Insert(PATH, 0, "after", USER)),
]


@pytest.mark.parametrize(
    ("text", "first", "second"), [case[1:] for case in COLLIDING], ids=[case[0] for case in COLLIDING]
)
def test_the_earlier_patch_goes_first(text: str, first: Operation, second: Operation) -> None:
    file = parsed(text)
    result = file.lower({7: (first,), 3: (second,)})
    assert (result.done, result.deferred, dict(result.refused)) == (frozenset({3}), frozenset({7}), {})
    assert {edit.owner for edit in result.edits} == {3}
    assert result.effects == (second,)
    edited(file, result)


def test_patches_at_different_places_go_together() -> None:
    file = parsed("FROM a\nADD b c\nRUN d e\nCMD f\n")
    result = lowered(
        file,
        SetWord(PATH, 0, 0, "x:1"),
        SetKeyword(PATH, 1, "COPY"),
        SetFlag(PATH, 1, "chown", "1:1"),
        PutShellWord(PATH, 2, 0, 0, "-y"),
        SetShellWord(PATH, 2, 0, 1, "z"),
        AppendCommand(PATH, 2, ("g",)),
        Insert(PATH, 3, "before", USER),
        ExecForm(PATH, 3, ("f",)),
    )
    assert not result.deferred
    expected = 'FROM x:1\nCOPY --chown=1:1 b c\nRUN d -y z && g\nUSER 1:1\nCMD ["f"]\n'
    assert edited(file, result).source.text == expected


def test_word_and_shell_word_of_one_instruction() -> None:
    file = parsed("FROM a\nCMD b c\n")
    result = lowered(file, SetWord(PATH, 1, 1, "d"), PutShellWord(PATH, 1, 0, 0, "-e"))
    assert edited(file, result).source.text == "FROM a\nCMD b -e d\n"


def test_edits_are_in_order_and_do_not_overlap() -> None:
    file = parsed("FROM a\nRUN b")
    result = lowered(file, Insert(PATH, 1, "after", USER), AppendCommand(PATH, 1, ("c",)), SetWord(PATH, 0, 0, "d"))
    assert [(edit.start, edit.end, edit.owner) for edit in result.edits] == [(5, 6, 2), (12, 12, 1), (12, 12, 0)]
    assert apply(file.source.text, result.edits) == "FROM d\nRUN b && c\nUSER 1:1"
