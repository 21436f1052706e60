"""What generated files and operations brought to light, reduced."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from formats.yaml.editing import PATH, joint

from fixer.finding import Operation
from fixer.formats.yaml import Append, Put, Remove

CASES: list[tuple[str, str, list[Sequence[Operation]], str]] = [
    (
        "a document that is emptied keeps its last line end, which a block scalar with + counts as its own",
        '"x-a": |2+\n  a\n\n  b\n',
        [[Remove(PATH, 0, ("x-a",))]],
        "{}\n",
    ),
    (
        "an item that ends in a block scalar is replaced without the line end",
        "a:\n - - null\n   -\n     - |1+\n      l1\n      l2\n - true\n",
        [[Put(PATH, 0, ("a", 0, 1), None)]],
        "a:\n - - null\n   -\n     null\n - true\n",
    ),
    (
        "an item that is emptied leaves the next one on its own line",
        "'a b':\n   - - \n     - []\n     - x-a: |+\n     - ",
        [[Remove(PATH, 0, ("a b", 0, 2, "x-a"))]],
        "'a b':\n   - - \n     - []\n     - {}\n     - ",
    ),
    (
        "an alias gives way to a copy although its neighbour goes",
        "a: &n1\n- b\n'image': []\nagain1: *n1",
        [[Append(PATH, 0, ("again1",), "multi\nline\n"), Remove(PATH, 0, ("image",))]],
        'a: &n1\n- b\nagain1:\n- b\n- "multi\\nline\\n"',
    ),
]


@pytest.mark.parametrize(("text", "patches", "after"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_result(text: str, patches: list[Sequence[Operation]], after: str) -> None:
    assert joint(text, *patches) == after


def test_edits_in_each_others_way_wait_for_the_next_round() -> None:
    from formats.yaml.editing import KUBERNETES, load

    file = load("x-a:\n  - {}\n  -   a: |+\n      'on': 1\n", KUBERNETES)
    put, remove = Put(PATH, 0, ("x-a", 1, "securityContext"), []), Remove(PATH, 0, ("x-a", 1, "a"))
    result = file.lower({1: (put,), 3: (remove,)})
    assert result.done | result.deferred == {1, 3}
    assert file.source.edited(result.edits)
