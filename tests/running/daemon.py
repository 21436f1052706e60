"""A Docker daemon of our own in a temporary folder."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LEGACY = "/usr/sbin/iptables-legacy"


@contextmanager
def daemon(folder: Path) -> Iterator[Path]:
    """Start a daemon in a folder, and stop it; its socket is the result."""
    folder.mkdir(parents=True)
    process = started(folder, os.environ["PATH"]) or started(folder, legacy(folder))
    if process is None:
        raise SystemExit(f"run-tests: dockerd does not start:\n{tail(folder / 'log')}")

    try:
        yield folder / "docker.sock"
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def started(folder: Path, path: str) -> subprocess.Popen[bytes] | None:
    """Start a daemon and wait until it answers; None when it ends before it does."""
    command = [
        *("dockerd", "--data-root", str(folder / "data"), "--exec-root", str(folder / "exec")),
        *("-H", f"unix://{folder / 'docker.sock'}", "--pidfile", str(folder / "pid")),
        # Where a process may not raise its own limits, containers do not start with the daemon's.
        *("--storage-driver", "overlay2", "--default-ulimit", "nofile=1024:1024"),
    ]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, "PATH": path})

    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        if answers(folder / "docker.sock"):
            return process

        time.sleep(0.2)

    process.kill()
    process.wait()
    return None


def answers(socket: Path) -> bool:
    """Whether a daemon answers at a socket."""
    command = ["/usr/bin/docker", "-H", f"unix://{socket}", "info"]
    return socket.exists() and not subprocess.run(command, capture_output=True, check=False).returncode


def legacy(folder: Path) -> str:
    """Return a search path on which iptables is the older program, for kernels without nftables."""
    programs = folder / "programs"
    programs.mkdir(exist_ok=True)
    for name in ("iptables", "ip6tables"):
        (programs / name).symlink_to(LEGACY.replace("iptables", name))

    return f"{programs}:{os.environ['PATH']}"


def tail(log: Path) -> str:
    """Return the last lines of a file."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-15:])
