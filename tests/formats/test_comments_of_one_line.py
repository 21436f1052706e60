"""Words that would be more than a comment are refused, and no proof lets them pass."""

from __future__ import annotations

import pytest

from fixer.formats.comments import ReplaceInComment
from fixer.formats.yaml import Habits, Profile, Put, YamlFile, parse
from fixer.text import Source

TEXT = "a: 1 # v3\nb: 2\n"
HABITS = Habits(Profile.COMPOSE, lambda _: (), indented_lists=True)
LINES = ["v4\nc: 3", "v4\r", "v4\x85c: 3", "v4\u2028c", "\nv4"]


def parsed(text: str) -> YamlFile:
    return parse(Source(text), "x.yaml", HABITS)


@pytest.mark.parametrize("new", LINES)
def test_words_of_a_comment(new: str) -> None:
    operation = ReplaceInComment("x.yaml", TEXT.index("v3"), "v3", new)
    file = parsed(TEXT)
    lowered = file.lower({0: [operation]})
    assert (lowered.edits, lowered.refused) == ((), {0: "a comment is one line"})
    after = TEXT.replace("v3", new)
    if "c: 3" not in new:
        return

    assert file.difference(parsed(after.replace("\x85", "\n")), [operation])


@pytest.mark.parametrize("comment", LINES)
def test_a_comment_behind_a_value(comment: str) -> None:
    lowered = parsed(TEXT).lower({0: [Put("x.yaml", 0, ("a",), 5, comment)]})
    assert (lowered.edits, lowered.refused) == ((), {0: "a comment is one line"})


def test_one_line_is_written() -> None:
    lowered = parsed(TEXT).lower({0: [ReplaceInComment("x.yaml", TEXT.index("v3"), "v3", "v4.1")]})
    assert lowered.refused == {}
    assert lowered.edits[0].text == "v4.1"
