"""Documents behind the last one of a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fixer.formats.format import Refusal
from fixer.formats.yaml.layout import Layout, unterminated
from fixer.formats.yaml.nodes import Mapping
from fixer.formats.yaml.nodes import Sequence as SequenceNode
from fixer.formats.yaml.operations import AddDocument
from fixer.formats.yaml.pieces import Pieces
from fixer.formats.yaml.writing import render_file

if TYPE_CHECKING:
    from fixer.formats.yaml.file import YamlFile

_SEPARATOR = "---"


def add_documents(file: YamlFile, layout: Layout, pieces: Pieces, added: Sequence[tuple[AddDocument, int]]) -> None:
    """Write new documents behind the end of the file, which keeps its missing final newline."""
    text, newline = layout.text, layout.newline
    _check(file, layout)
    open_end = bool(text) and not text.endswith("\n")
    separated = bool(file.roots)
    for operation, owner in added:
        body = render_file(operation.value).replace("\n", newline)
        new = (_SEPARATOR + newline if separated else "") + body
        if open_end:
            new = newline + new.removesuffix(newline)

        pieces.put(len(text), len(text), new, owner)
        separated = True


def _check(file: YamlFile, layout: Layout) -> None:
    if file.path.endswith(".json"):
        raise Refusal("a JSON file holds one document")

    if not file.roots:
        return

    node = file.roots[-1].node
    if unterminated(layout.text, node):
        raise Refusal("the file ends in a block scalar without a line end, which a further document would change")

    json = isinstance(node, Mapping | SequenceNode) and node.flow and not any(root.explicit for root in file.roots)
    if json and layout.text.startswith('"', node.body + 1 + _blanks(layout.text, node.body + 1)):
        raise Refusal("a JSON text holds one document")


def _blanks(text: str, start: int) -> int:
    return len(text[start:]) - len(text[start:].lstrip())
