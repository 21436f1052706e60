"""The instructions of a text as BuildKit's own parser tells them."""

from __future__ import annotations

from typing import NamedTuple

import dockerfile

from fixer.formats.dockerfile import DockerfileText, Instruction


class Seen(NamedTuple):
    keyword: str
    inner: str
    line: int
    end_line: int
    flags: tuple[str, ...]
    text: str
    json: bool
    heredocs: tuple[tuple[str, str], ...]


def buildkit(text: str) -> list[Seen] | None:
    """Return what BuildKit sees; None when it rejects the text (or cannot be asked)."""
    try:
        commands = dockerfile.parse_string(text)
    except (dockerfile.GoParseError, UnicodeEncodeError):
        return None

    return [
        Seen(
            (command.cmd or "").upper(),
            (command.sub_cmd or "").upper(),
            command.start_line,
            command.end_line,
            tuple(command.flags),
            " ".join((command.original or "").split("\n", 1)[0].split()),
            command.json,
            tuple((heredoc.name, heredoc.content) for heredoc in command.heredocs),
        )
        for command in commands
    ]


def ours(file: DockerfileText) -> list[Seen]:
    return [_seen(instruction) for instruction in file.instructions]


def _seen(instruction: Instruction) -> Seen:
    return Seen(
        instruction.keyword,
        instruction.inner,
        instruction.line,
        instruction.end_line,
        tuple(flag.text for flag in instruction.flags),
        " ".join(instruction.logical.split("\n", 1)[0].split()),
        instruction.argv is not None,
        tuple((heredoc.name, heredoc.body) for heredoc in instruction.heredocs),
    )
