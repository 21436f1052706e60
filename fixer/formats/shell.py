"""The commands of a shell text, read with a shell grammar; every place is a place in the file."""

from __future__ import annotations

import re

import msgspec

from fixer.formats.simple_command import drops_exec, simple_argv, why_not_simple

__all__ = [
    "PLAIN",
    "SHELLS",
    "Command",
    "Joint",
    "Script",
    "ShellWord",
    "drops_exec",
    "read",
    "simple_argv",
    "why_not_simple",
]

# Programs that read a POSIX shell script.
# Scripts that people write have some thousand characters.
LONGEST = 16_000
_BLANKS = frozenset(" \t\r\n")
SHELLS = frozenset({"sh", "bash", "ash", "dash", "ksh", "zsh"})
# A word that means itself, or a pattern of file names.
PLAIN = re.compile(r"[A-Za-z0-9_./:=@%+,~^*?\[\]-]+")


class ShellWord(msgspec.Struct, frozen=True):
    """A word of a command as written."""

    text: str
    start: int
    end: int

    @property
    def plain(self) -> bool:
        """Whether the word means itself, or is a pattern of file names."""
        return PLAIN.fullmatch(self.text) is not None


class Command(msgspec.Struct, frozen=True):
    """A simple command.

    `words` leave out assignments and redirections. `name` is the program without its folder, looked for behind `sudo`,
    `env`, `exec`, `command`, `time` and `nice`; "" when it is no plain word. `offset` is the number of its word,
    `arguments` the words behind it as written. `top_level` says that the command stands in a plain sequence of `&&`,
    `;` and line ends, so that it runs whenever the ones before it succeeded.
    """

    index: int
    words: tuple[ShellWord, ...]
    assignments: tuple[str, ...]
    name: str
    offset: int
    top_level: bool
    redirected: bool
    piped: bool
    negated: bool
    start: int
    end: int

    @property
    def arguments(self) -> tuple[str, ...]:
        """The words behind the name."""
        return tuple([word.text for word in self.words[self.offset + 1 :]])


class Joint(msgspec.Struct, frozen=True):
    """What stands between two commands of the top level: `&&` or `;`."""

    text: str
    start: int
    end: int


class Script(msgspec.Struct, frozen=True):
    """A shell text.

    `start` is where it begins and `end` where its last command ends; `line_end` is the end of that line. `unappendable`
    says why no command may follow the last one (a clause), `chained` that the last one is joined to others by `&&`,
    `commented` that a comment follows it. `errexit` says that the shell stops at a command that fails.
    """

    commands: tuple[Command, ...]
    joints: tuple[Joint, ...]
    start: int
    end: int
    line_end: int
    unappendable: str | None
    chained: bool
    commented: bool
    errexit: bool


def read(text: str, source: str, start: int, *, joined: bool, errexit: bool = False) -> Script | str:
    r"""Return the script that begins at `start` of `source`, or why it cannot be read, as a sentence.

    `text` is the script as the grammar shall see it, of the same length as in the source. With `joined` it is one line
    for the shell, broken with "\\\n" only here: a comment then goes on to its end. `errexit` is what is in effect at
    the beginning.
    """
    if problem := _too_odd(text):
        return problem

    from fixer.formats.shell_reader import read_script

    return read_script(text, source, start, joined=joined, errexit=errexit)


def _too_odd(text: str) -> str | None:
    """Return why a text is not given to the grammar, which takes the square of its length where it is broken."""
    if len(text) > LONGEST:
        return f"the commands have more than {LONGEST} characters"

    # The shell takes a form feed for a blank; one at the end BuildKit takes away, and the shell does not see it.
    bare = text.rstrip(" \t\r\n")
    if text.isascii() and "\v" not in bare and not bare.endswith("\f"):
        return None

    blanks = _BLANKS if bare.endswith("\f") else _BLANKS | {"\f"}
    odd = next((letter for letter in bare if letter.isspace() and letter not in blanks), None)
    return None if odd is None else f"a blank of another kind (U+{ord(odd):04X}) stands among the commands"
