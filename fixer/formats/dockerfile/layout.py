"""Operations on whole instructions."""

from __future__ import annotations

import re

from fixer.formats.dockerfile.document import DockerfileText
from fixer.formats.dockerfile.instruction import Instruction
from fixer.formats.dockerfile.operations import Insert, Remove, Replace, SetDirective
from fixer.formats.dockerfile.render import render
from fixer.formats.dockerfile.splice import Splice, instruction_at
from fixer.formats.format import Refusal

_DIRECTIVE_VALUE = re.compile(r"^[ \t]*#[ \t]*([A-Za-z]+)[ \t]*=[ \t]*(\S(?:[^\r\n]*\S)?)", re.MULTILINE)


def insert(file: DockerfileText, operation: Insert) -> Splice:
    """Insert a line: above the comment block attached to an instruction, or below the instruction."""
    instruction = instruction_at(file, operation.at)
    line = _indentation(instruction) + render(operation.line, file.style)
    newline = file.style.newline
    if operation.where == "before":
        return _line(file, instruction.comment_start, line + newline, 2)

    if instruction.dangling:
        raise Refusal(f"the instruction in line {instruction.line} is continued, but the file ends there")

    if file.source.text.endswith("\n") or instruction.end < len(file.source.text):
        return _line(file, instruction.end, line + newline, 1)

    return _line(file, instruction.end, newline + line, 1)


def _line(file: DockerfileText, place: int, text: str, rank: int) -> Splice:
    # hadolint cannot parse an instruction directly behind the end of a heredoc.
    behind_heredoc = any(one.end == place and one.heredocs for one in file.instructions)
    return Splice(place, place, text, rank, file.style.newline if behind_heredoc else "")


def replace(file: DockerfileText, operation: Replace) -> Splice:
    """Put a line in the place of an instruction; its indentation and its line end stay."""
    instruction = instruction_at(file, operation.at)
    _require_no_comment(instruction)
    text = render(operation.line, file.style)
    return Splice(instruction.keyword_start, instruction.content_end, text, part=instruction.index, whole=True)


def remove(file: DockerfileText, operation: Remove) -> Splice:
    """Remove the lines of an instruction; a comment above it stays."""
    instruction = instruction_at(file, operation.at)
    _require_no_comment(instruction)
    if len(file.instructions) == 1:
        raise Refusal("the file has no other instruction")

    start = _start_of_lines(file, instruction)
    return Splice(start, instruction.end, "", part=instruction.index, whole=True)


def _start_of_lines(file: DockerfileText, instruction: Instruction) -> int:
    """Where the lines to remove begin: without a final line end it is the one before that goes."""
    text, start = file.source.text, instruction.start
    if instruction.end < len(text) or text.endswith("\n"):
        return start

    return start - len(text[:start]) + len(text[:start].removesuffix("\n").removesuffix("\r"))


def _require_no_comment(instruction: Instruction) -> None:
    if instruction.comments:
        raise Refusal(f"the instruction in line {instruction.line} has comments inside, which would be lost")


def _indentation(instruction: Instruction) -> str:
    """Indentation of an instruction that is indented by blanks or tabs."""
    indentation = instruction.source[instruction.start : instruction.keyword_start]
    return indentation if not indentation.strip(" \t") else ""


def set_directive(file: DockerfileText, operation: SetDirective) -> Splice:
    """Replace the value of a directive that is there."""
    found = _DIRECTIVE_VALUE.finditer(file.source.text, 0, file.directives_end)
    span = next((match.span(2) for match in found if match[1].lower() == operation.name), None)
    if span is None:
        raise Refusal(f"there is no directive {operation.name}")

    if operation.name == "escape" or not operation.value or any(sign.isspace() for sign in operation.value):
        raise Refusal(f"{operation.name}={operation.value} is no directive that can be set")

    return Splice(*span, operation.value)
