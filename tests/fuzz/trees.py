"""Breaks the data of a YAML file instead of its text: what comes out can be read, and is not what a rule expects."""

from __future__ import annotations

import json as json_text
from copy import deepcopy
from random import Random
from typing import Any

import yaml

ODD: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        1,
        5.5,
        1e308,
        float("inf"),
        10**30,
        "",
        " ",
        "x",
        "0",
        "yes",
        "a: b",
        "\n",
        "x\ny\n",
        [],
        {},
    ),
    *(
        [None],
        [[]],
        [{}],
        {"": None},
        {"a": {"b": {"c": []}}},
        ["x", 1, None, {}],
        {"name": None},
        [{"name": "x"}],
        "${A}",
    ),
    *(
        {1: 2},
        {None: 1},
        {True: "x"},
        ["a", "a"],
        "é\U0001f600",
        "\x85",
        "\t",
        "#",
        "'",
        '"',
        "-",
        "0644",
        "1e3",
        "1_0",
        "::",
    ),
)
KEYS = (
    *("services", "image", "ports", "command", "entrypoint", "healthcheck", "deploy", "environment", "volumes", "user"),
    *("spec", "template", "containers", "initContainers", "securityContext", "resources", "metadata", "labels", "kind"),
    *("livenessProbe", "replicas", "selector", "extends", "build", "cap_drop", "networks", "x-a", "", "0", "a b", "<<"),
)
DEEPEST = 40


def regrown(data: bytes, chance: Random, *, json: bool) -> bytes:
    """Return the file with some of its values exchanged, in some style of writing; as it was when it cannot be read."""
    try:
        documents = list(yaml.load_all(data.decode("utf-8-sig"), Loader=yaml.CSafeLoader))
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError, TypeError, AttributeError):
        return data

    for _ in range(chance.choice((1, 1, 2, 3, 6))):
        _change_somewhere(documents, chance)

    return _written(documents, chance, json=json)


def _change_somewhere(documents: list[Any], chance: Random) -> None:
    holder, key = None, None
    value: Any = documents
    for _ in range(DEEPEST):
        inner = _keys(value)
        if not inner or (holder is not documents and holder is not None and chance.random() < 0.1):
            break

        holder, key = value, chance.choice(inner)
        value = holder[key]

    if holder is not None:
        _change(holder, key, chance, documents)


def _keys(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value)

    return list(range(len(value))) if isinstance(value, list) else []


def _change(holder: Any, key: Any, chance: Random, documents: list[Any]) -> None:
    kind = chance.randrange(7)
    if kind < 3:
        holder[key] = _odd(chance)
    elif kind == 3:
        del holder[key]
    elif kind == 4 and isinstance(holder, dict):
        holder[chance.choice(KEYS)] = chance.choice((holder[key], _odd(chance)))
    elif kind == 5:
        holder[key] = chance.choice((str(holder[key]), [holder[key]], {"a": holder[key]}))
    else:
        holder[key] = _some(chance.choice(documents), chance)


def _odd(chance: Random) -> Any:
    return deepcopy(chance.choice(ODD))


def _some(value: Any, chance: Random) -> Any:
    """Some part of a document, which the writer may make an alias of."""
    for _ in range(chance.randrange(1, 6)):
        inner = _keys(value)
        if not inner:
            return value

        value = value[chance.choice(inner)]

    return value


def _written(documents: list[Any], chance: Random, *, json: bool) -> bytes:
    try:
        if json:
            return json_text.dumps(documents[0] if documents else None, indent=chance.choice((None, 2, "\t"))).encode()

        text = yaml.dump_all(
            documents,
            Dumper=yaml.CSafeDumper,
            sort_keys=False,
            indent=chance.choice((2, 2, 4)),
            default_flow_style=chance.choice((False, False, False, None, True)),
            allow_unicode=chance.choice((True, False)),
            line_break=chance.choice(("\n", "\n", "\n", "\r\n")),
        )
    except (ValueError, TypeError, RecursionError, yaml.YAMLError):
        return b"null\n"

    assert isinstance(text, str)
    return text.encode("utf-8", "surrogatepass")
