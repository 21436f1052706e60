"""Removal of entries of block style: whole lines, with the comments that belong to them."""

from __future__ import annotations

import re

from fixer.formats.format import Refusal
from fixer.formats.yaml.layout import Layout, entry_end, start_of, tail, tight_end, value_at
from fixer.formats.yaml.nodes import Collection, Mapping, colon_end, line_of
from fixer.formats.yaml.order import kept_entries
from fixer.formats.yaml.pieces import Pieces
from fixer.formats.yaml.plan import Removals

_BLANK = re.compile(r"\r?\n[ \t]*\r?\n")
_NEXT = re.compile(r"\s*")


def remove_entries(layout: Layout, pieces: Pieces, removals: Removals, *, filled: bool) -> None:
    """Remove entries of a block collection with their lines; `filled` when new ones take their place."""
    container = removals.container
    kept = kept_entries(container, removals)
    if not kept:
        if not filled:
            _empty(layout, pieces, removals)

        return

    for index, owner in removals.owners.items():
        start, end = _lines_of(layout, container, index, kept)
        if _keeps_blanks(layout.text, container, index) and _BLANK.match(layout.text, end):
            raise Refusal(f"blank lines behind line {line_of(layout.text, end)} would join the block scalar above")

        pieces.put(start, end, "", owner)


def _lines_of(layout: Layout, container: Collection, index: int, kept: list[int]) -> tuple[int, int]:
    """Return the span that goes with an entry: its lines, from the line end before them to their own.

    Where the first entry stands behind a dash, what follows the entries that go moves up to the dash.
    """
    text = layout.text
    start = start_of(layout, container, index)
    line_start = layout.line_start(start)
    end = entry_end(text, container, index)
    if tail(value_at(container, index)) is None:
        end = layout.past_comments(layout.line_end(end), start - line_start)
    elif text[end - 1 : end] == "\n":
        end -= 2 if text[end - 2 : end] == "\r\n" else 1
    else:
        end = layout.past_comments(end, start - line_start)

    behind_dash = bool(layout.prefix(start_of(layout, container, 0)).strip())
    if behind_dash and index + 1 == kept[0]:
        found = _NEXT.match(text, end)
        end = found.end() if found else end

    if text[line_start:start].strip():
        return start, end

    first_lines = index < kept[0] and layout.line_start(start_of(layout, container, 0)) == 0
    if first_lines or (end == len(text) and _scalar_above(container, index)):
        return line_start, min(len(text), end + (2 if text.startswith("\r\n", end) else 1))

    return line_start - (2 if text[line_start - 2 : line_start] == "\r\n" else 1), end


def _scalar_above(container: Collection, index: int) -> bool:
    """Whether the entry before ends in a block scalar, which needs its line end."""
    return index > 0 and tail(value_at(container, index - 1)) is not None


def _keeps_blanks(text: str, container: Collection, index: int) -> bool:
    """Whether the entry before ends in a block scalar that counts the blank lines behind it as its own (`|+`)."""
    scalar = tail(value_at(container, index - 1)) if index > 0 else None
    return scalar is not None and "+" in text[scalar.body : scalar.end].partition("\n")[0].partition("#")[0]


def _empty(layout: Layout, pieces: Pieces, removals: Removals) -> None:
    """Remove all entries: the collection becomes `{}` or `[]`."""
    container = removals.container
    owner = max(removals.owners.values())
    if container.anchor is not None or container.tag is not None:
        raise Refusal("a collection with an anchor or a tag would become empty")

    count = len(container.entries if isinstance(container, Mapping) else container.items)
    brackets = "{}" if isinstance(container, Mapping) else "[]"
    start, end = start_of(layout, container, 0), tight_end(layout.text, entry_end(layout.text, container, count - 1))
    upper = removals.chain[-1] if removals.chain else None
    if upper is None or not isinstance(upper[0], Mapping) or not _on_later_line(layout, upper, container):
        pieces.put(start, end, brackets, owner)
        return

    key, value = upper[0].entries[upper[1]]
    colon = colon_end(layout.text, key, value)
    line_end = layout.line_end(colon)
    pieces.put(colon, colon, f" {brackets}", owner)
    pieces.put(line_end, _with_comment(layout, container, count - 1, end), "", owner)


def _with_comment(layout: Layout, container: Collection, index: int, end: int) -> int:
    return end if tail(value_at(container, index)) is not None else layout.line_end(end)


def _on_later_line(layout: Layout, upper: tuple[Collection, int], container: Collection) -> bool:
    key = upper[0].entries[upper[1]][0] if isinstance(upper[0], Mapping) else None
    return key is not None and layout.line_start(container.body) > key.end
