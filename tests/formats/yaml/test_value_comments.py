"""Comments that come with a value, and those that are corrected."""

from __future__ import annotations

import pytest

from fixer.formats.comments import RemoveComment, ReplaceInComment
from fixer.formats.yaml import Habits, Path, Profile, Put, YamlFile, parse
from fixer.text import Source, apply

HABITS = Habits(Profile.COMPOSE, lambda _: (), indented_lists=True)
FIRST: Path = (0, "uses")


def read(text: str, path: str = "a.yml") -> YamlFile:
    return parse(Source(text), path, HABITS)


def put(text: str, at: Path = FIRST, path: str = "a.yml") -> str:
    """The text with a value and its comment; the change is proven."""
    file = read(text, path)
    lowered = file.lower({0: [Put(path, 0, at, "a@1", "v4")]})
    assert not lowered.refused
    after = apply(text, lowered.edits)
    assert file.difference(read(after, path), lowered.effects) is None
    assert file.stray(lowered.edits, lowered.effects) is None
    return after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("- uses: a@v4\n", "- uses: a@1 # v4\n"),
        ("- uses: a@v4", "- uses: a@1 # v4"),
        ("- uses: 'a@v4'  \n", "- uses: 'a@1' # v4  \n"),
        ("- uses: a@v4 # words\n", "- uses: a@1 # v4 # words\n"),
        ("- uses: a@v4   #words\r\n", "- uses: a@1 # v4   #words\r\n"),
        ("- uses:\n    a@v4\n", "- uses:\n    a@1 # v4\n"),
        ("- uses: >-\n    a@v4\n- b\n", "- uses: a@1 # v4\n- b\n"),
        ("- uses: &x a@v4\n", "- uses: &x a@1 # v4\n"),
    ],
)
def test_in_block_style(before: str, after: str) -> None:
    assert put(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("- {uses: a@v4}\n", "- {uses: a@1} # v4\n"),
        ("- { uses: a@v4 } # words\n", "- { uses: a@1 } # v4 # words\n"),
        ("- {name: b, uses: a@v4}\r\n", "- {name: b, uses: a@1} # v4\r\n"),
        ("- {uses: a@v4, with: {b: c}}\n", "- {uses: a@1, with: {b: c}} # v4\n"),
        ("- {\n    uses: a@v4,\n    with: b\n  }\n", "- {\n    uses: a@1, # v4\n    with: b\n  }\n"),
        ("- {\n    uses: a@v4 # words\n  }\n", "- {\n    uses: a@1 # v4 # words\n  }\n"),
        ("- {uses: a@v4,\n   with: b}\n", "- {uses: a@1, # v4\n   with: b}\n"),
        # Nowhere to be taken for a comment of this value alone.
        ("- {uses: a@v4, with: [\n  b]}\n", "- {uses: a@1, with: [\n  b]}\n"),
        ("- {uses: a@v4, name: b,\n   with: c}\n", "- {uses: a@1, name: b,\n   with: c}\n"),
        ("[{uses: a@v4}, {uses: b@v1}]\n", "[{uses: a@1}, {uses: b@v1}]\n"),
    ],
)
def test_in_brackets(before: str, after: str) -> None:
    assert put(before) == after


def test_the_last_of_several_values_on_a_line() -> None:
    assert put("[{uses: a@v4}, {uses: b@v1}]\n", (1, "uses")) == "[{uses: a@v4}, {uses: a@1}] # v4\n"


@pytest.mark.parametrize("path", ["a.json", "a.yml"])
def test_json_has_no_comments(path: str) -> None:
    assert put('[{"uses": "a@v4"}]\n', path=path) == '[{"uses": "a@1"}]\n'


def test_words_of_a_comment_are_replaced_alone() -> None:
    text = "a: b # v4, v4\nc: d\n"
    file = read(text)
    operation = ReplaceInComment("a.yml", text.index("v4"), "v4", "v4.1.0")
    lowered = file.lower({3: [operation]})
    after = apply(text, lowered.edits)
    assert after == "a: b # v4.1.0, v4\nc: d\n"
    assert lowered.effects == (operation,)
    assert [edit.owner for edit in lowered.edits] == [3]
    assert file.difference(read(after), lowered.effects) is None
    assert file.difference(read(text), lowered.effects) == "more than the comment changed"


def test_comments_wait_for_other_changes_and_go_together() -> None:
    text = "a: b # v4\nc: d # gone\n"
    file = read(text)
    comments = {
        1: [ReplaceInComment("a.yml", text.index("v4"), "v4", "v5")],
        2: [RemoveComment("a.yml", text.index("# gone"), "# gone")],
    }
    assert apply(text, file.lower(comments).edits) == "a: b # v5\nc: d\n"
    lowered = file.lower({**comments, 0: [Put("a.yml", 0, ("c",), "e")]})
    assert lowered.done == {0}
    assert lowered.deferred == {1, 2}


def test_a_comment_is_not_changed_along_with_data() -> None:
    text = "a: b # v4\n"
    mixed = [ReplaceInComment("a.yml", text.index("v4"), "v4", "v5"), Put("a.yml", 0, ("a",), "c")]
    assert read(text).lower({0: mixed}).refused == {0: "a comment is changed alone"}
