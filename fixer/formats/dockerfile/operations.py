"""Declarative changes of a Dockerfile, in the words of its meaning.

`at` is the number of an instruction, counted from 0. Words of a shell command are numbered from 0 within their command,
commands from 0 within their instruction.
"""

from __future__ import annotations

from typing import Literal

import msgspec


class Line(msgspec.Struct, frozen=True):
    """A new instruction: keyword, flags, and one kind of arguments.

    `text` stands as it is. `argv` is written in exec form (behind `text`, as in `HEALTHCHECK CMD [...]`). `commands`
    are shell commands of which each must succeed, one to a line. `pairs` are keys with values, quoted as needed.
    """

    keyword: str
    text: str = ""
    argv: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    flags: tuple[tuple[str, str], ...] = ()


class Insert(msgspec.Struct, frozen=True):
    """Insert a new instruction before or after another one; an attached comment stays attached to its instruction."""

    path: str
    at: int
    where: Literal["before", "after"]
    line: Line


class Replace(msgspec.Struct, frozen=True):
    """Put a new instruction in the place of another one."""

    path: str
    at: int
    line: Line


class Remove(msgspec.Struct, frozen=True):
    """Remove an instruction."""

    path: str
    at: int


class SetKeyword(msgspec.Struct, frozen=True):
    """Change the keyword of an instruction and nothing else; the case of the old one is kept."""

    path: str
    at: int
    keyword: str


class SetFlag(msgspec.Struct, frozen=True):
    """Set a flag (`--name=value`) of an instruction; a flag of that name is replaced."""

    path: str
    at: int
    name: str
    value: str


class SetWord(msgspec.Struct, frozen=True):
    """Replace the argument number `word` (counted behind the flags, separated by blanks)."""

    path: str
    at: int
    word: int
    text: str


class SetValue(msgspec.Struct, frozen=True):
    """Replace the value of `key` in ARG, ENV or LABEL; its quotes are kept."""

    path: str
    at: int
    key: str
    value: str


class SetDirective(msgspec.Struct, frozen=True):
    """Replace the value of a parser directive (`# syntax=value`) that is there."""

    path: str
    name: str
    value: str


class PutShellWord(msgspec.Struct, frozen=True):
    """Insert plain words, one blank between them, behind word number `after` of a command in RUN."""

    path: str
    at: int
    command: int
    after: int
    text: str


class RemoveShellWord(msgspec.Struct, frozen=True):
    """Remove a word of a command in RUN."""

    path: str
    at: int
    command: int
    word: int


class SetShellWord(msgspec.Struct, frozen=True):
    """Replace a word of a command in RUN by another plain word."""

    path: str
    at: int
    command: int
    word: int
    text: str


class AppendCommand(msgspec.Struct, frozen=True):
    """Append a command, given as plain words, to the end of a RUN; it runs when what stands before succeeded."""

    path: str
    at: int
    words: tuple[str, ...]


class ExecForm(msgspec.Struct, frozen=True):
    """Write the arguments of CMD, ENTRYPOINT or RUN in exec form, as `argv`."""

    path: str
    at: int
    argv: tuple[str, ...]
