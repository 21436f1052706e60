"""The walk over the syntax tree of a shell text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from fixer.formats.shell import Command, Joint, Script, ShellWord

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\+?=")
# What is part of a word for a shell, but not for the grammar.
_ORDINARY = re.compile(r"[^\t\n\x20-\x7e]")

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
_COMMANDS = frozenset({"command", "declaration_command", "unset_command"})
_LEAVES = frozenset({"word", "raw_string", "number"})
_REDIRECTIONS = frozenset({"file_redirect", "herestring_redirect", "heredoc_redirect"})
_EXPRESSIONS = frozenset({"test_command", "variable_assignment", "variable_assignments"})

# In what a command stands, as bits.
_TOP_LEVEL, _REDIRECTED, _PIPED, _NEGATED = 1, 2, 4, 8
_NESTED = 0
_INSIDE = {"pipeline": _PIPED, "negated_command": _NEGATED}


def read_script(text: str, source: str, start: int, *, joined: bool, errexit: bool) -> Script | str:
    """Return the script, or why it cannot be read; see `fixer.formats.shell.read`."""
    text = _ORDINARY.sub("_", text)
    try:
        return _read(text, source, start, joined=joined, errexit=errexit)
    except RecursionError:
        return "the shell commands are nested too deeply"


def _read(text: str, source: str, start: int, *, joined: bool, errexit: bool) -> Script | str:
    program = _parser().parse(text.encode("ascii")).root_node
    if joined and "#" in text and any(line.endswith("\\") and "#" in line for line in text.split("\n")):
        # A comment swallows the lines behind a continuation.
        comment = next((node for node in _comments(program) if text[node.end_byte - 1] == "\\"), None)
        if comment is not None:
            text = text[: comment.start_byte] + text[comment.start_byte :].replace("\n", " ")
            program = _parser().parse(text.encode("ascii")).root_node

    if program.has_error:
        return "the shell commands cannot be read"

    return _Reader(text, source, start).script(program, errexit=errexit)


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


class _Reader:
    def __init__(self, text: str, source: str, start: int) -> None:
        self._text = text
        self._source = source
        self._start = start
        self._commands: list[Command | None] = []
        self._joints: list[Joint] = []

    def script(self, program: Node, *, errexit: bool) -> Script | str:
        """Return the script of a tree without errors."""
        children = program.children
        kinds = [child.type for child in children]
        numbers = [number for number, child in enumerate(children) if child.is_named and kinds[number] != "comment"]
        if not numbers:
            return "there is no shell command"

        for child, kind, behind in zip(children, kinds, [*kinds[1:], ""], strict=True):
            if kind == ";":
                self._joint(child, kind)
            elif kind != "comment":
                self._walk(child, kind, _NESTED if behind == "&" else _TOP_LEVEL)

        last = children[numbers[-1]]
        end = last.end_byte
        rest = kinds[numbers[-1] + 1 :]
        unappendable, chained = _appendable(last)
        commands = tuple([command for command in self._commands if command is not None])
        line_end = self._text.find("\n", end)
        return Script(
            commands,
            tuple(sorted(self._joints, key=_place)),
            self._start,
            self._start + end,
            self._start + (line_end if line_end >= 0 else len(self._text)),
            "a command in the background" if "&" in rest else unappendable,
            chained,
            "comment" in rest,
            _errexit(commands, at_start=errexit),
        )

    def _walk(self, node: Node, kind: str, inside: int) -> None:
        if kind in _COMMANDS:
            self._command(node, inside)
        elif kind == "list":
            self._list(node, inside)
        elif kind == "redirected_statement":
            children = node.children
            fed = any(child.type == "heredoc_redirect" for child in children)
            inside = _REDIRECTED if fed else inside | _REDIRECTED
            for child in children:
                self._walk(child, child.type, inside)
                inside = _NESTED
        elif kind != "heredoc_body" and (kind not in _EXPRESSIONS or self._nests(node.start_byte, node.end_byte)):
            self._children(node, _INSIDE.get(kind, _NESTED))

    def _children(self, node: Node, inside: int) -> None:
        for child in node.children:
            self._walk(child, child.type, inside)

    def _list(self, node: Node, inside: int) -> None:
        left, *others = node.children
        kinds = [other.type for other in others]
        if "||" in kinds:
            inside &= ~_TOP_LEVEL

        self._walk(left, left.type, inside & ~_REDIRECTED)
        for other, kind in zip(others, kinds, strict=True):
            if kind != "&&":
                self._walk(other, kind, inside)
            elif inside & _TOP_LEVEL:
                self._joint(other, kind)

    def _joint(self, node: Node, kind: str) -> None:
        self._joints.append(Joint(kind, self._start + node.start_byte, self._start + node.end_byte))

    def _command(self, node: Node, inside: int) -> None:
        """Note a command; a word that the grammar cuts ($A.$B) or that is broken over lines is put together."""
        number, text = len(self._commands), self._text
        self._commands.append(None)
        spans: list[tuple[int, int]] = []
        assigned: list[str] = []
        for child in node.children:
            kind, start, end = child.type, child.start_byte, child.end_byte
            if kind in _REDIRECTIONS:
                inside |= _REDIRECTED
            elif not spans and _ASSIGNMENT.match(text, start, end):
                assigned.append(self._source[self._start + start : self._start + end])
            elif spans and (spans[-1][1] == start or not text[spans[-1][1] : start].strip("\\\n")):
                spans[-1] = spans[-1][0], end
            else:
                spans.append((start, end))

            if kind not in _LEAVES and self._nests(start, end):
                self._children(child, _NESTED)

        words = tuple([self._word(*span) for span in spans])
        offset = _offset(words)
        self._commands[number] = Command(
            number,
            words,
            tuple(assigned),
            words[offset].text.rpartition("/")[2] if offset < len(words) and words[offset].plain else "",
            offset,
            bool(inside & _TOP_LEVEL),
            bool(inside & _REDIRECTED),
            bool(inside & _PIPED),
            bool(inside & _NEGATED),
            self._start + node.start_byte,
            self._start + node.end_byte,
        )

    def _nests(self, start: int, end: int) -> bool:
        return self._text.find("(", start, end) >= 0 or self._text.find("`", start, end) >= 0

    def _word(self, start: int, end: int) -> ShellWord:
        start, end = self._start + start, self._start + end
        return ShellWord(self._source[start:end], start, end)


def _place(joint: Joint) -> int:
    return joint.start


def _offset(words: tuple[ShellWord, ...]) -> int:
    """Return the number of the word that names the program."""
    position = 0
    while position < len(words):
        options = _WRAPPERS.get(words[position].text.rpartition("/")[2])
        if options is None:
            return position

        position += 1
        while position < len(words) and _is_option(words[position].text):
            position += 2 if words[position].text in options else 1

    return position


def _is_option(text: str) -> bool:
    return text.startswith("-") or _ASSIGNMENT.match(text) is not None


def _appendable(node: Node) -> tuple[str | None, bool]:
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

    name = (node.children[0].text or b"").decode("ascii") if node.type == "command" else ""
    return (f"{name}, behind which nothing runs" if name in _ENDS else None), chained


def _errexit(commands: tuple[Command, ...], *, at_start: bool) -> bool:
    """Whether the shell stops at a failing command when it comes to the last one."""
    state = at_start
    for command in commands:
        if command.name != "set" or not command.top_level:
            continue

        before = ""
        for argument in command.arguments:
            if argument[:1] in {"-", "+"} and "e" in argument[1:]:
                state = argument[0] == "-"
            elif argument == "errexit" and before[-1:] == "o":
                state = before[0] == "-"

            before = argument

    return state
