"""Where the port of a service is known from: its command line, its environment, its framework (table KB-4)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from fixer.knowledge.commands import Words, commands_of
from fixer.knowledge.servers import Server, servers

COMMAND, ENVIRONMENT, FRAMEWORK = 2, 3, 5
_UNKNOWN_PROGRAM = 4

_VARIABLE = r"\$\{?([A-Za-z_][A-Za-z0-9_]*)(?::?-([^{}]*))?\}?"
_ADDRESS = (
    r"(?:(?P<scheme>[a-z0-9+]+)://)?(?P<host>\[[^\]]*\]|[^:/\[\]]*):(?P<port>[0-9]{1,5})(?:/.*)?|(?P<only>[0-9]{1,5})"
)
_SOCKET = r"unix:|fd://|/|\./"
_HIGHEST = 65535
# Options of the servers with a positional address that take no value.
_SWITCHES = frozenset(
    {"--noreload", "--nothreading", "--insecure", "--nostatic", "--ipv6", "-6", "--cgi", "--skip-checks"}
)

# Options that name the port to listen on in programs nobody has listed; a client would call its own the same.
_COMMON = Server(
    ("--port", "-port", "--http-port", "-http-port", "--http.port", "--server.port", "--server-port", "--listen-port"),
    ("--listen-address", "--listen-addr", "--web.listen-address", "--http-address", "--http-addr", "--bind-address"),
)
_CLIENTS = frozenset({
    "psql", "mysql", "mysqladmin", "mysqldump", "pg_isready", "pg_dump", "redis-cli", "valkey-cli", "mongo", "mongosh",
    "ssh", "scp", "curl", "wget", "nc", "nmap", "ldapsearch", "kubectl", "helm", "rsync",
})  # fmt: skip

_URLS = frozenset({"ASPNETCORE_URLS", "DOTNET_URLS", "URLS"})
_LISTS = frozenset({"ASPNETCORE_HTTP_PORTS", "DOTNET_HTTP_PORTS"})
_NAMES = (
    "PORT", "SERVER_PORT", "APP_PORT", "HTTP_PORT", "ASPNETCORE_URLS", "ASPNETCORE_HTTP_PORTS", "UVICORN_PORT",
    "GUNICORN_CMD_ARGS", "FLASK_RUN_PORT", "NITRO_PORT", "KC_HTTP_PORT", "QUARKUS_HTTP_PORT", "MICRONAUT_SERVER_PORT",
    "STREAMLIT_SERVER_PORT", "NUXT_PORT", "GRADIO_SERVER_PORT",
)  # fmt: skip
_PACKAGES = {
    "streamlit": 8501, "gradio": 7860, "jupyterlab": 8888, "notebook": 8888, "flask": 5000, "django": 8000,
    "uvicorn": 8000, "gunicorn": 8000, "fastapi": 8000, "next": 3000, "nuxt": 3000, "express": 3000, "rails": 3000,
    "phoenix": 4000, "vite": 5173, "spring-boot": 8080, "spring-boot-starter-web": 8080, "quarkus": 8080,
    "micronaut": 8080,
}  # fmt: skip


class PortEvidence(msgspec.Struct, frozen=True):
    """A port, how strong its evidence is (1 is the strongest), and the clause that says where it is from.

    `path` is a health path that the server itself is known to answer. `host` is the address it binds, when stated.
    `protocol` is http, https, or tcp for anything else.
    """

    port: int
    rank: int
    because: str
    path: str | None = None
    host: str = ""
    protocol: str = "http"


def ports_of_command(argv: Sequence[str], env: Mapping[str, str] | None = None) -> tuple[PortEvidence, ...]:
    """Return the ports that a command line names, in its order; variables in it are looked up in `env`.

    A server on a Unix socket has none, nor has one whose port is a variable without a value or a default.
    """
    found = [one for command in commands_of(argv) for one in _of_command(command, env or {})]
    return tuple(dict.fromkeys(found))


def ports_of_environment(env: Mapping[str, str]) -> tuple[PortEvidence, ...]:
    """Return the ports that well-known variables name, the strongest name first."""
    found = [one for name in _NAMES if name in env for one in _of_variable(name, str(env[name]))]
    return tuple({one.port: one for one in reversed(found)}.values())[::-1]


def framework_default(argv: Sequence[str], packages: Iterable[str] = ()) -> PortEvidence | None:
    """Return the port a server or framework listens on unless told otherwise; good for explanations only."""
    for command in commands_of(argv):
        server = server_of(command)
        if server and server.default and not _options(command, (*server.sockets, *server.elsewhere)):
            because = f"port {server.default}: default of {command[0]}"
            return PortEvidence(server.default, FRAMEWORK, because, server.path, "", server.protocol)

    name = next((name for name in packages if name.lower() in _PACKAGES), None)
    return (
        PortEvidence(_PACKAGES[name.lower()], FRAMEWORK, f"port {_PACKAGES[name.lower()]}: default of {name}")
        if name
        else None
    )


def server_of(command: Words) -> Server | None:
    """Return how the server that `command` (one of `commands_of`) starts names its port; None for no known server."""
    words = {word for word in command[1:4] if not word.startswith("-")}
    fitting = (one for one in servers().get(_program(command), ()) if not one.words or words & set(one.words))
    return next(fitting, None)


def _program(command: Words) -> str:
    name = command[0]
    if name.startswith("php-fpm"):
        return "php-fpm"

    return name.removesuffix(".js") if name.removesuffix(".js") in servers() else name


def _of_command(command: Words, env: Mapping[str, str]) -> Iterator[PortEvidence]:
    known = servers().get(_program(command), ())
    for server in known:
        if server.words and server is not server_of(command):
            continue

        yield from _of_server(command, server, env, COMMAND)

    if not known and command[0] not in _CLIENTS:
        yield from _of_server(command, _COMMON, env, _UNKNOWN_PROGRAM)


def _of_server(command: Words, server: Server, env: Mapping[str, str], rank: int) -> Iterator[PortEvidence]:
    if _options(command, server.sockets):
        return

    protocol = "https" if _options(command, server.tls) else server.protocol
    host = next((value for _, value in _options(command, server.hosts)), "")
    for option, value in _options(command, (*server.ports, *server.addresses)):
        yield from _evidence(value, f"{option} of {command[0]}", server, env, (rank, host, protocol))

    for value in _positional(command) if server.positional else ():
        yield from _evidence(value, f"argument of {command[0]}", server, env, (rank, host, protocol))


def _positional(command: Words) -> list[str]:
    """Return the argument that is an address or a port; the value of an option is not one."""
    words = itertools.pairwise(command)
    free = [word for before, word in words if not _takes_value(before) or ":" in word]
    return [word for word in free if not word.startswith("-") and (re.fullmatch(_ADDRESS, word) or "$" in word)][:1]


def _takes_value(word: str) -> bool:
    return word.startswith("-") and "=" not in word and word not in _SWITCHES


def _evidence(
    value: str, source: str, server: Server, env: Mapping[str, str], how: tuple[int, str, str]
) -> Iterator[PortEvidence]:
    rank, host, protocol = how
    for part in re.split(r"[;,]", value):
        text, note = _resolved(part.strip().strip("'\""), env)
        found = re.fullmatch(_ADDRESS, text)
        port = int(found["port"] or found["only"]) if found else 0
        if found is None or not 0 < port <= _HIGHEST or re.match(_SOCKET, text):
            continue

        secure = "https" if found["scheme"] in {"https", "ssl"} else protocol
        because = f"port {port}: {source}{note}"
        yield PortEvidence(port, rank, because, server.path, found["host"] or host, secure)


def _resolved(text: str, env: Mapping[str, str]) -> tuple[str, str]:
    """Return `text` with its variables put in, and a note when a default was taken."""
    note = ""

    def value(found: re.Match[str]) -> str:
        nonlocal note
        if found[1] in env:
            note = f", by {found[1]}"
            return str(env[found[1]])

        note = f", the default of {found[1]}" if found[2] else ""
        return found[2] or found[0]

    return re.sub(_VARIABLE, value, text), note


def _options(command: Words, names: Iterable[str]) -> list[tuple[str, str]]:
    """Return the options of `command` among `names` with their values; a value is empty when it is not there."""
    wanted = tuple(names)
    return [found for place in range(1, len(command)) if (found := _option(command, place, wanted))]


def _option(command: Words, place: int, names: tuple[str, ...]) -> tuple[str, str] | None:
    word = command[place]
    following = command[place + 1] if place + 1 < len(command) else ""
    for name in names:
        if word == name:
            return name, following

        if word.startswith(f"{name}="):
            return name, word[len(name) + 1 :]

        if len(name) == 2 and word.startswith(name) and not name.startswith("--") and re.match(r"[0-9.:$\[]", word[2:]):
            return name, word[2:]

    return None


def _of_variable(name: str, value: str) -> Iterator[PortEvidence]:
    if name == "GUNICORN_CMD_ARGS":
        for one in ports_of_command(("gunicorn", *value.split())):
            yield PortEvidence(one.port, ENVIRONMENT, f"port {one.port}: {name}", None, one.host, one.protocol)

        return

    server = Server()
    if name in _URLS or name in _LISTS or re.fullmatch(r"[0-9]+|\$\{.*", value.strip()):
        for one in _evidence(value, name, server, {}, (ENVIRONMENT, "", "http")):
            yield one
