from __future__ import annotations

import time

import pytest

from fixer.knowledge.commands import base, commands_of, commands_of_line, layers_of, simple_words
from fixer.knowledge.equivalent_probes import equivalent_probe, programs_of
from fixer.knowledge.heap import heap_bytes
from fixer.knowledge.images import ImageFacts
from fixer.knowledge.ports import ports_of_command
from fixer.knowledge.quantities import compose_bytes, quantity
from fixer.knowledge.secrets import is_harmless, looks_like_secret
from fixer.registry.reference import parse_reference


@pytest.mark.parametrize(
    ("argv", "commands"),
    [
        (["nginx", "-g", "daemon off;"], [("nginx", "-g", "daemon off;")]),
        (["/usr/sbin/nginx"], [("nginx",)]),
        (["sh", "-c", "a && b; c | d"], [("a",), ("b",), ("c",), ("d",)]),
        (["sh", "-ec", "a"], [("a",)]),
        (["sh", "-c"], []),
        (["sh", "-x", "run.sh", "one"], [("run.sh", "one")]),
        (["bash"], [("bash",)]),
        (["bash", "-c", "exec env A=1 tini -- a"], [("a",)]),
        (["A=1", "B=2", "a"], [("a",)]),
        (["docker-entrypoint.sh", "a", "b"], [("a", "b")]),
        (["docker-entrypoint.sh", "--verbose"], [("docker-entrypoint.sh", "--verbose")]),
        (["docker-entrypoint.sh"], [("docker-entrypoint.sh",)]),
        (["python", "-m", "http.server", "80"], [("http.server", "80")]),
        (["python", "-W", "ignore", "manage.py", "migrate"], [("manage.py", "migrate")]),
        (["python", "/usr/local/bin/gunicorn", "a"], [("gunicorn", "a")]),
        (["python", "-c", "x"], [("python", "-c", "x")]),
        (["python"], [("python",)]),
        (["python", "-u"], [("python", "-u")]),
        (["python", "app.py"], [("python", "app.py")]),
        (["node", "--inspect", "x.js"], [("node", "--inspect", "x.js")]),
        (["node", "node_modules/.bin/vite", "preview"], [("vite", "preview")]),
        (["ruby", "bin/rails", "s"], [("rails", "s")]),
        (["su", "app", "-c", "a b"], [("a", "b")]),
        (["su", "-c"], [("su", "-c")]),
        (["gosu", "app", "a"], [("a",)]),
        (["gosu"], [("gosu",)]),
        (["setpriv", "--reuid", "1000", "--", "a"], [("a",)]),
        (["timeout", "-k", "5", "10", "a", "b"], [("a", "b")]),
        (["wait-for-it", "db:1", "-t", "3", "--", "a"], [("a",)]),
        (["uv", "run", "--with", "x", "a"], [("a",)]),
        (["sh", "-c", "a > /dev/null 2>&1 && b < in"], [("a",), ("b",)]),
        (["sh", "-c", "a \\\n  --b\nc"], [("a", "--b"), ("c",)]),
        (["sh", "-c", "echo 'a && b'"], [("echo", "a && b")]),
        (["sh", "-c", "echo $(date)"], []),
        (["sh", "-c", "(a; b)"], []),
        (["sh", "-c", "if a; then b; fi"], []),
        (["sh", "-c", "{ a; }"], []),
        (["sh", "-c", "a 'b"], []),
        (["a.exe", "b"], [("a", "b")]),
        ([], []),
        ([""], [("",)]),
    ],
)
def test_commands_of(argv: list[str], commands: list[tuple[str, ...]]) -> None:
    assert list(commands_of(argv)) == commands


def test_commands_of_line() -> None:
    assert commands_of_line("exec a b") == (("a", "b"),)


def test_layers_of() -> None:
    assert [words[0] for words in layers_of(["tini", "--", "sh", "-c", "gosu app a && b"])] == [
        "tini",
        "sh",
        "gosu",
        "a",
        "b",
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("a 'b c'", ("a", "b c")),
        ("a; b", None),
        ("a | b", None),
        ("a $(b)", None),
        ("", None),
        ("A=1 a", ("A=1", "a")),
    ],
)
def test_simple_words(line: str, words: tuple[str, ...] | None) -> None:
    assert simple_words(line) == words


@pytest.mark.parametrize(
    ("program", "name"), [("/usr/bin/a", "a"), ("C:\\x\\caddy.exe", "caddy"), ("a", "a"), ("", "")]
)
def test_base(program: str, name: str) -> None:
    assert base(program) == name


def test_a_chain_of_wrappers_ends() -> None:
    assert commands_of(["exec"] * 100 + ["a"]) == ()
    line = "sh"
    for _ in range(20):
        line = f"sh -c {line}"

    assert commands_of_line(line) == (("sh",),)


HOSTILE = [
    "a" * 200_000,
    "a" * 200_000 + "://",
    " " * 200_000 + "x",
    "a://" * 50_000,
    "'" * 100_001,
    "${" * 50_000,
    "$" * 100_000,
    "9" * 100_000,
    "-" * 100_000,
    "a:" * 100_000,
    "change" * 50_000,
    "a/" * 100_000,
    "-Xmx" * 50_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=[text[:8] for text in HOSTILE])
def test_nothing_takes_long_or_fails_on_hostile_text(text: str) -> None:
    start = time.process_time()

    looks_like_secret(text)
    is_harmless(text)
    parse_reference(text)
    quantity(text)
    compose_bytes(text)
    heap_bytes({"JAVA_OPTS": text}, (text,))
    programs_of(text)
    equivalent_probe(text, ImageFacts(known=True, tools=("curl", "nc")))
    equivalent_probe(f"nc -z localhost {text}", ImageFacts(known=True, tools=("bash",)))
    equivalent_probe(f"curl -f {text}", ImageFacts(known=True, tools=("wget",)))
    ports_of_command(("uvicorn", "--port", text))

    assert time.process_time() - start < 2
