"""Bytes in, text out, edits back to bytes. Knows no format."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Sequence

import msgspec

BOM = "\ufeff"


class TextError(Exception):
    """A file that cannot be read as text, or edits that cannot be applied together."""


class Span(msgspec.Struct, frozen=True):
    """Half-open range of characters of a text."""

    start: int
    end: int


class Edit(msgspec.Struct, frozen=True):
    """Replace the characters from `start` to `end` by `text`; `owner` is the number of the patch it belongs to."""

    start: int
    end: int
    text: str
    owner: int = 0


class Source(msgspec.Struct, frozen=True):
    """One file as it was read.

    `text` has no byte order mark and keeps every line end as it was. `newline` is the line end most lines have.
    `errors` is how undecodable bytes are represented: "strict" (there are none) or "surrogateescape".
    """

    text: str
    newline: str = "\n"
    bom: bool = False
    errors: str = "strict"

    @property
    def final_newline(self) -> bool:
        """Whether the last line is terminated (an empty text counts as terminated)."""
        return not self.text or self.text.endswith(("\n", "\r"))

    def encoded(self) -> bytes:
        """Return the bytes of the file; the inverse of `read`."""
        return ((BOM if self.bom else "") + self.text).encode("utf-8", self.errors)

    def edited(self, edits: Iterable[Edit]) -> Source:
        """Return the source with `edits` applied. Raises TextError when two edits overlap."""
        return msgspec.structs.replace(self, text=apply(self.text, edits))


def read(data: bytes, *, lenient: bool = False) -> Source:
    """Return the source of `data`, which must be UTF-8; with `lenient` undecodable bytes are carried along.

    Raises TextError, with the reason as a clause, for UTF-16, binary data, or invalid UTF-8.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise TextError("the file is UTF-16; only UTF-8 is read")

    if b"\0" in data:
        raise TextError("the file is binary")

    try:
        text, errors = data.decode("utf-8"), "strict"
    except UnicodeDecodeError as error:
        if not lenient:
            line = data.count(b"\n", 0, error.start) + 1
            raise TextError(f"the file is not valid UTF-8 (line {line})") from None

        text, errors = data.decode("utf-8", "surrogateescape"), "surrogateescape"

    if text.startswith(BOM * 2):
        raise TextError("the file begins with two byte order marks; remove one")

    bom = text.startswith(BOM)
    return Source(text[1:] if bom else text, newline_of(text), bom, errors)


def newline_of(text: str) -> str:
    r"""Return the line end that most lines of `text` have: "\n" or "\r\n"."""
    return "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"


def apply(text: str, edits: Iterable[Edit]) -> str:
    """Return `text` with `edits` made; edits at one place are made in the order given.

    Raises TextError when two edits overlap.
    """
    parts, position = [], 0
    for edit in ordered(edits):
        if edit.start < position:
            raise TextError(f"two edits overlap at character {edit.start}")

        parts += [text[position : edit.start], edit.text]
        position = edit.end

    return "".join([*parts, text[position:]])


def ordered(edits: Iterable[Edit]) -> list[Edit]:
    """Return the edits by place; the order of edits at one place is kept."""
    return sorted(edits, key=lambda edit: (edit.start, edit.end))


def joined(edits: Iterable[Edit]) -> list[Edit]:
    """Return the edits in order; those that touch each other become one."""
    found: list[Edit] = []
    for edit in ordered(edits):
        if found and found[-1].end == edit.start:
            found[-1] = Edit(found[-1].start, edit.end, found[-1].text + edit.text)
        else:
            found.append(edit)

    return found


class Lines:
    r"""Line and column of an offset. Lines end at "\n" only, as in every editor and every scanner of these files."""

    def __init__(self, text: str) -> None:
        self._starts = line_starts(text)

    def position(self, offset: int) -> tuple[int, int]:
        """Return line and column of `offset`, both counted from 1."""
        line = bisect.bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


def line_starts(text: str) -> Sequence[int]:
    """Return the offset of the first character of each line."""
    starts, position = [0], text.find("\n")
    while position >= 0:
        starts.append(position + 1)
        position = text.find("\n", position + 1)

    return starts
