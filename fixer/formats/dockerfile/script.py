r"""The shell commands of an instruction.

The grammar is fed a text of the same length as the source: comment and blank lines inside continuations become blanks,
each continuation becomes "\" and a line end. So every place that the grammar tells is a place in the file.
"""

from __future__ import annotations

import re
from itertools import pairwise

from fixer.formats.dockerfile.instruction import Instruction
from fixer.formats.dockerfile.lexer import heredoc_name
from fixer.formats.dockerfile.reader import Heredoc
from fixer.formats.shell import SHELLS, Script, read

_SHEBANG = re.compile(r"#![ \t]*(\S+)[ \t]*([^\r\n]*)")


def read_script(instruction: Instruction) -> Script | str:
    """Return the script of an instruction, or why there is none, as a sentence."""
    problem = _no_shell(instruction)
    if problem:
        return problem

    errexit = _stops_at_errors(instruction.shell)
    if _is_lone_heredoc(instruction):
        return _heredoc(instruction.heredocs[0], instruction, errexit=errexit)

    start = instruction.place(instruction.command_index)
    end = instruction.heredocs[-1].stop if instruction.heredocs else instruction.block.segments[-1][1]
    text = instruction.source[start:end]
    if not _is_shell_text(instruction):
        if _joins_words(instruction, start):
            return "a word is broken over two lines"

        text = _masked(instruction, start, end)

    return read(text, instruction.source, start, joined=True, errexit=errexit)


def _no_shell(instruction: Instruction) -> str | None:
    if not instruction.has_command or not instruction.command_text:
        return "the instruction has no command"

    if instruction.argv is not None:
        return "the command is in exec form, without a shell"

    if instruction.escape == "`":
        return "the escape character is a backtick, as for Windows"

    if instruction.windows:
        return "the base image runs Windows"

    if instruction.shell is not None and _program(instruction.shell[0] if instruction.shell else "") not in SHELLS:
        return "the SHELL in effect is no POSIX shell"

    return None


def _program(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2].lower().removesuffix(".exe")


def _stops_at_errors(shell: tuple[str, ...] | None) -> bool:
    """Whether the SHELL in effect has the option -e."""
    options = [word for word in (shell or ())[1:] if word.startswith("-") and not word.startswith("--")]
    return any("e" in option[1:] for option in options) or "errexit" in (shell or ())


def _is_lone_heredoc(instruction: Instruction) -> bool:
    return len(instruction.heredocs) == 1 and heredoc_name(instruction.text) is not None


def _heredoc(heredoc: Heredoc, instruction: Instruction, *, errexit: bool) -> Script | str:
    shebang = _SHEBANG.match(heredoc.body)
    if shebang:
        program, options = _program(shebang[1]), shebang[2].split()
        if program == "env":
            program, options = (_program(options[0]), options[1:]) if options else ("", [])

        if program not in SHELLS:
            return f"the heredoc is a script of {program or 'an unknown program'}"

        errexit = _stops_at_errors((program, *options))

    text = heredoc.body.replace("\r", " ")
    return read(text, instruction.source, heredoc.start, joined=False, errexit=errexit)


def _is_shell_text(instruction: Instruction) -> bool:
    """Whether the lines are joined as a shell would join them: nothing but a mark and a line end between them."""
    segments = instruction.block.segments
    return all(after[0] - before[1] == 2 for before, after in pairwise(segments))


def _joins_words(instruction: Instruction, start: int) -> bool:
    """Whether a continuation that cannot be masked without a blank stands inside of a word."""
    source, segments = instruction.source, instruction.block.segments
    for (_, end), (following, _) in pairwise(segments):
        gap = source.find("\n", end) + 1 - end
        if end <= start or not _in_word(source[end - 1]) or not _in_word(source[following : following + 1]):
            continue

        if gap % 2 or following != end + gap:
            return True

    return False


def _in_word(character: str) -> bool:
    return bool(character) and character not in " \t;&|()\n\r"


def _masked(instruction: Instruction, start: int, end: int) -> str:
    parts: list[str] = []
    position = start
    segments = instruction.block.segments
    for (_, stop), (following, _) in pairwise(segments):
        if stop < start:
            continue

        # Between two segments: the continuation mark with its line end, then comment and blank lines.
        mark = instruction.source.find("\n", stop) + 1 - stop
        joints = "\\\n" * (mark // 2) if mark % 2 == 0 else " " * (mark - 2) + "\\\n"
        parts += [instruction.source[position:stop], joints, " " * (following - stop - mark)]
        position = following

    parts.append(instruction.source[position:end])
    return "".join(parts)
