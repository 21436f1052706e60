"""A Dockerfile as instructions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from fixer.cached import cached_property
from fixer.finding import Operation
from fixer.formats import comments
from fixer.formats.comments import Comment
from fixer.formats.dockerfile.instruction import Instruction, unknown_keyword
from fixer.formats.dockerfile.reader import read
from fixer.formats.format import Lowered, Parsed
from fixer.text import Edit, Source

if TYPE_CHECKING:
    from fixer.formats.dockerfile.style import Style

WindowsBase = Callable[[Instruction], bool]

_MARKERS = ("{{", "{%", "%%", "<%", "@")
_TEMPLATE_PATHS = (".j2", ".jinja", ".jinja2", ".tmpl", ".tpl", ".template", ".erb", ".mustache", ".in")
_STATEMENT = re.compile(
    r"^[ \t]*(?:#[ \t]*)?\{%-?\s*(?:if|elif|else|for|set|include|block|macro|import|raw|end\w+)\b", re.MULTILINE
)
_VALUE = re.compile(r"\{\{|\{%|%%[A-Z][A-Z0-9_-]+%%|<%[=-]?\s|@[A-Z][A-Z0-9_]+@")
_QUOTED = re.compile(r"""'[^']*'|"(?:\\.|[^"\\])*"|\\.""", re.DOTALL)
_COMMENT_LINE = re.compile(r"(?:^|(?<=\n))[ \t]*(#[^\r\n]*)")
_WITH_SHELL = frozenset({"RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK"})


class DockerfileText:
    """The instructions of a file, and how operations on them change its text.

    `directives` are the parser directives at the top. `unknown` is the first keyword that BuildKit does not know,
    `templated` says that the text still has to go through a template engine; such files are never edited.
    """

    def __init__(self, source: Source, path: str, windows: WindowsBase | None = None) -> None:
        reading = read(source.text)
        self.source = source
        self.path = path
        self.escape = reading.escape
        self.directives = reading.directives
        self.directives_end = reading.directives_end
        self.instructions: Sequence[Instruction] = tuple(
            [Instruction(source.text, index, block, reading.escape) for index, block in enumerate(reading.blocks)]
        )
        self.unknown = unknown_keyword(self.instructions)
        _set_shells(self.instructions, windows)

    @cached_property
    def templated(self) -> bool:
        """Whether the file is the source of a template engine."""
        text = self.source.text
        if self.path.lower().endswith(_TEMPLATE_PATHS):
            return True

        if not any(marker in text for marker in _MARKERS):
            return False

        return bool(_STATEMENT.search(text)) or any(_is_template(one) for one in self.instructions)

    @cached_property
    def style(self) -> Style:
        """The habits of the file that new text follows."""
        from fixer.formats.dockerfile.style import style_of

        return style_of(self)

    @cached_property
    def comments(self) -> tuple[str, ...]:
        """The comment lines in their order, white space around them left out; bodies of heredocs have none."""
        found: list[str] = []
        position = 0
        for instruction in self.instructions:
            found += _comment_lines(self.source.text[position : instruction.start])
            found += [self.source.text[span.start : span.end].strip() for span in instruction.comments]
            position = instruction.end

        return tuple(found + _comment_lines(self.source.text[position:]))

    def lower(self, patches: Mapping[int, Sequence[Operation]]) -> Lowered:
        """Turn the operations of each patch into edits; a patch is carried out whole, deferred or refused."""
        from fixer.formats.dockerfile.lower import lower

        return comments.lower(self.source.text, patches, lambda others: lower(self, others))

    @property
    def remarks(self) -> list[Comment]:
        """The comments of the file with their places; bodies of heredocs have none."""
        found: list[Comment] = []
        position = 0
        for instruction in self.instructions:
            found += _remarks(self.source.text, position, instruction.start)
            for span in instruction.comments:
                found += _remarks(self.source.text, span.start, span.end)

            position = instruction.end

        return found + _remarks(self.source.text, position, len(self.source.text))

    def difference(self, after: Parsed, effects: Sequence[Operation]) -> str | None:
        """Return how `after` differs from the effects applied to this file; None when it does not."""
        from fixer.formats.dockerfile.meaning import difference

        assert isinstance(after, DockerfileText)
        if comments.apart({0: effects}):
            return comments.difference(self.source.text, after.source.text, effects)

        return difference(self, after, effects)

    def stray(self, edits: Sequence[Edit], effects: Sequence[Operation]) -> str | None:
        """Return where edits change nothing but blanks; `difference` compares the instructions themselves."""
        if comments.apart({0: effects}):
            return None

        from fixer.formats.dockerfile.meaning import stray

        return stray(self, edits, effects)

    def copied(self, operation: Operation, effect: Operation) -> bool:
        """Return False: no text of a Dockerfile is shared."""
        del operation, effect
        return False


def parse(source: Source, path: str, windows: WindowsBase | None = None) -> DockerfileText:
    """Read a Dockerfile. Raises FormatError.

    `windows` is asked for each FROM whether its base runs Windows, whose commands are no POSIX shell.
    """
    return DockerfileText(source, path, windows)


def _comment_lines(text: str) -> list[str]:
    if "#" not in text:
        return []

    return [stripped for line in text.split("\n") if (stripped := line.strip()).startswith("#")]


def _remarks(text: str, start: int, end: int) -> list[Comment]:
    if "#" not in text[start:end]:
        return []

    return [Comment(*match.span(1), alone=True) for match in _COMMENT_LINE.finditer(text, start, end)]


def _is_template(instruction: Instruction) -> bool:
    text = instruction.logical
    if instruction.action not in _WITH_SHELL:
        return bool(_VALUE.search(text)) and not _is_harmless(instruction)

    return bool(_VALUE.search(_QUOTED.sub("", text)))


def _is_harmless(instruction: Instruction) -> bool:
    """An `@NAME@` counts in FROM only: elsewhere it may be part of an address."""
    found = {match[0] for match in _VALUE.finditer(instruction.logical)}
    return instruction.action != "FROM" and all(text.startswith("@") for text in found)


def _set_shells(instructions: Sequence[Instruction], windows: WindowsBase | None) -> None:
    """Tell each instruction which SHELL is in effect; a stage takes over that of the stage it starts from."""
    if windows is None and all(instruction.action != "SHELL" for instruction in instructions):
        return

    stages: dict[str, tuple[tuple[str, ...] | None, bool]] = {}
    shell: tuple[str, ...] | None = None
    is_windows, name = False, ""
    for instruction in instructions:
        if instruction.keyword == "FROM":
            stages[name] = shell, is_windows
            words = [word.text for word in instruction.words]
            base = words[0].lower() if words else ""
            shell, is_windows = stages.get(base) or (None, windows is not None and windows(instruction))
            name = words[2].lower() if len(words) == 3 and words[1].upper() == "AS" else ""
        elif instruction.keyword == "SHELL" and instruction.argv is not None:
            shell = instruction.argv

        instruction.shell, instruction.windows = shell, is_windows
