"""Pieces of text with the name of a style, and how they become a line of the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from fixer.report.html_text import visible

# Text, and the name of its style: "" for plain text; one with a colon begins with the ground that it stands on.
Piece = tuple[str, str]
TAB = 4


def safe(text: str, limit: int = 1_000) -> str:
    """Return text of a file on one line, without what a terminal would act upon."""
    return visible(text.replace("\t", " " * TAB), limit)


def width_of(pieces: Iterable[Piece]) -> int:
    """Return how many cells some pieces take."""
    return sum(cell_len(text) for text, _ in pieces)


def cut(text: str, width: int, more: str = "…") -> str:
    """Return the beginning of a text, in at most `width` cells."""
    if cell_len(text) <= width:
        return text

    room = width - cell_len(more)
    return set_cell_size(text, room).rstrip() + more if room > 0 else set_cell_size(text, max(width, 0))


def cut_path(path: str, width: int, more: str = "…") -> str:
    """Return the end of a path, in at most `width` cells: the name of the file says most."""
    if cell_len(path) <= width:
        return path

    tail = path
    while "/" in tail and cell_len(tail) + cell_len(more) + 1 > width:
        tail = tail.partition("/")[2]

    return cut(f"{more}/{tail}", width, more)


def spread(left: Sequence[Piece], right: Sequence[Piece], width: int) -> list[Piece]:
    """Return pieces of which some stand at the right end, and the left ones are cut to make room."""
    room = width - width_of(right)
    pieces: list[Piece] = []
    for text, style in left:
        pieces.append((cut(text, room), style))
        room -= cell_len(pieces[-1][0])

    return [*pieces, (" " * max(room, 0), ""), *right]


def strip_of(pieces: Iterable[Piece], style: Callable[[str], Style], base: Style, width: int) -> Strip:
    """Return one line of the screen, filled up to `width` cells in the style `base`."""
    segments = [Segment(text, base + style(name) if name else base) for text, name in pieces if text]
    return Strip(segments).adjust_cell_length(max(width, 1), base)
