"""Changes in flow style and JSON: entries and their commas, on one line or on a line each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Sequence as SequenceType

import msgspec

from fixer.formats.format import Refusal
from fixer.formats.yaml.layout import Chain, Layout, entry_end
from fixer.formats.yaml.nodes import Collection, Mapping, Node, Scalar, Sequence, colon_end, line_of
from fixer.formats.yaml.order import kept_entries, slots
from fixer.formats.yaml.pending import New, NewAlias, NewMapping, NewScalar
from fixer.formats.yaml.pieces import COMMENT, Line, Pieces
from fixer.formats.yaml.plan import Insertions, NewEntry, Removals, Replacement
from fixer.formats.yaml.trail import Name
from fixer.formats.yaml.writing import Manner, key_text, scalar_text

_BLANK = re.compile(r"(?:[ \t\r\n]|(?<=[ \t\r\n])#[^\n]*)*")
_LINE_REST = re.compile(r"[ \t]*(?:(?<=[ \t,])#[^\r\n]*)?(?=\r?\n|\Z)")
# What may follow the last value of a line, and what may follow that.
_CLOSING = re.compile(r"([ \t,\]}]*?)[ \t]*(?:(?<=[ \t,\]}])#[^\r\n]*)?(?=\r?\n|\Z)")
_LINE_REST_CLOSED = re.compile(r"[ \t]*(?:#[^\r\n]*)?(?=\r?\n|\Z)")
_INDENT = re.compile(r"[ \t]*")

# Indentation of a JSON text that shows none.
_UNIT = "  "


class Flow(msgspec.Struct, frozen=True):
    """How one flow collection is laid out.

    `indent` is the indentation of its entries when they stand on lines of their own, None when they do not; `unit` is
    one level of indentation; `comma` and `colon` hold the blank behind them, if there is one.
    """

    manner: Manner
    indent: str | None
    unit: str
    comma: str = ", "
    colon: str = ": "


# ---- new entries


class Site(msgspec.Struct, frozen=True):
    """Where entries are inserted into a flow collection, and how it is laid out."""

    layout: Layout
    pieces: Pieces
    container: Collection
    flow: Flow

    def parts(self, entry: NewEntry) -> Iterator[Line]:
        """Yield the text of a new entry, in parts by owner."""
        return _entry(entry, self.flow, self.layout.newline, self.flow.indent)


def insert_flow(site: Site, insertions: Insertions, removed: Removals | None, name: Name) -> None:
    """Insert new entries into a flow collection, the keys of a mapping where the usual order puts them."""
    container, flow = site.container, site.flow
    _check_brackets(site.layout, container)
    kept = kept_entries(container, removed)
    if not kept:
        _fill(site, insertions)
        return

    places = {len(kept) - 1: insertions.entries}
    if isinstance(container, Mapping):
        names = [name(container.entries[index][0]) for index in kept]
        places = slots(names, insertions.entries, site.layout.habits.order(insertions.at), first=True)

    for place, entries in places.items():
        if place < 0:
            _insert_first(site, kept[0], entries)
        elif flow.indent is None or removed is not None:
            _insert_beside(site, kept[place], entries)
        else:
            _insert_lines(site, kept[place], entries)


def _fill(site: Site, insertions: Insertions) -> None:
    """All entries went: the new ones stand alone between the brackets."""
    start, end = site.container.body + 1, site.container.end - 1
    between = ""
    for entry in insertions.entries:
        for text, owner in _entry(entry, site.flow, site.layout.newline, None):
            site.pieces.put(start, end, between + text, owner)
            start, between = end, ""

        between = site.flow.comma


def _insert_first(site: Site, index: int, entries: list[NewEntry]) -> None:
    start, flow = _starts(site.container)[index], site.flow
    between = flow.comma if flow.indent is None else f",{site.layout.newline}{flow.indent}"
    for entry in entries:
        for text, owner in site.parts(entry):
            site.pieces.put(start, start, text, owner)

        site.pieces.put(start, start, between, entry[1].owner)


def _insert_beside(site: Site, index: int, entries: list[NewEntry]) -> None:
    end = entry_end(site.layout.text, site.container, index)
    for entry in entries:
        lead = site.flow.comma
        for text, owner in site.parts(entry):
            site.pieces.put(end, end, lead + text, owner)
            lead = ""


def _insert_lines(site: Site, index: int, entries: list[NewEntry]) -> None:
    """Insert entries on lines of their own below the one they follow."""
    text = site.layout.text
    end = entry_end(text, site.container, index)
    comma = comma_after(text, site.container, end)
    rest = _LINE_REST.match(text, end if comma is None else comma + 1)
    if comma is None:
        site.pieces.put(end, end, ",", entries[0][1].owner)
        _put_lines(site, end if rest is None else rest.end(), entries, before=",", behind="")
    elif rest is None:
        _insert_beside(site, index, entries)
    else:
        _put_lines(site, rest.end(), entries, before="", behind=",")


def _put_lines(site: Site, place: int, entries: list[NewEntry], *, before: str, behind: str) -> None:
    """Insert lines; `before` is the comma that ends the line above (the first has it already), `behind` its own."""
    comma = ""
    for entry in entries:
        lead = f"{comma}{site.layout.newline}{site.flow.indent}"
        for text, owner in site.parts(entry):
            site.pieces.put(place, place, lead + text, owner)
            lead = ""

        site.pieces.put(place, place, behind, entry[1].owner)
        comma = before


# ---- removal


def remove_flow(layout: Layout, pieces: Pieces, removals: Removals, *, filled: bool) -> None:
    """Remove entries of a flow collection with their commas; `filled` when new ones take their place."""
    container = removals.container
    _check_brackets(layout, container)
    starts = _starts(container)
    if len(removals.owners) == len(starts):
        if not filled:
            pieces.put(container.body + 1, container.end - 1, "", max(removals.owners.values()))

        return

    for first, last in _runs(sorted(removals.owners)):
        start, end = _span(layout, container, first, last)
        pieces.put(start, end, "", removals.owners[first])


def _span(layout: Layout, container: Collection, first: int, last: int) -> tuple[int, int]:
    """Return the span that goes with the entries `first` to `last`, one comma included."""
    starts = _starts(container)
    if last + 1 < len(starts):
        start, end = starts[first], starts[last + 1]
        comma = comma_after(layout.text, container, entry_end(layout.text, container, last))
        rest = None if comma is None else _LINE_REST.match(layout.text, comma + 1)
        if rest is not None and rest.end() < end and not layout.prefix(start).strip():
            return layout.line_start(start), layout.text.find("\n", rest.end()) + 1
    else:
        start, end = entry_end(layout.text, container, first - 1), entry_end(layout.text, container, last)

    gap = layout.text[start : starts[first]] + layout.text[entry_end(layout.text, container, last) : end]
    if "#" in gap:
        raise Refusal(f"a comment stands beside the entry on line {line_of(layout.text, starts[first])}")

    return start, end


def _runs(indexes: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last number of each run of neighbours."""
    first = last = indexes[0]
    for index in indexes[1:]:
        if index != last + 1:
            yield first, last
            first = index

        last = index

    yield first, last


# ---- new values of old entries


def flow_value(layout: Layout, pieces: Pieces, replacement: Replacement, path: str) -> None:
    """Write the new value of an entry of a flow collection."""
    step, new = replacement.step, replacement.new
    assert step is not None
    flow = flow_of(layout, step.container, replacement.chain[:-1], path)
    old = step.value
    start, end = old.body, old.end
    lead = ""
    if start == end and step.key is not None:
        start = end = colon_end(layout.text, step.key, old)
        lead = " " if layout.text[start - 1 : start] == ":" else ": "

    quote = old.style if isinstance(old, Scalar) and old.style in {"'", '"'} else flow.manner.quote
    flow = msgspec.structs.replace(flow, manner=msgspec.structs.replace(flow.manner, quote=quote))
    for text, owner in flow_pieces(new, flow, layout.newline, flow.indent):
        pieces.put(start, end, lead + text, owner)
        start, lead = end, ""

    if isinstance(new, NewScalar) and new.comment and not flow.manner.json:
        _put_comment(layout, pieces, replacement, new)


def _put_comment(layout: Layout, pieces: Pieces, replacement: Replacement, new: NewScalar) -> None:
    """Write a comment at the end of the line, where nobody can take it for that of another value; else nowhere."""
    step = replacement.step
    assert step is not None
    outermost = next(container for container, _ in replacement.chain if container.flow)
    rest = _CLOSING.match(layout.text, step.value.end)
    place = rest.end(1) if rest else outermost.end if outermost is step.container else -1
    if place >= 0 and "\n" not in layout.text[step.value.end : place] and _LINE_REST_CLOSED.match(layout.text, place):
        pieces.put(place, place, f" # {new.comment}", new.owner, COMMENT)


def flow_pieces(new: New, flow: Flow, newline: str, indent: str | None) -> Iterator[Line]:
    """Yield the text of a new value inside brackets, in parts by owner."""
    if isinstance(new, NewAlias):
        yield f"*{new.name} ", new.owner
        return

    if isinstance(new, NewScalar):
        yield scalar_text(new.value, flow.manner), new.owner
        return

    brackets = "{}" if isinstance(new, NewMapping) else "[]"
    entries: list[tuple[str | None, New]] = (
        list(new.entries.items()) if isinstance(new, NewMapping) else [(None, item) for item in new.items]
    )
    spread = indent is not None and flow.manner.json
    inner = f"{indent}{flow.unit}" if spread else None
    between = f",{newline}{inner}" if spread else flow.comma
    yield brackets[0] + (f"{newline}{inner}" if spread else ""), new.owner
    for number, entry in enumerate(entries):
        for part, (text, owner) in enumerate(_entry(entry, flow, newline, inner)):
            yield (between if number and not part else "") + text, owner

    yield (f"{newline}{indent}" if spread else "") + brackets[1], new.owner


def _entry(entry: NewEntry, flow: Flow, newline: str, indent: str | None) -> Iterator[Line]:
    key, new = entry
    lead = ""
    if key is not None:
        name = key if isinstance(new, NewAlias) else key_text(key, flow.manner)
        lead = name + flow.colon

    for text, owner in flow_pieces(new, flow, newline, indent):
        yield lead + text, owner
        lead = ""


# ---- layout


def flow_of(layout: Layout, container: Collection, chain: Chain, path: str) -> Flow:
    """Return how a flow collection is laid out."""
    starts = _starts(container)
    json = is_json([*(one for one, _ in chain), container], path)
    manner = Manner(flow=True, json=json, quote=_quote(container) if not json else "")
    if not starts:
        return Flow(manner, None, _UNIT)

    prefix = layout.prefix(starts[-1])
    own_lines = not prefix.strip() and layout.line_start(starts[-1]) > container.body
    comma, colon = _punctuation(layout.text, container)
    if not own_lines:
        return Flow(manner, None, _UNIT, comma, colon)

    found = _INDENT.match(layout.text, layout.line_start(container.body))
    outer = found.group() if found else ""
    unit = prefix.removeprefix(outer) if prefix.startswith(outer) else ""
    return Flow(manner, prefix, unit or _UNIT, comma, colon)


def is_json(containers: SequenceType[Collection], path: str) -> bool:
    """Whether keys and strings inside the last of the containers must be quoted as in JSON."""
    for container in reversed(containers):
        if isinstance(container, Mapping) and container.flow and container.entries:
            key = container.entries[0][0]
            return isinstance(key, Scalar) and key.style == '"'

    return path.endswith(".json")


def comma_after(text: str, container: Collection, end: int) -> int | None:
    """Return the offset of the comma behind an entry; None when the closing bracket comes next."""
    found = _BLANK.match(text, end)
    place = found.end() if found else end
    return place if text.startswith(",", place) and place < container.end else None


def _check_brackets(layout: Layout, container: Collection) -> None:
    """A pair in a flow list (`[a: 1]`) is a mapping without braces of its own."""
    if layout.text[container.body : container.body + 1] not in {"{", "["}:
        raise Refusal(f"the mapping on line {line_of(layout.text, container.body)} has no braces")


def _punctuation(text: str, container: Collection) -> tuple[str, str]:
    """Return comma and colon with the blank that is usual behind them."""
    compact = isinstance(container, Mapping) and any(
        text.startswith(":", key.end) and value.start == key.end + 1 and value.end > value.start
        for key, value in container.entries
    )
    starts = _starts(container)
    tight = len(starts) > 1 and text[starts[1] - 1] == ","
    return "," if tight or (compact and len(starts) == 1) else ", ", ":" if compact else ": "


def _starts(container: Collection) -> list[int]:
    if isinstance(container, Mapping):
        return [key.start for key, _ in container.entries]

    return [item.start for item in container.items]


def _quote(container: Collection) -> str:
    if not isinstance(container, Sequence):
        return ""

    styles = [_style(item) for item in container.items]
    return styles[-1] if styles and styles[-1] in {"'", '"'} else ""


def _style(node: Node) -> str:
    return node.style if isinstance(node, Scalar) else ""
