"""Deployments before their fixes, and after those of each risk, as far as podman takes notice of them."""

from __future__ import annotations

import re
import shutil
import socket
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from running.engine import Broken
from running.fixing import RISKS, Applied, fix, same_as_at_the_risk_before
from running.look import Process
from running.pod import Pod, Podman, played, podman
from running.projects import PATIENCE

HERE = Path(__file__).parent / "pods"
GIB = 1 << 30


@dataclass(frozen=True)
class Deployment:
    """A folder with a manifest; what its port answers to a line matches the pattern."""

    name: str
    image: str
    port: int
    line: str
    pattern: str

    def hold(self, pod: Pod) -> None:
        """Ask until the answer is right; `Broken` when it never is."""
        deadline = time.monotonic() + PATIENCE
        while not re.search(self.pattern, said := self.ask(pod.address)):
            if time.monotonic() > deadline:
                raise Broken(f"{self.name} answers {said!r}\n{pod.podman('logs', pod.container)}")

            time.sleep(0.3)

    def ask(self, address: str) -> str:
        try:
            with socket.create_connection((address, self.port), 5) as connection:
                connection.sendall(self.line.encode() + b"\r\n\r\n")
                return connection.recv(1 << 16).decode()
        except OSError as trouble:
            return str(trouble)


DEPLOYMENTS = (
    Deployment("front", "nginx:1.27", 80, "GET / HTTP/1.0", "200 OK"),
    Deployment("sessions", "memcached:1.6", 11211, "version", "VERSION"),
    Deployment("probe", "prom/blackbox-exporter:v0.25.0", 9115, "GET /-/healthy HTTP/1.0", "Healthy"),
)


@dataclass(frozen=True)
class Change:
    """A container before and after, and the fix whose promise is to be seen."""

    before: Process
    after: Process
    pod: Pod
    manifest: Path
    fix: Applied


def account(change: Change) -> None:
    number = re.search(r"\d+", change.fix.title)
    assert change.after.uid == (int(number[0]) if number else change.before.uid) != 0


def capabilities(change: Change) -> None:
    assert change.after.may_get == set(re.findall(r"[A-Z_]{4,}", change.fix.title))
    assert change.after.may_get < change.before.may_get


def limits(change: Change) -> None:
    assert change.before.limits["memory"] is change.before.limits["cpu"] is None
    assert change.after.limits["memory"] == 2 * GIB
    assert change.after.limits["cpu"] == 1000


def no_new_privileges(change: Change) -> None:
    assert change.before.status["NoNewPrivs"] == "0"
    assert change.after.status["NoNewPrivs"] == "1"


def read_only(change: Change) -> None:
    assert not change.before.read_only
    assert change.after.read_only


def filtered(change: Change) -> None:
    assert change.after.status["Seccomp"] == "2"


def liveness(change: Change) -> None:
    asked(change, "livenessProbe")


def readiness(change: Change) -> None:
    asked(change, "readinessProbe")


def asked(change: Change, name: str) -> None:
    """A probe holds when it is asked as the kubelet does: podman knows exec in a shell only, and no readiness."""
    manifest = YAML(typ="safe").load(change.manifest)
    probe = manifest["spec"]["template"]["spec"]["containers"][0][name]
    address = change.pod.address
    if "exec" in probe:
        change.pod.podman("exec", change.pod.container, *probe["exec"]["command"])
    elif "httpGet" in probe:
        place = f"http://{address}:{probe['httpGet']['port']}{probe['httpGet']['path']}"
        assert urllib.request.urlopen(place, timeout=probe["timeoutSeconds"]).status == 200
    else:
        socket.create_connection((address, probe["tcpSocket"]["port"]), probe["timeoutSeconds"]).close()


PROMISES: Mapping[str, Callable[[Change], None]] = {
    "low-user-id": account,
    "missing-liveness-probe": liveness,
    "missing-readiness-probe": readiness,
    "missing-resource-limits": limits,
    "missing-seccomp-profile": filtered,
    "privilege-escalation": no_new_privileges,
    "root-user": account,
    "undropped-capabilities": capabilities,
    "writable-root-filesystem": read_only,
}
# podman opens the ports of containers on the machine itself, where two copies cannot have the same.
NOT_APPLIED = ("--ignore", "kubernetes/single-replica")
# What podman takes no notice of.
NOT_SEEN = {
    "automounted-token": "there is no API server, and no token",
    "missing-resource-requests": "only a scheduler reads requests",
}


@pytest.fixture(scope="module")
def store() -> Iterator[Podman]:
    # podman refuses long paths.
    with tempfile.TemporaryDirectory() as folder, podman(Path(folder)) as made:
        made.load(*(deployment.image for deployment in DEPLOYMENTS))
        yield made


@pytest.mark.parametrize("risk", RISKS)
@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda one: one.name)
def test_the_fixed_deployment_works_and_is_what_the_fixes_promise(
    store: Podman, deployment: Deployment, risk: str, tmp_path: Path
) -> None:
    folder = tmp_path / "project"
    shutil.copytree(HERE / deployment.name, folder)
    if same_as_at_the_risk_before(folder, risk, *NOT_APPLIED):
        return

    with played(store, folder / "deployment.yaml") as pod:
        deployment.hold(pod)
        before, first = pod.look(), pod.stop()

    applied = fix(folder, risk, *NOT_APPLIED)
    with played(store, folder / "deployment.yaml") as pod:
        deployment.hold(pod)
        seen(applied, before, pod, folder / "deployment.yaml")
        assert pod.stop().as_good_as(first)


def seen(applied: Sequence[Applied], before: Process, pod: Pod, manifest: Path) -> None:
    """See on the container what the fixes promise."""
    after = pod.look()
    for one in applied:
        name = one.rule.rpartition("/")[2]
        if name not in NOT_SEEN:
            PROMISES[name](Change(before, after, pod, manifest, one))
