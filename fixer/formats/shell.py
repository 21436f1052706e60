"""The commands of a shell text, read with a shell grammar; every place is a place in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from fixer.formats.simple_command import drops_exec, simple_argv, why_not_simple

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

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
SHELLS = frozenset({"sh", "bash", "ash", "dash", "ksh", "zsh"})
# A word that means itself, or a pattern of file names.
PLAIN = re.compile(r"[A-Za-z0-9_./:=@%+,~^*?\[\]-]+")
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\+?=")
_NON_ASCII = re.compile(r"[^\x00-\x7f]")
# A comment that a continuation makes swallow the lines behind it.
_SWALLOWING = re.compile(r"(?:^|[\s;&|(])#[^\n]*\\\n")

# Programs that run the program named behind them, with those of their options that take a value.
_WRAPPERS: dict[str, frozenset[str]] = {
    "sudo": frozenset({"-u", "-g", "-h", "-p", "-C", "-r", "-t", "-U"}),
    "env": frozenset({"-u", "-C", "-S"}),
    "exec": frozenset({"-a"}),
    "command": frozenset(),
    "time": frozenset({"-f", "-o"}),
    "nice": frozenset({"-n"}),
}
_STATEMENTS = {
    "pipeline": "a pipeline",
    "subshell": "a subshell",
    "compound_statement": "a group of commands",
    "negated_command": "a negated command",
    "if_statement": "an if",
    "for_statement": "a loop",
    "c_style_for_statement": "a loop",
    "while_statement": "a loop",
    "case_statement": "a case",
    "function_definition": "a function",
}
_SIMPLE = frozenset(
    {
        "command",
        "declaration_command",
        "unset_command",
        "test_command",
        "variable_assignment",
        "variable_assignments",
    }
)
_ENDS = frozenset({"exec", "exit", "return"})


class ShellWord(msgspec.Struct, frozen=True):
    """A word of a command as written; `plain` says that it means itself (patterns of file names included)."""

    text: str
    start: int
    end: int
    plain: bool


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
    text = _NON_ASCII.sub("_", text)
    tree = _parser().parse(text.encode("ascii"))
    if joined and _SWALLOWING.search(text):
        comment = next((node for node in _comments(tree.root_node) if text[: node.end_byte].endswith("\\")), None)
        if comment is not None:
            text = text[: comment.start_byte] + text[comment.start_byte :].replace("\n", " ")
            tree = _parser().parse(text.encode("ascii"))

    if tree.root_node.has_error:
        return "the shell commands cannot be read"

    return _Reader(text, source, start).script(tree.root_node, errexit=errexit)


@cache
def _parser() -> Parser:
    import tree_sitter
    import tree_sitter_bash

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_bash.language()))


def _comments(node: Node) -> Iterator[Node]:
    if node.type == "comment":
        yield node

    for child in node.children:
        yield from _comments(child)


class _Place(msgspec.Struct, frozen=True):
    """In what a command stands."""

    top_level: bool = False
    redirected: bool = False
    piped: bool = False
    negated: bool = False


_NESTED = _Place()
_TOP = _Place(top_level=True)
_PLACES = {"pipeline": _Place(piped=True), "negated_command": _Place(negated=True)}
_COMMANDS = frozenset({"command", "declaration_command", "unset_command"})


class _Reader:
    def __init__(self, text: str, source: str, start: int) -> None:
        self._text = text
        self._source = source
        self._start = start
        self._commands: list[Command] = []
        self._joints: list[Joint] = []

    def script(self, program: Node, *, errexit: bool) -> Script | str:
        children = program.children
        for number, child in enumerate(children):
            behind = children[number + 1].type if number + 1 < len(children) else ""
            self._walk(child, _NESTED if behind == "&" else _TOP)
            if child.type == ";":
                self._joint(child)

        statements = [number for number, child in enumerate(children) if child.is_named and child.type != "comment"]
        if not statements:
            return "there is no shell command"

        last = children[statements[-1]]
        rest = [child.type for child in children[statements[-1] + 1 :]]
        problem, chained = ("a command in the background", False) if "&" in rest else _appendable(last)
        commands = tuple(sorted(self._commands, key=lambda command: command.start))
        commands = tuple([msgspec.structs.replace(one, index=number) for number, one in enumerate(commands)])
        top = [command for command in commands if command.top_level]
        if (
            problem is None
            and top
            and top[-1].words
            and top[-1].words[0].text in _ENDS
            and top[-1].end >= last.end_byte
        ):
            problem = f"{top[-1].words[0].text}, behind which nothing runs"

        line_end = self._text.find("\n", last.end_byte)
        return Script(
            commands,
            tuple(sorted(self._joints, key=lambda joint: joint.start)),
            self._start,
            self._start + last.end_byte,
            self._start + (line_end if line_end >= 0 else len(self._text)),
            problem,
            chained,
            "comment" in rest,
            _errexit(top, at_start=errexit),
        )

    # ---- walking

    def _walk(self, node: Node, place: _Place) -> None:
        kind = node.type
        if kind in _COMMANDS:
            self._command(node, place)
        elif kind == "list":
            self._list(node, place)
        elif kind == "redirected_statement":
            self._redirected(node, place)
        elif kind != "heredoc_body" and node.child_count:
            inner = _PLACES.get(kind, _NESTED)
            for child in node.children:
                self._walk(child, inner)

    def _list(self, node: Node, place: _Place) -> None:
        children = node.children
        plain = place.top_level and all(child.type != "||" for child in children)
        inner = _Place(plain, piped=place.piped, negated=place.negated)
        for number, child in enumerate(children):
            last = number == len(children) - 1
            self._walk(child, msgspec.structs.replace(inner, redirected=place.redirected) if last else inner)
            if plain and child.type == "&&":
                self._joint(child)

    def _redirected(self, node: Node, place: _Place) -> None:
        body, *rest = node.children
        self._walk(body, msgspec.structs.replace(place, redirected=True))
        for child in rest:
            self._walk(child, _NESTED)

    def _joint(self, node: Node) -> None:
        self._joints.append(Joint(node.type, self._start + node.start_byte, self._start + node.end_byte))

    def _command(self, node: Node, place: _Place) -> None:
        spans: list[tuple[int, int]] = []
        assigned: list[str] = []
        redirected = place.redirected
        for child in node.children:
            kind = child.type
            start, end = child.start_byte, child.end_byte
            if kind.endswith("_redirect"):
                redirected = True
            elif not spans and (kind == "variable_assignment" or _ASSIGNMENT.match(self._text, start, end)):
                assigned.append(self._slice(start, end))
            elif spans and spans[-1][1] == start:
                spans[-1] = spans[-1][0], end
            elif kind != "comment" and start < end:
                spans.append((start, end))

            if kind not in {"word", "raw_string", "number"} and self._nests(start, end):
                self._walk_children(child)

        words = tuple([self._word(*span) for span in spans])
        offset = _offset(words)
        name = words[offset].text.rpartition("/")[2] if offset < len(words) and words[offset].plain else ""
        self._commands.append(
            Command(
                0,
                words,
                tuple(assigned),
                name,
                offset,
                place.top_level,
                redirected,
                place.piped,
                place.negated,
                self._start + node.start_byte,
                self._start + node.end_byte,
            )
        )

    def _nests(self, start: int, end: int) -> bool:
        text = self._text[start:end]
        return "(" in text or "`" in text

    def _walk_children(self, node: Node) -> None:
        for child in node.children:
            self._walk(child, _NESTED)

    def _slice(self, start: int, end: int) -> str:
        return self._source[self._start + start : self._start + end]

    def _word(self, start: int, end: int) -> ShellWord:
        text = self._slice(start, end)
        return ShellWord(text, self._start + start, self._start + end, PLAIN.fullmatch(text) is not None)


def _offset(words: tuple[ShellWord, ...]) -> int:
    """Return the number of the word that names the program."""
    position = 0
    while position < len(words):
        options = _WRAPPERS.get(words[position].text.rpartition("/")[2])
        if options is None:
            return position

        position += 1
        while position < len(words) and (
            words[position].text.startswith("-") or _ASSIGNMENT.match(words[position].text)
        ):
            position += 2 if words[position].text in options else 1

    return position


def _appendable(node: Any) -> tuple[str | None, bool]:
    """Return why no command may follow the statement, and whether it is a chain of `&&`."""
    chained = False
    while node.type in {"list", "redirected_statement"}:
        if node.type == "list":
            if any(child.type == "||" for child in node.children):
                return "an alternative (||)", True

            chained, node = True, node.children[-1]
        elif any(child.type == "heredoc_redirect" for child in node.children):
            return "a heredoc", chained
        else:
            node = node.children[0]

    if node.type not in _SIMPLE:
        return _STATEMENTS.get(node.type, "something else than a command"), chained

    return None, chained


def _errexit(commands: list[Command], *, at_start: bool) -> bool:
    """Whether the shell stops at a failing command when it comes to the last one."""
    state = at_start
    for command in commands:
        if command.name != "set":
            continue

        arguments = command.arguments
        for number, argument in enumerate(arguments):
            short = argument[:1] in {"-", "+"} and argument[1:2] != "-" and "e" in argument[1:]
            named = argument == "errexit" and number and arguments[number - 1][-1:] == "o"
            if short:
                state = argument[0] == "-"
            elif named:
                state = arguments[number - 1][0] == "-"

    return state
