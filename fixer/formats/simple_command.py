"""One simple shell command as the words of an exec form."""

from __future__ import annotations

import re

# They are part of a shell, or mean nothing outside of one.
_BUILTINS = frozenset(
    {
        *(
            ".",
            ":",
            "alias",
            "bg",
            "break",
            "builtin",
            "cd",
            "command",
            "continue",
            "declare",
            "eval",
            "exit",
            "export",
        ),
        *(
            "fg",
            "getopts",
            "hash",
            "jobs",
            "let",
            "local",
            "popd",
            "pushd",
            "read",
            "readonly",
            "return",
            "set",
            "shift",
        ),
        *("shopt", "source", "times", "trap", "type", "typeset", "ulimit", "umask", "unalias", "unset", "wait"),
    }
)
_RESERVED = frozenset(
    {
        *("!", "[[", "case", "coproc", "do", "done", "elif", "else", "esac", "fi", "for", "function", "if", "in"),
        *("select", "then", "time", "until", "while", "{", "}"),
    }
)
_PIECE = re.compile(r"""'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)|([^\s'"\\]+)|([ \t\n]+)|(.)""", re.DOTALL)
_IN_QUOTES = re.compile(r'\\([$`"\\])', re.DOTALL)
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\+?=")
_BRACES = re.compile(r"\{[^{}]*\}")
_FEATURES = (
    ("$", "a variable or a substitution"),
    ("`", "a command substitution"),
    ("|", "a pipe"),
    (";", "several commands"),
    ("&", "several commands or the background"),
    ("<", "a redirection"),
    (">", "a redirection"),
    ("(", "a subshell"),
    (")", "a subshell"),
    ("*", "a pattern of file names"),
    ("?", "a pattern of file names"),
    ("[", "a pattern of file names"),
)


class _NotSimpleError(Exception):
    """Why a text is no simple command."""


def simple_argv(text: str) -> tuple[str, ...] | None:
    """Return the words of one simple command without any shell feature, a leading `exec` left out; else None."""
    try:
        return _argv(text)
    except _NotSimpleError:
        return None


def why_not_simple(text: str) -> str:
    """Return which shell feature `text` uses, as a clause ("it uses a pipe"); "" when it uses none."""
    try:
        _argv(text)
    except _NotSimpleError as reason:
        return str(reason)

    return ""


def drops_exec(text: str) -> bool:
    """Whether `simple_argv` leaves out the word `exec` that `text` begins with."""
    return simple_argv(text) is not None and text.split(maxsplit=1)[0] == "exec"


def _argv(text: str) -> tuple[str, ...]:
    words = _words(text)
    if words and words[0] == ("exec", False):
        words = words[1:]
        if words and words[0][0].startswith("-"):
            raise _NotSimpleError("it uses an option of exec")

    if not words:
        raise _NotSimpleError("it is no command")

    name, quoted = words[0]
    if not name:
        raise _NotSimpleError("it is no command")

    if not quoted and (name in _RESERVED or _ASSIGNMENT.match(name)):
        kind = "the shell word" if name in _RESERVED else "the assignment"
        raise _NotSimpleError(f"it uses {kind} {name.partition('=')[0].rstrip('+')}")

    if name in _BUILTINS or name == "exec":
        raise _NotSimpleError(f"it uses {name}, which is part of the shell")

    return tuple([word for word, _ in words])


def _words(text: str) -> list[tuple[str, bool]]:
    """Return the words, and of each whether any part of it is quoted."""
    found: list[tuple[str, bool]] = []
    parts: list[str] | None = None
    quoted = False
    for match in _PIECE.finditer(text.strip(" \t\n")):
        single, double, escaped, bare, blank, rest = match.groups()
        if blank:
            if "\n" in blank:
                raise _NotSimpleError("it uses several commands (on several lines)")

            if parts is not None:
                found.append(("".join(parts), quoted))

            parts, quoted = None, False
            continue

        if rest:
            raise _NotSimpleError("its quotes do not end" if rest in "'\"" else "it has a character of no meaning")

        first = parts is None
        parts = [] if parts is None else parts
        if bare is not None:
            _check_bare(bare, first=first)
            parts.append(bare)
        else:
            parts.append(_unquoted(single, double, escaped))
            quoted = True

    return [*found, ("".join(parts), quoted)] if parts is not None else found


def _unquoted(single: str | None, double: str | None, escaped: str | None) -> str:
    if single is not None:
        return single

    if double is not None:
        return _in_double_quotes(double)

    assert escaped is not None
    return "" if escaped == "\n" else escaped


def _check_bare(text: str, *, first: bool) -> None:
    for feature, words in _FEATURES:
        if feature in text:
            raise _NotSimpleError(f"it uses {words} ({feature})")

    if first and text.startswith("#"):
        raise _NotSimpleError("it has a comment")

    if "~" in text and ((first and text.startswith("~")) or re.search(r"[=:]~", text)):
        raise _NotSimpleError("it uses a home directory (~)")

    if any("," in braces or ".." in braces for braces in _BRACES.findall(text)):
        raise _NotSimpleError("it uses braces")


def _in_double_quotes(text: str) -> str:
    bare = _IN_QUOTES.sub("", text)
    if "$" in bare:
        raise _NotSimpleError("it uses a variable or a substitution ($)")

    if "`" in bare:
        raise _NotSimpleError("it uses a command substitution (`)")

    return _IN_QUOTES.sub(r"\1", text).replace("\\\n", "")
