"""What values of scanned files must not do in a report: they come from other people."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import msgspec


def as_json(data: Any) -> str:
    """Return `data` as JSON that people can read; bytes that are no text are shown as U+FFFD."""
    try:
        encoded = msgspec.json.encode(data)
    except UnicodeEncodeError:
        encoded = msgspec.json.encode(_readable(data))

    return msgspec.json.format(encoded, indent=2).decode() + "\n"


def readable(text: str) -> str:
    """Return `text` with bytes that are no text shown as U+FFFD."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def uri(path: str) -> str:
    """Return a path as a relative URI reference, byte by byte where it is not plain ASCII."""
    return quote(path.encode("utf-8", "surrogateescape"))


def _readable(value: Any) -> Any:
    if isinstance(value, str):
        return readable(value)

    if isinstance(value, list | tuple):
        return [_readable(item) for item in value]

    return {readable(key): _readable(item) for key, item in value.items()} if isinstance(value, dict) else value
