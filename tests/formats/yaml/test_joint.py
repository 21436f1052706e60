"""Several patches in one round: what goes together, what waits, what is taken back."""

from __future__ import annotations

from formats.yaml.editing import add, append, joint, load, lowered, proven, put, remove, rename

from fixer.formats.yaml import NewFile
from fixer.text import apply

CONTAINER = "spec:\n  containers:\n  - name: a\n    image: x\n"


def owned(text: str, *patches: list) -> list[tuple[int, str]]:  # type: ignore[type-arg]
    """The lines that come in, each with its owner."""
    return [(edit.owner, edit.text) for edit in lowered(text, *patches).edits]


def test_patches_grow_one_missing_mapping() -> None:
    patches = (
        [put("spec containers 0 securityContext allowPrivilegeEscalation", False)],
        [append("spec containers 0 securityContext capabilities drop", "ALL")],
        [put("spec containers 0 securityContext readOnlyRootFilesystem", True)],
    )
    assert owned(CONTAINER, *patches) == [
        (0, "\n    securityContext:\n      allowPrivilegeEscalation: false"),
        (1, "\n      capabilities:\n        drop:\n        - ALL"),
        (2, "\n      readOnlyRootFilesystem: true"),
    ]
    assert joint(CONTAINER, *patches).endswith("        - ALL\n      readOnlyRootFilesystem: true\n")


def test_patches_fill_one_empty_mapping() -> None:
    assert owned("a: {}\nb: 1\n", [put("a c", 1)], [put("a d", 2)]) == [
        (0, ""),
        (0, "\n  c: 1"),
        (1, "\n  d: 2"),
    ]


def test_patches_append_to_one_new_list() -> None:
    assert joint("a: 1\n", [append("b", "x")], [append("b", "z")]) == "a: 1\nb:\n- x\n- z\n"


def test_patches_in_flow_style_have_a_piece_each() -> None:
    assert owned("a: {b: 1}\n", [put("a c", 1)], [put("a d", 2)]) == [(0, ", c: 1"), (1, ", d: 2")]


def test_patches_grow_one_mapping_in_flow_style() -> None:
    patches = [put("a s x", 1)], [put("a s z", 2)]
    assert joint("a: {b: 1}\n", *patches) == "a: {b: 1, s: {x: 1, z: 2}}\n"
    assert owned("a: {b: 1}\n", *patches) == [(0, ", s: {"), (0, "x: 1"), (1, ", z: 2"), (0, "}")]


def test_the_same_wish_twice_is_one_edit() -> None:
    result = lowered("a: 1\n", [put("a", 2)], [put("a", 2)])
    assert result.done == {0, 1}
    assert [edit.owner for edit in result.edits] == [0]


def test_the_same_missing_value_twice_is_one_edit() -> None:
    result = lowered("a: 1\n", [put("b c", 2)], [put("b c", 2)])
    assert result.done == {0, 1}
    assert [edit.owner for edit in result.edits] == [0]


def test_another_value_at_the_same_place_waits() -> None:
    result = lowered("a: 1\n", [put("a", 2)], [put("a", 3)])
    assert (result.done, result.deferred) == ({0}, {1})
    result = lowered("a: 1\n", [put("b", 2)], [put("b", 3)])
    assert (result.done, result.deferred) == ({0}, {1})


def test_below_what_is_removed_waits() -> None:
    result = lowered("a:\n  b: 1\nc: 2\n", [remove("a")], [put("a b", 2)], [put("a d", 2)])
    assert (result.done, result.deferred) == ({0}, {1, 2})


def test_removing_what_was_changed_waits() -> None:
    result = lowered("a:\n  b: 1\nc: 2\n", [put("a d", 2)], [remove("a")], [put("a", 5)], [rename("a", "z")])
    assert (result.done, result.deferred) == ({0}, {1, 2, 3})


def test_neighbours_do_not_wait() -> None:
    text = "a: 1\nb: 2\nc: 3\n"
    assert joint(text, [remove("b")], [put("c", 4)], [put("a", 0)], [put("d", 5)]) == "a: 0\nc: 4\nd: 5\n"


def test_the_last_entry_is_not_emptied_by_two() -> None:
    result = lowered("a:\n  b: 1\n  c: 2\n", [remove("a b")], [remove("a c")])
    assert (result.done, result.deferred) == ({0}, {1})


def test_an_insertion_into_what_another_empties_waits() -> None:
    result = lowered("a:\n  b: 1\n", [remove("a b")], [put("a c", 1)])
    assert (result.done, result.deferred) == ({0}, {1})
    result = lowered("a:\n  b: 1\n", [put("a c", 1)], [remove("a b")])
    assert (result.done, result.deferred) == ({0}, {1})


def test_a_patch_is_taken_whole_or_not_at_all() -> None:
    text = "a: 1\nb: !t x\n"
    result = lowered(text, [put("c d", 1), put("a", 2), append("e", 1), put("b", 3)], [put("c f", 1)])
    assert result.refused == {0: "the value at b has the tag !t"}
    assert proven(load(text), result) == "a: 1\nb: !t x\nc:\n  f: 1\n"


def test_a_patch_that_must_wait_leaves_nothing_behind() -> None:
    text = "a: 1\nb: 2\n"
    result = lowered(text, [put("a", 5)], [put("c d", 1), remove("b"), rename("a", "x")], [put("c f", 1)])
    assert result.deferred == {1}
    assert proven(load(text), result) == "a: 5\nb: 2\nc:\n  f: 1\n"


def test_a_refusal_while_writing_takes_back_the_whole_patch() -> None:
    text = "a: [x,\n  # about z\n  z, w]\nb:\n- x\n"
    result = lowered(text, [append("b", "z"), remove("a 0")], [append("b", "w")])
    assert result.refused == {0: "a comment stands beside the entry on line 1"}
    assert proven(load(text), result) == text + "- w\n"


def test_one_fix_does_not_touch_a_place_twice() -> None:
    result = lowered("a:\n  b: 1\nc: 2\n", [put("a d", 2), remove("a")])
    assert result.refused == {0: "two operations of the fix touch the same place, a"}


def test_deeper_lines_come_first_at_one_place() -> None:
    patches = (
        [put("z", 1)],
        [put("spec x", 2)],
        [append("spec containers", {"name": "b"})],
        [put("spec containers 0 tty", True)],
    )
    assert joint(CONTAINER, *patches) == CONTAINER + "    tty: true\n  - name: b\n  x: 2\nz: 1\n"


def test_every_patch_is_accounted_for() -> None:
    patches = [[put("a", 2)], [put("a", 3)], [put("a b", 3)], [remove("q")], [add({"x": 1})]]
    result = lowered("a: 1\n", *patches)
    assert result.done | result.deferred | result.refused.keys() == set(range(5))
    assert len(result.done) + len(result.deferred) + len(result.refused) == 5


def test_edits_are_in_order_and_do_not_overlap() -> None:
    text = "a: 1\nb:\n- x\n- z\nc: {d: 1}\n"
    result = lowered(text, [put("c e", 2)], [remove("b 0")], [put("a", 3)], [put("f", 1)])
    ends = [0, *(edit.end for edit in result.edits)]
    assert all(end <= edit.start for end, edit in zip(ends, result.edits, strict=False))
    assert apply(text, result.edits) == "a: 3\nb:\n- z\nc: {d: 1, e: 2}\nf: 1\n"


def test_a_new_file_is_not_an_edit_of_this_one() -> None:
    result = lowered("a: 1\n", [NewFile("other.yaml", {"a": 1})])
    assert result.refused == {0: "NewFile is no change of a YAML file that is there"}


def test_no_patches_no_edits() -> None:
    result = lowered("a: 1\n")
    assert (result.edits, result.effects, result.done) == ((), (), frozenset())
