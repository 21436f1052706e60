"""What a health command needs, and the same check with another program."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Sequence
from typing import Literal

import msgspec

from fixer.knowledge.commands import SHELLS, Words, base, layers_of, simple_words
from fixer.knowledge.images import ImageFacts
from fixer.knowledge.probe import Probe, quoted
from fixer.knowledge.probe_commands import tcp_probe, url_probe

_BUILT_INS = frozenset({
    "exit", "test", "[", "[[", "true", "false", "echo", "printf", ":", "cd", "export", "set", "unset", "kill", "read",
    "eval", ".", "source", "return", "trap", "ulimit", "umask", "wait", "shift", "local", "exec", "command", "type",
})  # fmt: skip
_FOLDERS = frozenset({"/bin", "/usr/bin", "/usr/local/bin", "/sbin", "/usr/sbin", "/usr/local/sbin"})
_FAILS = r"\|\|\s*(?:exit\s+[0-9]+|false)\s*;?\s*$"
_QUIET = r"(?:[12]?>\s*/dev/null|&>\s*/dev/null|2>&1)(?=\s|$)"
_VARIABLE = r"\$[A-Za-z_]\w*|\$\{[A-Za-z_]\w*(?::?-[A-Za-z0-9._/-]*)?\}"
_URL = rf"https?://(?:[A-Za-z0-9._~:/?#\[\]&+,=%*-]|{_VARIABLE})+"
_OPENS = r"(?::|true|echo|cat|exec 3)?\s*(?:[<>]|<>)\s*/dev/tcp/(?P<host>[A-Za-z0-9.-]+)/(?P<port>[0-9]{1,5})"
_LOCAL = frozenset({"localhost", "0.0.0.0", "::1"})  # noqa: S104 - compared, not bound


class _Client(msgspec.Struct, frozen=True):
    """A client's options that change nothing for a probe: single letters, long names, and those of both with a value.

    `fails` are the ones with which an HTTP error makes it fail; a client without any always does so.
    """

    letters: str
    valued_letters: str
    names: frozenset[str]
    valued_names: frozenset[str]
    insecure: frozenset[str]
    fails: frozenset[str] = frozenset()


_CLIENTS = {
    "curl": _Client(
        "fsSLIgvN46",
        "omwA",
        frozenset({
            "fail", "fail-with-body", "silent", "show-error", "location", "head", "ipv4", "ipv6", "verbose", "globoff",
            "no-progress-meter", "retry-connrefused", "retry-all-errors", "no-buffer", "compressed",
        }),
        frozenset({
            "output", "max-time", "connect-timeout", "retry", "retry-delay", "retry-max-time", "write-out",
            "user-agent",
        }),
        frozenset({"-k", "--insecure"}),
        frozenset({"-f", "--fail", "--fail-with-body"}),
    ),
    "wget": _Client(
        "qSv46",
        "OtToUY",
        frozenset({
            "quiet", "spider", "no-verbose", "verbose", "server-response", "no-cache", "retry-connrefused",
            "inet4-only", "no-proxy", "proxy",
        }),
        frozenset({
            "tries", "timeout", "output-document", "connect-timeout", "read-timeout", "waitretry", "proxy",
            "user-agent",
        }),
        frozenset({"--no-check-certificate"}),
    ),
}  # fmt: skip


class _Request(msgspec.Struct, frozen=True):
    """A GET of `url`, as far as a probe is concerned."""

    url: str
    insecure: bool
    fails: bool


def programs_of(command: str | Sequence[str]) -> tuple[str, ...]:
    """Return the programs that a health command (a shell line, or an argv) runs, each once, in order.

    A program outside of the usual folders keeps its path. Built-in commands of a shell are left out; a shell that is
    called by name is one of the programs. A line that is more than a list of commands yields nothing.
    """
    layers = layers_of(("sh", "-c", command))[1:] if isinstance(command, str) else layers_of(command)
    programs = (_usual(words[0]) for words in layers)
    return tuple(dict.fromkeys(program for program in programs if program not in _BUILT_INS))


def equivalent_probe(
    command: str | Sequence[str], facts: ImageFacts, *, installed: Collection[str] = ()
) -> Probe | None:
    """Return the same check with a program that the image has; None when it cannot be carried over.

    URL, port and path are kept. A request that is more than a GET or HEAD (method, headers, data, credentials) and a
    line with further commands are refused.
    """
    words = _plain_words(command)
    if not words:
        return None

    client = _CLIENTS.get(base(words[0]))
    if client:
        request = _request(client, words)
        shell = isinstance(command, str) or _is_shell(command)
        return _of_request(request, facts, installed, shell=shell) if request else None

    place = _connection(words)
    if place is None:
        return None

    host, port = place
    return tcp_probe(facts, port, installed=installed, host="127.0.0.1" if host in _LOCAL else host)


def _plain_words(command: str | Sequence[str]) -> Words | None:
    """Return the words of the one command that is run, without `|| exit 1` and redirections to nothing."""
    if isinstance(command, str):
        return _words_of_line(command)

    words = tuple(command)
    return _words_of_line(words[2]) if _is_shell(words) and not re.fullmatch(_OPENS, words[2].strip()) else words


def _is_shell(words: Sequence[str]) -> bool:
    return len(words) == 3 and base(words[0]) in SHELLS and words[1] == "-c"


def _words_of_line(line: str) -> Words | None:
    return simple_words(re.sub(_QUIET, "", re.sub(_FAILS, "", line)))


def _of_request(request: _Request, facts: ImageFacts, installed: Collection[str], *, shell: bool) -> Probe | None:
    probe = url_probe(facts, request.url, installed=installed, insecure=request.insecure)
    if probe and not request.fails:
        because = f"{probe.because}; unlike the present command it fails on an HTTP error"
        probe = msgspec.structs.replace(probe, because=because, sure=False)

    if probe is None or "$" not in request.url:
        return probe

    return _expanding(probe) if shell else None


def _expanding(probe: Probe) -> Probe:
    """Return the probe as a shell line in which the variables of the URL are expanded.

    Neither such a URL nor what the table puts around it holds a character that is special in double quotes.
    """
    line = " ".join(f'"{word}"' if "$" in word else quoted(word) for word in probe.argv or ())
    return Probe(None, line if probe.exits else f"{line} || exit 1", probe.because, probe.sure, probe.exits)


def _request(client: _Client, words: Words) -> _Request | None:
    """Return what the client asks for; None when an option says more than a probe can carry over."""
    arguments: list[str] = []
    options: list[str] = []
    position = 1
    while position < len(words):
        word = words[position]
        what = _option(client, word, words[position + 1 : position + 2])
        if what == "other":
            return None

        (options if what != "argument" else arguments).append(word)
        position += 2 if what == "takes next" else 1

    if position > len(words):
        return None

    url = arguments[0] if len(arguments) == 1 else ""
    url = url if "://" in url else f"http://{url}"
    if not re.fullmatch(_URL, url):
        return None

    letters = {f"-{letter}" for word in options if not word.startswith("--") for letter in word[1:]}
    given = letters | set(options)
    return _Request(url, bool(given & client.insecure), not client.fails or bool(given & client.fails))


def _option(client: _Client, word: str, following: Words) -> Literal["argument", "plain", "takes next", "other"]:
    if not word.startswith("-") or word == "-":
        return "argument"

    if word in {"-X", "--request"} and following and following[0] in {"GET", "HEAD"}:
        return "takes next"

    if word in client.insecure or word in {"-nv", "-XGET"}:
        return "plain"

    if word.startswith("--"):
        name, equals, _ = word[2:].partition("=")
        if name in client.valued_names and (equals or name not in client.names):
            return "plain" if equals else "takes next"

        return "plain" if name in client.names and not equals else "other"

    return _letters(client, word[1:])


def _letters(client: _Client, letters: str) -> Literal["plain", "takes next", "other"]:
    for place, letter in enumerate(letters):
        if letter in client.valued_letters:
            return "plain" if letters[place + 1 :] else "takes next"

        if letter not in client.letters and f"-{letter}" not in client.insecure:
            return "other"

    return "plain"


def _connection(words: Words) -> tuple[str, int] | None:
    """Return host and port of a command that only opens a connection."""
    opened = re.fullmatch(_OPENS, words[2].strip()) if _is_shell(words) else None
    if opened:
        return opened["host"], int(opened["port"])

    options = [word for word in words[1:] if word.startswith("-")]
    arguments = [word for word in words[1:] if not word.startswith("-")]
    if len(arguments) == 3 and options and options[-1].endswith("w"):
        arguments = arguments[1:] if words[words.index(options[-1]) + 1] == arguments[0] else arguments

    plain = all(re.fullmatch(r"-[zvnw]+[0-9]*", option) for option in options)
    if base(words[0]) not in {"nc", "netcat", "ncat"} or not plain or len(arguments) != 2:
        return None

    host, port = arguments
    return (host, int(port)) if re.fullmatch(r"[0-9]{1,5}", port) and "z" in "".join(options) else None


def _usual(program: str) -> str:
    folder, name = posixpath.split(program)
    return name if folder in _FOLDERS else program
