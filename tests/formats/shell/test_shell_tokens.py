"""The second opinion on shell texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixer.formats.shell_tokens import tokens

CASES = [
    ("a  b", ("a", "b")),
    ("a&&b||c;d", ("a", "&&", "b", "||", "c", ";", "d")),
    ("a 'b  c' \"d  e\" f\\ g", ("a", "'b  c'", '"d  e"', "f\\ g")),
    ("a # b c", ("a", "# b c")),
    ("a#b", ("a#b",)),
    ("a\nb", ("a", "\n", "b")),
    ("a # b\nc", ("a", "# b", "\n", "c")),
    ("a \\\n  b", ("a", "b")),
    ("a\\\nb", ("ab",)),
    ("a>b 2>&1", ("a", ">", "b", "2", ">&", "1")),
    ("(a)", ("(", "a", ")")),
    ("a $(b  c)", ("a", "$", "(", "b", "c", ")")),
    ('"$(b  c )"', ('"$(b c)"',)),
    ("'$(b  c)'", ("'$(b  c)'",)),
    ("a 'b", ("a", "'b")),
    ('a "b', ("a", '"b')),
    ("a\\", ("a\\",)),
    ("a\fb", ("a\fb",)),
    ("", ()),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_tokens(text: str, expected: tuple[str, ...]) -> None:
    assert tokens(text) == expected


@given(st.text(alphabet="ab '\"\\#&|;()<>$`\n\r\t{}", max_size=30))
def test_every_text_has_tokens(text: str) -> None:
    assert set("".join(tokens(text)).replace("\\\n", "")) <= set(text) | {" "}
