"""Values of a manifest, read without trust in their types: whoever writes a file may put anything anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

NOTHING: Mapping[str, Any] = {}


def mapping(value: Any) -> Mapping[str, Any]:
    """Return a mapping; an empty one when the value is none."""
    return value if isinstance(value, dict) else NOTHING


def items(value: Any) -> list[Any]:
    """Return a list; an empty one when the value is none."""
    return value if isinstance(value, list) else []


def mappings(value: Any) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield the items of a list that are mappings, with their numbers."""
    for number, item in enumerate(items(value)):
        if isinstance(item, dict):
            yield number, item


def text(value: Any) -> str:
    """Return a scalar as text; "" for everything that is none."""
    if isinstance(value, bool):
        return "true" if value else "false"

    return str(value) if isinstance(value, str | int | float) else ""


def texts(value: Any) -> tuple[str, ...]:
    """Return the scalars of a list as texts."""
    return tuple(text(item) for item in items(value))


def number(value: Any) -> int | None:
    """Return an integer; None for everything that is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def get(value: Any, *keys: str | int) -> Any:
    """Return what is at a path below `value`; None when there is nothing."""
    for key in keys:
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list) and isinstance(key, int) and 0 <= key < len(value):
            value = value[key]
        else:
            return None

    return value
