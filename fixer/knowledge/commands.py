"""Which programs a command line runs, seen through shells, init programs, runners and interpreters."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence

Words = tuple[str, ...]
Layer = tuple[Words, bool]

SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh", "ksh"})

_DEEPEST = 12
# Characters; a longer script is no list of a few commands, and splitting it takes its time.
_LONGEST_LINE = 20_000
_ASSIGNMENT = r"(?s)[A-Za-z_][A-Za-z0-9_]*=.*"
_PYTHON = r"(?:python|pypy)(?:[23](?:\.[0-9]+)?)?"
_SEPARATORS = frozenset({"&&", "||", ";", "|", "&", ";;", "|&"})
_REDIRECTIONS = frozenset({">", ">>", "<", ">&", "&>", ">|", "<&", "<>"})
_CONTROL = frozenset(
    {"if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case", "esac", "function"}
)
_NOT_READ = r"`|\$\(|<<|<\(|>\(|[()]"

# Programs that run another one: their options that take a value, and how many words stand before that other program.
_WRAPPERS: dict[str, tuple[frozenset[str], int]] = {
    "exec": (frozenset({"-a"}), 0),
    "command": (frozenset(), 0),
    "nohup": (frozenset(), 0),
    "time": (frozenset(), 0),
    "nice": (frozenset({"-n"}), 0),
    "ionice": (frozenset({"-c", "-n"}), 0),
    "stdbuf": (frozenset({"-i", "-o", "-e"}), 0),
    "env": (frozenset({"-u", "-C"}), 0),
    "tini": (frozenset({"-e", "-p"}), 0),
    "tini-static": (frozenset({"-e", "-p"}), 0),
    "docker-init": (frozenset({"-e", "-p"}), 0),
    "catatonit": (frozenset(), 0),
    "dumb-init": (frozenset({"-r", "--rewrite"}), 0),
    "timeout": (frozenset({"-k", "-s", "-t", "--signal", "--kill-after"}), 1),
    "gosu": (frozenset(), 1),
    "su-exec": (frozenset(), 1),
    "s6-setuidgid": (frozenset(), 1),
    "setpriv": (frozenset({"--reuid", "--regid", "--groups", "--inh-caps", "--bounding-set", "--ambient-caps"}), 0),
    "runuser": (frozenset({"-u", "--user", "-g", "--group"}), 0),
    "sudo": (frozenset({"-u", "-g", "--user", "--group", "-C"}), 0),
    "chroot": (frozenset(), 1),
    "opentelemetry-instrument": (frozenset({"--traces_exporter", "--metrics_exporter", "--service_name"}), 0),
    "ddtrace-run": (frozenset(), 0),
    "xvfb-run": (frozenset({"-n", "-s", "--server-args", "--server-num"}), 0),
    "npx": (frozenset({"-p", "--package"}), 0),
    "bunx": (frozenset(), 0),
    "dockerize": (frozenset({"-wait", "-timeout", "-template", "-stdout", "-stderr", "-wait-retry-interval"}), 0),
    "wait-for-it": (frozenset({"-h", "-p", "-t", "--timeout", "--host", "--port"}), 1),
    "wait-for-it.sh": (frozenset({"-h", "-p", "-t", "--timeout", "--host", "--port"}), 1),
    "wait-for": (frozenset({"-t"}), 1),
}
_RUNNERS: dict[tuple[str, str], frozenset[str]] = {
    ("poetry", "run"): frozenset(),
    ("pipenv", "run"): frozenset(),
    ("pdm", "run"): frozenset(),
    ("rye", "run"): frozenset(),
    ("hatch", "run"): frozenset(),
    ("uv", "run"): frozenset(
        {"--with", "--extra", "--group", "--project", "--directory", "--python", "-p", "--env-file"}
    ),
    ("bundle", "exec"): frozenset(),
    ("pnpm", "exec"): frozenset(),
    ("yarn", "exec"): frozenset(),
    ("newrelic-admin", "run-program"): frozenset(),
    ("doppler", "run"): frozenset({"-p", "-c", "--project", "--config"}),
    ("infisical", "run"): frozenset({"--env", "--path"}),
    ("dotenv", "run"): frozenset(),
    ("conda", "run"): frozenset({"-n", "-p", "--name", "--prefix"}),
    ("micromamba", "run"): frozenset({"-n", "-p"}),
}


def commands_of(argv: Sequence[str]) -> tuple[Words, ...]:
    """Return the commands that `argv` runs, in their order, each with its program's base name first.

    Wrappers (`exec`, `tini --`, `gosu user`, `poetry run`), `sh -c`, and interpreters of well-known programs
    (`python -m uvicorn`) are looked through. Nothing is returned for a script that is more than a list of commands.
    """
    return _named(_layers(tuple(argv), 0))


def commands_of_line(line: str) -> tuple[Words, ...]:
    """Return the commands of a shell line, as `commands_of`."""
    return _named(_line(line, 0))


def _named(layers: Iterable[Layer]) -> tuple[Words, ...]:
    return tuple((base(words[0]), *words[1:]) for words, last in layers if last)


def simple_words(line: str) -> Words | None:
    """Return the words of a shell line that is one plain command; None when it is more, or empty."""
    segments = _segments(line)
    return segments[0] if segments and len(segments) == 1 else None


def base(program: str) -> str:
    """Return the base name of a program, without the ending of Windows."""
    return posixpath.basename(program.replace("\\", "/")).removesuffix(".exe")


def layers_of(argv: Sequence[str]) -> tuple[Words, ...]:
    """Return the words of every program that `argv` runs, with those that only run another one."""
    return tuple(words for words, _ in _layers(tuple(argv), 0))


def _line(line: str, depth: int) -> Iterator[Layer]:
    segments = _segments(line) if depth <= _DEEPEST else None
    for words in segments or ():
        yield from _layers(words, depth + 1)


def _layers(words: Words, depth: int) -> Iterator[Layer]:
    """Yield the words of each program, and whether it is one that does not run another."""
    while words and re.fullmatch(_ASSIGNMENT, words[0]):
        words = words[1:]

    if not words or depth > _DEEPEST:
        return

    name = base(words[0])
    if name in SHELLS:
        yield from _shell(words, depth)
        return

    if name == "su" and "-c" in words[:-1]:
        yield words, False
        yield from _line(words[words.index("-c") + 1], depth)
        return

    inner = _inner(name, words[1:])
    yield words, not inner
    if inner:
        yield from _layers(inner, depth + 1)


def _shell(words: Words, depth: int) -> Iterator[Layer]:
    for place, word in enumerate(words[1:], start=1):
        if not word.startswith(("-", "+")):
            yield words[place:], True
            return

        if not word.startswith("--") and "c" in word:
            yield words, False
            yield from _line(words[place + 1], depth) if place + 1 < len(words) else ()
            return

    yield words, True


def _inner(name: str, rest: Words) -> Words | None:
    """Return the words of the command that `name` runs; None when it is not one that runs another."""
    if name in _WRAPPERS:
        options, count = _WRAPPERS[name]
        return _after(rest, options, count)

    if rest and (name, rest[0]) in _RUNNERS:
        return _after(rest[1:], _RUNNERS[name, rest[0]], 0)

    if rest and "entrypoint" in name.lower() and not rest[0].startswith("-") and not name.endswith(".py"):
        return rest

    return _of_interpreter(name, rest)


def _after(words: Words, options: frozenset[str], count: int) -> Words | None:
    """Return what follows the options, `count` further words, a `--`, and assignments."""
    position = 0
    while position < len(words) and words[position].startswith("-") and words[position] != "--":
        position += 2 if words[position] in options else 1

    position += position < len(words) and words[position] == "--"
    rest = words[position + count :]
    while rest and (rest[0] == "--" or (count and rest[0].startswith("-"))):
        rest = rest[2:] if rest[0] in options else rest[1:]

    return rest or None


def _of_interpreter(name: str, rest: Words) -> Words | None:
    if re.fullmatch(_PYTHON, name):
        return _of_python(rest)

    scripts = [word for word in rest if not word.startswith("-")]
    if not scripts or rest[0] != scripts[0]:
        return None

    script = base(scripts[0])
    if name == "node" and "node_modules/" in scripts[0]:
        return (script.removesuffix(".js").removesuffix(".mjs"), *rest[1:])

    known = (name == "php" and script in {"artisan", "console"}) or (name == "ruby" and "." not in script)
    return (script, *rest[1:]) if known else None


def _of_python(rest: Words) -> Words | None:
    position = 0
    while position < len(rest) and rest[position].startswith("-"):
        option = rest[position]
        if option == "-m":
            return rest[position + 1 :] or None

        if option == "-c":
            return None

        position += 2 if option in {"-W", "-X"} else 1

    if position == len(rest):
        return None

    script = base(rest[position])
    return (script, *rest[position + 1 :]) if script == "manage.py" or "." not in script else None


def _segments(line: str) -> list[Words] | None:
    """Return the words of each command of a list of commands; None when the line is more than such a list."""
    if len(line) > _LONGEST_LINE:
        return None

    import shlex

    text = line.replace("\\\n", " ").replace("\n", " ; ")
    if re.search(_NOT_READ, _unquoted(text)):
        return None

    lexer = shlex.shlex(text, posix=True, punctuation_chars=";<>|&")
    lexer.whitespace_split, lexer.commenters = True, ""
    try:
        tokens = list(lexer)
    except ValueError:
        return None

    segments = _split(tokens)
    return None if any(words[0] in _CONTROL or words[0] in {"{", "}", "!", "[["} for words in segments) else segments


def _unquoted(text: str) -> str:
    return re.sub(r"'[^']*'", "''", text)


def _split(tokens: list[str]) -> list[Words]:
    segments: list[Words] = []
    words: list[str] = []
    skip = False
    for token in [*tokens, ";"]:
        if skip:
            skip = False
        elif token in _REDIRECTIONS:
            skip = True
            if words and words[-1] in {"1", "2"}:
                words.pop()
        elif token not in _SEPARATORS:
            words.append(token)
        elif words:
            segments.append(tuple(words))
            words = []

    return segments
