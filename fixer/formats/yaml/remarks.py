"""The comments of a YAML text with their places."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence

from fixer.formats.comments import Comment
from fixer.formats.yaml.nodes import Alias, Mapping, Node, Root, Scalar

# A comment begins a line or follows a blank.
_COMMENT = re.compile(r"(?:^|(?<=[\s]))#[^\r\n]*")


def remarks(text: str, roots: Sequence[Root]) -> list[Comment]:
    """Return the comments in the order of the text; what looks like one inside of a scalar is none."""
    scalars = sorted((node.body, node.end) for root in roots for node in _scalars(root.node))
    starts = [start for start, _ in scalars]
    found, position = [], 0
    while match := _COMMENT.search(text, position):
        number = bisect.bisect_right(starts, match.start()) - 1
        if number >= 0 and match.start() < scalars[number][1]:
            position = scalars[number][1]
            continue

        line = text.rfind("\n", 0, match.start()) + 1
        found.append(Comment(match.start(), match.end(), alone=not text[line : match.start()].strip()))
        position = match.end()

    return found


def _scalars(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Mapping):
        for key, value in node.entries:
            yield from _scalars(key)
            yield from _scalars(value)
    elif not isinstance(node, Alias):
        for item in node.items:
            yield from _scalars(item)
