"""What a running container really is: read from the kernel, and from Docker where only it knows."""

from __future__ import annotations

import io
import os
import re
import subprocess
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from running.engine import DOCKER, docker, inspect

CGROUPS = Path("/sys/fs/cgroup")
LISTENING = "0A"
# Numbers of the bits, as in linux/capability.h.
CAPABILITIES = (
    *("CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP"),
    *("LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER"),
    *("SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE"),
    *("SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP"),
)


@dataclass(frozen=True)
class Entry:
    """A file of an image."""

    path: str
    uid: int
    size: int
    text: bytes | None


@dataclass(frozen=True)
class Process:
    """The first process of a container, as the kernel tells it; `pid` is its number outside."""

    pid: int
    status: Mapping[str, str]
    command: tuple[str, ...]
    read_only: bool
    limits: Mapping[str, int | None]
    listens: frozenset[int]
    own_network: bool

    @property
    def uid(self) -> int:
        return int(self.status["Uid"].split()[1])

    @property
    def may_get(self) -> frozenset[str]:
        """The capabilities that its processes can ever have."""
        return names(self.status["CapBnd"])

    @property
    def has(self) -> frozenset[str]:
        """The capabilities that it has."""
        return names(self.status["CapEff"])


@dataclass(frozen=True)
class Look:
    """The container of a service at one moment, as Docker and the kernel tell it."""

    service: str
    id: str
    image: str
    health: str | None
    restarts: int
    host: Mapping[str, Any]
    config: Mapping[str, Any]
    process: Process
    written: tuple[str, ...]

    @property
    def user_of_image(self) -> str:
        return str(inspect(self.image)["Config"].get("User") or "")


def look(service: str, container: str) -> Look:
    """Look at a container that runs."""
    known = inspect(container)
    return Look(
        service=service,
        id=known["Id"],
        image=known["Image"],
        health=(known["State"].get("Health") or {}).get("Status"),
        restarts=known["RestartCount"],
        host=known["HostConfig"],
        config=known["Config"],
        process=process(known["State"]["Pid"]),
        written=tuple(docker("diff", container).splitlines()),
    )


def process(pid: int) -> Process:
    """Look at a process."""
    place = Path(f"/proc/{pid}")
    return Process(
        pid=pid,
        status=dict(re.findall(r"^(\w+):\s*(.*)$", (place / "status").read_text(), re.MULTILINE)),
        command=tuple((place / "cmdline").read_bytes().decode().rstrip("\0").split("\0")),
        read_only=root_is_read_only((place / "mountinfo").read_text()),
        limits=limits(place),
        listens=frozenset(listening(place)),
        own_network=os.readlink(place / "ns/net") != os.readlink("/proc/self/ns/net"),
    )


def names(mask: str) -> frozenset[str]:
    """Return the names of the capabilities in a mask of the kernel; later ones than SETFCAP by their number."""
    bits = int(mask, 16)
    known = {name for number, name in enumerate(CAPABILITIES) if bits >> number & 1}
    later = range(len(CAPABILITIES), bits.bit_length())
    return frozenset(known | {f"CAP_{number}" for number in later if bits >> number & 1})


def root_is_read_only(mounts: str) -> bool:
    """Whether the root filesystem is mounted read-only."""
    fields = [line.split() for line in mounts.splitlines()]
    return any(field[4] == "/" and "ro" in field[5].split(",") for field in fields)


def limits(process: Path) -> dict[str, int | None]:
    """Return the limits in the control groups of a process: bytes, thousandths of a processor, processes."""
    lines = [line.split(":", 2) for line in (process / "cgroup").read_text().splitlines()]
    groups = {name: path for _, names, path in lines for name in names.split(",")}
    if (CGROUPS / "cgroup.controllers").exists():
        folder = CGROUPS / groups[""].lstrip("/")
        quota, period = (folder / "cpu.max").read_text().split()
        memory, pids = ((folder / name).read_text().strip() for name in ("memory.max", "pids.max"))
    else:
        cpu = CGROUPS / "cpu" / groups["cpu"].lstrip("/")
        quota, period = ((cpu / f"cpu.cfs_{name}_us").read_text().strip() for name in ("quota", "period"))
        memory = (CGROUPS / "memory" / groups["memory"].lstrip("/") / "memory.limit_in_bytes").read_text().strip()
        pids = (CGROUPS / "pids" / groups["pids"].lstrip("/") / "pids.max").read_text().strip()

    return {
        "memory": None if memory == "max" or int(memory) > 1 << 60 else int(memory),
        "cpu": None if quota in {"max", "-1"} else int(quota) * 1000 // int(period),
        "pids": None if pids == "max" else int(pids),
    }


def listening(process: Path) -> set[int]:
    """Return the TCP ports that are listened on in the network of a process."""
    lines = [line.split() for name in ("tcp", "tcp6") for line in (process / "net" / name).read_text().splitlines()]
    return {int(fields[1].rpartition(":")[2], 16) for fields in lines if fields[3] == LISTENING}


def files(image: str, wanted: str) -> dict[str, Entry]:
    """Return the files of an image whose path matches a pattern, with their text where it is short."""
    container = docker("create", image, "nothing").strip()
    try:
        exported = subprocess.run([DOCKER, "export", container], check=True, capture_output=True).stdout
    finally:
        docker("rm", container)

    found = {}
    with tarfile.open(fileobj=io.BytesIO(exported)) as archive:
        for member in archive:
            if member.isfile() and re.fullmatch(wanted, member.name):
                file = archive.extractfile(member)
                text = file.read() if file and member.size < 1 << 22 else None
                found[member.name] = Entry(member.name, member.uid, member.size, text)

    return found
