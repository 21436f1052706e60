"""Dockerfiles: text to instructions with spans, operations to edits."""

from fixer.formats.dockerfile.document import DockerfileText, parse
from fixer.formats.dockerfile.instruction import KEYWORDS, Flag, Instruction, Pair, Word
from fixer.formats.dockerfile.operations import (
    AppendCommand,
    ExecForm,
    Insert,
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
from fixer.formats.dockerfile.reader import Heredoc

__all__ = [
    "KEYWORDS",
    "AppendCommand",
    "DockerfileText",
    "ExecForm",
    "Flag",
    "Heredoc",
    "Insert",
    "Instruction",
    "Line",
    "Pair",
    "PutShellWord",
    "Remove",
    "RemoveShellWord",
    "Replace",
    "SetDirective",
    "SetFlag",
    "SetKeyword",
    "SetShellWord",
    "SetValue",
    "SetWord",
    "Word",
    "parse",
]
