"""New text for values: scalars in the style of their neighbours, one-line flow collections, whole new files."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

# Words that some reader takes for another type than a string (YAML 1.1 and 1.2, Go and Python).
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "=", "<<", "inf", "nan"})
# Text that begins like a number and holds nothing a number, a date or a time could not hold.
_NUMBER = re.compile(r"[-+.]?[0-9.][0-9_,.:xXoObBa-fA-FtTzZ+-]*|[-+]?\.(?:inf|nan)", re.IGNORECASE)
_PLAIN_BLOCK = re.compile(r"[A-Za-z0-9_/.$(+][A-Za-z0-9 _./:@%+=,;()~$*^<>|&!?{}\[\]'\"\\-]*")
_PLAIN_FLOW = re.compile(r"[A-Za-z0-9_/.$(+][A-Za-z0-9 _./@%+=;()~$*^-]*")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ESCAPED = re.compile(r'[\\"\x00-\x1f\x7f-\xa0\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]')
_HIDDEN = r"\x00-\x1f\x7f-\xa0\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff"
_MANY_LINES = re.compile(rf"[^\s{_HIDDEN}][^{_HIDDEN}]*(?:\n[^{_HIDDEN}]*)*")


class Manner(msgspec.Struct, frozen=True):
    """How to write scalars: `flow` inside brackets, `json` with every key and string in double quotes.

    `quote` is the quote that the neighbours use for strings; "" when they have none.
    """

    flow: bool = False
    json: bool = False
    quote: str = ""


BLOCK = Manner()


def scalar_text(value: Any, manner: Manner = BLOCK) -> str:
    """Return the text of a scalar, or of an empty collection."""
    if value is None:
        return "null"

    if isinstance(value, bool):
        return "true" if value else "false"

    if isinstance(value, int):
        return str(value)

    if isinstance(value, float):
        return _float_text(value)

    if isinstance(value, str):
        return _string_text(value, manner)

    return "{}" if isinstance(value, Mapping) else "[]"


def key_text(key: str, manner: Manner = BLOCK) -> str:
    """Return the text of a key; keys take no quotes from the values beside them."""
    return _string_text(key, msgspec.structs.replace(manner, quote=""))


def flow_text(value: Any, manner: Manner) -> str:
    """Return a value on one line, collections in brackets."""
    if isinstance(value, Mapping) and value:
        inner = (f"{key_text(key, manner)}: {flow_text(one, manner)}" for key, one in value.items())
        return "{" + ", ".join(inner) + "}"

    if isinstance(value, Sequence) and not isinstance(value, str) and value:
        return "[" + ", ".join(flow_text(one, manner) for one in value) + "]"

    return scalar_text(value, manner)


def render_file(value: Any) -> str:
    """Return the text of a new file with one document: block style, two spaces, keys in the order given."""
    if not isinstance(value, Mapping | list | tuple) or not value:
        return scalar_text(value) + "\n"

    return "".join(f"{line}\n" for line in _lines(value, ""))


def is_plain(text: str, *, flow: bool) -> bool:
    """Whether every reader takes the plain scalar `text` for just this string."""
    if not text or text != text.strip() or text.lower() in _WORDS or _NUMBER.fullmatch(text):
        return False

    if text.endswith(":") or ": " in text or " #" in text or text.startswith(("---", "...")):
        return False

    if text[0].isdigit() and " " in text:
        return False

    return (_PLAIN_FLOW if flow else _PLAIN_BLOCK).fullmatch(text) is not None


def double_quoted(text: str) -> str:
    """Return a string in double quotes, valid in YAML and in JSON."""
    return f'"{_ESCAPED.sub(_escape, text)}"'


def literal_lines(text: str) -> list[str] | None:
    """Return header and lines of a literal block scalar; None when the string cannot be written as one."""
    if "\n" not in text or not _MANY_LINES.fullmatch(text) or text.endswith("\n\n"):
        return None

    lines = text.removesuffix("\n").split("\n")
    if any(line != line.rstrip() for line in lines):
        return None

    return ["|" if text.endswith("\n") else "|-", *lines]


def _string_text(text: str, manner: Manner) -> str:
    if manner.json:
        return double_quoted(text)

    if manner.quote == "'" and not _ESCAPED.search(text.replace('"', "").replace("\\", "")):
        return "'" + text.replace("'", "''") + "'"

    if manner.quote or not is_plain(text, flow=manner.flow):
        return double_quoted(text)

    return text


def _float_text(value: float) -> str:
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"

    return ".nan" if math.isnan(value) else repr(value)


def _escape(found: re.Match[str]) -> str:
    char = found.group()
    return _ESCAPES.get(char) or f"\\u{ord(char):04x}"


def _lines(value: Any, indent: str) -> Iterator[str]:
    """Yield the lines of a collection that is not empty."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _entry_lines(f"{indent}{key_text(key)}:", inner, indent)
    else:
        for item in value:
            if _nests(item):
                first, *rest = _lines(item, indent + "  ")
                yield f"{indent}- {first.lstrip(' ')}"
                yield from rest
            else:
                yield from _entry_lines(f"{indent}-", item, indent)


def _entry_lines(head: str, value: Any, indent: str) -> Iterator[str]:
    if _nests(value):
        yield head
        yield from _lines(value, indent + "  ")
        return

    literal = literal_lines(value) if isinstance(value, str) else None
    if literal is None:
        yield f"{head} {scalar_text(value)}"
        return

    yield f"{head} {literal[0]}"
    yield from (f"{indent}  {line}" if line else "" for line in literal[1:])


def _nests(value: Any) -> bool:
    return isinstance(value, Mapping | list | tuple) and bool(value)
