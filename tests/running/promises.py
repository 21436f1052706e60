"""What the fixes of each rule promise, seen on the running container and on its image."""

from __future__ import annotations

import os
import re
import signal
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from running.engine import docker, inspect
from running.fixing import Applied
from running.look import Entry, Look, files

GIB = 1 << 30
SHELLS = ("sh", "bash", "dash")
# The address of this machine that is not its loopback.
OUTSIDE = "10.0.2.100"


@dataclass(frozen=True)
class Change:
    """A service before and after, and the fix whose promise is to be seen."""

    before: Look
    after: Look
    fix: Applied


def no_new_privileges(change: Change) -> None:
    assert change.after.process.status["NoNewPrivs"] == "1"


def capabilities(change: Change) -> None:
    allowed = {name.removeprefix("CAP_") for name in change.after.host["CapAdd"] or []}
    assert change.after.process.may_get == allowed
    assert change.after.process.may_get < change.before.process.may_get
    assert change.after.process.uid == 0 or not change.after.process.has


def logging(change: Change) -> None:
    assert change.after.host["LogConfig"] == {"Type": "json-file", "Config": {"max-file": "3", "max-size": "10m"}}


def restart(change: Change) -> None:
    """The container comes back when its first process is killed, which nobody stopped."""
    assert change.before.host["RestartPolicy"]["Name"] in {"", "no"}
    os.kill(inspect(change.after.id)["State"]["Pid"], signal.SIGKILL)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        known = inspect(change.after.id)
        if known["RestartCount"] and known["State"]["Running"]:
            return

        time.sleep(0.2)

    raise AssertionError(f"{change.after.service} is not started again")


def limits(change: Change) -> None:
    assert change.before.process.limits["memory"] is None
    assert change.before.process.limits["cpu"] is None
    assert change.after.process.limits["memory"] == 2 * GIB
    assert change.after.process.limits["cpu"] == 2000


def pids(change: Change) -> None:
    assert change.before.process.limits["pids"] is None
    assert change.after.process.limits["pids"] in {100, 500}


def read_only(change: Change) -> None:
    assert not change.before.process.read_only
    assert change.after.process.read_only


def account(change: Change) -> None:
    """It was root, and is the account that the fix names."""
    number = re.search(r"\d+", change.fix.title)
    assert number
    assert change.before.process.uid == 0 or change.fix.rule == "compose/root-user"
    assert change.after.process.uid == int(number[0]) != 0


def numeric(change: Change) -> None:
    assert not re.match(r"\d", change.before.user_of_image)
    assert re.fullmatch(r"\d+(:\d+)?", change.after.user_of_image)
    assert change.after.process.uid == int(change.after.user_of_image.partition(":")[0]) != 0
    if change.fix.risk == "safe":
        assert change.after.process.uid == change.before.process.uid
        assert change.after.process.status["Gid"] == change.before.process.status["Gid"]


def bound(change: Change) -> None:
    bindings = [one for found in change.after.host["PortBindings"].values() for one in found]
    assert bindings
    for binding in bindings:
        assert binding["HostIp"] == "127.0.0.1"
        socket.create_connection(("127.0.0.1", int(binding["HostPort"])), 5).close()
        with socket.socket() as outside:
            assert outside.connect_ex((OUTSIDE, int(binding["HostPort"]))) != 0


def health(change: Change) -> None:
    assert change.before.health is None
    assert change.after.health == "healthy"


def health_mended(change: Change) -> None:
    assert change.before.health == "unhealthy"
    assert change.after.health == "healthy"


def own_network(change: Change) -> None:
    assert not change.before.process.own_network
    assert change.after.process.own_network


def unprivileged(change: Change) -> None:
    assert "SYS_ADMIN" in change.before.process.may_get
    assert "SYS_ADMIN" not in change.after.process.may_get
    assert not change.after.host["Privileged"]


def exposed(change: Change) -> None:
    ports = {int(port.partition("/")[0]) for port in change.after.config.get("ExposedPorts") or {}}
    assert ports
    assert ports <= change.after.process.listens


def started_directly(change: Change) -> None:
    words = change.after.config["Entrypoint"] or change.after.config["Cmd"]
    assert words[0].rpartition("/")[2] not in SHELLS
    assert change.after.process.command[0].rpartition("/")[2] not in SHELLS


def copied(change: Change) -> None:
    assert steps(change.after, "ADD ") < steps(change.before, "ADD ")


def steps(look: Look, keyword: str) -> int:
    """Return how many steps of an image begin with a keyword; the root of a base image is none of ours."""
    history = docker("history", "--no-trunc", "--format", "{{.CreatedBy}}", look.image)
    return sum(line.startswith(keyword) for line in history.splitlines())


def fewer_packages(change: Change) -> None:
    before, after = (installed(look) for look in (change.before, change.after))
    assert len(after) < len(before)
    assert after < before


def installed(look: Look) -> set[str]:
    """Return the packages of Debian in an image."""
    status = files(look.image, "var/lib/dpkg/status")["var/lib/dpkg/status"].text
    assert status
    return set(re.findall(r"^Package: (.*)$", status.decode(), re.MULTILINE))


def no_lists(change: Change) -> None:
    wanted = r"var/lib/apt/lists/.*(Packages|Release).*"
    assert files(change.before.image, wanted)
    assert not files(change.after.image, wanted)


def no_cache(change: Change) -> None:
    wanted = r"root/\.cache/pip/.*"
    assert files(change.before.image, wanted)
    assert not files(change.after.image, wanted)


def owned(change: Change) -> None:
    """Some files belong to the user of the image now, and to root no more; none changed its content."""
    tree = r"(?!(?:etc|usr|var|proc|sys|dev)/).*"
    before, after = (files(look.image, tree) for look in (change.before, change.after))
    given = {path for path in after if owner(before, path) == 0 and owner(after, path) == change.after.process.uid}
    assert given
    assert all(before[path].text == after[path].text for path in given)


def owner(found: Mapping[str, Entry], path: str) -> int | None:
    """Return the owner of a file."""
    return found[path].uid if path in found else None


def pinned(change: Change) -> None:
    """The image begins with the layers of the one that the fix names."""
    reference = re.search(r"\S+:\S+", change.fix.title)
    assert reference
    base = inspect(reference[0])["RootFS"]["Layers"]
    assert inspect(change.after.image)["RootFS"]["Layers"][: len(base)] == base


def labelled(change: Change) -> None:
    assert inspect(change.before.image)["Author"]
    after = inspect(change.after.image)
    assert not after["Author"]
    assert after["Config"]["Labels"]["org.opencontainers.image.authors"]


PROMISES: Mapping[str, Callable[[Change], None]] = {
    "compose/host-network": own_network,
    "compose/missing-healthcheck": health,
    "compose/missing-logging": logging,
    "compose/missing-pids-limit": pids,
    "compose/missing-resource-limits": limits,
    "compose/missing-restart-policy": restart,
    "compose/privilege-escalation": no_new_privileges,
    "compose/privileged-container": unprivileged,
    "compose/root-user": account,
    "compose/unbound-port": bound,
    "compose/undropped-capabilities": capabilities,
    "compose/writable-root-filesystem": read_only,
    "dockerfile/add-instead-of-copy": copied,
    "dockerfile/apt-recommends": fewer_packages,
    "dockerfile/broken-healthcheck": health_mended,
    "dockerfile/copy-without-chown": owned,
    "dockerfile/deprecated-maintainer": labelled,
    "dockerfile/explicit-root-user": account,
    "dockerfile/latest-tag": pinned,
    "dockerfile/leftover-apt-lists": no_lists,
    "dockerfile/leftover-pip-cache": no_cache,
    "dockerfile/missing-expose": exposed,
    "dockerfile/missing-healthcheck": health,
    "dockerfile/non-numeric-user": numeric,
    "dockerfile/root-user": account,
    "dockerfile/shell-form-command": started_directly,
    "dockerfile/untagged-image": pinned,
}
# Seen last: afterwards the container is another one.
LAST = ("compose/missing-restart-policy",)
