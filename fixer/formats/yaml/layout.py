"""How the text around a place is laid out: columns, steps of indentation, dashes. The nearest neighbour decides."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from fixer.cached import cached_property
from fixer.formats.format import Refusal
from fixer.formats.yaml.habits import Habits
from fixer.formats.yaml.nodes import Alias, Collection, Mapping, Node, Root, Scalar, Sequence, colon_end, line_of

_BLOCK_PREFIX = re.compile(r" *(?:- +)*")
_LINE_REST = re.compile(r"(?:[ \t]+(?:#[^\r\n]*)?)?(?=\r?\n|\Z)")
_LINE_REST_CLOSED = re.compile(r"[ \t]*(?:#[^\r\n]*)?(?=\r?\n|\Z)")
_DOUBTFUL_LINE = re.compile(r"^[ \t]+(?:\r?$|#)", re.MULTILINE)
_COMMENT_LINE = re.compile(r"\r?\n( +)#[^\r\n]*")

# Indentation of a file that shows none.
_STEP = 2

# The containers on the way to a place, outermost first, each with the number of the entry that leads on.
Chain = tuple[tuple[Collection, int], ...]


class Layout:
    """Layout of one file."""

    def __init__(self, text: str, newline: str, roots: Iterable[Root], habits: Habits) -> None:
        self.text = text
        self.newline = newline
        self.habits = habits
        self._roots = roots

    # ---- lines and columns

    def line_start(self, offset: int) -> int:
        """Return the offset of the first character of the line."""
        return self.text.rfind("\n", 0, offset) + 1

    def prefix(self, offset: int) -> str:
        """Return what stands before `offset` on its line."""
        return self.text[self.line_start(offset) : offset]

    def column(self, offset: int) -> int:
        """Return the column of a block entry, counted from 0. Raises Refusal when odd things stand before it."""
        prefix = self.prefix(offset)
        if not _BLOCK_PREFIX.fullmatch(prefix):
            line = line_of(self.text, offset)
            raise Refusal(f"line {line} has something that is not indentation before the key")

        return len(prefix)

    def line_end(self, offset: int) -> int:
        """Return the end of the line behind a value. Raises Refusal when more than a comment stands there."""
        closed = self.text[offset - 1 : offset] in {'"', "'", "]", "}"}
        found = (_LINE_REST_CLOSED if closed else _LINE_REST).match(self.text, offset)
        if found is None:
            raise Refusal(f"there is text behind the value on line {line_of(self.text, offset)}")

        return found.end()

    def past_comments(self, offset: int, column: int) -> int:
        """Return the end of the comment lines below a line end that are indented deeper than `column`."""
        while True:
            found = _COMMENT_LINE.match(self.text, offset)
            if found is None or len(found.group(1)) <= column:
                return offset

            offset = found.end()

    @cached_property
    def literals(self) -> bool:
        """Whether block scalars may be written.

        An open end, blanks on empty lines, or indented comments below could become part of them.
        """
        return self.text.endswith("\n") and _DOUBTFUL_LINE.search(self.text) is None

    # ---- dashes

    def dash(self, sequence: Sequence, index: int) -> int:
        """Return the offset of the dash of an item of a block sequence."""
        if index == 0:
            return sequence.body

        previous = sequence.items[index - 1].end
        found = re.compile(r"(?:\s|#[^\n]*\n)*-").match(self.text, previous)
        if found is None:
            raise Refusal(
                f"the dash of the item on line {line_of(self.text, sequence.items[index].start)} is not found"
            )

        return found.end() - 1

    # ---- habits

    def step(self, chain: Chain) -> int:
        """Return how much deeper a mapping stands than the key that holds it."""
        for container, index in reversed(chain):
            for found in self._steps(container, index):
                return found

        return self._common_step

    def list_offset(self, chain: Chain) -> int:
        """Return how much deeper the dashes of a list stand than its key."""
        for container, index in reversed(chain):
            for found in self._offsets(container, index):
                return found

        if self._common_offset is not None:
            return self._common_offset

        return self.step(chain) if self.habits.indented_lists else 0

    def dash_width(self, chain: Chain) -> int:
        """Return how far behind its dash a mapping in a list starts."""
        for container, _ in reversed(chain):
            if isinstance(container, Sequence) and not container.flow:
                for number, item in enumerate(container.items):
                    width = item.start - self.dash(container, number)
                    if isinstance(item, Mapping) and not item.flow and 1 < width < 9:
                        return width

        return 2

    def _steps(self, container: Collection, near: int) -> Iterator[int]:
        if not isinstance(container, Mapping) or container.flow:
            return

        for key, value in _nearest(container, near):
            if isinstance(value, Mapping) and not value.flow and value.entries:
                step = self._column(value.entries[0][0]) - self._column(key)
                if step > 0:
                    yield step

    def _offsets(self, container: Collection, near: int) -> Iterator[int]:
        if not isinstance(container, Mapping) or container.flow:
            return

        for key, value in _nearest(container, near):
            if isinstance(value, Sequence) and not value.flow and value.items:
                offset = value.body - self.line_start(value.body) - self._column(key)
                if offset >= 0:
                    yield offset

    def _column(self, node: Node) -> int:
        return node.start - self.line_start(node.start)

    @cached_property
    def _common_step(self) -> int:
        return self._common(self._steps) or _STEP

    @cached_property
    def _common_offset(self) -> int | None:
        return self._common(self._offsets)

    def _common(self, measure: object) -> int | None:
        assert callable(measure)
        counts: Counter[int] = Counter()
        waiting: list[Node] = [root.node for root in self._roots]
        while waiting:
            node = waiting.pop()
            if isinstance(node, Mapping) and not node.flow:
                counts.update(measure(node, 0))
                waiting += [value for _, value in node.entries]
            elif isinstance(node, Sequence) and not node.flow:
                waiting += node.items

        return counts.most_common(1)[0][0] if counts else None


def _nearest(mapping: Mapping, near: int) -> list[tuple[Node, Node]]:
    """Entries of a mapping by their distance from one of them."""
    order = sorted(range(len(mapping.entries)), key=lambda index: abs(index - near))
    return [mapping.entries[index] for index in order]


def entry_end(text: str, container: Collection, index: int) -> int:
    """Return the tight end of an entry: of its value, or of its colon or dash when the value is empty."""
    if isinstance(container, Sequence):
        return container.items[index].end

    key, value = container.entries[index]
    return value.end if value.end > value.start else max(value.end, colon_end(text, key, value))


def tight_end(text: str, end: int) -> int:
    """Return the end of the last line of a value; that of a block scalar which keeps blank lines is a line start."""
    if text[end - 1 : end] != "\n":
        return end

    return end - 2 if text[end - 2 : end] == "\r\n" else end - 1


def tail(node: Node) -> Scalar | None:
    """Return the block scalar that the text of a node ends with, if it does."""
    while isinstance(node, Mapping | Sequence) and not node.flow:
        node = node.entries[-1][1] if isinstance(node, Mapping) else node.items[-1]

    return node if isinstance(node, Scalar) and node.style in {"|", ">"} else None


def is_null(node: Node) -> bool:
    """Whether a node is a null without anchor or tag."""
    plain = isinstance(node, Scalar) and not node.style and node.text in {"", "~", "null", "Null", "NULL"}
    return plain and node.tag is None  # type: ignore[union-attr]


def is_empty(node: Node) -> bool:
    """Whether a node is null, `{}` or `[]`."""
    if isinstance(node, Scalar):
        return is_null(node)

    if isinstance(node, Alias):
        return False

    return not (node.entries if isinstance(node, Mapping) else node.items)


def unterminated(text: str, node: Node) -> bool:
    """Whether a node ends the file in a block scalar whose value a line end would change."""
    scalar = tail(node)
    if scalar is None or text.endswith("\n") or text.find("\n", scalar.end) >= 0:
        return False

    header = text[scalar.body : scalar.end].split("\n", 1)[0].split("#", maxsplit=1)[0]
    return "-" not in header


def start_of(layout: Layout, container: Collection, index: int) -> int:
    """Return where an entry starts: at its key or its dash."""
    return container.entries[index][0].start if isinstance(container, Mapping) else layout.dash(container, index)


def value_at(container: Collection, index: int) -> Node:
    """Return the value of an entry."""
    return container.entries[index][1] if isinstance(container, Mapping) else container.items[index]
