"""Operations on the shell commands of an instruction."""

from __future__ import annotations

from typing import NoReturn

from fixer.formats.dockerfile.document import DockerfileText
from fixer.formats.dockerfile.operations import AppendCommand, PutShellWord, RemoveShellWord, SetShellWord
from fixer.formats.dockerfile.splice import Splice
from fixer.formats.format import Refusal


def _later() -> NoReturn:
    raise Refusal("shell commands cannot be edited yet")


def put_word(file: DockerfileText, operation: PutShellWord) -> Splice:
    _later()


def remove_word(file: DockerfileText, operation: RemoveShellWord) -> Splice:
    _later()


def set_word(file: DockerfileText, operation: SetShellWord) -> Splice:
    _later()


def append_command(file: DockerfileText, operation: AppendCommand) -> Splice:
    _later()
