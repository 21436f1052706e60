"""The proof of meaning catches results that are not the planned ones."""

from __future__ import annotations

import pytest
from formats.dockerfile.edits import PATH, lowered, parsed

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
BASE = "# syntax=x\nFROM a AS b\n# c\nADD --link d e\nRUN f && \\\n  # g\n  h i\nENV J=k L=m\nCMD n o\n"

SABOTAGED: list[tuple[str, list[Operation], str, str]] = [
    ("nothing was done", [Insert(PATH, 1, "before", USER)], BASE, "USER was expected"),
    (
        "line at another place",
        [Insert(PATH, 4, "before", USER)],
        BASE.replace("RUN", "USER 1:1\nRUN"),
        "RUN was expected",
    ),
    (
        "line twice",
        [Insert(PATH, 4, "before", USER)],
        BASE.replace("CMD", "USER 1:1\nUSER 1:1\nCMD"),
        "CMD was expected",
    ),
    (
        "line at the end twice",
        [Insert(PATH, 4, "after", USER)],
        BASE + "USER 1:1\nUSER 1:1\n",
        "there are 7 instructions, not 6",
    ),
    (
        "other user",
        [Insert(PATH, 4, "before", USER)],
        BASE.replace("CMD", "USER 0:0\nCMD"),
        "the arguments are not those of the new line",
    ),
    (
        "line with a flag",
        [Insert(PATH, 4, "before", USER)],
        BASE.replace("CMD", "USER --x=y 1:1\nCMD"),
        "the flags are not those of the new line",
    ),
    (
        "comment torn off",
        [Insert(PATH, 1, "before", USER)],
        BASE.replace("ADD", "USER 1:1\nADD"),
        "the comment above is another one",
    ),
    (
        "comment lost",
        [SetFlag(PATH, 1, "chown", "1")],
        BASE.replace("# c\n", "").replace("--link", "--link --chown=1"),
        "the comments changed",
    ),
    (
        "comment inside lost",
        [AppendCommand(PATH, 2, ("x",))],
        BASE.replace("  # g\n", "").replace("h i", "h i && x"),
        "the comments changed",
    ),
    (
        "comment above a directive",
        [SetWord(PATH, 0, 0, "x")],
        BASE.replace("# syntax=x\n", "").replace("FROM a", "FROM x"),
        "the parser directives changed",
    ),
    (
        "another instruction changed",
        [SetWord(PATH, 0, 0, "x")],
        BASE.replace("FROM a", "FROM x").replace("n o", "n p"),
        "line 9, CMD: the arguments changed",
    ),
    (
        "another keyword changed",
        [SetWord(PATH, 0, 0, "x")],
        BASE.replace("FROM a", "FROM x").replace("CMD", "ENTRYPOINT"),
        "CMD was expected",
    ),
    (
        "another flag changed",
        [SetWord(PATH, 0, 0, "x")],
        BASE.replace("FROM a", "FROM x").replace("--link ", ""),
        "the flags changed",
    ),
    (
        "instruction lost",
        [SetWord(PATH, 0, 0, "x")],
        BASE.replace("FROM a", "FROM x").replace("ENV J=k L=m\n", ""),
        "ENV was expected",
    ),
    (
        "swallowed by a continuation",
        [Insert(PATH, 4, "after", USER)],
        BASE.replace("n o\n", "n o \\\nUSER 1:1\n"),
        "the arguments changed",
    ),
    ("new line goes on", [Insert(PATH, 4, "after", USER)], BASE + "USER 1:1 \\\n", "does not end where it should"),
    ("keyword not changed", [SetKeyword(PATH, 1, "COPY")], BASE, "COPY was expected"),
    (
        "flag lost",
        [SetFlag(PATH, 1, "chown", "1")],
        BASE.replace("--link", "--chown=1"),
        "the flags are not the planned ones",
    ),
    (
        "flag added",
        [SetFlag(PATH, 1, "chown", "1")],
        BASE.replace("--link", "--link --chown=1 --x"),
        "the flags are not the planned ones",
    ),
    ("other word", [SetWord(PATH, 0, 0, "x")], BASE.replace("AS b", "AS x"), "the arguments are not the planned ones"),
    (
        "other value",
        [SetValue(PATH, 3, "J", "x")],
        BASE.replace("L=m", "L=x"),
        "the arguments are not the planned ones",
    ),
    (
        "value with its quotes doubled",
        [SetValue(PATH, 3, "J", "x")],
        BASE.replace("J=k", "J='\"x\"'"),
        "the arguments are not the planned ones",
    ),
    ("shell form left", [ExecForm(PATH, 4, ("n", "o"))], BASE, "the arguments are not the planned ones"),
    (
        "one argument too few",
        [ExecForm(PATH, 4, ("n", "o"))],
        BASE.replace("n o", '["n"]'),
        "the arguments are not the planned ones",
    ),
    (
        "shell word behind the wrong one",
        [PutShellWord(PATH, 2, 1, 0, "-y")],
        BASE.replace("h i", "h i -y"),
        "the arguments are not the planned ones",
    ),
    (
        "shell word in the wrong command",
        [PutShellWord(PATH, 2, 1, 0, "-y")],
        BASE.replace("f &&", "f -y &&"),
        "the arguments are not the planned ones",
    ),
    (
        "shell word glued",
        [PutShellWord(PATH, 2, 1, 0, "-y")],
        BASE.replace("h i", "h-y i"),
        "the arguments are not the planned ones",
    ),
    ("shell word not removed", [RemoveShellWord(PATH, 2, 1, 1)], BASE, "the arguments are not the planned ones"),
    ("shell word not set", [SetShellWord(PATH, 2, 1, 1, "x")], BASE, "the arguments are not the planned ones"),
    (
        "appended by a semicolon",
        [AppendCommand(PATH, 2, ("x",))],
        BASE.replace("h i", "h i; x"),
        "the arguments are not the planned ones",
    ),
    (
        "appended behind an alternative",
        [AppendCommand(PATH, 2, ("x",))],
        BASE.replace("h i", "h i || x"),
        "the arguments are not the planned ones",
    ),
    (
        "appended in a comment",
        [AppendCommand(PATH, 2, ("x",))],
        BASE.replace("h i", "h i # && x"),
        "the arguments are not the planned ones",
    ),
    (
        "appended before the last",
        [AppendCommand(PATH, 2, ("x",))],
        BASE.replace("h i", "x && h i"),
        "the arguments are not the planned ones",
    ),
    (
        "operator changed",
        [PutShellWord(PATH, 2, 0, 0, "x")],
        BASE.replace("f &&", "f x &").replace("h i", "h i"),
        "the arguments are not the planned ones",
    ),
    ("not removed", [Remove(PATH, 3)], BASE, "CMD was expected"),
    ("not replaced", [Replace(PATH, 3, USER)], BASE, "USER was expected"),
    (
        "a heredoc grew out of it",
        [Insert(PATH, 0, "after", USER)],
        BASE.replace("# c\n", "USER 1:1\n# c\n").replace("RUN f", "RUN <<h f"),
        "unreadable",
    ),
]


@pytest.mark.parametrize(
    ("effects", "after", "reason"), [case[1:] for case in SABOTAGED], ids=[case[0] for case in SABOTAGED]
)
def test_difference(effects: list[Operation], after: str, reason: str) -> None:
    if reason == "unreadable":
        with pytest.raises(Exception, match="does not end"):
            parsed(after)

        return

    found = parsed(BASE).difference(parsed(after), effects)
    assert found is not None
    assert reason in found


def test_every_single_change_of_a_result_is_noticed() -> None:
    """Each character of a result is replaced by others in turn, at every place."""
    effects: list[Operation] = [
        SetWord(PATH, 0, 0, "x:1"),
        SetKeyword(PATH, 1, "COPY"),
        SetFlag(PATH, 1, "chown", "1:1"),
        PutShellWord(PATH, 2, 1, 0, "-y"),
        SetValue(PATH, 3, "J", "z"),
        Insert(PATH, 4, "before", USER),
        ExecForm(PATH, 4, ("n", "o")),
    ]
    before = parsed(BASE)
    result = apply(BASE, lowered(before, *effects).edits)
    assert before.difference(parsed(result), effects) is None
    for place, character in enumerate(result):
        for other in "q;\\":
            if other != character:
                assert not _passes(before, result[:place] + other + result[place + 1 :], effects), (place, other)


def _passes(before, text: str, effects: list[Operation]) -> bool:  # noqa: ANN001 - a parsed file
    from fixer.formats.format import FormatError

    try:
        return before.difference(parsed(text), effects) is None
    except FormatError:
        return False


def test_heredocs_are_part_of_the_meaning() -> None:
    before = parsed("FROM a\nCOPY <<E /b\nc\nE\n")
    after = parsed("FROM x\nCOPY <<E /b\nd\nE\n")
    assert before.difference(after, [SetWord(PATH, 0, 0, "x")]) == "line 2, COPY: a heredoc changed"


def test_heredoc_of_an_edited_instruction() -> None:
    effect = SetFlag(PATH, 1, "chown", "1")
    before = parsed("FROM a\nCOPY <<E /b\nc\nE\n")
    assert before.difference(parsed("FROM a\nCOPY --chown=1 <<E /b\nc\nE\n"), [effect]) is None
    found = before.difference(parsed("FROM a\nCOPY --chown=1 <<E /b\nd\nE\n"), [effect])
    assert found == "line 2, COPY: a heredoc changed"


def test_body_of_an_edited_heredoc() -> None:
    effect = AppendCommand(PATH, 1, ("x",))
    before = parsed("FROM a\nRUN <<E\nb\nE\n")
    assert before.difference(parsed("FROM a\nRUN <<E\nb && x\nE\n"), [effect]) is None
    for body in ("b\nx", "b ; x", "b", "b && y", "b && x && x", "b || x"):
        assert before.difference(parsed(f"FROM a\nRUN <<E\n{body}\nE\n"), [effect]) == "line 2, RUN: a heredoc changed"


def test_a_script_that_can_no_longer_be_read() -> None:
    effect = PutShellWord(PATH, 2, 0, 0, "x")
    before = parsed("FROM a\nARG b\nRUN c d\n")
    after = parsed('FROM a\nSHELL ["pwsh"]\nRUN c x d\n')
    found = before.difference(after, [Replace(PATH, 1, Line("SHELL", argv=("pwsh",))), effect])
    assert found == "line 3, RUN: the arguments are not the planned ones"
