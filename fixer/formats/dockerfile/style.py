"""The habits of a file that new text follows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import msgspec

from fixer.formats.dockerfile.document import DockerfileText
from fixer.formats.dockerfile.instruction import Instruction

INDENT = "    "
_INDENT = re.compile(r"[ \t]*")


class Style(msgspec.Struct, frozen=True):
    """What most lines of a file do.

    `lower_case` says that keywords are in lower case; `indent` is the indentation of continued lines; `leading` says
    that `&&` stands at the beginning of a line, not at the end of the one before.
    """

    newline: str
    escape: str
    lower_case: bool
    indent: str
    leading: bool

    def keyword(self, keyword: str) -> str:
        """Return a keyword in the case of the file."""
        return keyword.lower() if self.lower_case else keyword.upper()


def style_of(file: DockerfileText) -> Style:
    """Return the habits of `file`."""
    keywords = [one.logical[slice(*one.block.keyword)] for one in file.instructions]
    lower = sum(keyword.islower() for keyword in keywords)
    indents = Counter(indent for one in file.instructions for indent in indents_of(one) if indent)
    joints = Counter(joint for one in file.instructions for joint in joints_of(one))
    return Style(
        file.source.newline,
        file.escape,
        lower_case=lower * 2 > len(keywords),
        indent=indents.most_common(1)[0][0] if indents else INDENT,
        leading=joints["leading"] >= joints["trailing"],
    )


def indents_of(instruction: Instruction) -> Iterator[str]:
    """Indentations of the continued lines of an instruction."""
    for start, end in instruction.block.segments[1:]:
        match = _INDENT.match(instruction.source, start, end)
        yield match[0] if match else ""


def joints_of(instruction: Instruction) -> Iterator[str]:
    """Where the `&&` of an instruction stand: at the beginning ("leading") or the end ("trailing") of its lines."""
    segments = instruction.block.segments
    for start, end in segments[1:]:
        if instruction.source[start:end].lstrip().startswith("&&"):
            yield "leading"

    for start, end in segments[:-1]:
        if instruction.source[start:end].rstrip().endswith("&&"):
            yield "trailing"
