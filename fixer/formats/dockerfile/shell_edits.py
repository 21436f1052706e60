"""Operations on the shell commands of an instruction."""

from __future__ import annotations

import re

import msgspec

from fixer.formats.dockerfile.document import DockerfileText
from fixer.formats.dockerfile.instruction import Instruction
from fixer.formats.dockerfile.operations import AppendCommand, PutShellWord, RemoveShellWord, SetShellWord
from fixer.formats.dockerfile.splice import Splice, instruction_at
from fixer.formats.dockerfile.style import Style
from fixer.formats.format import Refusal
from fixer.formats.shell import PLAIN, Command, Joint, Script, ShellWord

_BLANKS = re.compile(r"[ \t]*")
_CONTINUED = re.compile(r"[ \t]*\\[ \t]*\r?\n")
# What may stand directly behind a word.
_WORD_ENDS = frozenset(" \t\r\n;&|<>()\\")


def put_word(file: DockerfileText, operation: PutShellWord) -> Splice:
    """Insert a word, or several with one blank between them, behind another one, on its line."""
    instruction, command = _command(file, operation.at, operation.command)
    for part in operation.text.split(" "):
        _require_plain(part)

    end = _word(instruction, command, operation.after).end
    if file.source.text[end : end + 1] not in _WORD_ENDS and end < len(file.source.text):
        raise Refusal(f"a shell word in line {instruction.line} cannot be told from what follows it")

    return Splice(end, end, f" {operation.text}", part=instruction.index)


def set_word(file: DockerfileText, operation: SetShellWord) -> Splice:
    """Replace a word."""
    instruction, command = _command(file, operation.at, operation.command)
    _require_plain(operation.text)
    word = _contiguous(instruction, _word(instruction, command, operation.word))
    _require_no_flag(instruction, word, operation.text)
    return Splice(word.start, word.end, operation.text, part=instruction.index)


def remove_word(file: DockerfileText, operation: RemoveShellWord) -> Splice:
    """Remove a word, with its line when nothing else stands there."""
    instruction, command = _command(file, operation.at, operation.command)
    word = _contiguous(instruction, _word(instruction, command, operation.word))
    if len(command.words) == 1:
        raise Refusal(f"the command in line {instruction.line} has no other word")

    splice = _without(instruction, word)
    if operation.word == 0:
        _require_no_flag(instruction, word, command.words[1].text)

    # What then comes first must not be a flag; so nothing else changes the instruction in the same round.
    return msgspec.structs.replace(splice, whole=word.start == instruction.arguments_start)


def _without(instruction: Instruction, word: ShellWord) -> Splice:
    text = instruction.source
    line = text.rfind("\n", 0, word.start) + 1
    if line <= instruction.start or text[line : word.start].strip(" \t"):
        return Splice(word.start - _blanks_before(text, word.start), word.end, "", part=instruction.index)

    behind = _CONTINUED.match(text, word.end)
    if behind:
        return Splice(line, behind.end(), "", part=instruction.index)

    following = _BLANKS.match(text, word.end)
    assert following is not None
    if text[following.end() : following.end() + 1] not in {"", "\r", "\n"}:
        return Splice(word.start, following.end(), "", part=instruction.index)

    return _last_line(instruction, line, word)


def _last_line(instruction: Instruction, line: int, word: ShellWord) -> Splice:
    """Remove a word that is alone on the last line: the line before must no longer be continued."""
    number = next((n for n, segment in enumerate(instruction.block.segments) if segment[0] == line), 0)
    if not number or any(instruction.block.segments[number - 1][1] < span.start for span in instruction.comments):
        raise Refusal(f"a shell word in line {instruction.line} cannot be removed without its comment")

    end = instruction.block.segments[number - 1][1]
    return Splice(end - _blanks_before(instruction.source, end), word.end, "", part=instruction.index)


def _blanks_before(text: str, place: int) -> int:
    start = place
    while text[start - 1] in " \t":
        start -= 1

    return place - start


# ---- appending


def append_command(file: DockerfileText, operation: AppendCommand) -> Splice:
    """Append a command in the style of those before it; what failed before still fails."""
    instruction = instruction_at(file, operation.at)
    script = _script(instruction)
    if instruction.action != "RUN" or not operation.words:
        raise Refusal(f"nothing can be appended to the instruction in line {instruction.line}")

    if instruction.dangling:
        raise Refusal(f"the instruction in line {instruction.line} is continued, but the file ends there")

    if script.unappendable:
        raise Refusal(f"the commands in line {instruction.line} end with {script.unappendable}")

    for word in operation.words:
        _require_plain(word)

    command = " ".join(operation.words)
    if instruction.heredocs:
        return _in_heredoc(instruction, script, command)

    joint = ";" if _by_semicolon(script) else "&&"
    breaks = [start for start, _ in instruction.block.segments[1:] if script.start < start <= script.end]
    if script.commented or not breaks:
        return Splice(script.end, script.end, f"{'' if joint == ';' else ' '}{joint} {command}", part=instruction.index)

    shape = _shape(instruction, script, breaks, file.style)
    return Splice(script.end, script.end, shape.text(joint, command, file.style), part=instruction.index)


def _by_semicolon(script: Script) -> bool:
    """Only where the shell stops at errors does a failure show behind a semicolon."""
    by_semicolon = bool(script.joints) and script.joints[-1].text == ";"
    return script.errexit and not script.chained and by_semicolon


def _in_heredoc(instruction: Instruction, script: Script, command: str) -> Splice:
    if not instruction.heredocs[0].start <= script.start:
        raise Refusal(f"the commands in line {instruction.line} are fed by a heredoc")

    if not script.errexit or script.chained:
        return Splice(script.end, script.end, f" && {command}", part=instruction.index)

    source = instruction.source
    place = script.line_end - (source[script.line_end - 1 : script.line_end] == "\r")
    newline = source[place : source.find("\n", place) + 1]
    line = source.rfind("\n", 0, script.commands[-1].start) + 1
    indent = _BLANKS.match(source, line)
    return Splice(place, place, f"{newline}{indent[0] if indent else ''}{command}", part=instruction.index)


class _Shape(msgspec.Struct, frozen=True):
    """How the lines of a RUN are joined: their indentation, and whether the joint begins or ends a line."""

    indent: str
    leading: bool
    gap: str = " "

    def text(self, joint: str, command: str, style: Style) -> str:
        """Return a further line."""
        mark = f"{style.escape}{style.newline}{self.indent}"
        if self.leading:
            return f" {mark}{joint}{self.gap}{command}"

        return f"{'' if joint == ';' else ' '}{joint} {mark}{command}"


def _shape(instruction: Instruction, script: Script, breaks: list[int], style: Style) -> _Shape:
    for joint in reversed(script.joints):
        shape = _shape_of(instruction.source, joint, breaks)
        if shape:
            return shape

    return _Shape(_indent_at(instruction.source, breaks[0]) or style.indent, style.leading)


def _shape_of(source: str, joint: Joint, breaks: list[int]) -> _Shape | None:
    line = source.rfind("\n", 0, joint.start) + 1
    if line in breaks and not source[line : joint.start].strip(" \t"):
        return _Shape(source[line : joint.start], leading=True, gap=_indent_at(source, joint.end) or " ")

    following = [start for start in breaks if start > joint.start]
    if following and _CONTINUED.match(source, joint.end):
        return _Shape(_indent_at(source, following[0]), leading=False)

    return None


def _indent_at(source: str, place: int) -> str:
    match = _BLANKS.match(source, place)
    return match[0] if match else ""


# ---- what is there


def _script(instruction: Instruction) -> Script:
    script = instruction.script
    if script is None:
        raise Refusal(f"the command in line {instruction.line} is not edited: {instruction.script_problem}")

    return script


def _command(file: DockerfileText, at: int, number: int) -> tuple[Instruction, Command]:
    instruction = instruction_at(file, at)
    script = _script(instruction)
    commands = script.commands
    if not 0 <= number < len(commands):
        raise Refusal(f"the instruction in line {instruction.line} has no command number {number}")

    command = commands[number]
    if instruction.heredocs and script.start < instruction.heredocs[0].start <= command.start:
        raise Refusal(f"the command in line {instruction.line} stands in a heredoc")

    return instruction, command


def _word(instruction: Instruction, command: Command, number: int) -> ShellWord:
    if not 0 <= number < len(command.words):
        raise Refusal(f"the command in line {instruction.line} has no word number {number}")

    return command.words[number]


def _contiguous(instruction: Instruction, word: ShellWord) -> ShellWord:
    if "\n" in word.text:
        raise Refusal(f"a shell word of the instruction in line {instruction.line} is broken over two lines")

    return word


def _require_no_flag(instruction: Instruction, word: ShellWord, text: str) -> None:
    """Refuse to put what looks like a flag of the instruction, or like JSON, at the beginning of its commands."""
    if word.start == instruction.arguments_start and text.startswith(("--", "[")):
        raise Refusal(f"the command in line {instruction.line} would begin with {text}")


def _require_plain(text: str) -> None:
    if not PLAIN.fullmatch(text):
        raise Refusal("the new shell word needs quotes")
