"""Whether edits remove only text that an operation is about: the part of the proof that data cannot give.

Comments, quotes and indentation do not show in the data. They stay as they are when every removed character belongs to
the old value of a `Put`, the entry of a `Remove` or the key of a `Rename`, and nothing but blanks is never brought in.
The spans are those of the tree before; nothing of what writes edits is used here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from fixer.finding import Operation
from fixer.formats.yaml.nodes import Alias, Collection, Mapping, Node, Scalar, line_of
from fixer.formats.yaml.nodes import Sequence as SequenceNode
from fixer.formats.yaml.operations import Append, Put, Remove, Rename
from fixer.formats.yaml.trail import Step, Trail
from fixer.text import Edit, Span, joined

if TYPE_CHECKING:
    from fixer.formats.yaml.file import YamlFile

# Punctuation of flow style that comes and goes with its entries.
_BETWEEN = frozenset(" \t\r\n,")
_OF_PATHS = (Put, Append, Remove, Rename)
# What may stand behind an entry of flow style that has a line of its own.
_DASH = re.compile(r"(?:\s|#[^\n]*\n)*-")
_REST = re.compile(r"[ \t]*,?[ \t]*(?:#[^\r\n]*)?(?=\r?\n)")


def stray(file: YamlFile, edits: Sequence[Edit], effects: Sequence[Operation]) -> str | None:
    """Return which text the edits remove, or which blanks they bring in, that no effect is about; None when none."""
    text = file.source.text
    spans = merged(_spans(file, edits, effects))
    for edit in joined(edits):
        inside = [span for span in spans if span.start <= edit.end and edit.start <= span.end]
        left = _outside(text, edit, inside)
        if not _BETWEEN.issuperset(left):
            return f"line {line_of(text, edit.start)}: {left.strip()!r} would go, which no operation is about"

        if not inside and not edit.text.strip():
            return f"line {line_of(text, edit.start)}: blanks would change beside what the operations are about"

    return None


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return the spans in order; those that overlap or touch become one."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(span.end, found[-1].end))
        else:
            found.append(span)

    return found


def _outside(text: str, edit: Edit, spans: Iterable[Span]) -> str:
    parts, position = [], edit.start
    for span in spans:
        parts.append(text[position : max(position, min(span.start, edit.end))])
        position = max(position, min(span.end, edit.end))

    return "".join([*parts, text[position : edit.end]])


def _spans(file: YamlFile, edits: Sequence[Edit], effects: Sequence[Operation]) -> Iterator[Span]:
    """Spans of the text before that the effects may remove."""
    text = file.source.text
    gone: Counter[int] = Counter()
    containers: dict[int, Collection] = {}
    trails = [(one, file.documents[one.document].walk(one.at)) for one in effects if isinstance(one, _OF_PATHS)]
    # A new name is no change of what the key is for.
    ways = [trail.steps[:-1] if isinstance(one, Rename) else trail.steps for one, trail in trails]
    written = {id(step.value) for steps in ways for step in steps}
    for effect, trail in trails:
        yield from _copied(trail, written, edits)
        if isinstance(effect, Put | Append):
            yield from _replaced(text, trail, effect)
        elif trail.steps and not trail.rest:
            step = trail.steps[-1]
            yield _entry(text, step) if isinstance(effect, Remove) else _key(step)
            gone[id(step.container)] += isinstance(effect, Remove)
            containers[id(step.container)] = step.container

    for number, container in containers.items():
        if gone[number] >= len(container.entries if isinstance(container, Mapping) else container.items):
            yield _whole(text, container)


def _copied(trail: Trail, written: AbstractSet[int], edits: Sequence[Edit]) -> Iterator[Span]:
    """The aliases on the way, which give way to a copy; only where nothing is done to what they stand for."""
    for step in trail.steps:
        if not isinstance(step.value, Alias):
            continue

        target = step.value.target
        edited = any(edit.start <= target.end and target.start <= edit.end for edit in edits)
        if not edited or id(target) not in written:
            yield Span(step.value.start, step.value.end)


def _replaced(text: str, trail: Trail, effect: Put | Append) -> Iterator[Span]:
    """The value that a new one replaces, or the empty value that something is put into."""
    if (isinstance(effect, Put) and not trail.rest) or _empty(trail.node):
        yield _whole(text, trail.value)


def _whole(text: str, node: Node) -> Span:
    """The span of a value; for a block collection with the comments between its key and itself, and behind it."""
    if isinstance(node, Scalar | Alias) or node.flow:
        return Span(node.start, node.end)

    start = text.rfind("\n", 0, node.start) + 1
    if text[start : node.start].strip():
        start = node.start
    else:
        above = text.rfind("\n", 0, max(start - 1, 0)) + 1
        while start and text[above:start].lstrip()[:1] in {"", "#"}:
            start, above = above, text.rfind("\n", 0, max(above - 1, 0)) + 1

    end = node.end if text[node.end - 1 : node.end] == "\n" else _line_end(text, node.end)
    return Span(max(start - 1, 0), end)


def _empty(node: Node) -> bool:
    if isinstance(node, Mapping):
        return not node.entries

    if isinstance(node, SequenceNode):
        return not node.items

    return isinstance(node, Scalar) and not node.style and node.text.lower() in {"", "~", "null"}


def _key(step: Step) -> Span:
    assert step.key is not None
    return Span(step.key.start, step.key.end)


def _entry(text: str, step: Step) -> Span:
    """The entry with its dash, the rest of its last line, and the comments below that stand further right."""
    first = step.key or step.value
    start = first.start
    if step.key is None and not step.container.flow:
        assert isinstance(step.container, SequenceNode)
        before = step.container.items[step.index - 1].end if step.index else step.container.body
        dash = _DASH.match(text, before)
        start = dash.end() - 1 if dash else start

    column = start - (text.rfind("\n", 0, start) + 1)
    if step.container.flow:
        alone = not text[start - column : start].strip()
        rest = _REST.match(text, step.value.end) if alone else None
        return Span(start, rest.end() if rest else step.value.end)

    return Span(start, _past_comments(text, max(step.value.end, first.end), column))


def _past_comments(text: str, end: int, column: int) -> int:
    """Return the end of the line at `end`, or of the last comment below it that stands right of `column`."""
    if text[end - 1 : end] != "\n":
        end = _line_end(text, end)

    while end < len(text):
        start = end + 1 if text[end : end + 1] == "\n" else end
        line = text[start : _line_end(text, start)]
        bare = line.strip()
        if bare and not (bare.startswith("#") and len(line) - len(line.lstrip()) > column):
            break

        if start >= len(text):
            break

        end = max(_line_end(text, start), end + 1)

    return end


def _line_end(text: str, at: int) -> int:
    found = text.find("\n", at)
    return len(text) if found < 0 else found
