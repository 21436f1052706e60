"""What an instruction means once operations on parts of it are made."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from fixer.finding import Operation
from fixer.formats.dockerfile.instruction import Instruction
from fixer.formats.dockerfile.operations import (
    AppendCommand,
    ExecForm,
    PutShellWord,
    RemoveShellWord,
    SetFlag,
    SetKeyword,
    SetShellWord,
    SetValue,
    SetWord,
)
from fixer.formats.shell import Script
from fixer.formats.shell_tokens import tokens

Texts = list[tuple[str, ...]]
_ShellOperation = AppendCommand | PutShellWord | RemoveShellWord | SetShellWord


class Expected(msgspec.Struct):
    """The meaning of one instruction; `texts` are the tokens its shell text may have, None when others decide."""

    keyword: str
    inner: str
    flags: list[str]
    words: list[str]
    argv: tuple[str, ...] | None
    pairs: list[tuple[str, str]]
    heredocs: list[tuple[str, str]]
    dangling: bool
    by: str = "text"
    texts: Texts = []
    body: bool = False

    def difference(self, new: Instruction) -> str | None:
        """Return how an instruction of the result differs from this."""
        if (self.keyword, self.inner) != (new.keyword, new.inner):
            return f"{self.inner or self.keyword} was expected"

        if self.flags != [flag.text for flag in new.flags]:
            return "the flags are not the planned ones"

        if self.dangling != new.dangling or not self._arguments_agree(new):
            return "the arguments are not the planned ones"

        return None if self._heredocs_agree(new) else "a heredoc changed"

    def _arguments_agree(self, new: Instruction) -> bool:
        if self.by == "argv":
            return new.argv == self.argv

        if self.by == "pairs":
            return list(new.pairs) == self.pairs

        if self.by == "shell" and new.script is None:
            return False

        if self.by == "shell" and not self.body:
            return tokens(new.text) in self.texts

        return [word.text for word in new.words] == self.words

    def _heredocs_agree(self, new: Instruction) -> bool:
        if not self.body:
            return [(one.name, one.body) for one in new.heredocs] == self.heredocs

        found = [(one.name, tokens(one.body)) for one in new.heredocs]
        return len(found) == 1 and found[0][0] == self.heredocs[0][0] and found[0][1] in self.texts


def expected(old: Instruction, operations: Sequence[Operation]) -> Expected:
    """Return what `old` means once the operations are made."""
    result = Expected(
        old.keyword,
        old.inner,
        [flag.text for flag in old.flags],
        [word.text for word in old.words],
        old.argv,
        list(old.pairs),
        [(one.name, one.body) for one in old.heredocs],
        old.dangling,
    )
    for operation in operations:
        if change := _CHANGES.get(type(operation)):
            change(result, operation)

    texts = [operation for operation in operations if isinstance(operation, _ShellOperation | SetWord)]
    if any(isinstance(operation, _ShellOperation) for operation in texts):
        _shell(result, old, texts)

    return result


def _keyword(result: Expected, operation: SetKeyword) -> None:
    if result.inner:
        result.inner = operation.keyword.upper()
    else:
        result.keyword = operation.keyword.upper()


def _flag(result: Expected, operation: SetFlag) -> None:
    new = f"--{operation.name}={operation.value}" if operation.value else f"--{operation.name}"
    for number, text in enumerate(result.flags):
        if text[2:].partition("=")[0] == operation.name:
            result.flags[number] = new
            return

    result.flags.append(new)


def _word(result: Expected, operation: SetWord) -> None:
    result.words[operation.word] = operation.text


def _value(result: Expected, operation: SetValue) -> None:
    result.by = "pairs"
    result.pairs = [(key, operation.value if key == operation.key else value) for key, value in result.pairs]


def _argv(result: Expected, operation: ExecForm) -> None:
    result.by = "argv"
    result.argv = operation.argv


_CHANGES: dict[type, Callable[..., None]] = {
    SetKeyword: _keyword,
    SetFlag: _flag,
    SetWord: _word,
    SetValue: _value,
    ExecForm: _argv,
}


def _shell(result: Expected, old: Instruction, operations: Sequence[_ShellOperation | SetWord]) -> None:
    """Make the operations on the text that the shell sees: the logical line, or the body of a lone heredoc."""
    script = old.script
    assert script is not None
    result.by = "shell"
    result.body = bool(old.heredocs) and script.start >= old.heredocs[0].start
    joints = [" && "] + ([" ; ", "\n"] if script.errexit else [])
    result.texts = []
    for joint in joints:
        changes = sorted(
            (_change(operation, old, script, joint) for operation in operations), key=lambda change: change[:2]
        )
        result.texts.append(tokens(_changed(old, changes, body=result.body)))


def _change(operation: _ShellOperation | SetWord, old: Instruction, script: Script, joint: str) -> tuple[int, int, str]:
    """Return the operation as a change of the text: the place, and the words there."""
    if isinstance(operation, SetWord):
        argument = old.words[operation.word]
        return argument.start, argument.end, operation.text

    if isinstance(operation, AppendCommand):
        place = script.line_end if joint == "\n" else script.end
        return place, place, joint + " ".join(operation.words)

    words = script.commands[operation.command].words
    if isinstance(operation, PutShellWord):
        end = words[operation.after].end
        return end, end, f" {operation.text} "

    word = words[operation.word]
    return word.start, word.end, operation.text if isinstance(operation, SetShellWord) else ""


def _changed(old: Instruction, changes: Sequence[tuple[int, int, str]], *, body: bool) -> str:
    if body:
        heredoc = old.heredocs[0]
        text, places = heredoc.body, [(start - heredoc.start, end - heredoc.start) for start, end, _ in changes]
    else:
        text = old.logical[: old.block.arguments + len(old.text)]
        places = [(old.logical_index(start), old.logical_index(end)) for start, end, _ in changes]

    first = 0 if body else old.block.arguments
    parts, position = [], first
    for (start, end), (_, _, new) in zip(places, changes, strict=True):
        parts += [text[position:start], new]
        position = end

    return "".join([*parts, text[position:]])
