"""Spans are tight, whatever the marks of a parser say; both event sources give the same tree."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fixer.formats.yaml.events import Events, event_source, fast, slow
from fixer.formats.yaml.nodes import Alias, Mapping, Node, Scalar, build


def sources() -> list[Events]:
    found = fast()
    assert found is not None
    return [found, slow()]


def value(text: str, events: Events) -> Node:
    """The value of the first entry of the first document."""
    node = build(text, events)[0].node
    assert isinstance(node, Mapping)
    return node.entries[0][1]


SPANS = {
    "plain": ("a:  b c  # d\n", "b c"),
    "plain of several lines": ("a: b\n  c\n\n  d\ne: 1\n", "b\n  c\n\n  d"),
    "double quotes": ('a: "b # c" # d\n', '"b # c"'),
    "quotes of several lines": ("a: 'b\n\n   c'\nd: 1\n", "'b\n\n   c'"),
    "crlf": ("a: b\r\nc: d\r\n", "b"),
    "beyond the basic plane": ("a: \U0001f600 b\nc: 1\n", "\U0001f600 b"),
    "mapping before a comment": ("a:\n  b: 1\n  # c\n\n# d\ne: 1\n", "b: 1"),
    "list before blank lines": ("a:\n- b\n- c\n\n\ne: 1\n", "- b\n- c"),
    "list ending in nothing": ("a:\n- b\n-   # c\n\ne: 1\n", "- b\n-"),
    "mapping ending in nothing": ("a:\n  b: 1\n  c:   # d\n\ne: 1\n", "b: 1\n  c:"),
    "anchored": ("a: &x b\n", "b"),
    "anchored mapping": ("a: &x # c\n  b: 1\ne: 1\n", "b: 1"),
    "tagged and anchored": ("a: !t &x [1]\n", "[1]"),
    "flow": ("a: [1, # ]\n  2 ] # c\n", "[1, # ]\n  2 ]"),
    "literal": ("a: |\n  b\n\n\ne: 1\n", "|\n  b"),
    "literal with header comment": ("a: | # c\n  b\n# d\ne: 1\n", "| # c\n  b"),
    "folded and stripped": ("a: >-\n   b\n   c\n\n", ">-\n   b\n   c"),
    "literal that keeps": ("a: |+\n  b\n\n\ne: 1\n", "|+\n  b\n\n\n"),
    "literal with a blank line longer than its indent": ("a: |\n  b\n     \n\ne: 1\n", "|\n  b\n     "),
    "literal without end": ("a: |\n  b", "|\n  b"),
    "literal with crlf": ("a: |\r\n  b\r\n\r\ne: 1\r\n", "|\r\n  b"),
    "empty literal": ("a: |\ne: 1\n", "|"),
    "alias": ("a: *x\n", None),
    "nothing": ("a:   # c\n\nb: 1\n", ""),
}


@pytest.mark.parametrize("events", sources(), ids=["C", "pure"])
@pytest.mark.parametrize(("text", "wanted"), SPANS.values(), ids=SPANS.keys())
def test_tight_span(text: str, wanted: str | None, events: Events) -> None:
    if wanted is None:
        text, wanted = "a: &x 1\nb: *x\n", "1"

    node = value(text, events)
    assert text[node.body : node.end] == wanted


@pytest.mark.parametrize("events", sources(), ids=["C", "pure"])
def test_empty_values_stand_behind_their_mark(events: Events) -> None:
    text = "a:\n\n# c\nb:\n  -\n\n  # d\n  - e\n"
    root = build(text, events)[0].node
    assert isinstance(root, Mapping)
    first, second = root.entries[0][1], root.entries[1][1]
    assert (first.start, first.end) == (2, 2)
    assert not isinstance(second, Scalar | Alias | Mapping)
    assert second.items[0].start == text.index("-") + 1


def test_a_byte_order_mark_is_not_ours_to_see() -> None:
    from fixer.text import read

    source = read(b"\xef\xbb\xbfa: b\n")
    found = fast()
    assert found is not None
    node = value(source.text, found)
    assert source.text[node.start : node.end] == "b"


def test_separators_and_ends() -> None:
    found = fast()
    assert found is not None
    roots = build("--- # x\na: 1\n...\n---\nb: 2\n--- !t\nc: 3\n", found)
    assert [(root.explicit, root.explicit_end) for root in roots] == [(True, True), (True, False), (True, False)]


def test_event_source_is_named() -> None:
    assert event_source() == "C"


DOCUMENTS = [
    *(text for text, wanted in SPANS.values() if wanted is not None),
    "a: &x {b: [1, {c: d}]}\ne: *x\n<<: *x\n",
    "- - a\n  - b\n-\n  c: d\n- {}\n- []\n",
    "? a\n: b\n? [c]\n: d\n",
    "--- |\n a\n...\n--- \n- b\n",
    "'a': \"b\"\n\"c\": 'd'\n",
    "a:\n  b:\n  c:\nd:\n- e\n-\n",
]


@pytest.mark.parametrize("text", DOCUMENTS)
def test_both_sources_give_the_same_tree(text: str) -> None:
    first, second = (list(flat(build(text, events)[0].node)) for events in sources())
    assert first == second


def flat(node: Node) -> Iterator[tuple[object, ...]]:
    """Every node with what matters of it."""
    if isinstance(node, Alias):
        yield "alias", node.start, node.end, node.name
        return

    content = node.text if isinstance(node, Scalar) else node.flow
    yield type(node).__name__, node.start, node.body, node.end, node.anchor, node.tag, content
    if isinstance(node, Mapping):
        for key, inner in node.entries:
            yield from flat(key)
            yield from flat(inner)
    elif not isinstance(node, Scalar):
        for item in node.items:
            yield from flat(item)
