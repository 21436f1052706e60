"""What is remembered: by pull requests and their boxes, and nothing else."""

from __future__ import annotations

import base64
import zlib

import pytest
from formats.examples import examples
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from fixer.bot.keys import key_of
from fixer.bot.memory import (
    ROOM,
    Known,
    Marker,
    Memory,
    box,
    boxes,
    closed_by_person,
    memory_of,
    newest,
    read,
    ticked,
    with_proposed,
    written,
)
from fixer.bot.records import Pull
from fixer.finding import Environment, Finding, Level, Severity
from fixer.rule import Rule

A, B, C = (Known("dockerfile/x", name, name * 12) for name in "abc")
texts = st.text(st.characters(exclude_categories=("Cs",)) | st.sampled_from("\udc80\udcff"), max_size=60)
words = st.text(st.characters(max_codepoint=126), max_size=20)
knowns = st.builds(Known, words, texts, words, st.booleans())


def body(*known: Known, closed: str = "", out: tuple[Known, ...] = (), moved: tuple[tuple[str, str], ...] = ()) -> str:
    """A body as the bot writes it, with its boxes."""
    lines = [box("skip", one.key, one.path, tick=one in out) for one in known]
    known = tuple(replace(one, out=one in out) for one in known)
    return "\n".join([*lines, written(Marker("0.1", "g", "t", known, closed=closed, moved=moved))])


def pull(number: int, state: str, text: str, branch: str = "fixer/g") -> Pull:
    return Pull(number, branch, state, body=text)  # type: ignore[arg-type]


def refused(*pulls: Pull, dashboard: str = "") -> set[str]:
    memory = memory_of(pulls, dashboard)
    return {one.path for one in (A, B, C) if memory.refuses("fixer/g", one.key)}


# ---- the marker


@examples(60)
@given(st.builds(Marker, words, texts, texts, st.lists(knowns).map(tuple)))
def test_a_marker_is_read_back(marker: Marker) -> None:
    comment = written(marker)
    found = read(f"before\n{comment}\nafter")
    assert found is not None
    assert [(one.rule, one.key, one.out) for one in found.known] == [
        (one.rule, one.key, one.out) for one in marker.known
    ]
    assert comment.isascii()
    assert comment.count("-->") == 1


@examples(60)
@given(st.text())
def test_any_body_can_be_read(text: str) -> None:
    assert read(text) is None
    assert boxes(text) == []


@pytest.mark.parametrize(
    "data",
    [
        "",
        "====",
        "abc",
        base64.urlsafe_b64encode(b"x").decode(),
        base64.urlsafe_b64encode(zlib.compress(b"[]")).decode(),
        base64.urlsafe_b64encode(zlib.compress(b'{"known": 1}')).decode(),
    ],
)
def test_a_damaged_marker_is_none(data: str) -> None:
    assert read(f"<!-- fixer:memory {data} -->") is None


def test_a_bomb_is_not_unpacked() -> None:
    packed = base64.urlsafe_b64encode(zlib.compress(b'{"tool":"' + b"a" * 5_000_000 + b'"}', 9)).decode()
    assert read(f"<!-- fixer:memory {packed} -->") is None


@pytest.mark.parametrize("count", [10, 1000, 1500, 5000])
def test_a_marker_keeps_within_its_room_and_says_what_it_lost(count: int) -> None:
    import hashlib

    known = tuple(
        Known("dockerfile/latest-tag", f"deep/er/{number}/Dockerfile", hashlib.sha256(b"%d" % number).hexdigest()[:12])
        for number in range(count)
    )
    comment = written(Marker("0.1", "g", "t", known))
    assert len(comment) <= ROOM
    found = read(comment)
    assert found is not None
    assert found.whole or {one.key for one in found.known} == {one.key for one in known}
    assert found.whole == (count == 5000)


# ---- boxes


def test_boxes_are_read_as_people_leave_them() -> None:
    text = "- [x] a <!-- fixer:skip=aa -->\r\n* [X] b <!-- fixer:skip=bb -->\n"
    text += "  - [ ] c <!-- fixer:do=rebuild -->\n- [x] mine\n"
    assert [(one.word, one.value, one.ticked) for one in boxes(text)] == [
        ("skip", "aa", True),
        ("skip", "bb", True),
        ("do", "rebuild", False),
    ]
    assert ticked(text, "skip") == ["aa", "bb"]


# ---- what follows


def test_open_and_new_refuse_nothing() -> None:
    assert refused(pull(1, "open", body(A, B))) == set()
    assert refused() == set()


def test_closed_by_a_person_refuses_exactly_its_fixes() -> None:
    assert refused(pull(1, "closed", body(A, B))) == {"a", "b"}


def test_closed_by_the_bot_refuses_nothing() -> None:
    closed = pull(1, "closed", body(A, B, closed="not needed"))
    assert refused(closed) == set()
    assert not closed_by_person(closed)
    assert closed_by_person(pull(1, "closed", body(A)))
    assert closed_by_person(pull(1, "closed", ""))
    assert not closed_by_person(pull(1, "merged", body(A)))


def test_a_box_refuses_one_fix_whatever_becomes_of_the_pull_request() -> None:
    text = body(A, B, out=(A,))
    assert refused(pull(1, "open", text)) == {"a"}
    assert refused(pull(1, "closed", body(A, B, out=(A,), closed="done"))) == {"a"}
    assert refused(pull(1, "merged", text)) == {"a", "b"}


def test_a_click_counts_more_than_what_the_marker_says() -> None:
    assert refused(pull(1, "open", body(A, B).replace("- [ ] a", "- [x] a"))) == {"a"}
    assert refused(pull(1, "open", body(A, B, out=(A,)).replace("- [x] a", "- [ ] a"))) == set()


def test_a_deleted_box_is_as_the_marker_says() -> None:
    text = "\n".join(line for line in body(A, B, out=(A,)).split("\n") if not line.startswith("- "))
    assert refused(pull(1, "open", text)) == {"a"}


def test_the_latest_that_knows_a_fix_decides() -> None:
    closed, later = pull(1, "closed", body(A, B)), pull(2, "open", body(A))
    assert refused(closed, later) == {"b"}
    assert refused(later, closed) == {"b"}
    assert refused(pull(1, "merged", body(A, closed="")), pull(2, "closed", body(A, closed="not needed"))) == set()


def test_an_open_one_decides_before_later_closed_ones() -> None:
    assert refused(pull(1, "open", body(A)), pull(2, "closed", body(A, B))) == {"b"}


def test_a_fix_whose_finding_is_back_after_the_merge_was_taken_back() -> None:
    memory = memory_of([pull(1, "merged", body(A))])
    found = memory.refuses("fixer/g", A.key)
    assert found is not None
    assert (found.number, found.how) == (1, "reverted")


@pytest.mark.parametrize("text", ["", "<!-- fixer:memory x -->", "Mine."])
def test_a_closed_one_that_does_not_tell_refuses_its_group(text: str) -> None:
    memory = memory_of([pull(1, "closed", text, "fixer/G")])
    assert memory.refuses("fixer/g", "anything")
    assert not memory.refuses("fixer/other", "anything")
    later = memory_of([pull(1, "closed", text), pull(2, "open", body(A))])
    assert not later.refuses("fixer/g", "anything")


def test_the_dashboard_takes_it_back() -> None:
    click = box("recreate", "fixer/G", "x", tick=True)
    assert refused(pull(1, "closed", body(A)), dashboard=click) == set()
    assert refused(pull(1, "closed", body(A)), dashboard=click.replace("[x]", "[ ]")) == {"a"}


def test_a_no_moves_with_the_text_that_a_merge_of_ours_changes() -> None:
    merged = pull(2, "merged", body(B, moved=((A.key, C.key),)), "fixer/h")
    assert refused(pull(1, "closed", body(A)), merged) == {"a", "b", "c"}
    assert refused(pull(1, "closed", body(A)), replace(merged, state="open")) == {"a"}


def test_a_branch_of_people_is_not_told_twice() -> None:
    own = pull(1, "open", body(A, B))
    memory = with_proposed(Memory(), own)
    assert memory.refuses("fixer/g", A.key)
    assert not memory.refuses("fixer/g", C.key)
    assert with_proposed(Memory(), pull(1, "open", "")).refuses("fixer/g", C.key)
    wanted = pull(1, "open", body(A, out=(A,)).replace("- [x]", "- [ ]"))
    assert not with_proposed(Memory(), wanted).refuses("fixer/g", A.key)


def test_the_open_pull_request_is_the_one_that_counts() -> None:
    pulls = [pull(1, "open", ""), pull(2, "closed", ""), pull(3, "merged", "", "fixer/other")]
    found = newest(pulls, "FIXER/g")
    assert found is not None
    assert found.number == 1
    assert newest(pulls, "fixer/none") is None


# ---- keys


def finding(text: str, at: str, until: str = "", **fields: object) -> Finding:
    start = text.index(at)
    made = Finding("Dockerfile", "stage 1", start, start + len(until or at), "is bad", environment=Environment.PROD)
    return replace(made, **fields)


def rule(doc: str) -> Rule:
    levels = dict.fromkeys(Environment, Level.DENY)
    return Rule("x", "dockerfile", "stage", Severity.LOW, levels, (), lambda _: iter(()), doc)


DOC = "Bad.\n\n## Why\nIt is.\n\n## Fix\nMakes it good.\n\n## Risk\nsafe\n"
TEXT = "FROM a\nRUN x \\\n    y\nCMD z\n"


def test_a_key_stays_when_lines_move_and_what_is_beside_changes() -> None:
    old = key_of(rule(DOC), finding(TEXT, "RUN x"), TEXT)
    moved = f"# new\n\n{TEXT.replace('CMD z', 'CMD other')}"
    assert key_of(rule(DOC), finding(moved, "RUN x"), moved) == old
    indented = TEXT.replace("RUN x", "  RUN  x")
    assert key_of(rule(DOC), finding(indented, "RUN  x"), indented) == old
    assert key_of(rule(DOC.replace("It is.", "It really is.")), finding(TEXT, "RUN x"), TEXT) == old


def test_a_key_changes_with_the_line_the_place_and_what_the_rule_does() -> None:
    whole = "RUN x \\\n    y"
    known = finding(TEXT, "RUN x", whole)
    other = TEXT.replace("    y", "    q")
    keys = {
        key_of(rule(DOC), known, TEXT),
        key_of(rule(DOC), finding(other, "RUN x", whole), other),
        key_of(rule(DOC), replace(known, place="stage 2"), TEXT),
        key_of(rule(DOC), replace(known, path="b/Dockerfile"), TEXT),
        key_of(rule(DOC), replace(known, message="is worse"), TEXT),
        key_of(rule(DOC.replace("good", "better")), known, TEXT),
    }
    assert len(keys) == 6
