"""Input that nobody writes by hand: it ends in a sentence, and in time that grows with its size."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from formats.dockerfile.edits import PATH, edited, lowered, parsed

from fixer.finding import Operation
from fixer.formats.dockerfile import AppendCommand, Insert, Line, SetFlag
from fixer.formats.format import FormatError
from fixer.formats.shell import why_not_simple


def test_expansions_nested_deeply() -> None:
    with pytest.raises(FormatError, match="nested more than 50 deep"):
        parsed("FROM a\nRUN " + "${A:-" * 5000 + "}" * 5000 + " <<E\nb\nE\n")


def test_values_nested_deeply_stay_as_they_are() -> None:
    value = "${A:-" * 5000 + "}" * 5000
    assert parsed(f"FROM a\nENV B={value}\n").instructions[1].pairs == (("B", value),)


def test_many_expansions_side_by_side_are_fine() -> None:
    assert parsed("FROM a\nRUN " + "${A:-b} " * 500 + "<<E\nb\nE\n").instructions[1].heredocs


@pytest.mark.parametrize("opening", ["[", '["a", ', '["\\u00e9", ['])
def test_json_nested_deeply(opening: str) -> None:
    assert parsed("FROM a\nCMD " + opening * 100_000 + "\n").instructions[1].argv is None


@pytest.mark.parametrize("text", ["(" * 3000 + "a" + ")" * 3000, " && ".join(["a"] * 3000), "$(" * 3000 + ")" * 3000])
def test_shell_nested_deeply(text: str) -> None:
    instruction = parsed(f"FROM a\nRUN {text}\n").instructions[1]
    assert instruction.script is None
    assert instruction.script_problem in {
        "the shell commands are nested too deeply",
        "the shell commands cannot be read",
    }


SIZES: dict[str, Callable[[int], str]] = {
    "one line of words": lambda size: "FROM a\nCOPY " + "b " * size + "c\n",
    "one line of hashes": lambda size: "FROM a\nRUN b " + "# " * size + "\\\n c\n",
    "one line of braces": lambda size: "FROM a\nCMD b {" + "," * size + "\n",
    "one line of quotes": lambda size: "FROM a\nRUN b " + "\"'" * size + "\n",
    "one line of backslashes": lambda size: "FROM a\nENV b=" + "\\" * size + "\n",
    "one line of dollars": lambda size: "FROM a\nRUN <<E " + "$" * size + "\nE\n",
    "lines of a continuation": lambda size: "FROM a\nRUN b" + " \\\n  c" * size + "\n",
    "comments in a continuation": lambda size: "FROM a\nRUN b \\\n" + "# c\n" * size + "  d\n",
    "instructions": lambda size: "FROM a\n" + "RUN b\n" * size,
    "blank lines": lambda size: "FROM a\n" + "\n" * size + "RUN b\n",
    "lines of a heredoc": lambda size: "FROM a\nRUN <<E\n" + "b\n" * size + "E\n",
    "pairs": lambda size: "FROM a\nENV" + " b=c" * size + "\n",
    "white space": lambda size: "FROM a\nRUN b" + " \t" * size + "c\n",
    "percent signs": lambda size: "FROM a\nENV b=" + "%%A" * size + "\n",
}


def work(text: str) -> None:
    file = parsed(text)
    last = file.instructions[-1]
    _ = (file.templated, file.comments, file.style, last.words, last.pairs, last.script, last.argv)
    why_not_simple(last.text)
    operations: list[Operation] = [
        Insert(PATH, 0, "after", Line("USER", text="1")),
        SetFlag(PATH, last.index, "x", "y"),
        AppendCommand(PATH, last.index, ("rm", "z")),
    ]
    edited(file, lowered(file, *operations))


@pytest.mark.parametrize("make", SIZES.values(), ids=SIZES.keys())
def test_time_grows_with_the_size(make: Callable[[int], str]) -> None:
    small, large = (_seconds(make(size)) for size in (2_000, 32_000))
    # Sixteen times the text; a quadratic step would take two hundred times as long.
    assert large < max(small, 0.01) * 80


def _seconds(text: str) -> float:
    start = time.process_time()
    work(text)
    return time.process_time() - start
