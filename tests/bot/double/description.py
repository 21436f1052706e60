"""The forge's own description of its REST API, cut down: which operation a request is, and what it declares."""

from __future__ import annotations

import functools
import gzip
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

DATA = Path(__file__).parent / "data"
METHODS = ("get", "post", "put", "patch", "delete")
_MOVED = re.compile(r"^/repositories/\d+(?=/|$)")


@dataclass(frozen=True)
class Operation:
    """What one method of one path declares; schemas are as the description has them, references unresolved."""

    name: str
    method: str
    pattern: re.Pattern[str]
    path: str
    parameters: tuple[Any, ...]
    body: Any
    body_required: bool
    answers: dict[str, Any]

    def query(self) -> dict[str, Any]:
        return {each["name"]: each for each in self.parameters if each["in"] == "query"}

    @property
    def paged(self) -> bool:
        return "per_page" in self.query()


@functools.cache
def description() -> Any:
    return json.loads(gzip.decompress((DATA / "api.github.com.json.gz").read_bytes()))


def resolved(node: Any) -> Any:
    """Follow references until there is none."""
    while isinstance(node, dict) and isinstance(node.get("$ref"), str):
        target = description()
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]

        node = target

    return node


@functools.cache
def operations() -> tuple[Operation, ...]:
    """Return all operations in the order in which they are tried: the path with more fixed words first."""
    found = [
        _operation(path, method, methods[method])
        for path, methods in description()["paths"].items()
        for method in METHODS
        if method in methods
    ]
    return tuple(sorted(found, key=_order))


@functools.cache
def named(name: str) -> Operation:
    return next(each for each in operations() if each.name == name)


def match(method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
    """Return the operation of an undecoded path below the API's root, and its path parameters, decoded."""
    path = _MOVED.sub("/repos/moved/moved", path)
    for operation in operations():
        found = operation.pattern.match(path) if operation.method == method else None
        if found:
            return operation, {name: unquote(value) for name, value in found.groupdict().items()}

    return None


def _operation(path: str, method: str, node: Any) -> Operation:
    parameters = tuple(resolved(each) for each in node.get("parameters", ()))
    several = {each["name"] for each in parameters if each.get("x-multi-segment")}
    body = resolved(node.get("requestBody", {}))
    return Operation(
        name=node["operationId"],
        method=method.upper(),
        pattern=_pattern(path, several),
        path=path,
        parameters=parameters,
        body=_schema(body),
        body_required=bool(body.get("required")),
        answers={status: _schema(resolved(answer)) for status, answer in node["responses"].items()},
    )


def _pattern(path: str, several: set[str]) -> re.Pattern[str]:
    parts = []
    for part in re.split(r"(\{[^}]+\})", path):
        name = part[1:-1]
        if not part.startswith("{"):
            parts.append(re.escape(part))
        else:
            parts.append(f"(?P<{name}>{'.+' if name in several else '[^/]+'})")

    return re.compile(f"^{''.join(parts)}$")


def _schema(node: Any) -> Any:
    return node.get("content", {}).get("application/json", {}).get("schema")


def _order(operation: Operation) -> tuple[int, int]:
    several = sum(bool(each.get("x-multi-segment")) for each in operation.parameters)
    return several, -len(re.sub(r"\{[^}]+\}", "", operation.path))
