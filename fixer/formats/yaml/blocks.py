"""Changes in block style: whole lines, in the columns of their neighbours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Sequence as SequenceType

from fixer.formats.format import Refusal
from fixer.formats.yaml.flows import Flow, flow_pieces, flow_value
from fixer.formats.yaml.layout import Chain, Layout, entry_end, tail, unterminated
from fixer.formats.yaml.nodes import Alias, Collection, Mapping, Node, Scalar, Sequence, colon_end, line_of
from fixer.formats.yaml.order import kept_entries, slots
from fixer.formats.yaml.pending import New, NewAlias, NewMapping, NewScalar, NewSequence
from fixer.formats.yaml.pieces import COMMENT, Line, Pieces
from fixer.formats.yaml.plan import Insertions, Removals, Renaming, Replacement
from fixer.formats.yaml.trail import Name
from fixer.formats.yaml.writing import BLOCK, Manner, key_text, literal_lines, scalar_text

_NEXT = re.compile(r"\s*")


class Blocks:
    """Writes new values as block lines, in the layout that holds at one place."""

    def __init__(self, layout: Layout, chain: Chain, *, literal: bool = True) -> None:
        """Measure the layout at the end of `chain`; without `literal` no block scalars are written."""
        self.literal = literal and layout.text.endswith("\n")
        self.step = layout.step(chain)
        self.offset = layout.list_offset(chain)
        self.width = layout.dash_width(chain)

    def entry(self, key: str, new: New, column: int) -> Iterator[Line]:
        """Yield the lines of an entry of a mapping whose keys stand at `column`."""
        name = key if isinstance(new, NewAlias) else key_text(key)
        yield from self.value(f"{' ' * column}{name}:", new, column)

    def value(self, head: str, new: New, column: int, manner: Manner = BLOCK) -> Iterator[Line]:
        """Yield the lines of a value behind `head`, the line of its key or dash at `column`."""
        if isinstance(new, NewAlias):
            yield f"{head} *{new.name}", new.owner
        elif isinstance(new, NewScalar):
            yield from self._scalar(head, new, column, manner)
        else:
            yield f"{head} # {new.comment}" if new.comment else head, new.owner
            yield from self.inside(new, column + (self.step if isinstance(new, NewMapping) else self.offset))

    def inside(self, new: NewMapping | NewSequence, column: int) -> Iterator[Line]:
        """Yield the lines of a collection whose keys or dashes stand at `column`."""
        if isinstance(new, NewMapping):
            for key, inner in new.entries.items():
                yield from self.entry(key, inner, column)
        else:
            for item in new.items:
                yield from self.item(item, column)

    def item(self, new: New, column: int, manner: Manner = BLOCK) -> Iterator[Line]:
        """Yield the lines of an item whose dash stands at `column`."""
        if isinstance(new, NewScalar | NewAlias):
            yield from self.value(f"{' ' * column}-{' ' * (self.width - 2)}", new, column, manner)
            return

        lines = self.inside(new, column + self.width)
        text, owner = next(lines)
        yield f"{' ' * column}-{text[column + 1 :]}", owner
        yield from lines

    def _scalar(self, head: str, new: NewScalar, column: int, manner: Manner) -> Iterator[Line]:
        comment = f" # {new.comment}" if new.comment else ""
        lines = self.literal and isinstance(new.value, str) and not manner.quote
        literal = literal_lines(new.value) if lines else None
        if literal is None:
            yield f"{head} {scalar_text(new.value, manner)}{comment}", new.owner
            return

        yield f"{head} {literal[0]}{comment}", new.owner
        for line in literal[1:]:
            yield f"{' ' * (column + self.step)}{line}" if line else "", new.owner


# ---- new entries


def insert_keys(layout: Layout, pieces: Pieces, insertions: Insertions, removed: Removals | None, name: Name) -> None:
    """Insert the new keys of a block mapping, each where the usual order puts it."""
    mapping = insertions.container
    assert isinstance(mapping, Mapping)
    column = layout.column(mapping.entries[0][0].start)
    kept = kept_entries(mapping, removed)
    names = [name(mapping.entries[index][0]) for index in kept]
    order = layout.habits.order(insertions.at)
    for place, entries in slots(names, insertions.entries, order, first=_free_above(layout, mapping, kept)).items():
        blocks = Blocks(layout, (*insertions.chain, (mapping, kept[max(place, 0)] if kept else 0)))
        lines = [line for key, new in entries for line in blocks.entry(key or "", new, column)]
        _place(layout, pieces, insertions, kept, place, lines, column)


def insert_items(layout: Layout, pieces: Pieces, insertions: Insertions, removed: Removals | None) -> None:
    """Append the new items of a block sequence."""
    sequence = insertions.container
    assert isinstance(sequence, Sequence)
    if not layout.text.startswith("-", sequence.body):
        raise Refusal(f"the list on line {line_of(layout.text, sequence.body)} does not start with a dash")

    column = layout.column(sequence.body)
    kept = kept_entries(sequence, removed)
    last = len(sequence.items) - 1
    blocks = Blocks(layout, (*insertions.chain, (sequence, last)))
    manner = Manner(quote=_quote(sequence.items))
    lines = [line for _, new in insertions.entries for line in blocks.item(new, column, manner)]
    if kept and unterminated(layout, sequence.items[kept[-1]]):
        raise Refusal("the list ends in a block scalar without a line end, which a further item would change")

    _place(layout, pieces, insertions, kept, len(kept) - 1, lines, column)


def _place(
    layout: Layout, pieces: Pieces, insertions: Insertions, kept: list[int], place: int, lines: list[Line], column: int
) -> None:
    """Insert lines behind the kept entry number `place`."""
    container, depth = insertions.container, len(insertions.chain)
    if not kept:
        _fill_emptied(layout, pieces, insertions, lines, column)
    elif place < 0:
        pieces.above(layout.line_start(_start(layout, container, kept[0])), lines, depth)
    elif unterminated(layout, _value(container, kept[place])):
        _place_before(layout, pieces, insertions, kept, place, lines, column)
    else:
        scalar = tail(_value(container, kept[place]))
        end = entry_end(layout.text, container, kept[place])
        if scalar is not None and layout.text[end - 1 : end] == "\n":
            pieces.above(end, lines, depth)
        else:
            end = layout.past_comments(end if scalar is not None else layout.line_end(end), column)
            pieces.below(end, lines, depth)


def _place_before(
    layout: Layout, pieces: Pieces, insertions: Insertions, kept: list[int], place: int, lines: list[Line], column: int
) -> None:
    """A line end behind a block scalar that ends the file would change it: insert before its entry."""
    if place > 0:
        _place(layout, pieces, insertions, kept, place - 1, lines, column)
        return

    start = _start(layout, insertions.container, kept[0])
    if not layout.prefix(start).strip():
        pieces.above(layout.line_start(start), lines, len(insertions.chain))
        return

    first, *rest = lines
    indent = " " * column
    pieces.put(start, start, first[0][column:] + layout.newline, first[1])
    for text, owner in rest:
        pieces.put(start, start, text + layout.newline, owner)

    pieces.put(start, start, indent, lines[-1][1])


def _fill_emptied(layout: Layout, pieces: Pieces, insertions: Insertions, lines: list[Line], column: int) -> None:
    """All entries went: the new ones take their place."""
    container = insertions.container
    count = len(container.entries if isinstance(container, Mapping) else container.items)
    start, end = _start(layout, container, 0), entry_end(layout.text, container, count - 1)
    first, *rest = lines
    pieces.put(start, end, first[0][column:], first[1])
    for text, owner in rest:
        pieces.put(end, end, layout.newline + text, owner, len(insertions.chain))


# ---- removal


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
        pieces.put(start, end, "", owner)


def _lines_of(layout: Layout, container: Collection, index: int, kept: list[int]) -> tuple[int, int]:
    """Return the span that goes with an entry: its lines, from the line end before them to their own.

    Where the first entry stands behind a dash, what follows the entries that go moves up to the dash.
    """
    text = layout.text
    start = _start(layout, container, index)
    line_start = layout.line_start(start)
    end = entry_end(text, container, index)
    if tail(_value(container, index)) is None:
        end = layout.past_comments(layout.line_end(end), start - line_start)
    elif text[end - 1 : end] == "\n":
        end -= 2 if text[end - 2 : end] == "\r\n" else 1
    else:
        end = layout.past_comments(end, start - line_start)

    behind_dash = bool(layout.prefix(_start(layout, container, 0)).strip())
    if behind_dash and index + 1 == kept[0]:
        found = _NEXT.match(text, end)
        end = found.end() if found else end

    if text[line_start:start].strip():
        return start, end

    first_lines = index < kept[0] and layout.line_start(_start(layout, container, 0)) == 0
    if first_lines or (end == len(text) and _scalar_above(container, index)):
        return line_start, min(len(text), end + (2 if text.startswith("\r\n", end) else 1))

    return line_start - (2 if text[line_start - 2 : line_start] == "\r\n" else 1), end


def _scalar_above(container: Collection, index: int) -> bool:
    """Whether the entry before ends in a block scalar, which needs its line end."""
    return index > 0 and tail(_value(container, index - 1)) is not None


def _empty(layout: Layout, pieces: Pieces, removals: Removals) -> None:
    """Remove all entries: the collection becomes `{}` or `[]`."""
    container = removals.container
    owner = max(removals.owners.values())
    if container.anchor is not None or container.tag is not None:
        raise Refusal("a collection with an anchor or a tag would become empty")

    count = len(container.entries if isinstance(container, Mapping) else container.items)
    brackets = "{}" if isinstance(container, Mapping) else "[]"
    start, end = _start(layout, container, 0), entry_end(layout.text, container, count - 1)
    upper = removals.chain[-1] if removals.chain else None
    if upper is None or not isinstance(upper[0], Mapping) or not _on_later_line(layout, upper, container):
        pieces.put(start, end, brackets, owner)
        return

    key, value = upper[0].entries[upper[1]]
    colon = colon_end(layout.text, key, value)
    line_end = layout.line_end(colon)
    pieces.put(colon, colon, f" {brackets}", owner)
    tail_end = end - 1 if layout.text[end - 1 : end] == "\n" else end
    pieces.put(line_end, _with_comment(layout, container, count - 1, tail_end), "", owner)


def _with_comment(layout: Layout, container: Collection, index: int, end: int) -> int:
    return end if tail(_value(container, index)) is not None else layout.line_end(end)


def _on_later_line(layout: Layout, upper: tuple[Collection, int], container: Collection) -> bool:
    key = upper[0].entries[upper[1]][0] if isinstance(upper[0], Mapping) else None
    return key is not None and layout.line_start(container.body) > key.end


def rename(pieces: Pieces, renaming: Renaming) -> None:
    """Give a key its new name."""
    key = renaming.step.key
    assert isinstance(key, Scalar)
    manner = Manner(flow=renaming.step.container.flow, quote=key.style)
    text = scalar_text(renaming.key, manner)
    pieces.put(key.body, key.end, text, renaming.owner)


# ---- new values of old entries


def replace(layout: Layout, pieces: Pieces, replacement: Replacement, path: str) -> None:
    """Write the new value of an entry, or of an empty document."""
    step = replacement.step
    if step is None:
        _replace_root(layout, pieces, replacement, path)
    elif step.container.flow:
        flow_value(layout, pieces, replacement, path)
    elif isinstance(replacement.new, NewScalar | NewAlias):
        _put_scalar(layout, pieces, replacement)
    else:
        _put_collection(layout, pieces, replacement)


def _replace_root(layout: Layout, pieces: Pieces, replacement: Replacement, path: str) -> None:
    """Write the content of a document that was `{}` or `[]`."""
    root, new = replacement.root, replacement.new
    if root.end == root.start or root.start != root.body or not isinstance(new, NewMapping | NewSequence):
        raise Refusal("the document is empty")

    if path.endswith(".json"):
        flow = Flow(Manner(flow=True, json=True), None, "")
        lines = list(flow_pieces(new, flow, layout.newline, None))
        pieces.put(root.start, root.end, lines[0][0], lines[0][1])
        for text, owner in lines[1:]:
            pieces.put(root.end, root.end, text, owner)

        return

    if layout.prefix(root.start):
        raise Refusal("the empty document stands behind its separator")

    (text, owner), *rest = Blocks(layout, ()).inside(new, 0)
    pieces.put(root.start, root.end, text, owner)
    pieces.below(layout.line_end(root.end), rest, 0)


def _put_scalar(layout: Layout, pieces: Pieces, replacement: Replacement) -> None:
    step, new = replacement.step, replacement.new
    assert step is not None
    assert isinstance(new, NewScalar | NewAlias)
    old = step.value
    text = _text(new, old)
    comment = new.comment if isinstance(new, NewScalar) else ""
    if old.end == old.start or _below_key(layout, replacement):
        _put_beside(layout, pieces, replacement, text, comment)
        return

    end = old.end
    if isinstance(old, Scalar) and old.style in {"|", ">"}:
        header = layout.text[old.body : old.end].split("\n", 1)[0].rstrip("\r")
        text += f" {header[header.index('#') :]}" if "#" in header else ""
        end = end - len(layout.newline) if layout.text[end - 1 : end] == "\n" else end

    pieces.put(old.body, end, text, new.owner)
    if comment:
        layout.line_end(end)
        pieces.put(end, end, f" # {comment}", new.owner, COMMENT)


def _put_beside(layout: Layout, pieces: Pieces, replacement: Replacement, text: str, comment: str) -> None:
    """The old value is empty, or a block on later lines: the new one goes behind the colon or the dash."""
    step = replacement.step
    assert step is not None
    place = _head_end(layout, replacement)
    line_end = layout.line_end(place)
    pieces.put(place, place, f" {text}", replacement.owner, COMMENT + 1)
    if comment:
        pieces.put(place, place, f" # {comment}", replacement.owner, COMMENT)

    if step.value.end > step.value.start:
        end = step.value.end
        pieces.put(
            line_end, end - 1 if layout.text[end - 1 : end] == "\n" else layout.line_end(end), "", replacement.owner
        )


def _put_collection(layout: Layout, pieces: Pieces, replacement: Replacement) -> None:
    step, new = replacement.step, replacement.new
    assert step is not None
    assert isinstance(new, NewMapping | NewSequence)
    blocks = Blocks(layout, replacement.chain)
    depth = len(replacement.chain)
    old = step.value
    if old.start < old.body and not isinstance(old, Alias):
        raise Refusal("the value has an anchor or a tag")

    if step.key is None:
        _put_item(layout, pieces, replacement, blocks)
        return

    column = layout.column(step.key.start)
    if old.end > old.start and layout.line_start(old.start) > step.key.end:
        _put_below(layout, pieces, replacement, blocks, column)
        return

    inner = column + (blocks.step if isinstance(new, NewMapping) else blocks.offset)
    place = _head_end(layout, replacement)
    end = max(old.end, place)
    if end > place:
        pieces.put(place, end, "", new.owner)

    pieces.below(layout.line_end(end), blocks.inside(new, inner), depth)


def _put_below(layout: Layout, pieces: Pieces, replacement: Replacement, blocks: Blocks, column: int) -> None:
    """The old value stands on lines of its own: the new one takes them."""
    step, new = replacement.step, replacement.new
    assert step is not None
    assert isinstance(new, NewMapping | NewSequence)
    old = step.value
    inner = layout.column(old.start)
    end = old.end - 1 if layout.text[old.end - 1 : old.end] == "\n" else old.end
    if inner < column or (inner == column and isinstance(new, NewMapping)):
        line_end = layout.line_end(_head_end(layout, replacement))
        end = end if tail(old) is not None else layout.line_end(end)
        pieces.put(line_end, end, "", replacement.owner)
        pieces.below(end, blocks.inside(new, column + blocks.step), len(replacement.chain))
        return

    (text, owner), *rest = blocks.inside(new, inner)
    pieces.put(old.start, end, text[inner:], owner)
    pieces.below(layout.line_end(end) if tail(old) is None else end, rest, len(replacement.chain))


def _put_item(layout: Layout, pieces: Pieces, replacement: Replacement, blocks: Blocks) -> None:
    step, new = replacement.step, replacement.new
    assert step is not None
    assert isinstance(new, NewMapping | NewSequence)
    assert isinstance(step.container, Sequence)
    old = step.value
    dash = layout.dash(step.container, step.index)
    empty = old.end == old.start
    inner = layout.column(dash) + blocks.width if empty else layout.column(old.start)
    (text, owner), *rest = blocks.inside(new, inner)
    start = dash + 1 if empty else old.start
    end = start if empty else old.end
    pieces.put(start, end, " " * (blocks.width - 1) * empty + text[inner:], owner)
    pieces.below(layout.line_end(end), rest, len(replacement.chain))


# ---- small things


def _text(new: NewScalar | NewAlias, old: Node) -> str:
    if isinstance(new, NewAlias):
        return f"*{new.name}"

    quote = old.style if isinstance(old, Scalar) and old.style in {"'", '"'} else ""
    return scalar_text(new.value, Manner(quote=quote))


def _below_key(layout: Layout, replacement: Replacement) -> bool:
    """Whether the old value is a block collection below its key."""
    step = replacement.step
    assert step is not None
    return step.key is not None and isinstance(step.value, Mapping | Sequence) and not step.value.flow


def _head_end(layout: Layout, replacement: Replacement) -> int:
    """Return the end of the colon or the dash before a value, with the properties that stay."""
    step = replacement.step
    assert step is not None
    if step.key is not None:
        return colon_end(layout.text, step.key, step.value)

    assert isinstance(step.container, Sequence)
    return layout.dash(step.container, step.index) + 1


def _start(layout: Layout, container: Collection, index: int) -> int:
    """Return where an entry starts: at its key or its dash."""
    return container.entries[index][0].start if isinstance(container, Mapping) else layout.dash(container, index)


def _value(container: Collection, index: int) -> Node:
    return container.entries[index][1] if isinstance(container, Mapping) else container.items[index]


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
