"""New entries of block style: whole lines, in the columns of their neighbours."""

from __future__ import annotations

from collections.abc import Sequence as SequenceType

import msgspec

from fixer.formats.format import Refusal
from fixer.formats.yaml.layout import Layout, entry_end, start_of, tail, unterminated, value_at
from fixer.formats.yaml.lines import Blocks
from fixer.formats.yaml.nodes import Collection, Mapping, Node, Scalar, Sequence, line_of
from fixer.formats.yaml.order import kept_entries, slots
from fixer.formats.yaml.pieces import Line, Pieces
from fixer.formats.yaml.plan import Insertions, Removals
from fixer.formats.yaml.trail import Name
from fixer.formats.yaml.writing import Manner


class Site(msgspec.Struct, frozen=True):
    """Where lines are inserted: a container at `depth`, its entries at `column`, those of them that stay."""

    layout: Layout
    pieces: Pieces
    container: Collection
    kept: list[int]
    column: int
    depth: int


def insert_keys(layout: Layout, pieces: Pieces, insertions: Insertions, removed: Removals | None, name: Name) -> None:
    """Insert the new keys of a block mapping, each where the usual order puts it."""
    mapping = insertions.container
    assert isinstance(mapping, Mapping)
    column = layout.column(mapping.entries[0][0].start)
    kept = kept_entries(mapping, removed)
    site = Site(layout, pieces, mapping, kept, column, len(insertions.chain))
    names = [name(mapping.entries[index][0]) for index in kept]
    order = layout.habits.order(insertions.at)
    for place, entries in slots(names, insertions.entries, order, first=_free_above(layout, mapping, kept)).items():
        chain = (*insertions.chain, (mapping, kept[max(place, 0)] if kept else 0))
        blocks = Blocks(layout, chain, literal=bool(kept))
        lines = [line for key, new in entries for line in blocks.entry(key or "", new, column)]
        _place(site, place, lines)


def insert_items(layout: Layout, pieces: Pieces, insertions: Insertions, removed: Removals | None) -> None:
    """Append the new items of a block sequence."""
    sequence = insertions.container
    assert isinstance(sequence, Sequence)
    if not layout.text.startswith("-", sequence.body):
        raise Refusal(f"the list on line {line_of(layout.text, sequence.body)} does not start with a dash")

    column = layout.column(sequence.body)
    kept = kept_entries(sequence, removed)
    if kept and unterminated(layout.text, sequence.items[kept[-1]]):
        raise Refusal("the list ends in a block scalar without a line end, which a further item would change")

    site = Site(layout, pieces, sequence, kept, column, len(insertions.chain))
    blocks = Blocks(layout, (*insertions.chain, (sequence, len(sequence.items) - 1)), literal=bool(kept))
    manner = Manner(quote=_quote(sequence.items))
    lines = [line for _, new in insertions.entries for line in blocks.item(new, column, manner)]
    _place(site, len(kept) - 1, lines)


def _place(site: Site, place: int, lines: list[Line]) -> None:
    """Insert lines behind the kept entry number `place`."""
    if not site.kept:
        _fill_emptied(site, lines)
        return

    layout, index = site.layout, site.kept[max(place, 0)]
    if place < 0:
        site.pieces.above(layout.line_start(start_of(layout, site.container, index)), lines, site.depth)
        return

    value = value_at(site.container, index)
    if unterminated(layout.text, value):
        _place_before(site, place, lines)
        return

    scalar = tail(value)
    end = entry_end(layout.text, site.container, index)
    if scalar is not None and layout.text[end - 1 : end] == "\n":
        site.pieces.above(end, lines, site.depth)
    else:
        end = layout.past_comments(end if scalar is not None else layout.line_end(end), site.column)
        site.pieces.below(end, lines, site.depth)


def _place_before(site: Site, place: int, lines: list[Line]) -> None:
    """A line end behind a block scalar that ends the file would change it: insert before its entry."""
    if place > 0:
        _place(site, place - 1, lines)
        return

    layout = site.layout
    start = start_of(layout, site.container, site.kept[0])
    if not layout.prefix(start).strip():
        site.pieces.above(layout.line_start(start), lines, site.depth)
        return

    for number, (text, owner) in enumerate(lines):
        site.pieces.put(start, start, text[0 if number else site.column :] + layout.newline, owner, site.depth)

    site.pieces.put(start, start, " " * site.column, lines[-1][1], site.depth)


def _fill_emptied(site: Site, lines: list[Line]) -> None:
    """All entries went: the new ones take their place."""
    layout, container = site.layout, site.container
    count = len(container.entries if isinstance(container, Mapping) else container.items)
    start, end = start_of(layout, container, 0), entry_end(layout.text, container, count - 1)
    first, *rest = lines
    tight = end - len(layout.newline) if layout.text[end - 1 : end] == "\n" else end
    site.pieces.put(start, tight, first[0][site.column :], first[1])
    site.pieces.below(tight, rest, site.depth)


def _free_above(layout: Layout, mapping: Mapping, kept: list[int]) -> bool:
    """Whether a line may be inserted above the first entry without tearing a comment from it."""
    if not kept or kept[0]:
        return False

    start = mapping.entries[0][0].start
    line_start = layout.line_start(start)
    if layout.text[line_start:start].strip():
        return False

    above = layout.text[layout.line_start(max(line_start - 1, 0)) : line_start].strip()
    return not above.startswith("#")


def _quote(items: SequenceType[Node]) -> str:
    """Return the quote of the last string among the neighbours."""
    for item in reversed(items):
        if isinstance(item, Scalar):
            return item.style if item.style in {"'", '"'} else ""

    return ""
