"""One instruction: what it says, and where in the text each part of it stands."""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

import msgspec

from fixer.cached import cached_property
from fixer.formats.dockerfile.lexer import WHITE, Piece, key_value_words, unquote
from fixer.formats.dockerfile.reader import Block, Heredoc, exec_form
from fixer.text import Span

if TYPE_CHECKING:
    from fixer.formats.shell import Script

KEYWORDS = frozenset(
    {
        "ADD",
        "ARG",
        "CMD",
        "COPY",
        "ENTRYPOINT",
        "ENV",
        "EXPOSE",
        "FROM",
        "HEALTHCHECK",
        "LABEL",
        "MAINTAINER",
        "ONBUILD",
        "RUN",
        "SHELL",
        "STOPSIGNAL",
        "USER",
        "VOLUME",
        "WORKDIR",
    }
)
_WITH_EXEC_FORM = frozenset({"ADD", "CMD", "COPY", "ENTRYPOINT", "RUN", "SHELL", "VOLUME"})
_WITH_PAIRS = frozenset({"ARG", "ENV", "LABEL"})
_WITH_SHELL = frozenset({"CMD", "ENTRYPOINT", "HEALTHCHECK", "RUN"})
_WORD = re.compile(r"[^\t\v\f\r ]+")
_HEALTH = re.compile(rf"([^{WHITE}]+)[{WHITE}]*")


class Flag(msgspec.Struct, frozen=True):
    """A flag: `--name=value`; `value` is "" for `--name` alone. The span is that of the whole flag.

    `text` is the flag without quotes. A span of -1 means that the flag is broken over lines.
    """

    name: str
    value: str
    start: int
    end: int
    text: str


class Word(msgspec.Struct, frozen=True):
    """A word of the arguments; a span of -1 means that it is broken over lines."""

    text: str
    start: int
    end: int


class Pair(msgspec.Struct, frozen=True):
    """A key of ARG, ENV or LABEL with its value; the span is that of the value as written, in the logical line.

    `separator` is "=" or " " (the old form, `ENV key value`), or "" for a key alone.
    """

    key: str
    value: str
    start: int
    end: int
    separator: str


class Instruction:
    """An instruction of a Dockerfile.

    `keyword` and `inner` (the instruction inside of ONBUILD, else "") are in upper case; `action` is what is done:
    `inner` if there is one. `text` are the arguments as BuildKit sees them: continuations joined, comments and flags
    left out. `start` and `end` enclose the lines of the instruction with the last line end. `shell` is the SHELL in
    effect, None for the usual one.
    """

    def __init__(self, source: str, index: int, block: Block, escape: str) -> None:
        self.index = index
        self.block = block
        self.escape = escape
        self.source = source
        self.logical = block.logical
        self.keyword = block.logical[block.keyword[0] : block.keyword[1]].upper()
        self.inner = block.logical[block.inner[0] : block.inner[1]].upper() if block.inner else ""
        self.action = self.inner or self.keyword
        self.text = block.logical[block.arguments :].strip(WHITE)
        self.heredocs: tuple[Heredoc, ...] = block.heredocs
        self.start = block.start
        self.end = block.end
        self.line = block.line
        self.end_line = block.end_line
        self.dangling = block.dangling
        self.comment_start = block.comment_start
        self.shell: tuple[str, ...] | None = None
        self.windows = False

    def __repr__(self) -> str:
        return f"<{self.keyword} in line {self.line}>"

    # ---- places

    def place(self, index: int) -> int:
        """Return where in the text the character `index` of the logical line stands."""
        segments = self.block.segments
        if len(segments) == 1:
            return min(segments[0][0] + index, segments[0][1])

        number = bisect.bisect_right(self._passed, index) - 1
        start, end = segments[number]
        return min(start + index - self._passed[number], end)

    @cached_property
    def _passed(self) -> list[int]:
        """How much of the logical line lies before each segment."""
        return list(accumulate((end - start for start, end in self.block.segments[:-1]), initial=0))

    def span(self, start: int, end: int) -> Span | None:
        """Return where a stretch of the logical line stands; None when it is broken over lines."""
        if start == end:
            place = self._after(start)
            return Span(place, place)

        first, last = self.place(start), self.place(end - 1) + 1
        return Span(first, last) if last - first == end - start else None

    def _after(self, index: int) -> int:
        """Return the place directly behind the character before `index`."""
        return self.place(index - 1) + 1 if index else self.place(0)

    def logical_index(self, place: int) -> int:
        """Return the index in the logical line of a place in the text; inverse of `place`."""
        number = bisect.bisect_left(self.block.segments, place, key=_end)
        if number == len(self.block.segments):
            return len(self.logical)

        return self._passed[number] + max(place - self.block.segments[number][0], 0)

    @cached_property
    def keyword_start(self) -> int:
        """Where the keyword begins in the text."""
        return self.place(self.block.keyword[0])

    @cached_property
    def action_span(self) -> Span | None:
        """Where the keyword stands, the one inside for ONBUILD; None when it is broken over lines."""
        return self.span(*(self.block.inner or self.block.keyword))

    @cached_property
    def arguments_start(self) -> int:
        """Where the arguments (behind the flags) begin in the text."""
        return self.place(self.block.arguments)

    @cached_property
    def arguments_end(self) -> int:
        """Where the arguments end in the text, heredocs left out."""
        return self._after(self.block.arguments + len(self.text))

    @property
    def content_end(self) -> int:
        """Where the instruction ends, its last line end left out."""
        end = self.end
        return end - (len(text := self.source[self.start : end]) - len(text.rstrip("\r\n")))

    @cached_property
    def comments(self) -> tuple[Span, ...]:
        """Comment lines inside of the continuations."""
        spans = (Span(start, end) for start, end in self.block.skipped)
        return tuple(span for span in spans if self.source[span.start : span.end].strip(WHITE))

    # ---- parts

    @cached_property
    def flags(self) -> tuple[Flag, ...]:
        """The flags of the instruction (of the inner one for ONBUILD), in their order."""
        return tuple(self._flag(piece) for piece in self.block.flags)

    def _flag(self, piece: Piece) -> Flag:
        name, _, value = piece.text[2:].partition("=")
        span = self.span(piece.start, piece.end) or Span(-1, -1)
        return Flag(name, value, span.start, span.end, piece.text)

    def flag(self, name: str) -> str | None:
        """Return the value of the flag called `name`; None when there is none."""
        return next((flag.value for flag in self.flags if flag.name == name), None)

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """The words of `text`, separated by blanks."""
        found = []
        for match in _WORD.finditer(self.logical, self.block.arguments, self.block.arguments + len(self.text)):
            span = self.span(*match.span()) or Span(-1, -1)
            found.append(Word(match[0], span.start, span.end))

        return tuple(found)

    @cached_property
    def argv(self) -> tuple[str, ...] | None:
        """The strings of the exec (JSON) form; None for the shell form. That of HEALTHCHECK is the one behind CMD."""
        if self.action == "HEALTHCHECK":
            return exec_form(self.command_text) if self.health_type == "CMD" else None

        return exec_form(self.text) if self.action in _WITH_EXEC_FORM else None

    @cached_property
    def health_type(self) -> str:
        """`CMD` or `NONE`, for HEALTHCHECK."""
        match = _HEALTH.match(self.text) if self.action == "HEALTHCHECK" else None
        return match[1].upper() if match else ""

    @cached_property
    def command_index(self) -> int:
        """Where the command begins in the logical line: the arguments, for HEALTHCHECK what follows its CMD."""
        match = _HEALTH.match(self.text) if self.action == "HEALTHCHECK" else None
        return self.block.arguments + (match.end() if match else 0)

    @property
    def command_text(self) -> str:
        """The command in shell form or exec form."""
        return self.logical[self.command_index : self.block.arguments + len(self.text)]

    @cached_property
    def key_values(self) -> tuple[Pair, ...]:
        """Keys and values of ARG, ENV and LABEL with their places; none when BuildKit would refuse them."""
        if self.action not in _WITH_PAIRS:
            return ()

        words = key_value_words(self.logical, self.block.arguments, self.escape)
        if words and "=" not in words[0].text and self.action != "ARG":
            return self._old_form()

        if self.action != "ARG" and any("=" not in word.text for word in words):
            return ()

        return tuple(self._pair(word) for word in words)

    def _old_form(self) -> tuple[Pair, ...]:
        end = self.block.arguments + len(self.text)
        match = _WORD.match(self.logical, self.block.arguments, end)
        if not match or match.end() == end:
            return ()

        start = match.end()
        while self.logical[start] in "\t\v\f\r ":
            start += 1

        value = unquote(self.logical[start:end], self.escape)
        return (Pair(unquote(match[0], self.escape), value, start, end, " "),)

    def _pair(self, word: Piece) -> Pair:
        key, separator, value = word.text.partition("=")
        start = word.start + len(key) + len(separator)
        return Pair(unquote(key, self.escape), unquote(value, self.escape), start, start + len(value), separator)

    @cached_property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Keys with their values, unquoted and unexpanded; the value of `ARG X` is ""."""
        return tuple((pair.key, pair.value) for pair in self.key_values)

    # ---- shell

    @property
    def has_command(self) -> bool:
        """Whether the arguments are a command (of RUN, CMD, ENTRYPOINT or HEALTHCHECK CMD)."""
        return self.action in _WITH_SHELL and (self.action != "HEALTHCHECK" or self.health_type == "CMD")

    @cached_property
    def _reading(self) -> Script | str:
        from fixer.formats.dockerfile.script import read_script

        return read_script(self)

    @property
    def script(self) -> Script | None:
        """The shell commands; None where it is no POSIX shell, or cannot be read."""
        return None if isinstance(self._reading, str) else self._reading

    @property
    def script_problem(self) -> str | None:
        """Why there is no script, as a sentence."""
        return self._reading if isinstance(self._reading, str) else None


def _end(segment: tuple[int, int]) -> int:
    return segment[1]


def unknown_keyword(instructions: Sequence[Instruction]) -> str | None:
    """Return the first keyword that BuildKit does not know."""
    for instruction in instructions:
        if instruction.keyword not in KEYWORDS:
            return instruction.keyword

        if instruction.keyword == "ONBUILD" and instruction.inner not in KEYWORDS:
            return instruction.inner

    return None
