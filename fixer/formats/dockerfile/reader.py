"""The lines of a Dockerfile as BuildKit puts them together: directives, continuations, comments, heredocs."""

from __future__ import annotations

import re

import msgspec

from fixer.formats.dockerfile.lexer import WHITE, LexError, Piece, flags, heredoc_names
from fixer.formats.format import FormatError

_DIRECTIVE = re.compile(r"([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*", re.ASCII)
_DIRECTIVES = frozenset({"syntax", "escape", "check"})
_KEYWORD = re.compile(rf"[{WHITE}]*([^\t\v\f\r ]*)[{WHITE}]*")
_WITH_HEREDOC = frozenset({"RUN", "COPY", "ADD"})


class Heredoc(msgspec.Struct, frozen=True):
    """A heredoc. `start` and `end` enclose its body; `stop` is the end of the line of its terminator.

    `chomp` says that leading tabs are taken off (`<<-`), `expand` that variables are expanded (the name is not quoted).
    """

    name: str
    body: str
    start: int
    end: int
    stop: int
    chomp: bool
    expand: bool


class Block(msgspec.Struct, frozen=True):
    """One instruction in the text.

    `start` and `end` enclose its lines with the last line end. `segments` are the stretches of the text that make up
    the logical line, `skipped` the comment and blank lines between them. `arguments` is the place in the logical line
    behind the flags. `dangling` says that a continuation has nothing behind it. `comment_start` is where the comment
    block directly above begins, `start` when there is none.
    """

    start: int
    end: int
    line: int
    end_line: int
    segments: tuple[tuple[int, int], ...]
    skipped: tuple[tuple[int, int], ...]
    dangling: bool
    comment_start: int
    logical: str
    keyword: tuple[int, int]
    inner: tuple[int, int] | None
    flags: tuple[Piece, ...]
    arguments: int
    heredocs: tuple[Heredoc, ...]


class Reading(msgspec.Struct, frozen=True):
    """What a text consists of; `directives_end` is where the lines of the directives end."""

    escape: str
    directives: dict[str, str]
    directives_end: int
    blocks: tuple[Block, ...]


def read(text: str) -> Reading:
    """Return the instructions of `text`. Raises FormatError where BuildKit cannot tell them."""
    directives, position, line = _directives(text)
    escape = directives.get("escape", "\\")
    if escape not in {"\\", "`"}:
        raise FormatError(f"the escape directive must name \\ or `, not {escape}", line - 1)

    blocks = tuple(_Reader(text, escape, position, line).blocks())
    if not blocks:
        raise FormatError("there is no instruction in the file")

    return Reading(escape, directives, position, blocks)


def _directives(text: str) -> tuple[dict[str, str], int, int]:
    """Return the directives, the place behind them, and the number of the line there."""
    found: dict[str, str] = {}
    position, number = 0, 1
    while position < len(text):
        end = text.find("\n", position) + 1 or len(text)
        line = text[position:end].rstrip("\r\n").lstrip(WHITE)
        match = _DIRECTIVE.fullmatch(line[1:].lstrip(WHITE)) if line.startswith("#") else None
        name = match[1].lower() if match else ""
        if not match or name not in _DIRECTIVES:
            break

        if name in found:
            raise FormatError(f"the directive {name} is given twice", number)

        found[name] = match[2]
        position, number = end, number + 1

    return found, position, number


class _Joined(msgspec.Struct, frozen=True):
    """The lines of a logical line."""

    segments: tuple[tuple[int, int], ...]
    skipped: tuple[tuple[int, int], ...]
    dangling: bool


class _Head(msgspec.Struct, frozen=True):
    """The beginning of a logical line; `action` is the keyword in upper case, the one inside for ONBUILD."""

    keyword: tuple[int, int]
    inner: tuple[int, int] | None
    action: str
    flags: tuple[Piece, ...]
    arguments: int


class _Reader:
    """Goes through the lines once."""

    def __init__(self, text: str, escape: str, position: int, line: int) -> None:
        self._text = text
        self._escape = escape
        self._twice = escape * 2
        self._position = position
        self._number = line

    def blocks(self) -> list[Block]:
        """Return the instructions; an empty line takes a comment block off what follows it."""
        found: list[Block] = []
        text, comment = self._text, -1
        while self._position < len(text):
            start = self._position
            end = text.find("\n", start) + 1 or len(text)
            line = text[start:end].rstrip("\r\n").lstrip(WHITE)
            if line and line[0] != "#":
                found.append(self._block(start, end, line, start if comment < 0 else comment))
                comment = -1
                continue

            comment = -1 if not line else start if comment < 0 else comment
            self._position = end
            self._number += 1

        return found

    def _continued(self, line: str) -> int:
        """Return the length of `line` without its continuation mark; -1 when it has none."""
        bare = line.rstrip(" \t")
        if not bare.endswith(self._escape) or bare.endswith(self._twice):
            return -1

        return len(bare) - 1

    def _block(self, start: int, end: int, line: str, comment: int) -> Block:
        number = self._number
        self._position, self._number = end, number + 1
        begin = start + self._text[start:end].find(line[0])
        length = self._continued(line)
        if length < 0:
            joined = _Joined(((begin, begin + len(line)),), (), dangling=False)
            logical = line
        else:
            joined = self._continuation((begin, begin + length))
            logical = "".join([self._text[a:b] for a, b in joined.segments])

        head = _head(logical)
        heredocs: tuple[Heredoc, ...] = ()
        if "<<" in logical and head.action in _WITH_HEREDOC:
            heredocs = self._heredocs(logical, head.arguments, number)

        return Block(
            start,
            self._position,
            number,
            self._number - 1,
            joined.segments,
            joined.skipped,
            joined.dangling,
            comment,
            logical,
            head.keyword,
            head.inner,
            head.flags,
            head.arguments,
            heredocs,
        )

    def _continuation(self, first: tuple[int, int]) -> _Joined:
        segments, skipped = [first], []
        text = self._text
        while self._position < len(text):
            start = self._position
            end = text.find("\n", start) + 1 or len(text)
            self._position, self._number = end, self._number + 1
            line = text[start:end].rstrip("\r\n")
            bare = line.lstrip(WHITE)
            if not bare or bare[0] == "#":
                skipped.append((start, end))
                continue

            length = self._continued(line)
            segments.append((start, start + (len(line) if length < 0 else length)))
            if length < 0:
                return _Joined(tuple(segments), tuple(skipped), dangling=False)

        return _Joined(tuple(segments), tuple(skipped), dangling=True)

    def _heredocs(self, logical: str, arguments: int, number: int) -> tuple[Heredoc, ...]:
        if exec_form(logical[arguments:]) is not None:
            return ()

        try:
            names = heredoc_names(logical)
        except LexError as error:
            raise FormatError(f"heredocs cannot be told: {error}", number) from None

        return tuple([self._heredoc(name.name, number, chomp=name.chomp, expand=name.expand) for name in names])

    def _heredoc(self, name: str, number: int, *, chomp: bool, expand: bool) -> Heredoc:
        text, start = self._text, self._position
        while self._position < len(text):
            at = self._position
            end = text.find("\n", at) + 1 or len(text)
            self._position, self._number = end, self._number + 1
            line = text[at:end].rstrip("\r\n")
            if (line.lstrip("\t") if chomp else line) == name:
                return Heredoc(name, text[start:at], start, at, end, chomp, expand)

        raise FormatError(f"the heredoc {name} does not end", number)


def _head(logical: str) -> _Head:
    match = _KEYWORD.match(logical)
    assert match is not None
    keyword, arguments = _bare(logical, match.span(1)), match.end()
    name = logical[keyword[0] : keyword[1]].upper()
    found: list[Piece] = []
    if logical.startswith("--", arguments):
        found, arguments = flags(logical, arguments)

    inner = None
    if name == "ONBUILD" and (match := _KEYWORD.match(logical, arguments)) and match[1]:
        inner, arguments = _bare(logical, match.span(1)), match.end()
        name = logical[inner[0] : inner[1]].upper()
        found = []
        if logical.startswith("--", arguments):
            found, arguments = flags(logical, arguments)

    return _Head(keyword, inner, name, tuple(found), arguments)


def _bare(logical: str, span: tuple[int, int]) -> tuple[int, int]:
    """Take white space that only Go knows off the end of a keyword that ends the line."""
    start, end = span
    return start, start + len(logical[start:end].rstrip(WHITE))


def exec_form(text: str) -> tuple[str, ...] | None:
    """Return the strings of a JSON array; None when `text` is something else."""
    text = text.strip(WHITE)
    if not text.startswith("["):
        return None

    try:
        return tuple(msgspec.json.decode(text, type=list[str]))
    except (msgspec.DecodeError, UnicodeEncodeError):
        return _lenient(text)


def _lenient(text: str) -> tuple[str, ...] | None:
    """Read an array with bytes that are no UTF-8, or with half a surrogate pair, which Go accepts."""
    if text.isascii() and "\\u" not in text:
        return None

    import json

    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None

    return tuple(value) if all(isinstance(item, str) for item in value) else None
