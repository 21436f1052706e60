"""How the tests edit: operations on a text, with every check of a proof made on the way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fixer.finding import Operation
from fixer.formats.format import Lowered
from fixer.formats.yaml import (
    AddDocument,
    Append,
    Habits,
    Profile,
    Put,
    Remove,
    Rename,
    YamlFile,
    parse,
)
from fixer.proof import check_bytes, check_newlines
from fixer.text import Source, read

PATH = "file.yaml"
ORDER = ("name", "image", "command", "securityContext", "resources", "restart", "healthcheck")
KUBERNETES = Habits(Profile.KUBERNETES, lambda _: (), indented_lists=False)
COMPOSE = Habits(Profile.COMPOSE, lambda _: (), indented_lists=True)
ORDERED = Habits(Profile.KUBERNETES, lambda _: ORDER, indented_lists=False)


def put(at: str, value: Any, comment: str = "", document: int = 0) -> Put:
    return Put(PATH, document, steps(at), value, comment)


def append(at: str, value: Any, document: int = 0) -> Append:
    return Append(PATH, document, steps(at), value)


def remove(at: str, document: int = 0) -> Remove:
    return Remove(PATH, document, steps(at))


def rename(at: str, key: str, document: int = 0) -> Rename:
    return Rename(PATH, document, steps(at), key)


def add(value: Any) -> AddDocument:
    return AddDocument(PATH, value)


def steps(at: str) -> tuple[str | int, ...]:
    """A path written with blanks: "spec containers 0 name"."""
    return tuple(int(part) if part.isdigit() else part for part in at.split())


def load(text: str, habits: Habits = KUBERNETES, path: str = PATH) -> YamlFile:
    return parse(read(text.encode()), path, habits)


def lowered(text: str, *patches: Sequence[Operation], habits: Habits = KUBERNETES, path: str = PATH) -> Lowered:
    return load(text, habits, path).lower(dict(enumerate(patches)))


def edit(text: str, *operations: Operation, habits: Habits = KUBERNETES, path: str = PATH) -> str:
    """Make the operations, as one patch; what cannot be made is an AssertionError."""
    return joint(text, operations, habits=habits, path=path)


def joint(text: str, *patches: Sequence[Operation], habits: Habits = KUBERNETES, path: str = PATH) -> str:
    """Make the patches of one round, all of which must be done."""
    before = load(text, habits, path)
    result = before.lower(dict(enumerate(patches)))
    assert not result.refused, dict(result.refused)
    assert not result.deferred
    assert result.done == frozenset(range(len(patches)))
    return proven(before, result)


def proven(before: YamlFile, result: Lowered) -> str:
    """Return the text after the edits; every check of a proof must hold."""
    after = before.source.edited(result.edits)
    assert check_bytes(before.source, after, result.edits) is None
    assert check_newlines(before.source.text, after.text) is None
    assert before.difference(parse(after, before.path, before.habits), result.effects) is None
    stray = before.stray(result.edits, result.effects)
    assert stray is None, (stray, before.source.text, result.edits, result.effects)
    assert {one.owner for one in result.edits} <= result.done
    assert after.text.endswith("\n") or not before.source.text.endswith("\n") or not after.text
    return after.text


def refusal(text: str, *operations: Operation, habits: Habits = KUBERNETES, path: str = PATH) -> str:
    """Return the sentence with which the operations are refused."""
    result = lowered(text, operations, habits=habits, path=path)
    assert 0 in result.refused, proven(load(text, habits, path), result)
    assert not result.edits
    return result.refused[0]


def source(text: str) -> Source:
    return read(text.encode())
