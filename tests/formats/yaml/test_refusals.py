"""What is refused, each in a sentence, and the bugs of earlier experiments."""

from __future__ import annotations

import pytest
from formats.yaml.editing import COMPOSE, KUBERNETES, add, append, edit, put, refusal, remove, rename

from fixer.finding import Operation

REFUSED = {
    "complex key": ("[a]: 1\nb: 2\n", put("c", 1), "the mapping has a complex key"),
    "question mark": ("? a\n: 1\n", put("b", 1), "the mapping has a complex key"),
    "duplicate key": ("a: 1\nb: 2\na: 3\n", put("c", 1), "the mapping has the key a twice"),
    "duplicate key, put": ("a: 1\nb: 2\na: 3\n", put("b", 1), "the mapping has the key a twice"),
    "duplicate key, removed": ("a: 1\nb: 2\na: 3\n", remove("a"), "the mapping has the key a twice"),
    "tagged scalar": ("a: !t b\n", put("a", "c"), "the value at a has the tag !t"),
    "tagged null": ("a: !reset\n", put("a b", 1), "a is a scalar; b cannot be put there"),
    "standard tag": ("a: !!str 1\n", put("a", 2), "the value at a has the tag tag:yaml.org,2002:str"),
    "tagged mapping": ("a: !t\n  b: 1\n", put("a c", 1), "the mapping at a has the tag !t"),
    "tagged list": ("a: !t\n- b\n", append("a", 1), "a has the tag !t"),
    "empty with anchor": ("a: &x {}\n", put("a b", 1), "the empty value at a has an anchor or a tag"),
    "null with anchor": ("a: &x\n", append("a", 1), "the empty value at a has an anchor or a tag"),
    "emptied with anchor": (
        "a: &x\n  b: 1\n",
        remove("a b"),
        "a collection with an anchor or a tag would become empty",
    ),
    "mapping in a list": ("a: [1]\n", put("a b", 1), "a is a list; b cannot be put there"),
    "key in an empty list": ("a: []\n", put("a b", 1), "a is a list; b cannot be put there"),
    "key in a scalar": ("a: 1\n", put("a b", 1), "a is a scalar; b cannot be put there"),
    "item beyond the end": ("a: [1]\n", put("a 3", 1), "a is a list; [3] cannot be put there"),
    "item of nothing": ("a: 1\n", put("b 0 c", 1), "there is no item 0 on the way to b[0].c"),
    "append to a scalar": ("a: 1\n", append("a", 1), "a is no list"),
    "append to a mapping": ("a: {}\n", append("a", 1), "a is no list"),
    "nothing to remove": ("a: 1\n", remove("b"), "there is nothing at b"),
    "the whole document": ("a: 1\n", remove(""), "there is nothing at the document"),
    "document replaced": ("a: 1\n", put("", {"b": 1}), "a document is not replaced as a whole"),
    "empty document": ("# c\n---\n", put("a", 1), "the document is empty"),
    "missing document": ("a: 1\n", put("b", 1, document=3), "the file has no document 4"),
    "rename onto another": ("a: 1\nb: 2\n", rename("a", "b"), "there is a b beside a already"),
    "rename of an item": ("- a\n", rename("0", "b"), "[0] has no key that could be renamed"),
    "rename of an anchored key": ("&x a: 1\n", rename("a", "b"), "a has no key that could be renamed"),
    "append after an open block": (
        "a:\n- |\n  x",
        append("a", 1),
        "the list ends in a block scalar without a line end, which a further item would change",
    ),
    "document after an open block": (
        "a: |\n  x",
        add({"b": 1}),
        "the file ends in a block scalar without a line end, which a further document would change",
    ),
    "second JSON document": ('{"a": 1}\n', add({"b": 1}), "a JSON text holds one document"),
    "pair without braces": ("a: [b: 1]\n", put("a 0 c", 2), "the mapping on line 1 has no braces"),
    "block in an odd place": ("a:\n|\n\nb: 1\n", put("a", 1), "the value on line 2 stands in an odd place"),
    "anchored key in use": ("&x a: 1\nb: *x\n", remove("a"), "aliases use what stands at a"),
    "comment beside a flow entry": (
        "a: [x,\n  # about z\n  z, w]\n",
        remove("a 0"),
        "a comment stands beside the entry on line 1",
    ),
}


@pytest.mark.parametrize(("text", "operation", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(text: str, operation: Operation, sentence: str) -> None:
    assert refusal(text, operation) == sentence


def test_a_json_file_holds_one_document() -> None:
    assert refusal("{}\n", add({"a": 1}), path="file.json") == "a JSON file holds one document"


class TestBugs:
    """Section 5 of the measured facts: each was found by running over thousands of files."""

    def test_1_value_without_a_blank_after_the_colon(self) -> None:
        assert edit("a:\n", put("a", "x")) == "a: x\n"
        assert edit("{a: , b: 1}\n", put("a", "x")) == "{a: x , b: 1}\n"

    def test_2_key_after_an_unterminated_block_scalar(self) -> None:
        assert edit("a: 1\nb: |\n  x", put("c", 2)) == "a: 1\nc: 2\nb: |\n  x"
        assert edit("b: |\n  x", put("c", 2)) == "c: 2\nb: |\n  x"
        assert edit("- b: |\n    x", put("0 c", {"d": 1})) == "- c:\n    d: 1\n  b: |\n    x"
        assert edit("a:\n  b: |+\n    x", put("c", 2)) == "c: 2\na:\n  b: |+\n    x"

    def test_2_a_stripped_block_scalar_may_be_terminated(self) -> None:
        assert edit("b: |-\n  x", put("c", 2)) == "b: |-\n  x\nc: 2"

    def test_3_item_after_an_unterminated_block_scalar(self) -> None:
        assert "block scalar without a line end" in refusal("- a: >\n    x", append("", 1))

    def test_4_scalar_with_a_custom_tag(self) -> None:
        assert refusal("a: !Ref b\n", put("a", "c")) == "the value at a has the tag !Ref"

    def test_6_the_nearest_neighbour_decides(self) -> None:
        text = "a:\n- x\nb:\n- x\nc:\n- x\nd:\n  e:\n    - x\n  f: 1\n"
        after = edit(text, put("d g", ["z"]))
        assert after == text.replace("  f: 1\n", "  f: 1\n  g:\n    - z\n")

    def test_6_style_comes_from_the_whole_file(self) -> None:
        text = "a: 1\n---\nb:\n    c:\n      - d\n"
        assert edit(text, put("e f", ["x"])).startswith("a: 1\ne:\n    f:\n      - x\n---\n")

    def test_7_list_in_a_file_without_any(self) -> None:
        text = "services:\n  web:\n    image: a\n"
        assert edit(text, append("services web cap_drop", "ALL"), habits=COMPOSE) == (
            text + "    cap_drop:\n      - ALL\n"
        )
        assert edit(text, append("services web cap_drop", "ALL"), habits=KUBERNETES) == (
            text + "    cap_drop:\n    - ALL\n"
        )

    def test_8_comments_and_blank_lines_after_a_collection_stay(self) -> None:
        text = "a:\n  b:\n  - x\n\n  # about d\n  d: 1\n"
        assert edit(text, put("a b", [1])) == "a:\n  b:\n  - 1\n\n  # about d\n  d: 1\n"
        assert edit(text, remove("a b")) == "a:\n\n  # about d\n  d: 1\n"
        assert edit(text, append("a b", "z")) == text.replace("  - x\n", "  - x\n  - z\n")
