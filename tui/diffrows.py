"""What the rows of a diff look like."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size

from tui.page import DiffRow, Side
from tui.painting import Piece, cut, cut_path, spread, width_of
from tui.signs import Signs

_GUTTER = 4  # blank, letter of the fix, mark, blank


def pieces(row: DiffRow, signs: Signs, digits: int, panel: int) -> list[Piece]:
    """Return the pieces of a row, of which `panel` cells can be seen at once."""
    if row.sort == "file":
        return spread(
            [(" ", ""), (cut_path(row.text, panel - len(row.tail) - 3, signs.more), "name")],
            [(row.tail + " ", "dim")],
            panel,
        )

    if row.sort == "gap":
        return [(f"{signs.dash * (digits + 1)} {row.text} ", "dim")]

    if row.sort == "note":
        return [(f" {row.text}", "note")]

    if row.sort == "pair":
        return _pair(row, signs, digits, panel)

    assert row.right is not None
    line = _line(row.right, row, digits)
    return [*line, *_label(row, signs, panel - width_of(line))]


def ground(row: DiffRow) -> str:
    """Return the name of the style that lies under a row."""
    if row.sort == "file":
        return "file"

    return _ground(row.right, row) if row.sort == "line" else "row"


def width_wanted(row: DiffRow, digits: int) -> int:
    """Return how many cells a row takes to be seen whole."""
    return digits + _GUTTER + width_of(row.right.pieces) + 1 if row.sort == "line" and row.right else 0


def _pair(row: DiffRow, signs: Signs, digits: int, panel: int) -> list[Piece]:
    half = (panel - 1) // 2
    left = _half(row.left, row, signs, digits, half)
    right = _half(row.right, row, signs, digits, panel - half - 1)
    return [*left, (signs.bar, "border"), *right]


def _half(side: Side | None, row: DiffRow, signs: Signs, digits: int, width: int) -> list[Piece]:
    if side is None:
        label = _label(row, signs, width)
        return [*(_on("void", piece) for piece in label), (" " * (width - width_of(label)), "void:")]

    under = _ground(side, row)
    line = _cropped([_on(under, piece) for piece in _line(side, row, digits)], width)
    room = width - width_of(line)
    label = _label(row, signs, room) if row.left and side is row.right else []
    return [*line, *(_on(under, piece) for piece in label), (" " * (room - width_of(label)), f"{under}:")]


def _cropped(line: Sequence[Piece], width: int) -> list[Piece]:
    room, out = width, []
    for text, style in line:
        piece = text if cell_len(text) <= room else set_cell_size(text, room)
        room -= cell_len(piece)
        out.append((piece, style))

    return out


def _line(side: Side, row: DiffRow, digits: int) -> list[Piece]:
    letter = row.letter if side.mark != " " else " "
    style = {"+": "plus", "-": "minus"}.get(side.mark, "")
    return [
        (f"{side.number:>{digits}} ", "number-column"),
        (letter, "letter" if row.own else "dim"),
        (f"{side.mark} ", style),
        *(_body(side) if row.own else side.pieces),
    ]


def _body(side: Side) -> list[Piece]:
    """The text, with the part that changed on a ground of its own."""
    start, end = side.changed
    if start >= end:
        return list(side.pieces)

    ground, position, out = ("added-part" if side.mark == "+" else "removed-part"), 0, []
    for text, style in side.pieces:
        cuts = sorted({0, len(text), *(min(max(one - position, 0), len(text)) for one in (start, end))})
        for first, last in itertools.pairwise(cuts):
            inside = start <= position + first < end
            out.append((text[first:last], f"{ground}:{style}" if inside else style))

        position += len(text)

    return out


def _label(row: DiffRow, signs: Signs, room: int) -> list[Piece]:
    if not row.label or room < len(row.label) // 2 + 6:
        return []

    text = cut(f"{signs.owner} {row.label} ", room - 2, signs.more)
    return [(" " * (room - cell_len(text)), ""), (text, "label")]


def _ground(side: Side | None, row: DiffRow) -> str:
    if side is None or side.mark == " ":
        return "place" if row.own else "row"

    name = "added" if side.mark == "+" else "removed"
    return name if row.own else f"{name}-other"


def _on(ground: str, piece: Piece) -> Piece:
    text, style = piece
    return text, style if ":" in style else f"{ground}:{style}"
