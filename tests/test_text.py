from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixer.text import Edit, Lines, Source, TextError, apply, newline_of, read


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xff\xfea\0", "UTF-16"),
        (b"\xfe\xff\0a", "UTF-16"),
        (b"FROM a\0b", "binary"),
        (b"a: 1\nb: \xe9\n", "line 2"),
    ],
)
def test_what_is_no_text_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(TextError, match=reason):
        read(data)


@pytest.mark.parametrize(
    "data",
    [b"", b"a", b"a\n", b"a\r\nb\r\n", b"\xef\xbb\xbfa: 1\n", b"caf\xc3\xa9\n", b"caf\xe9\n", b"\x0c\xe2\x80\xa8"],
)
def test_bytes_come_back_as_they_were(data: bytes) -> None:
    assert read(data, lenient=True).encoded() == data


def test_byte_order_mark_is_no_text() -> None:
    source = read(b"\xef\xbb\xbfa: 1\n")
    assert source.bom
    assert source.text == "a: 1\n"


@pytest.mark.parametrize(
    ("text", "newline"), [("", "\n"), ("a\nb\r\nc\r\n", "\r\n"), ("a\r\nb\nc\n", "\n"), ("a\rb", "\n")]
)
def test_newline_is_that_of_most_lines(text: str, newline: str) -> None:
    assert newline_of(text) == newline


@pytest.mark.parametrize(("text", "terminated"), [("", True), ("a", False), ("a\n", True), ("a\r\n", True)])
def test_final_newline(text: str, terminated: bool) -> None:
    assert Source(text).final_newline is terminated


def test_edits_at_one_place_keep_their_order() -> None:
    assert apply("ac", [Edit(1, 1, "x"), Edit(1, 1, "y"), Edit(0, 1, "b")]) == "bxyc"


def test_overlapping_edits_are_an_error() -> None:
    with pytest.raises(TextError, match="overlap at character 1"):
        apply("abc", [Edit(0, 2, ""), Edit(1, 3, "")])


@given(st.text(alphabet="ab\r\n\x0b\u2028", max_size=30), st.integers(0, 30))
def test_position_counts_line_feeds_only(text: str, offset: int) -> None:
    offset = min(offset, len(text))
    line, column = Lines(text).position(offset)
    assert line == text.count("\n", 0, offset) + 1
    assert column == offset - (text.rfind("\n", 0, offset) + 1) + 1


def test_two_byte_order_marks_are_one_too_many() -> None:
    with pytest.raises(TextError, match="two byte order marks"):
        read("\ufeff\ufeffa: 1\n".encode())
