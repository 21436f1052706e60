"""Which shell commands may stand in exec form, and as which words."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixer.formats.shell import drops_exec, simple_argv, why_not_simple

SIMPLE = [
    ("nginx", ("nginx",)),
    ("nginx -g 'daemon off;'", ("nginx", "-g", "daemon off;")),
    ('nginx -g "daemon off;"', ("nginx", "-g", "daemon off;")),
    ("  a   b\tc  ", ("a", "b", "c")),
    ("exec a b", ("a", "b")),
    ("a b\n", ("a", "b")),
    ("a ''", ("a", "")),
    ("a b'c d'\"e f\"g", ("a", "bc de fg")),
    ("a b\\ c", ("a", "b c")),
    ("a \\$b", ("a", "$b")),
    ("a '$b' '*' '`c`'", ("a", "$b", "*", "`c`")),
    ('a "\\$b \\"c\\" \\d \\\\"', ("a", '$b "c" \\d \\')),
    ("a b#c", ("a", "b#c")),
    ("a --b=c", ("a", "--b=c")),
    ("a b=c", ("a", "b=c")),
    ("a b~c", ("a", "b~c")),
    ("find . -exec a {} \\;", ("find", ".", "-exec", "a", "{}", ";")),
    ("é 'ü'", ("é", "ü")),
    ("python -m http.server 8080", ("python", "-m", "http.server", "8080")),
    ("java -jar /app.jar", ("java", "-jar", "/app.jar")),
    ("'my prog' a", ("my prog", "a")),
    ("'if' a", ("if", "a")),
    ("echo a", ("echo", "a")),
    ("a !", ("a", "!")),
    ("a ]", ("a", "]")),
    ("a b\\\nc", ("a", "bc")),
]

NOT_SIMPLE = [
    ("", "it is no command"),
    ("   ", "it is no command"),
    ("''", "it is no command"),
    ("exec", "it is no command"),
    ("exec -a b c", "it uses an option of exec"),
    ("a $B", "it uses a variable or a substitution ($)"),
    ('a "$B"', "it uses a variable or a substitution ($)"),
    ("a ${B:-c}", "it uses a variable or a substitution ($)"),
    ("a $(b)", "it uses a variable or a substitution ($)"),
    ("a `b`", "it uses a command substitution (`)"),
    ('a "`b`"', "it uses a command substitution (`)"),
    ("a | b", "it uses a pipe (|)"),
    ("a || b", "it uses a pipe (|)"),
    ("a && b", "it uses several commands or the background (&)"),
    ("a &", "it uses several commands or the background (&)"),
    ("a; b", "it uses several commands (;)"),
    ("a\nb", "it uses several commands (on several lines)"),
    ("a > b", "it uses a redirection (>)"),
    ("a 2>&1", "it uses several commands or the background (&)"),
    ("a < b", "it uses a redirection (<)"),
    ("(a)", "it uses a subshell (()"),
    ("a *.c", "it uses a pattern of file names (*)"),
    ("a b?", "it uses a pattern of file names (?)"),
    ("a [bc]", "it uses a pattern of file names ([)"),
    ("[ -f a ]", "it uses a pattern of file names ([)"),
    ("a ~/b", "it uses a home directory (~)"),
    ("a b=~/c", "it uses a home directory (~)"),
    ("A=b c", "it uses the assignment A"),
    ("A+=b c", "it uses the assignment A"),
    ("a # b", "it has a comment"),
    ("a 'b", "its quotes do not end"),
    ('a "b', "its quotes do not end"),
    ("a {b,c}", "it uses braces"),
    ("a {1..3}", "it uses braces"),
    ("{ a", "it uses the shell word {"),
    ("if a", "it uses the shell word if"),
    ("! a", "it uses the shell word !"),
    ("time a", "it uses the shell word time"),
    *[
        (f"{name} a", f"it uses {name}, which is part of the shell")
        for name in (
            "cd",
            "source",
            ".",
            "export",
            "ulimit",
            "exit",
            "trap",
            "set",
            "eval",
            "umask",
            "read",
            "wait",
            "alias",
        )
    ],
    ("exec cd a", "it uses cd, which is part of the shell"),
    ("exec exec a", "it uses exec, which is part of the shell"),
    ("a\vb", "it has a character of no meaning"),
    ("a b\\", "it has a character of no meaning"),
]


@pytest.mark.parametrize(("text", "argv"), SIMPLE)
def test_simple(text: str, argv: tuple[str, ...]) -> None:
    assert simple_argv(text) == argv
    assert why_not_simple(text) == ""


@pytest.mark.parametrize(("text", "reason"), NOT_SIMPLE)
def test_not_simple(text: str, reason: str) -> None:
    assert simple_argv(text) is None
    assert why_not_simple(text) == reason


@pytest.mark.parametrize(
    ("text", "dropped"), [("exec a", True), ("a exec", False), ("'exec' a", False), ("exec a | b", False)]
)
def test_drops_exec(text: str, dropped: bool) -> None:
    assert drops_exec(text) is dropped


@given(st.text(alphabet="ab'\"\\ =-/#~{},$*;\n", max_size=12))
def test_words_are_those_of_a_posix_splitter(text: str) -> None:
    argv = simple_argv(text)
    # shlex knows no broken lines.
    if argv is not None and "\\\n" not in text:
        assert argv == tuple(shlex.split(text, posix=True))[text.split(maxsplit=1)[0] == "exec" :]
