"""The tree of a YAML text with exact spans, built from events.

Spans are tight: a collection ends where its last entry ends, a block scalar where its content ends, an empty value
stands right behind its colon or dash. `start` includes an anchor or a tag, `body` does not.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Callable
from typing import Any, TypeAlias

import msgspec

from fixer.formats.format import FormatError
from fixer.formats.yaml.events import Events

# Deeper nesting than this is no file that a person wrote; it also bounds every recursion over the tree.
MAX_DEPTH = 200

# Anchor and tag in any order, with the blanks, comments and line ends that may stand before the value.
_PROPERTIES = re.compile(
    r"(?:[&!][^\s,\[\]{}]*[ \t]*(?:(?<=\s)#[^\r\n]*)?(?:\r?\n[ \t]*)*)*(?:[ \t]*#[^\r\n]*(?:\r?\n[ \t]*)*)*"
)
_BEFORE = re.compile(r"(?:[&!][^\s,\[\]{}]+[ \t]+)+\Z")
_COLON = re.compile(r"[ \t]*:")
_DASH = re.compile(r"(?:\s|#[^\n]*\n)*-(?=\s|$)")
_INDENT = re.compile(r"\n( *)[^\s]")


class Scalar(msgspec.Struct, gc=False):
    """One scalar; `style` is "" for a plain one, else its quote or block indicator; `text` is the decoded value."""

    start: int
    body: int
    end: int
    text: str
    style: str
    anchor: str | None
    tag: str | None


class Alias(msgspec.Struct, gc=False):
    """`*name`, and the node it stands for."""

    start: int
    end: int
    name: str
    target: Scalar | Mapping | Sequence

    @property
    def body(self) -> int:
        """Start of the alias; it has no properties."""
        return self.start


class Mapping(msgspec.Struct, gc=False):
    """A mapping; `entries` are pairs of key and value in the order of the text."""

    start: int
    body: int
    end: int
    flow: bool
    anchor: str | None
    tag: str | None
    entries: list[tuple[Node, Node]]
    places: dict[str, int] | None = None  # number of the entry of each name, once somebody asked


class Sequence(msgspec.Struct, gc=False):
    """A sequence."""

    start: int
    body: int
    end: int
    flow: bool
    anchor: str | None
    tag: str | None
    items: list[Node]


Node: TypeAlias = Scalar | Alias | Mapping | Sequence
Collection: TypeAlias = Mapping | Sequence


class Root(msgspec.Struct):
    """One document: its content, where it starts (with its `---`, if any) and whether `...` ends it.

    `aliases` holds every alias of the document in the order of the text.
    """

    start: int
    node: Node
    aliases: list[Alias]
    explicit: bool = False
    end: int = 0
    explicit_end: bool = False


def build(text: str, events: Events) -> list[Root]:
    """Return the documents of `text`.

    Raises FormatError for what no consumer accepts; parse errors are the event source's.
    """
    enabled = gc.isenabled()
    gc.disable()  # nothing here is garbage yet; collecting halves the speed on large files
    try:
        return _Builder(text, events).run()
    finally:
        if enabled:
            gc.enable()


def line_of(text: str, offset: int) -> int:
    """Return the line of an offset, counted from 1."""
    return text.count("\n", 0, offset) + 1


def colon_end(text: str, key: Node, value: Node) -> int:
    """Return the offset behind the colon of an entry (behind its value's start when there is no colon to be seen)."""
    found = _COLON.match(text, key.end)
    return found.end() if found else max(key.end, value.start)


class _Builder:
    def __init__(self, text: str, events: Events) -> None:
        self.text = text
        self.events = events
        self.anchors: dict[str, Scalar | Mapping | Sequence] = {}
        self.open: list[Collection] = []

    def run(self) -> list[Root]:  # noqa: C901, PLR0912, PLR0915 - the one tight loop: calls would halve its speed
        text, events = self.text, self.events
        get: Callable[[], Any] = events.open(text)
        scalar, alias, pure = events.scalar, events.alias, events.pure
        mapping_start, sequence_start = events.mapping_start, events.sequence_start
        mapping_end, sequence_end = events.mapping_end, events.sequence_end
        roots: list[Root] = []
        stack: list[tuple[Collection | None, Node | None]] = []
        current: Collection | None = None
        key: Node | None = None
        entries: list[Any] = []
        in_mapping = False
        node: Any
        while True:
            event = get()
            kind = event.__class__
            if kind is scalar:
                start = event.start_mark.index
                style = event.style or ""
                node = Scalar(start, start, event.end_mark.index, event.value, style, event.anchor, None)
                if event.ctag is not None or node.anchor is not None:
                    self._properties(node, event.ctag)

                if style in {"|", ">"}:
                    node.end = block_end(text, node.body, node.end)
                elif pure and node.start == node.end:
                    _settle(text, node, current, key)
            elif kind is mapping_start or kind is sequence_start:
                start = event.start_mark.index
                flow = bool(event.flow_style)
                if kind is mapping_start:
                    node = Mapping(start, start, start, flow, event.anchor, None, [])
                else:
                    node = Sequence(start, start, start, flow, event.anchor, None, [])

                if event.ctag is not None or node.anchor is not None:
                    self._properties(node, event.ctag)

                stack.append((current, key))
                if len(stack) > MAX_DEPTH:
                    line = line_of(text, start)
                    raise FormatError(f"nested more than {MAX_DEPTH} levels deep (line {line})", line)

                if current is not None:
                    self.open.append(current)

                current, key = node, None
                in_mapping = kind is mapping_start
                entries = node.entries if in_mapping else node.items
                continue
            elif kind is mapping_end or kind is sequence_end:
                node = current
                if node.flow:
                    node.end = event.end_mark.index
                elif entries:
                    last = entries[-1]
                    node.end = _entry_end(text, *last) if in_mapping else last.end
                else:
                    node.end = node.body

                current, key = stack.pop()
                if current is not None:
                    self.open.pop()
                    in_mapping = current.__class__ is Mapping
                    entries = current.entries if isinstance(current, Mapping) else current.items
            elif kind is alias:
                node = self._alias(event, [*self.open, current])
                roots[-1].aliases.append(node)
            elif kind is events.document_start:
                self.anchors = {}
                start = event.start_mark.index
                empty = Scalar(start, start, start, "", "", None, None)
                roots.append(Root(start, empty, [], bool(event.explicit)))
                continue
            elif kind is events.document_end:
                roots[-1].end = event.end_mark.index
                roots[-1].explicit_end = bool(event.explicit)
                continue
            elif kind is events.stream_end:
                return roots
            else:
                continue

            if current is None:
                roots[-1].node = node
            elif not in_mapping:
                entries.append(node)
            elif key is None:
                key = node
            else:
                entries.append((key, node))
                key = None

    def _properties(self, node: Scalar | Mapping | Sequence, tag: object) -> None:
        """Find the value behind its anchor and tag, and remember the anchor."""
        if tag is not None:
            node.tag = str(tag)

        if node.anchor is not None:
            self.anchors[node.anchor] = node

        if self.events.pure:  # it starts a node at the last of its properties
            before = _BEFORE.search(self.text, self.text.rfind("\n", 0, node.start) + 1, node.start)
            node.start = before.start() if before else node.start

        found = _PROPERTIES.match(self.text, node.start)
        node.body = found.end() if found else node.start
        if isinstance(node, Scalar) and node.body > node.end:
            node.body = node.end

    def _alias(self, event: Any, around: list[Collection | None]) -> Alias:
        start, name = event.start_mark.index, event.anchor
        line = line_of(self.text, start)
        target = self.anchors.get(name)
        if target is None:
            raise FormatError(f"alias *{name} has no anchor before it (line {line})", line)

        if any(target is one for one in around):
            raise FormatError(f"anchor &{name} contains itself (line {line})", line)

        return Alias(start, event.end_mark.index, name, target)


def block_end(text: str, body: int, end: int) -> int:
    """Return the tight end of a block scalar: that of its last content line; with `+` blank lines are content."""
    newline = text.find("\n", body, end)
    header = text[body : newline if newline >= 0 else end].split("#", maxsplit=1)[0]
    if "+" in header:
        return end

    found = _INDENT.search(text, body, end)
    indent = 0 if found is None or any(digit in header for digit in "123456789") else len(found.group(1))
    while True:
        start = text.rfind("\n", body, end)
        line = text[start + 1 : end].rstrip("\r")
        if start < 0 or line.strip() or (found is not None and len(line) > indent):
            break

        end = start

    return end - 1 if text[end - 1 : end] == "\r" else end


def _entry_end(text: str, key: Node, value: Node) -> int:
    """End of an entry: that of its value, or of its colon when the value is empty."""
    return value.end if value.end > value.start else max(value.end, colon_end(text, key, value))


def _settle(text: str, node: Scalar, around: Collection | None, key: Node | None) -> None:
    """Put an empty value where the C parser has it: the pure one puts it at the next token, past comments."""
    if isinstance(around, Mapping):
        found = _COLON.match(text, key.end) if key is not None else None
    elif around is not None:
        found = _DASH.match(text, around.items[-1].end if around.items else around.body)
    else:
        found = None

    if found:
        node.start = node.body = node.end = found.end()
