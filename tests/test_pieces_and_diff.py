"""Edits over several rounds add up to edits of the original, and their diff is one that git applies."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fixer.diff import changes, hunks, unified
from fixer.pieces import Pieces
from fixer.text import Edit, apply

TEXT = st.text(alphabet="ab\n", max_size=40)


@st.composite
def rounds(draw: st.DrawFn) -> tuple[str, list[list[Edit]]]:
    """A text and rounds of edits, each of the text that the rounds before left."""
    text = draw(TEXT)
    present, found = text, []
    for number in range(draw(st.integers(1, 3))):
        points = sorted(draw(st.lists(st.integers(0, len(present)), min_size=2, max_size=6)))
        pairs = zip(points[::2], points[1::2], strict=False)
        edits = [Edit(start, end, draw(TEXT), number) for start, end in pairs]
        present = apply(present, edits)
        found.append(edits)

    return text, found


def composed(text: str, all_rounds: list[list[Edit]]) -> tuple[str, list[Edit]]:
    pieces, present = Pieces(len(text)), text
    for edits in all_rounds:
        pieces.apply(edits)
        present = apply(present, edits)

    return present, pieces.edits()


@given(rounds())
def test_rounds_add_up_to_edits_of_the_original(case: tuple[str, list[list[Edit]]]) -> None:
    text, all_rounds = case
    present, edits = composed(text, all_rounds)
    assert apply(text, edits) == present


@given(rounds())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_git_applies_the_diff(tmp_path: Path, case: tuple[str, list[list[Edit]]]) -> None:
    text, all_rounds = case
    present, edits = composed(text, all_rounds)
    if present == text or not text or not present:
        return

    file = tmp_path / "file"
    file.write_bytes(text.encode())
    diff = unified("file", text, present, edits)
    subprocess.run(["git", "apply", "--unidiff-zero", "-p1"], cwd=tmp_path, input=diff.encode(), check=True)
    assert file.read_bytes().decode() == present


@given(rounds())
def test_every_changed_line_has_one_owner(case: tuple[str, list[list[Edit]]]) -> None:
    text, all_rounds = case
    present, edits = composed(text, all_rounds)
    for change in changes(text, present, edits):
        assert len(change.owners) == max(change.new_end - change.new, 1)
        assert set(change.owners) <= set(range(len(all_rounds)))


def test_lines_belong_to_the_fix_that_wrote_them() -> None:
    text = "a:\n  b: 1\n"
    edits = [Edit(9, 9, "\n  c: 2", 1), Edit(9, 9, "\n  d: 3", 2)]
    [hunk] = hunks(text, apply(text, edits), edits)
    assert [(line.mark, line.text, line.owner) for line in hunk.lines] == [
        (" ", "a:\n", None),
        (" ", "  b: 1\n", None),
        ("+", "  c: 2\n", 1),
        ("+", "  d: 3\n", 2),
    ]


def test_missing_final_newline_is_shown() -> None:
    assert unified("f", "a", "a\nb", [Edit(1, 1, "\nb", 0)]) == (
        "--- a/f\n+++ b/f\n@@ -1 +1,2 @@\n-a\n\\ No newline at end of file\n+a\n+b\n\\ No newline at end of file\n"
    )


def test_new_file_comes_from_nowhere() -> None:
    assert unified("f", "", "a\n", [Edit(0, 0, "a\n", 0)], new=True) == "--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+a\n"


@pytest.mark.parametrize("gap", [5, 6, 7])
def test_near_changes_share_a_hunk(gap: int) -> None:
    text = "x\n" + "-\n" * gap + "x\n"
    edits = [Edit(0, 1, "y", 0), Edit(len(text) - 2, len(text) - 1, "y", 1)]
    assert len(hunks(text, apply(text, edits), edits)) == (1 if gap <= 6 else 2)


def test_a_line_between_two_edits_is_context() -> None:
    text = "a\nb\nc\n"
    edits = [Edit(1, 1, "\nx", 0), Edit(3, 3, "\ny", 1)]
    assert unified("f", text, apply(text, edits), edits).endswith(" a\n+x\n b\n+y\n c\n")
