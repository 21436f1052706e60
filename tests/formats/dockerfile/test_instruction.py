"""What an instruction says, and where its parts stand."""

from __future__ import annotations

import pytest
from formats.dockerfile.edits import parsed

from fixer.formats.format import FormatError
from fixer.text import Span


def only(text: str, number: int = 1):  # noqa: ANN201 - an instruction
    return parsed("FROM x\n" + text).instructions[number]


def test_parts_of_an_instruction() -> None:
    text = 'FROM a AS b\n# attached\n  Copy --chown=1:1 --link \\\n    src \\\n    # inside\n    "dst"  \n'
    copy = parsed(text).instructions[1]
    assert (copy.keyword, copy.action, copy.inner, copy.index) == ("COPY", "COPY", "", 1)
    assert (copy.line, copy.end_line) == (3, 6)
    assert [(flag.name, flag.value) for flag in copy.flags] == [("chown", "1:1"), ("link", "")]
    assert [text[flag.start : flag.end] for flag in copy.flags] == ["--chown=1:1", "--link"]
    assert [word.text for word in copy.words] == ["src", '"dst"']
    assert [text[word.start : word.end] for word in copy.words] == ["src", '"dst"']
    assert text[copy.keyword_start :].startswith("Copy")
    assert text[copy.start : copy.end].startswith("  Copy")
    assert text[copy.arguments_start : copy.arguments_end].startswith("src")
    assert text[copy.arguments_start : copy.arguments_end].endswith('"dst"')
    assert text[copy.comment_start :].startswith("# attached")
    assert [text[span.start : span.end] for span in copy.comments] == ["    # inside\n"]
    assert copy.flag("chown") == "1:1"
    assert copy.flag("from") is None


def test_text_joins_continuations() -> None:
    assert only("RUN a \\\n # c\n\n  b\\\nc\n").text == "a   bc"


def test_word_broken_over_lines_has_no_span() -> None:
    words = only("RUN ab\\\ncd ef\n").words
    assert [(word.text, word.start) for word in words] == [("abcd", -1), ("ef", 18)]


def test_flag_broken_over_lines_has_no_span() -> None:
    flag = only("RUN --mount=a,\\\nb x\n").flags[0]
    assert (flag.value, flag.start, flag.end) == ("a,b", -1, -1)


def test_onbuild() -> None:
    instruction = only("ONBUILD COPY --chown=a b c\n")
    assert (instruction.keyword, instruction.inner, instruction.action) == ("ONBUILD", "COPY", "COPY")
    assert instruction.flag("chown") == "a"
    assert instruction.text == "b c"


@pytest.mark.parametrize(
    ("text", "argv"),
    [
        ('CMD ["a", "b c"]', ("a", "b c")),
        ('CMD [ "a" ]  ', ("a",)),
        ("CMD []", ()),
        ("CMD ['a']", None),
        ('CMD ["a"] b', None),
        ('CMD ["a", 1]', None),
        ('CMD ["\\ud800"]', ("\ud800",)),
        ("CMD a b", None),
        ('ENTRYPOINT ["é"]', ("é",)),
        ('HEALTHCHECK --interval=1s CMD ["a"]', ("a",)),
        ("HEALTHCHECK CMD a", None),
        ("HEALTHCHECK NONE", None),
        ('ENV ["a"] b', None),
        ('ONBUILD RUN ["a"]', ("a",)),
        ('CMD ["a", \\\n  # c\n  "b"]', ("a", "b")),
        ('COPY ["a b", "c"]', ("a b", "c")),
    ],
)
def test_exec_form(text: str, argv: tuple[str, ...] | None) -> None:
    assert only(text + "\n").argv == argv


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("ENV a=b", (("a", "b"),)),
        ("ENV a=b c=d", (("a", "b"), ("c", "d"))),
        ("ENV a=b \\\n  # c\n  c=d", (("a", "b"), ("c", "d"))),
        ("ENV a b  c", (("a", "b  c"),)),
        ('ENV a "b c"', (("a", "b c"),)),
        ('ENV a="x \\"y\\" $Z"', (("a", 'x "y" $Z'),)),
        ("ENV a='x \\y' b=c\\ d", (("a", "x \\y"), ("b", "c d"))),
        ("ENV a=${b:-c}", (("a", "${b:-c}"),)),
        ('ENV a="', (("a", '"'),)),
        ("ENV a", ()),
        ("ENV a=b c", ()),
        ("ARG x", (("x", ""),)),
        ("ARG x=", (("x", ""),)),
        ("ARG x y=1", (("x", ""), ("y", "1"))),
        ('LABEL "a b"=c', (("a b", "c"),)),
        ("LABEL a=b=c", (("a", "b=c"),)),
        ("RUN a=b", ()),
        ("ONBUILD ENV a=b", (("a", "b"),)),
        ("ENV a=\\$b", (("a", "$b"),)),
        ("ENV a=b\\\\", (("a", "b\\"),)),
    ],
)
def test_pairs(text: str, pairs: tuple[tuple[str, str], ...]) -> None:
    assert only(text + "\n").pairs == pairs


def test_pairs_under_a_backtick() -> None:
    file = parsed('# escape=`\nFROM x\nENV a="c:\\x" b=d` e f="`""\n')
    assert file.instructions[1].pairs == (("a", "c:\\x"), ("b", "d e"), ("f", '"'))


def test_heredocs() -> None:
    text = 'FROM x\nCOPY <<-"A" <<B /x/\n\t1\n\tA\n2\nB\nUSER y\n'
    first, second = parsed(text).instructions[1].heredocs
    assert (first.name, first.body, first.chomp, first.expand) == ("A", "\t1\n", True, False)
    assert (second.name, second.body, second.chomp, second.expand) == ("B", "2\n", False, True)
    assert text[first.start : first.end] == "\t1\n"
    assert text[second.start : second.stop] == "2\nB\n"


def test_dangling_continuation() -> None:
    file = parsed("FROM x\nCMD a \\\n")
    assert [one.dangling for one in file.instructions] == [False, True]


def test_place_is_the_inverse_of_logical_index() -> None:
    instruction = only("RUN a \\\n # c\n  b\\\nc && d\n")
    for index in range(len(instruction.logical)):
        place = instruction.place(index)
        assert instruction.source[place] == instruction.logical[index]
        if place not in {start for start, _ in instruction.block.segments}:
            assert instruction.logical_index(place) == index


def test_places_at_the_end() -> None:
    instruction = only("RUN a \\\n  b\n")
    assert instruction.logical_index(len(instruction.source)) == len(instruction.logical)
    assert only("RUN\n").arguments_start == only("RUN\n").arguments_end == 10


def test_instruction_tells_its_line() -> None:
    assert repr(only("RUN a\n")) == "<RUN in line 2>"


def test_span_is_none_over_a_break() -> None:
    instruction = only("RUN ab\\\ncd\n")
    assert instruction.span(4, 6) == Span(11, 13)
    assert instruction.span(5, 7) is None
    assert instruction.span(8, 8) == Span(17, 17)


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("", "there is no instruction in the file", 0),
        ("# a\n", "there is no instruction in the file", 0),
        ("FROM a\nRUN <<EOF\nx\n", "the heredoc EOF does not end", 2),
        ("# escape=`\n# escape=`\nFROM a\n", "the directive escape is given twice", 2),
        ("# syntax=a\n# escape=x\nFROM a\n", "the escape directive must name \\ or `, not x", 2),
    ],
)
def test_unreadable(text: str, reason: str, line: int) -> None:
    with pytest.raises(FormatError) as error:
        parsed(text)

    assert (error.value.reason, error.value.line) == (reason, line)
