"""A project that is built and run with Compose."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from running.engine import Broken, build, compose_program, docker, inspect, run
from running.look import Look, look

# Tests are asked each second in place of the times that a file says: the runs would wait for half a minute each. They
# may fail more often than files say, because a busy machine starts programs slowly.
QUICK = {"interval": "1s", "retries": 8}
KILLED = 137
GRACE = 5
# On a busy machine a container needs longer to stop, though nobody kills it.
SLACK = 4.0


@dataclass(frozen=True)
class Stop:
    """How a container ended when it was told to."""

    seconds: float
    code: int

    def as_good_as(self, before: Stop) -> bool:
        """Whether it took no longer than before, and was not killed where it was not."""
        return self.seconds < before.seconds + SLACK and (self.code != KILLED or before.code == KILLED)


@dataclass
class Stack:
    """A folder with a Compose file, and the name that its containers and volumes get."""

    folder: Path
    name: str

    def compose(self, *arguments: str, limit: int = 240) -> str:
        files = ["-f", "compose.yaml"]
        if self.overrides.exists():
            files += ["-f", str(self.overrides)]

        command = [compose_program(), "--progress", "quiet", "-p", self.name, *files, *arguments]
        return run(command, what=f"compose {' '.join(arguments)}", limit=limit, folder=self.folder)

    @property
    def overrides(self) -> Path:
        return self.folder.parent / f"{self.folder.name}.quick.json"

    @cached_property
    def services(self) -> dict[str, dict[str, Any]]:
        """The services, as they were when the images were built."""
        found: dict[str, dict[str, Any]] = json.loads(self.compose("config", "--format", "json"))["services"]
        return found

    def image(self, service: str) -> str:
        """Return the name that Compose gives to the image of a service."""
        return str(self.services[service].get("image") or f"{self.name}-{service}")

    def dockerfile(self, service: str) -> Path | None:
        """Return the Dockerfile of a service."""
        found = self.services[service].get("build")
        return Path(found["context"]) / found.get("dockerfile", "Dockerfile") if found else None

    def build(self) -> None:
        """Build the images of all services, and ask their health more often than their files say."""
        self.overrides.unlink(missing_ok=True)
        self.__dict__.pop("services", None)
        for service, values in self.services.items():
            if place := self.dockerfile(service):
                build(Path(values["build"]["context"]), f"{self.name}-{service}", "--file", str(place))

        asked = {service: {"healthcheck": QUICK} for service in self.services if self.has_test(service)}
        self.overrides.write_text(json.dumps({"services": asked}))

    def has_test(self, service: str) -> bool:
        """Whether the file or the image says how the health of a service is asked."""
        of_file = self.services[service].get("healthcheck") or {}
        of_image = inspect(self.image(service))["Config"].get("Healthcheck") or {}
        return not of_file.get("disable") and bool(of_file.get("test") or of_image.get("Test"))

    def up(self, *, wait: bool = True) -> None:
        """Start all services; with `wait` they have to get healthy."""
        try:
            self.compose("up", "-d", "--no-build", *(["--wait", "--wait-timeout", "120"] if wait else []))
        except Broken as broken:
            raise Broken(f"{broken}\n{self.said()}") from broken

    def said(self) -> str:
        """Return the last lines of all services, and what their health checks said."""
        lines = [self.compose("logs", "--no-color", "--tail", "12")]
        for service, container in self.containers().items():
            health = inspect(container)["State"].get("Health") or {}
            lines += [f"{service} health: {one['ExitCode']} {one['Output']}" for one in (health.get("Log") or [])[-1:]]

        return "\n".join(lines)

    def containers(self) -> dict[str, str]:
        """Return the container of each service that has one."""
        of_project = f"label=com.docker.compose.project={self.name}"
        form = '{{.Label "com.docker.compose.service"}} {{.ID}}'
        lines = docker("ps", "--all", "--filter", of_project, "--format", form).splitlines()
        return dict(line.split() for line in sorted(lines))

    def looks(self) -> dict[str, Look]:
        """Look at all services, none of which is about to get its health any more."""
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            states = {service: inspect(container)["State"] for service, container in self.containers().items()}
            if all((state.get("Health") or {}).get("Status") != "starting" for state in states.values()):
                break

            time.sleep(0.5)

        for service, state in states.items():
            if state["Status"] != "running":
                raise Broken(f"{service} is {state['Status']}, exit {state['ExitCode']}\n{self.said()}")

        return {service: look(service, container) for service, container in self.containers().items()}

    def stop(self) -> dict[str, Stop]:
        """Stop all services one by one, and see how each ends."""
        stops = {}
        for service, container in self.containers().items():
            started = time.monotonic()
            docker("stop", "-t", str(GRACE), container)
            seconds = time.monotonic() - started
            stops[service] = Stop(seconds, inspect(container)["State"]["ExitCode"])

        return stops

    def down(self) -> None:
        """Remove everything, volumes too."""
        self.compose("down", "--volumes", "--timeout", "1")


@contextmanager
def stack(folder: Path, name: str) -> Iterator[Stack]:
    """Make a stack, and remove it at the end whatever happens."""
    made = Stack(folder, name)
    try:
        yield made
    finally:
        made.down()
