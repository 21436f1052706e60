"""What a file tells beyond its instructions: directives, templates, shells, comments, habits."""

from __future__ import annotations

import pytest
from formats.dockerfile.edits import parsed

from fixer.formats.dockerfile import Instruction, parse
from fixer.text import Source


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("FROM a\nRUN b\n", None),
        ("FROM a\nfoo b\nbar\n", "FOO"),
        ("FROM a\n\\\n", ""),
        ("FROM a\nONBUILD foo\n", "FOO"),
        ("FROM a\nONBUILD\n", ""),
        ("from a\nonbuild run b\n", None),
    ],
)
def test_unknown_instruction(text: str, unknown: str | None) -> None:
    assert parsed(text).unknown == unknown


@pytest.mark.parametrize(
    ("text", "path", "templated"),
    [
        ("FROM {{ image }}\n", "Dockerfile", True),
        ("FROM a\nENV A={{ b }}\n", "Dockerfile", True),
        ("FROM %%BASE%%\n", "Dockerfile", True),
        ("FROM @BASE@\n", "Dockerfile", True),
        ("FROM <%= image %>\n", "Dockerfile", True),
        ("FROM a\n{% if b %}\nRUN c\n{% endif %}\n", "Dockerfile", True),
        ("FROM a\n# {% if b %}\nRUN c\n# {% endif %}\n", "Dockerfile", True),
        ("FROM a\nRUN apt-get install {{ packages }}\n", "Dockerfile", True),
        ("FROM a\n", "Dockerfile.j2", True),
        ("FROM a\n", "Dockerfile.template", True),
        ("FROM a\nRUN docker inspect -f '{{.State}}' x\n", "Dockerfile", False),
        ('FROM a\nRUN go list -f "{{.Version}}" x\n', "Dockerfile", False),
        ("FROM a\nRUN echo ${x%%.*} ${y%%-*}\n", "Dockerfile", False),
        ("FROM a@sha256:00\nCOPY a@b c@d /\n", "Dockerfile", False),
        ("FROM a\nLABEL m=A@EXAMPLE@COM\n", "Dockerfile", False),
        ("FROM a\n# see {{ docs }}\nRUN b\n", "Dockerfile", False),
        ("FROM a\n", "Dockerfile", False),
    ],
)
def test_templated(text: str, path: str, templated: bool) -> None:
    assert parsed(text, path).templated is templated


def test_shell_is_that_of_the_stage() -> None:
    file = parsed(
        'FROM a AS b\nRUN 1\nSHELL ["/bin/bash", "-c"]\nRUN 2\nFROM c\nRUN 3\nFROM B as d\nRUN 4\n'
        'SHELL ["pwsh", "-Command"]\nRUN 5\nFROM d\nRUN 6\n'
    )
    shells = {one.text: one.shell for one in file.instructions if one.keyword == "RUN"}
    bash, pwsh = ("/bin/bash", "-c"), ("pwsh", "-Command")
    assert shells == {"1": None, "2": bash, "3": None, "4": bash, "5": pwsh, "6": pwsh}


def test_windows_bases_are_asked_for_and_inherited() -> None:
    asked: list[str] = []

    def windows(instruction: Instruction) -> bool:
        asked.append(instruction.words[0].text)
        return "windows" in instruction.text

    text = "FROM windows/nano AS w\nRUN a\nFROM linux\nRUN b\nFROM w\nRUN c\n"
    file = parse(Source(text), "Dockerfile", windows)
    assert asked == ["windows/nano", "linux"]
    assert [one.windows for one in file.instructions] == [True, True, False, False, True, True]
    assert file.instructions[1].script_problem == "the base image runs Windows"
    assert file.instructions[3].script is not None


def test_comments_leave_heredocs_out() -> None:
    file = parsed("# a\nFROM x\n  # b\nRUN y \\\n  # c\n  z\nRUN <<E\n# no\nE\n# d")
    assert file.comments == ("# a", "# b", "# c", "# d")


@pytest.mark.parametrize(
    ("text", "lower_case", "indent", "leading"),
    [
        ("FROM a\n", False, "    ", True),
        ("from a\nrun b\nCMD c\n", True, "    ", True),
        ("FROM a\nRUN b && \\\n\tc && \\\n\td\n", False, "\t", False),
        ("FROM a\nRUN b \\\n  && c \\\n  && d\n", False, "  ", True),
    ],
)
def test_style(text: str, lower_case: bool, indent: str, leading: bool) -> None:
    style = parsed(text).style
    assert (style.lower_case, style.indent, style.leading) == (lower_case, indent, leading)


def test_newline_is_that_of_most_lines() -> None:
    assert parsed("FROM a\r\nRUN b\r\nCMD c\n").style.newline == "\r\n"
    assert parsed("FROM a\nRUN b\r\nCMD c\n").style.newline == "\n"
