"""Colours of Dockerfiles and YAML: each line becomes pieces of text with the name of a style."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pygments.lexer import Lexer
    from pygments.token import _TokenType

Piece = tuple[str, str]  # text, and the name of its style ("" for plain text)

# Beyond this a line is data and is not coloured.
LINE_LIMIT = 500


def coloured(lines: Sequence[str], path: str) -> list[tuple[Piece, ...]]:
    """Return the pieces of each line; lines carry no line end. What no lexer knows stays plain."""
    lexer = _lexer(language(path))
    if lexer is None or any(len(line) > LINE_LIMIT for line in lines):
        return [((line, ""),) for line in lines]

    rows = [tuple(row) for row in _rows(lexer.get_tokens("\n".join(lines)))]
    return rows[: len(lines)] + [((line, ""),) for line in lines[len(rows) :]]


def language(path: str) -> str:
    """Return the name of the language of a file, as Pygments calls it; "" for one that is not coloured."""
    name = path.rpartition("/")[2].lower()
    if name.endswith((".yaml", ".yml")):
        return "yaml"

    if name.endswith(".json"):
        return "json"

    return "docker" if "dockerfile" in name or "containerfile" in name else ""


def _rows(tokens: Iterator[tuple[_TokenType, str]]) -> Iterator[list[Piece]]:
    row: list[Piece] = []
    for kind, text in tokens:
        style = _style(kind)
        first, *rest = text.split("\n")
        row.append((first, style))
        for part in rest:
            yield [piece for piece in row if piece[0]]
            row = [(part, style)]

    yield [piece for piece in row if piece[0]]


@functools.cache
def _style(kind: _TokenType) -> str:
    from pygments.token import Token

    table = (
        (Token.Comment, "comment"),
        (Token.Name.Tag, "key"),
        (Token.Literal.Scalar, ""),
        (Token.Literal.String, "string"),
        (Token.Literal.Number, "number"),
        (Token.Literal, "string"),
        (Token.Keyword, "keyword"),
        (Token.Name.Variable, "number"),
        (Token.Punctuation, "punctuation"),
        (Token.Operator, "punctuation"),
    )
    return next((style for parent, style in table if kind[: len(parent)] == parent), "")


@functools.cache
def _lexer(name: str) -> Lexer | None:
    if not name:
        return None

    from pygments.lexers import get_lexer_by_name

    return get_lexer_by_name(name, stripnl=False, ensurenl=False)
