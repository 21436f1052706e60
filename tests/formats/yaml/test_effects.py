"""The proof of meaning: it notices whatever is not exactly as planned."""

from __future__ import annotations

from typing import Any

import pytest
from formats.yaml.editing import COMPOSE, KUBERNETES, add, append, load, put, remove, rename

from fixer.finding import Operation
from fixer.formats.yaml.effects import Impossible, applied, first_difference, spelled
from fixer.formats.yaml.reading import meaning_of

DIFFERENT = {
    "nothing happened": ("a: 1\n", "a: 1\n", put("a", 2), "a"),
    "something else happened too": ("a: 1\nb: 1\n", "a: 2\nb: 2\n", put("a", 2), "b"),
    "a string for a number": ("a: 1\n", 'a: "2"\n', put("a", 2), "a"),
    "one for true": ("a: 2\n", "a: 1\n", put("a", True), "a"),
    "a bool for a string": ("a: 1\n", "a: yes\n", put("a", "yes"), "a"),
    "octal": ("a: 1\n", "a: 0644\n", put("a", 644), "a"),
    "null for nothing": ("a: 1\nb: 1\n", "a:\nb: 1\n", remove("a"), "a"),
    "a missing key": ("a: {b: 1, c: 1}\n", "a: {}\n", remove("a b"), "a.c"),
    "another key": ("a: 1\n", "a: 1\nc: 1\n", put("b", 1), "b"),
    "an item too many": ("a: [1]\n", "a: [1, 2, 2]\n", append("a", 2), "a[2]"),
    "another order": ("a: [1]\n", "a: [2, 1]\n", append("a", 2), "a[0]"),
    "a lost tag": ("a: !t x\nb: 1\n", "a: x\nb: 2\n", put("b", 2), "a"),
    "a block scalar that lost its end": ("a: |\n  x\nb: 1\n", "a: |-\n  x\nb: 2\n", put("b", 2), "a"),
    "a change through an anchor": (
        "a: &x {b: 1}\nc: *x\n",
        "a: &x {b: 2}\nc: *x\n",
        put("a b", 2),
        "c.b",
    ),
}


@pytest.mark.parametrize(("before", "after", "operation", "place"), DIFFERENT.values(), ids=DIFFERENT.keys())
def test_difference(before: str, after: str, operation: Operation, place: str) -> None:
    reason = load(before).difference(load(after), [operation])
    assert reason == f"the result differs from what was planned at {place} (document 1)"


SAME = {
    "other quotes": ("a: 'x'\nb: 1\n", 'a: "x"\nb: 2\n', [put("b", 2)]),
    "other order of keys": ("a: 1\nb: 1\n", "b: 2\na: 1\n", [put("b", 2)]),
    "comments": ("a: 1 # x\n", "a: 2\n", [put("a", 2)]),
    "mapping made on the way": ("a:\n", "a: {b: {c: 1}}\n", [put("a b c", 1)]),
    "list made on the way": ("{}\n", "a: {b: [1]}\n", [append("a b", 1)]),
    "items removed from behind": ("- a\n- b\n- c\n", "- b\n", [remove("2"), remove("0")]),
    "rename": ("a: 1\n", "b: 1\n", [rename("a", "b")]),
    "document": ("a: 1\n", "a: 1\n---\nb: 1\n", [add({"b": 1})]),
    "not a number": ("a: .nan\nb: 1\n", "a: .nan\nb: 2\n", [put("b", 2)]),
    "through an anchor, as planned": ("a: &x {b: 1}\nc: *x\n", "a: &x {b: 2}\nc: *x\n", [put("a b", 2), put("c b", 2)]),
    "tagged list": ("a: !override [1]\n", "a: !override [1, 2]\n", [append("a", 2)]),
}


@pytest.mark.parametrize(("before", "after", "operations"), SAME.values(), ids=SAME.keys())
def test_no_difference(before: str, after: str, operations: list[Operation]) -> None:
    assert load(before).difference(load(after), operations) is None


def test_one_place_changed_does_not_change_the_other_users_of_its_data() -> None:
    before = load("a: &x {b: 1}\nc: *x\n")
    meanings = [document.meaning for document in before.documents]
    assert applied(meanings, [put("c b", 2)])[0] == {"a": {"b": ("int", "1")}, "c": {"b": ("int", "2")}}
    assert before.documents[0].meaning == {"a": {"b": ("int", "1")}, "c": {"b": ("int", "1")}}


def test_a_key_written_twice_is_a_difference() -> None:
    reason = load("a: 1\n").difference(load("a: 1\nb: 2\nb: 2\n"), [put("b", 2)])
    assert reason == "the result has the key b twice in one mapping"


def test_another_number_of_documents() -> None:
    assert load("a: 1\n").difference(load("a: 1\n---\n"), []) == "the result has 2 documents instead of 1"


IMPOSSIBLE = {
    "no list": ("a: {}\n", append("a", 1), "there is no list to append to"),
    "nothing to remove": ("a: {}\n", remove("a b"), "there is no b"),
    "no such item": ("a: [1]\n", put("a 1", 1), "there is no 1"),
    "on the way": ("a: 1\n", put("a b", 1), "there is no mapping or list on the way"),
    "no such document": ("a: 1\n", put("a", 1, document=1), "there is no document 1"),
    "everything": ("a: 1\n", remove(""), "the whole document cannot be removed or renamed"),
    "name of an item": ("- 1\n", rename("0", "a"), "an item has no name"),
}


@pytest.mark.parametrize(("text", "operation", "reason"), IMPOSSIBLE.values(), ids=IMPOSSIBLE.keys())
def test_impossible_effects(text: str, operation: Operation, reason: str) -> None:
    found = load(text).difference(load(text), [operation])
    assert found == f"the operations cannot be made on the data: {reason}"
    with pytest.raises(Impossible):
        applied([document.meaning for document in load(text).documents], [operation])


@pytest.mark.parametrize(
    ("left", "right", "place"),
    [({"a": 1}, {"a": 1}, None), ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}, ("a", 1, "b")), (1, 2, ())],
)
def test_first_difference(left: Any, right: Any, place: tuple[str | int, ...] | None) -> None:
    assert first_difference(left, right) == place


def test_spelled() -> None:
    assert spelled(("a", 0, "b", 1)) == "a[0].b[1]"
    assert spelled(()) == "the document"


@pytest.mark.parametrize("habits", [KUBERNETES, COMPOSE])
def test_meaning_of_data_is_what_is_read(habits: Any) -> None:
    text = "a: [1, '1', true, null, 1.5, x, {b: {}}]\nc: !t {d: 1}\n"
    document = load(text, habits).documents[0]
    assert document.meaning == meaning_of(document.data)


def test_a_date_is_not_its_text_for_compose() -> None:
    assert load("a: 2024-01-02\n", COMPOSE).documents[0].meaning == {"a": ("timestamp", "2024-01-02")}
    assert load("a: 2024-01-02\n", KUBERNETES).documents[0].meaning == {"a": "2024-01-02"}
