"""Deployments in podman, which runs Kubernetes manifests without a cluster."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from running.engine import docker, run
from running.look import Process, process
from running.stack import GRACE, Stop

# The runtime that podman prefers refuses mixed control groups; the limits are those of the daemon's containers.
SETTINGS = """
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
"""


@dataclass(frozen=True)
class Podman:
    """A store of images and containers of its own."""

    folder: Path

    def __call__(self, *arguments: str, limit: int = 120) -> str:
        places = {"--root": "root", "--runroot": "run", "--tmpdir": "tmp", "--network-config-dir": "networks"}
        options = [word for option, name in places.items() for word in (option, str(self.folder / name))]
        command = [
            *("env", f"CONTAINERS_CONF={self.folder / 'containers.conf'}", "podman", "--storage-driver=overlay"),
            *(*options, *arguments),
        ]
        return run(command, what=f"podman {arguments[0]} {arguments[1]}", limit=limit)

    def load(self, *images: str) -> None:
        """Take images over from Docker, under the names that a cluster would complete them to."""
        with tempfile.NamedTemporaryFile(suffix=".tar") as archive:
            docker("save", "--output", archive.name, *images, limit=900)
            self("load", "--quiet", "--input", archive.name, limit=900)

        for image in images:
            library = "" if "/" in image else "library/"
            self("tag", f"localhost/{image}", f"docker.io/{library}{image}")


@dataclass(frozen=True)
class Pod:
    """The one container of a Deployment that runs."""

    podman: Podman
    container: str
    infra: str

    @property
    def known(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.podman("inspect", self.container))[0]
        return found

    @property
    def address(self) -> str:
        networks = json.loads(self.podman("inspect", self.infra))[0]["NetworkSettings"]["Networks"]
        return str(next(iter(networks.values()))["IPAddress"])

    def look(self) -> Process:
        return process(self.known["State"]["Pid"])

    def stop(self) -> Stop:
        started = time.monotonic()
        self.podman("stop", "--time", str(GRACE), self.container)
        return Stop(time.monotonic() - started, self.known["State"]["ExitCode"])


@contextmanager
def podman(folder: Path) -> Iterator[Podman]:
    """Make a store, and remove all that runs in it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "containers.conf").write_text(SETTINGS)
    made = Podman(folder)
    try:
        yield made
    finally:
        made("pod", "rm", "--all", "--force", "--time", "1")


@contextmanager
def played(made: Podman, manifest: Path) -> Iterator[Pod]:
    """Run the Deployment of a manifest."""
    try:
        made("kube", "play", str(manifest))
        shown = json.loads(made("ps", "--all", "--pod", "--format", "json"))
        infra = next(one["Id"] for one in shown if one["IsInfra"])
        yield Pod(made, next(one["Id"] for one in shown if not one["IsInfra"]), infra)
    finally:
        made("pod", "rm", "--all", "--force", "--time", "1")
