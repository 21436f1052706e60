"""Run projects for real, before and after their fixes: what `make run-tests` calls.

Everything happens in namespaces of its own (network, mounts, processes), with a Docker daemon of its own in a temporary
folder. The machine's own containers, interfaces and packet filters stay as they are, and whatever happens, nothing is
left running.

    python tests/running/run.py [arguments of pytest]
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
# Program, and the package of Debian that brings it.
PACKAGES = {
    "/usr/bin/docker": "docker.io",
    "/usr/sbin/dockerd": "docker.io",
    "/usr/sbin/runc": "runc",
    "/usr/sbin/iptables": "iptables",
    "/usr/sbin/ip": "iproute2",
    "/usr/bin/busybox": "busybox-static",
    "/usr/bin/mmdebstrap": "mmdebstrap",
    "/usr/bin/podman": "podman",
    "/usr/lib/podman/netavark": "netavark",
    "/usr/libexec/podman/catatonit": "catatonit",
    "/usr/bin/slirp4netns": "slirp4netns",
    "/usr/bin/unshare": "util-linux",
}
# Tells a package not to start its daemon; another one that is there already decides alone.
POLICY = Path("/usr/sbin/policy-rc.d")


def main() -> int:
    reason = why_not() or install(missing())
    if reason:
        required = os.environ.get("CI") == "true"
        sys.stderr.write(f"run-tests: {'failed' if required else 'skipped'}: {reason}\n")
        return 1 if required else 0

    with tempfile.TemporaryDirectory(prefix="fixer-run-") as folder:
        return isolated(Path(folder), sys.argv[1:])


def why_not() -> str | None:
    """Return why this machine cannot run containers, as a clause."""
    if platform.system() != "Linux":
        return "it needs Linux"

    if os.geteuid() != 0:
        return "it needs root, to start a Docker daemon"

    if not Path("/dev/net/tun").exists():
        return "it needs /dev/net/tun, for a network of its own"

    return None


def missing() -> list[str]:
    """Return the packages whose programs are not there."""
    return sorted({package for program, package in PACKAGES.items() if not Path(program).exists()})


def install(packages: list[str]) -> str | None:
    """Install packages with apt; return why they are not to be had, as a clause."""
    if not packages:
        return None

    if not shutil.which("apt-get"):
        return f"apt-get is not here to install {', '.join(packages)}"

    sys.stderr.write(f"run-tests: installing {', '.join(packages)}\n")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    guarded = not POLICY.exists()
    if guarded:
        POLICY.write_text("#!/bin/sh\nexit 101\n")
        POLICY.chmod(0o755)

    try:
        for command in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
            done = subprocess.run(
                ["apt-get", "-qq", *command], env=environment, capture_output=True, text=True, check=False
            )
            if done.returncode:
                return f"apt-get {command[0]} failed: {done.stderr.strip().splitlines()[-1:]}"
    finally:
        if guarded:
            POLICY.unlink()

    return f"{', '.join(left)} did not bring its program" if (left := missing()) else None


def isolated(folder: Path, arguments: list[str]) -> int:
    """Run the tests in namespaces of their own, with a way to the network of the machine."""
    # The children of the namespace die with its first process, and that one with this process.
    unshare = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    inside = subprocess.Popen([*unshare, sys.executable, str(HERE / "inside.py"), str(folder), *arguments])
    network = None
    try:
        network = attach(inside.pid, folder)
        return inside.wait()
    finally:
        for process in (inside, network):
            if process and process.poll() is None:
                process.kill()
                process.wait()


def attach(pid: int, folder: Path) -> subprocess.Popen[bytes]:
    """Give the network namespace of a process a way out, as soon as it has one."""
    own = os.readlink("/proc/self/ns/net")
    while Path(f"/proc/{pid}").exists() and os.readlink(f"/proc/{pid}/ns/net") == own:
        time.sleep(0.01)

    command = ["slirp4netns", "--configure", "--mtu=65520", "--disable-host-loopback", str(pid), "tap0"]
    with (folder / "network.log").open("wb") as log:
        return subprocess.Popen(command, stdout=log, stderr=log)


if __name__ == "__main__":
    sys.exit(main())
