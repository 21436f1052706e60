"""Compares plain data with a record type, and says exactly where the first mistakes are."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

import msgspec
from msgspec import inspect

Path: TypeAlias = tuple[str | int, ...]


class Mistake(msgspec.Struct, frozen=True):
    """What is wrong at a path of the data, as a clause. `key` says that the name of the key is, not its value."""

    at: Path
    message: str
    key: bool = False


def mistakes(value: Any, wanted: Any) -> Iterator[Mistake]:
    """Yield where `value` is not of the type `wanted`, in the order of the data."""
    yield from _check(value, inspect.type_info(wanted), ())


def paths(value: Any) -> Iterator[Path]:
    """Yield the path of each part of a value, in the order of the data."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in parts:
        yield (key,)
        yield from ((key, *rest) for rest in paths(item))


def nearest(name: str, names: Iterable[str]) -> str:
    """Return `; the nearest is 'x'`, or "" when nothing is near."""
    from difflib import get_close_matches

    known = {one.lower(): one for one in names}
    found = get_close_matches(name.lower(), known, n=1)
    return f"; the nearest is {known[found[0]]!r}" if found else ""


def date_of(text: str) -> dt.date | None:
    """Return the date that an ISO text (2027-03-31) names; None when it names none."""
    try:
        return dt.date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _check(value: Any, wanted: inspect.Type, at: Path) -> Iterator[Mistake]:
    if isinstance(wanted, inspect.AnyType):
        return

    if isinstance(wanted, inspect.UnionType):
        yield from _union(value, wanted, at)
    elif isinstance(wanted, inspect.StructType):
        yield from _struct(value, wanted, at)
    elif isinstance(wanted, inspect.DictType):
        yield from _dict(value, wanted, at)
    elif isinstance(wanted, (inspect.VarTupleType, inspect.ListType)):
        yield from _items(value, wanted.item_type, at)
    elif not _fits(value, wanted):
        yield Mistake(at, f"{_said(wanted)} is wanted, not {_shown(value)}{_near(value, wanted)}")


def _union(value: Any, wanted: inspect.UnionType, at: Path) -> Iterator[Mistake]:
    for one in wanted.types:
        if isinstance(one, inspect.StructType) and isinstance(value, dict):
            yield from _struct(value, one, at)
            return

        if _fits(value, one):
            return

    choices = [one for one in wanted.types if not isinstance(one, inspect.NoneType)]
    near = next((found for one in choices if (found := _near(value, one))), "")
    yield Mistake(at, f"{' or '.join(map(_said, choices))} is wanted, not {_shown(value)}{near}")


def _struct(value: Any, wanted: inspect.StructType, at: Path) -> Iterator[Mistake]:
    if not isinstance(value, dict):
        yield Mistake(at, f"a mapping is wanted, not {_shown(value)}")
        return

    fields = {field.encode_name: field for field in wanted.fields}
    for key, item in value.items():
        if key not in fields:
            yield Mistake((*at, key), f"there is no key {key!r} here{nearest(str(key), fields)}", key=True)
        else:
            yield from _check(item, fields[key].type, (*at, key))

    for name, field in fields.items():
        if field.required and name not in value:
            yield Mistake(at, f"the key {name!r} is missing")


def _dict(value: Any, wanted: inspect.DictType, at: Path) -> Iterator[Mistake]:
    if not isinstance(value, dict):
        yield Mistake(at, f"a mapping is wanted, not {_shown(value)}")
        return

    for key, item in value.items():
        if not _fits(key, wanted.key_type):
            near = _near(key, wanted.key_type)
            yield Mistake((*at, key), f"{_said(wanted.key_type)} is wanted as key, not {_shown(key)}{near}", key=True)
        else:
            yield from _check(item, wanted.value_type, (*at, key))


def _items(value: Any, wanted: inspect.Type, at: Path) -> Iterator[Mistake]:
    if not isinstance(value, list):
        yield Mistake(at, f"a list is wanted, not {_shown(value)}")
        return

    for number, item in enumerate(value):
        yield from _check(item, wanted, (*at, number))


def _fits(value: Any, wanted: inspect.Type) -> bool:  # noqa: PLR0911 - one line for each type
    match wanted:
        case inspect.Metadata():
            return _fits(value, wanted.type) and _matches(value, wanted)
        case inspect.LiteralType():
            return any(value == one and type(value) is type(one) for one in wanted.values)
        case inspect.BoolType():
            return isinstance(value, bool)
        case inspect.IntType():
            return isinstance(value, int) and not isinstance(value, bool) and _between(value, wanted)
        case inspect.FloatType():
            return isinstance(value, (int, float)) and not isinstance(value, bool)
        case inspect.NoneType():
            return value is None
        case inspect.StrType():
            return isinstance(value, str)
        case _:
            return False


def _matches(value: Any, wanted: inspect.Metadata) -> bool:
    """Whether a text has the form that its type asks for."""
    pattern = (wanted.extra_json_schema or {}).get("pattern")
    return pattern is None or re.fullmatch(pattern, value) is not None


def _between(value: int, wanted: inspect.IntType) -> bool:
    return (wanted.ge or 0) <= value and (wanted.le is None or value <= wanted.le)


def _said(wanted: inspect.Type) -> str:  # noqa: PLR0911 - one line for each type
    match wanted:
        case inspect.Metadata():
            return str((wanted.extra_json_schema or {}).get("description") or _said(wanted.type))
        case inspect.LiteralType() if len(wanted.values) == 1:
            return str(wanted.values[0])
        case inspect.LiteralType():
            return f"one of {', '.join(map(str, wanted.values))}"
        case inspect.BoolType():
            return "true or false"
        case inspect.IntType():
            return f"a whole number of at least {wanted.ge or 0}"
        case inspect.FloatType():
            return "a number"
        case inspect.StructType() | inspect.DictType():
            return "a mapping"
        case _:
            return "a text"


def _near(value: Any, wanted: inspect.Type) -> str:
    """What is nearest to a wrong value, or what to do about a number where a text is wanted."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and _fits(str(value), wanted):
        return ": put it in quotes"

    if not isinstance(wanted, inspect.LiteralType) or not isinstance(value, str):
        return ""

    return nearest(value, map(str, wanted.values))


def _shown(value: Any) -> str:
    match value:
        case None:
            return "nothing"
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case bool():
            return str(value).lower()
        case str():
            return repr(value if len(value) < 40 else value[:37] + "...")
        case _:
            return str(value)
