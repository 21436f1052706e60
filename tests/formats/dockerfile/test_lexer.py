"""Words of a line as BuildKit cuts them; the corpus and odd texts are compared with BuildKit in test_buildkit."""

from __future__ import annotations

import pytest

from fixer.formats.dockerfile.lexer import HeredocName, flags, heredoc_names, key_value_words, unquote


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("RUN <<E", [("E", False, True)]),
        ("RUN <<-E", [("E", True, True)]),
        ("RUN <<'E'", [("E", False, False)]),
        ('RUN <<"E F"', [("E F", False, False)]),
        ("RUN <<\\E", [("E", False, False)]),
        ("RUN << E", [("E", False, True)]),
        ("RUN 3<<E", [("E", False, True)]),
        ("RUN a <<E b <<-F", [("E", False, True), ("F", True, True)]),
        ("RUN <<$X", [("$X", False, True)]),
        ('RUN <<""', []),
        ("RUN <<", []),
        ("RUN <<<E", []),
        ("RUN a<<E", []),
        ("RUN '<<E'", []),
        ("RUN 'a <<E", []),
        ('RUN "a <<E', []),
        ('RUN "a\\', []),
        ("RUN ${ <<E", []),
        ("RUN ${A <<E", []),
        ("RUN ${A:- <<E", []),
    ],
)
def test_heredoc_names(line: str, names: list[tuple[str, bool, bool]]) -> None:
    assert heredoc_names(line) == [HeredocName(*name) for name in names]


@pytest.mark.parametrize(
    ("text", "escape", "expected"),
    [
        ("a", "\\", "a"),
        ("'a b'", "\\", "a b"),
        ('"a b"', "\\", "a b"),
        ("a\\ b", "\\", "a b"),
        ('"a\\"b\\n"', "\\", 'a"b\\n'),
        ("'a\\'", "\\", "a\\"),
        ("a\\", "\\", "a"),
        ("$A ${B} ${C:-d}", "\\", "$A ${B} ${C:-d}"),
        ("\\$A", "\\", "$A"),
        ("'a", "\\", "'a"),
        ('"a', "\\", '"a'),
        ("c:\\d` e", "`", "c:\\d e"),
        ('"`"` `$x"', "`", '"` $x'),
        ("<<a", "\\", "<<a"),
    ],
)
def test_unquote(text: str, escape: str, expected: str) -> None:
    assert unquote(text, escape) == expected


@pytest.mark.parametrize(
    ("line", "expected", "position"),
    [
        ("--a=b --c d", ["--a=b", "--c"], 10),
        ("  --a='b c' d", ["--a=b c"], 12),
        ("--a=b\\ c d", ["--a=b c"], 9),
        ("-- --a b", [], 3),
        ("a --b", [], 0),
        ("--a", ["--a"], 3),
        ("--a\\", ["--a"], 4),
    ],
)
def test_flags(line: str, expected: list[str], position: int) -> None:
    found, at = flags(line, 0)
    assert ([piece.text for piece in found], at) == (expected, position)


@pytest.mark.parametrize(
    ("line", "escape", "expected"),
    [
        ("a=b c=d", "\\", ["a=b", "c=d"]),
        ("a='b c' d", "\\", ["a='b c'", "d"]),
        ("a=b\\ c", "\\", ["a=b\\ c"]),
        ("a=b\\\\\\", "\\", ["a=b\\\\"]),
        ("a=b\\\\", "\\", ["a=b\\\\"]),
        ("a=b` c", "`", ["a=b` c"]),
        ("", "\\", []),
    ],
)
def test_key_value_words(line: str, escape: str, expected: list[str]) -> None:
    assert [piece.text for piece in key_value_words(line, 0, escape)] == expected
