"""Which fields of objects a kustomization reads or writes: replacements, vars and JSON 6902 patches."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from fixer.kinds.facts import FieldUse
from fixer.project.build import strings, text

_PART = re.compile(r"\[[^\]]*\]|[^.\[\]]+")

# Gives the documents of a file that the kustomization names, or of a text inside of it.
Read = Callable[[str], list[Any]]


def field_uses(data: Mapping[str, Any], user: str, of_file: Read, of_text: Read) -> Iterator[FieldUse]:
    """Yield the fields that the kustomization at `user` with that data reads or writes."""
    for entry in _mappings(data.get("replacements")):
        inner = [found for document in of_file(text(entry, "path")) for found in _entries(document)]
        for one in inner if "path" in entry else [entry]:
            yield from _of_replacement(one, user)

    for entry in _mappings(data.get("vars")):
        reference, field = _mapping(entry.get("objref")), _mapping(entry.get("fieldref"))
        yield _use(user, "reads it for vars", reference, _parts(text(field, "fieldpath")), always=True)

    for entry in (*_mappings(data.get("patches")), *_mappings(data.get("patchesJson6902"))):
        read = of_text(text(entry, "patch")) if "patch" in entry else of_file(text(entry, "path"))
        for operation in (one for document in read for one in (document if isinstance(document, list) else ())):
            yield from _of_operation(_mapping(operation), _mapping(entry.get("target")), user)


def _of_replacement(entry: Mapping[str, Any], user: str) -> Iterator[FieldUse]:
    source = _mapping(entry.get("source"))
    yield _use(user, "reads it for replacements", source, _parts(text(source, "fieldPath")), always=True)
    for target in _mappings(entry.get("targets")):
        for field in strings(target.get("fieldPaths")):
            select = _mapping(target.get("select"))
            yield _use(user, "writes a part of it by replacements", select, _parts(field), always=True)


def _of_operation(operation: Mapping[str, Any], target: Mapping[str, Any], user: str) -> Iterator[FieldUse]:
    parts = [part.replace("~1", "/").replace("~0", "~") for part in text(operation, "path").split("/")[1:]]
    kind = text(operation, "op")
    if kind in {"replace", "add"}:
        yield _use(user, "writes it by a JSON 6902 patch", target, parts, always=False)
    elif kind == "test":
        yield _use(user, "compares it in a JSON 6902 patch", target, parts, always=True)


def _use(user: str, how: str, selected: Mapping[str, Any], parts: list[str], *, always: bool) -> FieldUse:
    return FieldUse(user, how, text(selected, "kind"), text(selected, "name"), tuple(parts), always)


def _parts(field: str) -> list[str]:
    """`spec.containers.[name=a].image`, or `spec.containers[0].image`, as keys, numbers and `[name=a]`."""
    parts = _PART.findall(field)
    return [part if "=" in part or not part.startswith("[") else part[1:-1] for part in parts]


def _entries(document: object) -> list[Mapping[str, Any]]:
    return _mappings(document) or [_mapping(document)]


def _mappings(value: object) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
