"""Operations on the keyword, the flags and the arguments of an instruction."""

from __future__ import annotations

import re

from fixer.formats.dockerfile import render
from fixer.formats.dockerfile.document import DockerfileText
from fixer.formats.dockerfile.instruction import KEYWORDS, Instruction, Pair
from fixer.formats.dockerfile.operations import ExecForm, SetFlag, SetKeyword, SetValue, SetWord
from fixer.formats.dockerfile.splice import Splice, instruction_at
from fixer.formats.format import Refusal
from fixer.text import Span

_WORD = re.compile(r"\S+")
_PLAIN_VALUE = re.compile(r"[\w./:@%+,=~${}-]+", re.ASCII)
_HIDDEN_DOLLAR = re.compile(r"'[^']*\$|[\\`]\$")


def set_keyword(file: DockerfileText, operation: SetKeyword) -> Splice:
    """Change the keyword, the one inside for ONBUILD."""
    instruction = instruction_at(file, operation.at)
    span = _contiguous(instruction.action_span, instruction)
    if operation.keyword.upper() not in KEYWORDS:
        raise Refusal(f"{operation.keyword} is no instruction")

    return Splice(
        span.start, span.end, _cased(operation.keyword, file.source.text[span.start : span.end]), part=instruction.index
    )


def _cased(keyword: str, like: str) -> str:
    if like.islower():
        return keyword.lower()

    return keyword.capitalize() if like.istitle() else keyword.upper()


def set_flag(file: DockerfileText, operation: SetFlag) -> Splice:
    """Replace a flag of that name, or add one behind the others."""
    instruction = instruction_at(file, operation.at)
    text = render.flag(operation.name, operation.value)
    old = [flag for flag in instruction.flags if flag.name == operation.name]
    if len(old) > 1:
        raise Refusal(f"the instruction in line {instruction.line} has several flags --{operation.name}")

    if old:
        span = _contiguous(Span(old[0].start, old[0].end) if old[0].start >= 0 else None, instruction)
        return Splice(span.start, span.end, text, part=instruction.index)

    end = instruction.block.flags[-1].end if instruction.block.flags else _action_end(instruction)
    place = instruction.place(end - 1) + 1
    return Splice(place, place, f" {text}", part=instruction.index)


def _action_end(instruction: Instruction) -> int:
    return (instruction.block.inner or instruction.block.keyword)[1]


def set_word(file: DockerfileText, operation: SetWord) -> Splice:
    """Replace a word of the arguments."""
    instruction = instruction_at(file, operation.at)
    if instruction.argv is not None:
        raise Refusal(f"the instruction in line {instruction.line} has its arguments in JSON form")

    if instruction.action in {"ARG", "ENV", "LABEL"}:
        raise Refusal(f"the arguments in line {instruction.line} are keys with values")

    if not 0 <= operation.word < len(instruction.words):
        raise Refusal(f"the instruction in line {instruction.line} has no argument number {operation.word}")

    if not _WORD.fullmatch(operation.text) or operation.text.endswith(file.escape):
        raise Refusal("the new argument is no word")

    if operation.word == 0 and operation.text.startswith(("--", "[")):
        raise Refusal("the new first argument would be read as a flag or as JSON")

    word = instruction.words[operation.word]
    if "<<" in operation.text or "<<" in word.text:
        raise Refusal(f"the argument in line {instruction.line} announces a heredoc")

    span = _contiguous(Span(word.start, word.end) if word.start >= 0 else None, instruction)
    return Splice(span.start, span.end, operation.text, part=instruction.index)


def set_value(file: DockerfileText, operation: SetValue) -> Splice:
    """Replace the value of a key; variables in the new value stay variables."""
    instruction = instruction_at(file, operation.at)
    pairs = [pair for pair in instruction.key_values if pair.key == operation.key]
    if len(pairs) != 1:
        times = "several times" if pairs else "nowhere"
        raise Refusal(f"the instruction in line {instruction.line} sets {operation.key} {times}")

    pair = pairs[0]
    span = _contiguous(instruction.span(pair.start, pair.end), instruction)
    text = _like(pair, instruction.logical[pair.start : pair.end], operation.value, file.escape)
    return Splice(span.start, span.end, text, part=instruction.index)


def _like(pair: Pair, old: str, new: str, escape: str) -> str:
    """Return the new value in the quotes of the old one."""
    render.require_line(new, "\n")
    if "$" in new and _HIDDEN_DOLLAR.search(old):
        raise Refusal(f"the value of {pair.key} has a dollar sign that is no variable")

    separator = "" if pair.separator else "="
    whole = len(old) > 1 and old[0] == old[-1] and old[0] in "'\"" and old[0] not in old[1:-1]
    if whole and old[0] == "'" and "'" not in new and "$" not in new:
        return f"'{new}'"

    if _PLAIN_VALUE.fullmatch(new) and not whole:
        return separator + new

    return f'{separator}"{render.escaped(new, escape, dollar=False)}"'


def exec_form(file: DockerfileText, operation: ExecForm) -> Splice:
    """Write a command in exec form; lines of a shell form collapse into one."""
    instruction = instruction_at(file, operation.at)
    if not instruction.has_command or not operation.argv:
        raise Refusal(f"the instruction in line {instruction.line} has no command")

    if instruction.heredocs or instruction.dangling:
        raise Refusal(f"the command in line {instruction.line} does not end on its line")

    start = instruction.place(instruction.command_index)
    end = instruction.arguments_end
    if any(start < comment.start < end for comment in instruction.comments):
        raise Refusal(f"the command in line {instruction.line} has comments inside, which would be lost")

    return Splice(start, end, render.exec_form(operation.argv), part=instruction.index, whole=True)


def _contiguous(span: Span | None, instruction: Instruction) -> Span:
    if span is None:
        raise Refusal(f"a word of the instruction in line {instruction.line} is broken over two lines")

    return span
