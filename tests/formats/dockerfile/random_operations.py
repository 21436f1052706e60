"""Operations that fit a file, at random."""

from __future__ import annotations

from random import Random

from formats.dockerfile.edits import PATH

from fixer.finding import Operation
from fixer.formats.dockerfile import (
    AppendCommand,
    DockerfileText,
    ExecForm,
    Insert,
    Instruction,
    Line,
    PutShellWord,
    Remove,
    RemoveShellWord,
    Replace,
    SetDirective,
    SetFlag,
    SetKeyword,
    SetShellWord,
    SetValue,
    SetWord,
)

LINES = (
    Line("USER", text="10001:10001"),
    Line("HEALTHCHECK", flags=(("interval", "3s"),), text="CMD", argv=("curl", '-f "x"')),
    Line("RUN", commands=("apt-get update", "apt-get install -y x")),
    Line("LABEL", pairs=(("a.b", 'x $y "z" \\'),)),
    Line("ENV", pairs=(("A", "1"), ("B", "two words"))),
)
VALUES = ("plain", "two words", 'q"uo\\te', "it's", "${X}", "")
WORDS = ("--new", "-y", "other", "/x/*")


def random_operations(file: DockerfileText, chance: Random, count: int) -> list[Operation]:
    """Return up to `count` operations that make sense where they are."""
    found = [_operation(chance.choice(file.instructions), chance) for _ in range(count)]
    if "syntax" in file.directives and chance.random() < 0.3:
        found.append(SetDirective(PATH, "syntax", chance.choice(("x/y:1", "x/y:1@sha256:" + "1" * 64))))

    return [operation for operation in found if operation is not None]


def _operation(instruction: Instruction, chance: Random) -> Operation | None:  # noqa: PLR0911 - one for each kind
    at, action = instruction.index, instruction.action
    kind = chance.randrange(8)
    if kind == 0:
        return Insert(PATH, at, chance.choice(("before", "after")), chance.choice(LINES))

    if kind == 1 and action not in {"FROM", "SHELL"}:
        return Replace(PATH, at, chance.choice(LINES)) if chance.random() < 0.5 else Remove(PATH, at)

    if kind == 2 and action == "ADD":
        return SetKeyword(PATH, at, "COPY")

    if kind == 3 and action in {"ADD", "COPY"}:
        return SetFlag(PATH, at, "chown", "1:1")

    if kind == 4 and action in {"FROM", "USER", "WORKDIR", "COPY"} and instruction.words:
        return SetWord(PATH, at, chance.randrange(len(instruction.words)), "new-word")

    if kind == 5 and instruction.pairs:
        return SetValue(PATH, at, chance.choice(instruction.pairs)[0], chance.choice(VALUES))

    if kind == 6 and action in {"CMD", "ENTRYPOINT"}:
        return ExecForm(PATH, at, ("a", "b c"))

    return _shell_operation(instruction, chance)


def _shell_operation(instruction: Instruction, chance: Random) -> Operation | None:
    commands = [command for command in instruction.script.commands if command.words] if instruction.script else []
    if not commands:
        return None

    at, command = instruction.index, chance.choice(commands)
    word = chance.randrange(len(command.words))
    operations: tuple[Operation, ...] = (
        PutShellWord(PATH, at, command.index, word, chance.choice(WORDS)),
        RemoveShellWord(PATH, at, command.index, word),
        SetShellWord(PATH, at, command.index, word, chance.choice(WORDS)),
        AppendCommand(PATH, at, ("rm", "-rf", "/x/*")),
    )
    return chance.choice(operations)
