"""What the daemon makes of settings whose effect a short run of a project does not show."""

from __future__ import annotations

from pathlib import Path

from running.engine import docker

MEGABYTE = 1_000_000


def test_rotated_logs_take_thirty_megabytes_at_most() -> None:
    """The lines of `missing-logging` (three files of 10 MB) hold what a chatty service writes."""
    options = ["--log-driver", "json-file", "--log-opt", "max-size=10m", "--log-opt", "max-file=3"]
    chatty = ["sh", "-c", "yes | head -c 2000000"]
    container = docker("run", "--detach", *options, "busybox:1.36", *chatty).strip()
    docker("wait", container)
    root = docker("info", "--format", "{{.DockerRootDir}}").strip()
    sizes = [file.stat().st_size for file in (Path(root) / "containers" / container).glob("*-json.log*")]
    docker("rm", container)
    assert len(sizes) == 3
    assert max(sizes) <= 10 * MEGABYTE + 1000
