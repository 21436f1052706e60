"""The projects that are run, how they show that they work, and which risky fixes break them."""

from __future__ import annotations

import re
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from running.engine import Broken, docker
from running.stack import Stack

HERE = Path(__file__).parent / "projects"
PATIENCE = 30.0

Probe = Callable[[Stack], str]


@dataclass(frozen=True)
class Answer:
    """A way to ask an application, and a pattern of what it answers when it works."""

    about: str
    ask: Probe
    pattern: str

    def hold(self, stack: Stack) -> None:
        """Ask until the answer is right; `Broken` when it never is."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                said = self.ask(stack)
            except (OSError, Broken) as trouble:
                said = f"{type(trouble).__name__}: {trouble}"

            if re.search(self.pattern, said):
                return

            if time.monotonic() > deadline:
                raise Broken(f"{self.about} answers {said[:300]!r}, not {self.pattern!r}\n{stack.said()}")

            time.sleep(0.5)


def http(port: int, pattern: str, path: str = "/", data: bytes | None = None) -> Answer:
    """Ask a published port of this machine."""

    def ask(_: Stack) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", data=data, timeout=5) as response:
            return str(response.read().decode())

    return Answer(f"port {port}", ask, pattern)


def program(service: str, pattern: str, *command: str) -> Answer:
    """Run a program in the container of a service."""
    return Answer(service, lambda stack: docker("exec", stack.containers()[service], *command), pattern)


def log(service: str, pattern: str) -> Answer:
    """Read what a service says."""
    return Answer(service, lambda stack: stack.compose("logs", "--no-color", service), pattern)


@dataclass(frozen=True)
class Break:
    """A fix that breaks a project, as its rule says it may.

    `where` is a service or a Dockerfile; `symptom` is a pattern of what is seen then; `reason` is what the section Risk
    of the rule says about it. A rule that no comment excuses is left out of the whole project.
    """

    rule: str
    risk: str
    where: str
    symptom: str
    reason: str
    excusable: bool = True


@dataclass(frozen=True)
class Project:
    """A folder below `projects`.

    `write` leaves something in its data, which `kept` finds again, also when the fixed application takes over.
    """

    name: str
    answers: tuple[Answer, ...]
    write: tuple[Answer, ...] = ()
    kept: tuple[Answer, ...] = ()
    breaks: tuple[Break, ...] = field(default=())

    @property
    def folder(self) -> Path:
        return HERE / self.name

    @property
    def options(self) -> list[str]:
        """Options that leave out what breaks the project and cannot be excused."""
        return [word for broken in self.breaks if not broken.excusable for word in ("--ignore", broken.rule)]


WRITES = "each write outside the listed paths fails"

GUESTBOOK = Project(
    "guestbook",
    answers=(http(18001, "entries"), program("cache", "PONG", "redis-cli", "ping")),
    write=(
        http(18001, "thanks", data=b"Ada was here"),
        program("cache", "OK", "redis-cli", "set", "kept", "yes"),
    ),
    kept=(http(18001, "Ada was here"), program("cache", "yes", "redis-cli", "get", "kept")),
)
SITE = Project("site", answers=(http(18002, "Bakery"), http(18002, "Opening hours", "/docs/")))
WORKER = Project(
    "worker",
    answers=(
        log("queue", r"done \d"),
        log("ledger", r"lines \d|cannot write"),
        log("archive", r"kept \d"),
    ),
    breaks=(
        Break("compose/writable-root-filesystem", "high", "queue", "Read-only file system: 'count'", WRITES),
        Break(
            "dockerfile/non-numeric-user",
            "medium",
            "archive/Dockerfile",
            "Permission denied: '/var/lib/archive/kept'",
            "their files belong to the number from before",
        ),
    ),
)
STATUS = Project(
    "status",
    answers=(http(18003, r"asked \d"), http(18004, "all systems work")),
    breaks=(
        Break("compose/writable-root-filesystem", "high", "api", "Read-only file system: 'asked'", WRITES),
        Break(
            "dockerfile/secret-in-env",
            "high",
            "api/Dockerfile",
            "build status-break-api",
            "BuildKit with Dockerfile syntax 1.10 or later",
            excusable=False,
        ),
    ),
)
GATEWAY = Project("gateway", answers=(http(18005, "gate open"), http(18006, "gate open")))
EXPORTERS = Project(
    "exporters",
    answers=(
        http(19115, "Healthy", "/-/healthy"),
        program("sessions", "VERSION", "bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/11211; echo version >&3; head -1 <&3"),
        http(80, "Welcome to nginx"),
    ),
)
PROJECTS = (GUESTBOOK, SITE, WORKER, STATUS, GATEWAY, EXPORTERS)
