"""Edits that once went wrong, found by properties and by the hunt for hostile input: done as meant, or refused."""

from __future__ import annotations

import pytest
from formats.dockerfile.edits import PATH, edited, lowered, parsed

from fixer.finding import Operation
from fixer.formats.dockerfile import AppendCommand, Insert, Line, PutShellWord

# What Go's TrimSpace, and so BuildKit, takes for white space at the end of an instruction.
BLANKS = [
    "\x0b",
    "\x0c",
    "\x85",
    "\xa0",
    "\u2028",
    "\u2029",
    "\u3000",
    "\u2003",
]
OPERATIONS: list[Operation] = [
    AppendCommand(PATH, 1, ("rm", "-rf", "/x/*")),
    PutShellWord(PATH, 1, 0, 0, "--new"),
    Insert(PATH, 1, "after", Line("USER", "1")),
]


@pytest.mark.parametrize("end", ["", "\n", "\nUSER 1\n"])
@pytest.mark.parametrize("blank", BLANKS)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: type(operation).__name__)
def test_odd_blanks_at_the_end_of_a_run(operation: Operation, blank: str, end: str) -> None:
    for command in ("a", 'a "b c"', "a && b"):
        file = parsed(f"FROM x\nRUN {command}{blank}{end}")
        edited(file, lowered(file, operation))


def test_two_operations_before_an_odd_blank() -> None:
    file = parsed('FROM x\nRUN b "c d"\x0b')
    edited(file, lowered(file, *OPERATIONS))
