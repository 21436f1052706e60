"""Logins from the Docker configuration: credential helpers, the credential store, and what the file itself holds."""

from __future__ import annotations

import base64
import binascii
import contextlib
import os
import re
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

HELPER_SECONDS = 30.0
_LARGEST = 1 << 20
_LONGEST_OUTPUT = 1 << 16
_HUB = "https://index.docker.io/v1/"
_HUB_HOSTS = ("docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com")
_NO_LOGIN = (b"credentials not found", b"no credentials server URL", b"no credentials username")


class Login(msgspec.Struct, frozen=True, repr_omit_defaults=True):
    """A user and a password, or an identity token that a token service takes. Never shown, not even by `repr`."""

    username: str = ""
    password: str = ""
    token: str = ""

    def __repr__(self) -> str:
        return "Login()"


class Found(msgspec.Struct, frozen=True):
    """What is known about a host: a login or None; `problem` is a clause about what went wrong on the way, or ""."""

    login: Login | None = None
    problem: str = ""


class Credentials:
    """Logins by host, looked up once for each, and only when a registry asks.

    `folder` holds `config.json`; None: `$DOCKER_CONFIG`, else `~/.docker`. Nothing is read before the first question.
    """

    def __init__(self, folder: str | None = None) -> None:
        self._folder = folder or os.environ.get("DOCKER_CONFIG") or os.path.join(os.path.expanduser("~"), ".docker")
        self._lock = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._found: dict[str, Found] = {}
        self._file: tuple[Mapping[str, Any], str] | None = None

    def of(self, host: str) -> Found:
        """Return what is known about `host` (`host[:port]`); all spellings of Docker Hub are one."""
        key = _HUB_HOSTS[0] if host in _HUB_HOSTS else host
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
            self._file = self._file or _read(os.path.join(self._folder, "config.json"))

        with lock:
            if key not in self._found:
                self._found[key] = _look_up(key, *self._file)

            return self._found[key]


def _read(path: str) -> tuple[Mapping[str, Any], str]:
    """Return what the file holds, and a clause when it is there but cannot be used."""
    if not os.path.lexists(path):
        return {}, ""

    try:
        if not os.path.isfile(path) or os.path.getsize(path) > _LARGEST:
            return {}, "the Docker configuration is no file of a usual size"

        with open(path, "rb") as file:
            content = msgspec.json.decode(file.read())
    except OSError:
        return {}, "the Docker configuration cannot be read"
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}, "the Docker configuration is no JSON"

    return (content, "") if isinstance(content, dict) else ({}, "the Docker configuration has another form")


def _look_up(host: str, file: Mapping[str, Any], problem: str) -> Found:
    for found in _sources(host, file):
        if found.login:
            return found

        problem = problem or found.problem

    return Found(problem=problem)


def _sources(host: str, file: Mapping[str, Any]) -> Iterator[Found]:
    """Yield what helpers, store and file say, the strongest first."""
    helpers, logins = _table(file, "credHelpers"), _table(file, "auths")
    for key in _spellings(host, helpers):
        yield _ask_helper(helpers[key], key)

    if store := file.get("credsStore"):
        usual = _HUB if host in _HUB_HOSTS else host
        for key in dict.fromkeys((usual, *_spellings(host, logins))):
            yield _ask_helper(store, key)

    for key in _spellings(host, logins):
        yield _written(logins[key])


def _table(file: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = file.get(name)
    return table if isinstance(table, dict) else {}


def _spellings(host: str, keys: Mapping[str, Any]) -> list[str]:
    """Return those keys that mean `host`: with and without scheme, `/v1/` and `/v2/`."""
    hosts = _HUB_HOSTS if host in _HUB_HOSTS else (host,)
    names = "|".join(re.escape(name) for name in hosts)
    exact = [key for key in (_HUB, *hosts) if key in keys and (key != _HUB or host in _HUB_HOSTS)]
    return exact + [
        key for key in keys if key not in exact and re.fullmatch(rf"(?i)(?:https?://)?(?:{names})(?:/v[12])?/?", key)
    ]


def _written(entry: object) -> Found:
    """Return the login that an entry of `auths` holds; an empty entry only says that a store knows more."""
    if not isinstance(entry, dict):
        return Found(problem="the Docker configuration has another form")

    words = {name: value for name, value in entry.items() if isinstance(value, str)}
    if token := words.get("identitytoken"):
        return Found(Login(token=token))

    username, password = words.get("username", ""), words.get("password", "")
    if coded := words.get("auth"):
        try:
            username, _, password = base64.b64decode(coded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError, ValueError):
            return Found(problem="the Docker configuration holds a login that cannot be read")

    return Found(Login(username, password.rstrip("\0")) if username else None)


def _ask_helper(name: object, server: str) -> Found:
    """Return what `docker-credential-NAME get` prints about a server. Nothing of its output gets into a problem."""
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", name):
        return Found(problem="the Docker configuration names no usable credential helper")

    program = f"docker-credential-{name}"
    try:
        status, output = _run(program, server)
    except FileNotFoundError:
        return Found(problem=f"{program} failed: it is not installed")
    except TimeoutError:
        return Found(problem=f"{program} failed: no answer within {HELPER_SECONDS:g} s")
    except OSError:
        return Found(problem=f"{program} failed: it cannot be run")

    if status:
        return Found(problem="" if any(words in output for words in _NO_LOGIN) else f"{program} failed")

    return _printed(program, output)


def _printed(program: str, output: bytes) -> Found:
    try:
        said = msgspec.json.decode(output, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Found(problem=f"{program} failed: it printed something else")

    username, secret = said.get("Username"), said.get("Secret")
    if not isinstance(username, str) or not isinstance(secret, str):
        return Found(problem=f"{program} failed: it printed something else")

    if username == "<token>":
        return Found(Login(token=secret))

    return Found(Login(username, secret) if username else None)


def _run(program: str, server: str) -> tuple[int, bytes]:
    """Run a helper away from the scanned tree; raise TimeoutError when it hangs, whatever children it has."""
    process = subprocess.Popen(  # noqa: S603 - the user's own configuration names it
        [program, "get"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=os.path.expanduser("~"),
        start_new_session=True,
    )
    late = threading.Event()

    def end() -> None:
        late.set()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)

    timer = threading.Timer(HELPER_SECONDS, end)
    timer.daemon = True
    timer.start()
    try:
        output = _talk(process, server)
        if len(output) > _LONGEST_OUTPUT:
            process.kill()

        status = process.wait()
    finally:
        timer.cancel()

    if late.is_set():
        raise TimeoutError

    return status, output


def _talk(process: subprocess.Popen[bytes], server: str) -> bytes:
    assert process.stdin
    assert process.stdout
    with contextlib.suppress(BrokenPipeError), process.stdin:
        process.stdin.write(server.encode())

    with process.stdout:
        return process.stdout.read(_LONGEST_OUTPUT + 1)
