from __future__ import annotations

from collections import Counter

from judges.compare import by_rule, compare
from judges.record import Finding, Reading, reading


def said(*files: str, refused: tuple[str, ...] = (), findings: tuple[tuple[str, str], ...] = ()) -> Reading:
    return reading(files, dict.fromkeys(refused, "no"), (Finding(file, rule, "here") for file, rule in findings))


def test_what_is_said_no_more_is_removed() -> None:
    one = compare(said("a", "b", findings=(("a", "R1"), ("b", "R1"))), said("a", "b", findings=(("b", "R1"),)))

    assert one.removed == {Finding("a", "R1", "here"): 1}
    assert not one.added
    assert (one.before.total(), one.after.total(), one.files) == (2, 1, 2)


def test_what_is_said_now_is_added_even_when_more_is_removed() -> None:
    one = compare(said("a", findings=(("a", "R1"), ("a", "R2"))), said("a", findings=(("a", "R3"),)))

    assert by_rule(one.removed) == {"R1": 1, "R2": 1}
    assert by_rule(one.added) == {"R3": 1}


def test_the_same_complaint_twice_counts_twice() -> None:
    one = compare(said("a", findings=(("a", "R1"),)), said("a", findings=(("a", "R1"), ("a", "R1"))))

    assert one.added == {Finding("a", "R1", "here"): 1}


def test_a_complaint_that_moves_to_another_file_is_added() -> None:
    one = compare(said("a", "b", findings=(("a", "R1"),)), said("a", "b", findings=(("b", "R1"),)))

    assert one.added == {Finding("b", "R1", "here"): 1}
    assert one.removed == {Finding("a", "R1", "here"): 1}


def test_a_blinded_file_has_no_removed_findings() -> None:
    before = said("a", "b", findings=(("a", "R1"), ("b", "R1")))
    one = compare(before, said("a", "b", refused=("a",)))

    assert one.blinded == {"a": "no"}
    assert one.removed == {Finding("b", "R1", "here"): 1}
    assert one.files == 1


def test_a_file_that_vanished_is_blinded() -> None:
    one = compare(said("a", "b", findings=(("a", "R1"),)), said("b"))

    assert one.blinded == {"a": "the file is gone"}
    assert not one.removed


def test_a_file_that_could_not_be_read_before_counts_for_nothing() -> None:
    before = said("a", "b", refused=("a",))
    assert compare(before, said("a", "b", findings=(("a", "R1"),))).added == {}
    assert compare(before, said("a", "b", refused=("a",))).blinded == {}


def test_a_new_file_counts_with_all_that_is_said_about_it() -> None:
    one = compare(said("a"), said("a", "new", findings=(("new", "R1"),)))

    assert one.added == {Finding("new", "R1", "here"): 1}
    assert one.files == 1


def test_a_new_file_that_cannot_be_read_is_blinded() -> None:
    assert compare(said("a"), said("a", "new", refused=("new",))).blinded == {"new": "no"}


def test_a_reading_drops_what_was_said_about_a_refused_file() -> None:
    one = said("a", "b", refused=("a",), findings=(("a", "DL1000"), ("b", "R1")))

    assert one.read == {"b"}
    assert one.findings == Counter({Finding("b", "R1", "here"): 1})
