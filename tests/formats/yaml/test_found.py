"""Edits that once went wrong, found by properties and by the hunt for hostile input: done as meant, or refused."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from formats.yaml import judge
from formats.yaml.editing import load, proven

from fixer.finding import Operation
from fixer.formats.format import FormatError
from fixer.formats.yaml import Append, Path, Put, Remove, Rename, Value


def put(at: Path, value: Value, document: int = 0) -> Put:
    return Put("file.yaml", document, at, value)


def remove(at: Path, document: int = 0) -> Remove:
    return Remove("file.yaml", document, at)


Patches = Sequence[Sequence[Operation]]
CASES: dict[str, tuple[str, Patches]] = {
    "the only entry keeps its blank lines": ("x-a: |2+\n  a\n\n  b\n", [[remove(("x-a",))]]),
    "the only entry of an item keeps its blank lines": (
        "a b:\n   - - c\n     - []\n     - x-a: |+\n         d\n\n     - e\n",
        [[remove(("a b", 0, 2, "x-a"))]],
    ),
    "a list that ends in a block scalar becomes a scalar": (
        "a:\n - - null\n   -\n     - |1+\n      l1\n      l2\n - true\n",
        [[put(("a", 0, 1), None)]],
    ),
    "a mapping in a list that ends in a block scalar becomes a scalar": (
        "a:\n- - b: |\n      l1\n  - c\n",
        [[put(("a", 0, 0), 5)]],
    ),
    "behind a scalar with blank lines one key goes, one comes": (
        "x-a:\n  - {}\n  -   a: |+\n        b\n\n      'on': 1\n",
        [[put(("x-a", 1, "securityContext"), [])], [remove(("x-a", 1, "on"))]],
    ),
    "behind an empty folded scalar one key goes, one comes": (
        "b: >+\nx-a: {}\n",
        [[remove(("x-a",)), put(("x-foo", "d1"), ["x", "y z"])]],
    ),
    "inside a key comes, outside one goes": (
        '"a b":\n n: |+\nb: y\ne: \n',
        [[put(("a b", "zz2", "d1"), "a: b")], [remove(("b",))]],
    ),
    "a blank line would become part of the scalar above": ("b: |+\n x\na:\n\n0: y\n", [[remove(("a",))]]),
    "an alias is written out, and a key beside goes": (
        "a: &n1\n- b\nimage: []\nagain1: *n1\n",
        [[Append("file.yaml", 0, ("again1",), "multi\nline\n"), remove(("image",))]],
    ),
    "below an alias something changes": (
        "x:\n  i: &i {a: '5432'}\n  ports: &p\n  - *i\nservices:\n  orders:\n    ports: *p\n  users:\n    ports: *p\n",
        [[put(("services", "orders", "ports", 0, "a"), ["b"])], [remove(("services", "users", "ports", 0, "a"))]],
    ),
    "aliases of a list of which an item goes": (
        "x-0: &m0 {a: 1}\nx-1: &m1 {n: [*m0, *m0]}\nx-2: &m2 {<<: [*m1, *m0]}\n",
        [[put(("x-2", "n", 1, "x", "d"), "yes")], [remove(("x-1", "n", 0)), put(("x-1", "n", 1, "z"), "new")]],
    ),
    "a mapping into an empty item": ("a:\n  -\n", [[put(("a", 0), {"b": {"c": [1, "2"]}})]]),
    "a key is renamed, what its anchor holds grows elsewhere": (
        "x-a: &n1 [n]\nagain0: *n1\n",
        [[Rename("file.yaml", 0, ("x-a",), "x-b")], [Append("file.yaml", 0, ("again0",), 5)]],
    ),
    "a comment between the dash and the item": ("a:\n- b\n- # c\n  d\n", [[remove(("a", 1))]]),
    "a key is renamed, the copy of its alias grows": (
        "a: &n1\n- &n2 {b: null}\nc: *n1\n",
        [[Rename("file.yaml", 0, ("a",), "d")], [put(("c", 0, "e"), "a: b")]],
    ),
    "a question mark without anything": ("a:\n  b:\n  c:\n   ?\n", [[put(("a", "d"), 1)]]),
    "a question mark before a name": ("b:\n c:\n      ? a\n", [[put(("b", "d"), 1)]]),
}
OPEN: set[str] = set()
WRONG = pytest.mark.xfail(raises=(AssertionError, FormatError))
NAMES = [pytest.param(name, marks=[WRONG] if name in OPEN else []) for name in CASES]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_done_as_meant_or_refused(name: str, ends: str) -> None:
    text, patches = CASES[name]
    file = load(text.replace("\n", ends))
    result = file.lower(dict(enumerate(patches)))
    assert all(reason.strip() for reason in result.refused.values())
    after = proven(file, result)
    assert judge.documents(after) == judge.made(judge.documents(file.source.text), result.effects)
