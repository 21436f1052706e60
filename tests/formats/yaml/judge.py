"""An independent judge of YAML: ruamel.yaml's pure Python reader, and operations made on its plain data."""

from __future__ import annotations

import io
from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from ruamel.yaml import YAML

from fixer.finding import Operation
from fixer.formats.yaml import AddDocument, Append, Put, Remove, Rename


def documents(text: str) -> list[Any]:
    """Return the data of each document, in values that tell types apart."""
    reader = YAML(typ="safe", pure=True)
    reader.allow_duplicate_keys = True
    reader.constructor.yaml_constructors["tag:yaml.org,2002:timestamp"] = reader.constructor.construct_yaml_str
    return [typed(one) for one in reader.load_all(io.StringIO(text.removeprefix("\ufeff")))]


def typed(value: Any) -> Any:
    """Return data in which `1`, `1.0`, `true` and `"1"` differ, and keys are strings."""
    if isinstance(value, dict):
        return {spelled(key): typed(inner) for key, inner in value.items()}

    if isinstance(value, list | tuple):
        return [typed(inner) for inner in value]

    if isinstance(value, float) and value.is_integer():
        value = int(value)

    return type(value).__name__, value


def spelled(key: Any) -> str:
    """Return a key as JSON spells it."""
    if isinstance(key, bool) or key is None:
        return {True: "true", False: "false", None: "null"}[key]

    return str(key)


def made(before: list[Any], operations: Iterable[Operation]) -> list[Any]:
    """Return what the documents become when operations are made on them, one after the other."""
    result = deepcopy(before)
    for operation in operations:
        _make(result, operation)

    return result


def _make(result: list[Any], operation: Operation) -> None:
    if isinstance(operation, AddDocument):
        result.append(typed(operation.value))
        return

    assert isinstance(operation, Put | Append | Remove | Rename)
    *way, last = (operation.document, *operation.at)
    holder: Any = result
    for part, following in zip(way, [*way[1:], last], strict=True):
        holder = _inner(holder, part, {} if isinstance(following, str) else [])

    if isinstance(operation, Remove):
        del holder[last]
    elif isinstance(operation, Rename):
        holder[operation.key] = holder.pop(last)
    elif isinstance(operation, Append):
        _inner(holder, last, []).append(typed(operation.value))
    else:
        holder[last] = typed(operation.value)


def _inner(holder: Any, part: str | int, new: Any) -> Any:
    """Return what stands at a place; a missing or an empty value becomes a new collection."""
    missing = isinstance(holder, dict) and part not in holder
    if missing or holder[part] == ("NoneType", None) or (not holder[part] and type(holder[part]) is not type(new)):
        holder[part] = new

    return holder[part]
