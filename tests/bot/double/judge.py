"""Judges every request and every answer by the forge's own description of its API.

The description allows fields and query parameters that it does not name. In requests these are deviations too: what the
forge would ignore in silence is a mistake of the one who sent it.
"""

from __future__ import annotations

import functools
import json
import re
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.double.description import Operation, description, resolved
from openapi_schema_validator import OAS30Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

# Answers that each operation may give, declared or not.
ANY_TIME = frozenset({"301", "304", "307", "401", "403", "404", "429", "500", "502", "503", "504"})
_SHAPES = {"integer": re.compile(r"-?\d+"), "boolean": re.compile("true|false"), "number": re.compile(r"-?[\d.]+")}
_NAME = "urn:description"
_LONG = 200


@dataclass(frozen=True)
class Deviation:
    """One difference between what was sent and what is described; `side` is "request" or "answer"."""

    side: str
    operation: str
    what: str


class Judge:
    """Keeps the deviations of a double's whole life."""

    def __init__(self) -> None:
        self.deviations: list[Deviation] = []
        self.judged: Counter[str] = Counter()
        self._lock = threading.Lock()

    def note(self, side: str, operation: str, what: str) -> None:
        with self._lock:
            self.deviations.append(Deviation(side, operation, what[:_LONG]))

    def request(self, operation: Operation, path: Mapping[str, str], query: list[tuple[str, str]], body: bytes) -> None:
        self.judged[operation.name] += 1
        for what in (*_path(operation, path), *_query(operation, query), *_body(operation, body)):
            self.note("request", operation.name, what)

    def unknown(self, method: str, path: str) -> None:
        self.note("request", f"{method} {re.sub(r'[0-9]+', 'N', path)}", "no such operation")

    def answer(self, operation: Operation, status: int, body: bytes) -> None:
        key = (operation.name, status, _outline(json.loads(body)) if body else None)
        if key not in _KNOWN:
            _KNOWN[key] = tuple(_answer(operation, str(status), body))

        for what in _KNOWN[key]:
            self.note("answer", operation.name, what)


# What was found in answers of the same outline.
_KNOWN: dict[tuple[str, int, Any], tuple[str, ...]] = {}
_WORD = re.compile(r"[A-Za-z_-]{0,20}")


def _outline(value: Any) -> Any:
    """Return all of a value that a schema can tell apart: keys, types, and words that may be of an enumeration."""
    if isinstance(value, dict):
        return frozenset((key, _outline(each)) for key, each in value.items())

    if isinstance(value, list):
        return ("list", frozenset(map(_outline, value)))

    return value if isinstance(value, str) and _WORD.fullmatch(value) else type(value).__name__


def _path(operation: Operation, path: Mapping[str, str]) -> Iterator[str]:
    for parameter in operation.parameters:
        if parameter["in"] == "path" and parameter["name"] in path:
            yield from _value(parameter, path[parameter["name"]])


def _query(operation: Operation, query: list[tuple[str, str]]) -> Iterator[str]:
    declared = operation.query()
    for name, value in query:
        if name not in declared:
            yield f"undeclared query parameter {name}"
        else:
            yield from _value(declared[name], value)

    for name, parameter in declared.items():
        if parameter.get("required") and name not in dict(query):
            yield f"query parameter {name} is missing"


def _value(parameter: Any, value: str) -> Iterator[str]:
    schema = resolved(parameter.get("schema", {}))
    shape = _SHAPES.get(schema.get("type", ""))
    if shape and not shape.fullmatch(value):
        yield f"{parameter['name']}={value} is no {schema['type']}"

    if "enum" in schema and value not in map(str, schema["enum"]):
        yield f"{parameter['name']}={value} is none of {', '.join(map(str, schema['enum']))}"


def _body(operation: Operation, body: bytes) -> Iterator[str]:
    if not body:
        if operation.body_required:
            yield "the body is missing"

        return

    if operation.body is None:
        yield "a body is not declared"
        return

    try:
        value = json.loads(body)
    except ValueError:
        yield "the body is no JSON"
        return

    for error in _validator(id(operation.body), operation.body).iter_errors(value):
        yield f"body: {error.json_path} {error.message}"

    for name in undeclared(operation.body, value):
        yield f"undeclared body field {name}"


def undeclared(schema: Any, value: Any) -> list[str]:
    """Return the paths of properties that no part of the schema names."""
    schema = resolved(schema)
    if isinstance(value, list):
        return [f"[].{name}" for each in value for name in undeclared(schema.get("items", {}), each)]

    if not isinstance(value, dict):
        return []

    choices = [each for key in ("oneOf", "anyOf") for each in schema.get(key, ())]
    own = _properties(schema)
    if not choices:
        return _beyond(own, value)

    return min((_beyond({**own, **_properties(each)}, value) for each in choices), key=len)


def _properties(schema: Any) -> dict[str, Any]:
    schema = resolved(schema)
    found = dict(schema.get("properties", {}))
    for each in schema.get("allOf", ()):
        found |= _properties(each)

    if schema.get("additionalProperties"):
        found["*"] = schema["additionalProperties"]

    return found


def _beyond(properties: dict[str, Any], value: dict[str, Any]) -> list[str]:
    if not properties or "*" in properties:
        return []

    missing = [name for name in value if name not in properties]
    for name in value.keys() & properties.keys():
        missing += [f"{name}.{inner}".replace(".[]", "[]") for inner in undeclared(properties[name], value[name])]

    return missing


def _answer(operation: Operation, status: str, body: bytes) -> Iterator[str]:
    if status not in operation.answers:
        if status not in ANY_TIME:
            yield f"status {status} is not declared"

        return

    schema = operation.answers[status]
    if schema is None:
        if status == "204" and body:
            yield "204 with a body"

        return

    if not body:
        yield f"{status} without its body"
        return

    for error in list(_validator(id(schema), schema).iter_errors(json.loads(body)))[:3]:
        yield f"{status}: {error.json_path} {error.message[-_LONG + 60 :]}"


@functools.cache
def _registry() -> Registry[Any]:
    whole = Resource(contents=_anchored(description()), specification=DRAFT4)
    return Registry().with_resource(_NAME, whole).crawl()


_VALIDATORS: dict[int, OAS30Validator] = {}


def _validator(key: int, schema: Any) -> OAS30Validator:
    if key not in _VALIDATORS:
        _VALIDATORS[key] = OAS30Validator(_anchored(schema), registry=_registry())

    return _VALIDATORS[key]


def _anchored(node: Any) -> Any:
    """Return the schema with references that hold outside the description."""
    if isinstance(node, list):
        return [_anchored(each) for each in node]

    if isinstance(node, dict):
        # Alternatives of the description overlap, so that what is right may be right twice.
        anchored = {"anyOf" if key == "oneOf" else key: _anchored(value) for key, value in node.items()}
        # By the letter, null is none of the alternatives; what is meant is that it may be null.
        choice = node.get("nullable") is True and node.keys() & {"oneOf", "anyOf", "allOf"}
        return {"anyOf": [{"enum": [None], "nullable": True}, anchored]} if choice else anchored

    return _NAME + node if isinstance(node, str) and node.startswith("#/components/") else node
