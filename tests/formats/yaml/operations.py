"""Random operations on a document, for tests that have no expectation but the proof."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from fixer.finding import Operation
from fixer.formats.yaml import AddDocument, Append, Path, Put, Remove, Rename, YamlFile

VALUES: tuple[Any, ...] = (
    *(True, None, 5, 1.5, "new", "yes", "a: b", "0644", 'it\'s "q"', "multi\nline\n", {}, []),
    *(["x", "y z"], {"a": {"b": [1, "2"]}}, [{"name": "a", "v": ["q"]}, {"z": 1}]),
)
MAX_PLACES = 3_000
MAX_DEPTH = 30


def random_patches(chance: random.Random, file: YamlFile, number: int) -> dict[int, list[Operation]]:
    """Return up to `number` patches of one or two operations each."""
    documents = [(one.index, list(places(one.data))) for one in file.documents if one.data is not None]
    patches: dict[int, list[Operation]] = {}
    for owner in range(number if documents else 0):
        document, found = chance.choice(documents)
        drawn = [random_operation(chance, file.path, document, found) for _ in range(chance.choice((1, 1, 2)))]
        patches[owner] = [one for one in drawn if one is not None]

    return patches


def random_operation(
    chance: random.Random, path: str, document: int, found: list[tuple[Path, Any]]
) -> Operation | None:
    """Return an operation that some place of the document allows; None when none was met."""
    for _ in range(30):
        at, value = chance.choice(found)
        draw = _drawn(chance, path, document, at, value)
        if draw is not None:
            return draw

    return None


def places(value: Any, at: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield paths of the data with what is there, up to a measure."""
    waiting = [(at, value)]
    count = 0
    while waiting and count < MAX_PLACES:
        path, one = waiting.pop()
        count += 1
        yield path, one
        if len(path) < MAX_DEPTH and isinstance(one, dict):
            waiting += [((*path, key), inner) for key, inner in one.items()]
        elif len(path) < MAX_DEPTH and isinstance(one, list):
            waiting += [((*path, index), inner) for index, inner in enumerate(one)]


def _drawn(chance: random.Random, path: str, document: int, at: Path, value: Any) -> Operation | None:
    kind, new = chance.random(), chance.choice(VALUES)
    below = chance.choice(((), (), ("d1",), ("d1", "d2")))
    key = chance.choice(("zz1", "zz2", "securityContext", "x-foo"))
    inside, listed, leaf = isinstance(value, dict), isinstance(value, list), not isinstance(value, dict | list)
    candidates: list[tuple[float, bool, Operation]] = [
        (0.35, inside and key not in value, Put(path, document, (*at, key, *below), new, chance.choice(("", "why")))),
        (0.40, bool(at), Put(path, document, at, new)),
        (0.50, bool(at) and leaf, Put(path, document, at, new)),
        (0.70, listed, Append(path, document, at, new)),
        (0.75, inside, Append(path, document, (*at, key), new)),
        (0.93, bool(at), Remove(path, document, at)),
        (0.98, bool(at) and isinstance(at[-1], str), Rename(path, document, at, f"{at[-1] if at else ''}New")),
        (0.995, False, AddDocument(path, {})),
        (1.0, True, AddDocument(path, {"a": 1, "b": ["x"]})),
    ]
    allowed, operation = next((ok, one) for limit, ok, one in candidates if kind < limit)
    return operation if allowed else None
