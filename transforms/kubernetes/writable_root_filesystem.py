"""Root filesystem of the container is writable.

## Why
Who breaks into a container with a writable root filesystem can change its programs and leave something behind.

## Fix
Sets `readOnlyRootFilesystem: true`, and mounts an `emptyDir` of 64Mi at `/tmp` and at each path that the image is known
to write to, unless something is mounted there or above already. Each container gets volumes of its own. Databases of
which it is not known where they write, agents of the node and system namespaces are left alone; where an image keeps
data in a path without a volume, the finding only says so.

## Risk
medium: the written paths are known from the files of the image, and its own command runs. high otherwise: each write
outside the mounted paths fails, and an `emptyDir` hides what the image has there.

## References
- https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
- https://kubernetes.io/docs/concepts/storage/volumes/#emptydir
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from fixer.finding import Finding, Fix, Level, Operation, Risk, Severity
from fixer.kinds.kubernetes import Container
from fixer.kinds.parameters import FolderPath, Memory
from fixer.knowledge.images import is_database, keeps_data
from fixer.rule import origin, rule

# Longest name of a volume: a DNS label.
LONGEST = 63
MESSAGE = "can write to its root filesystem"


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Values of pack k8s-prod-matrix.

    always: paths of every container that get an empty volume, beside those that its image is known to write to
    size_limit: size of each volume
    """

    always: tuple[FolderPath, ...] = ("/tmp",)  # noqa: S108 - a path of the container
    size_limit: Memory = "64Mi"


@rule(
    Severity.MEDIUM,
    levels=(Level.WARN, Level.WARN, Level.DENY),
    aliases=(
        *("K8-006", "KSV-0014", "CKV_K8S_22", "no-read-only-root-fs", "notReadOnlyRootFilesystem", "C-0017"),
        *("container-security-context-readonlyrootfilesystem", "Root Container Not Mounted As Read-only"),
    ),
    params=Params,
)
def writable_root_filesystem(container: Container, params: Params) -> Iterator[Finding]:
    """Find containers that can write to their root filesystem."""
    value = container.security("readOnlyRootFilesystem")
    workload = container.workload
    if value is True or workload.windows or workload.hands_off or container.role == "ephemeral":
        return

    if workload.partial and value is None:
        return

    if is_database(container.facts) and container.facts.writable is None:
        return

    at = container.at("securityContext", "readOnlyRootFilesystem")
    if reason := why_not(container):
        yield at.finding(MESSAGE, unfixable=reason)
        return

    paths = missing(container, params)
    risk, because = risk_of(container, params)
    title = f"Make it read-only, with room to write at {', '.join(paths)}" if paths else "Make it read-only"
    operations = (at.put(value=True), *mounted(container, paths, params))
    yield at.finding(MESSAGE, Fix(title, Risk.HIGH if value is False else risk, operations, because))


def why_not(container: Container) -> str | None:
    """Return why the filesystem stays writable, or None."""
    facts = container.facts
    if container.workload.partial:
        return f"{container.workload.partial}: the volumes it needs then belong into what is completed by it"

    if not keeps_data(facts):
        return None

    for path in facts.volumes or ():
        if not covered(container, path):
            return f"nothing is mounted at {path}, where the image keeps data ({facts.evidence}): add a volume first"

    return None


def covered(container: Container, path: str) -> bool:
    """Whether a path is on a volume: a mount is at it or above, or just below it."""
    return any(mount.covers(path) or mount.path.startswith(f"{path}/") for mount in container.mounts)


def missing(container: Container, params: Params) -> list[str]:
    """Return the written paths that are on no volume; of paths in each other the outer ones."""
    facts = container.facts
    written = dict.fromkeys([*params.always, *(facts.writable or ())])
    open_ = [path for path in written if not any(mount.covers(path) for mount in container.mounts)]
    return [path for path in open_ if not any(path.startswith(f"{other}/") for other in open_)]


def mounted(container: Container, paths: list[str], params: Params) -> Iterator[Operation]:
    """Yield the operations that mount an empty volume at each path."""
    for path in paths:
        name = volume_name(container, path)
        yield container.at("volumeMounts").append({"name": name, "mountPath": path})
        yield container.workload.at("volumes").append({"name": name, "emptyDir": {"sizeLimit": params.size_limit}})


def volume_name(container: Container, path: str) -> str:
    """Return a name for the volume at a path that no volume of the pod has, and no other container will ask for."""
    name = re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-") or "root"
    if container is not container.workload.containers[0]:
        name = f"{name}-{container.name}"

    name = name[:LONGEST].strip("-")
    taken, number, found = container.workload.volumes, 2, name
    while found in taken:
        found = f"{name[: LONGEST - 3]}-{number}"
        number += 1

    return found


def risk_of(container: Container, params: Params) -> tuple[Risk, tuple[str, ...]]:
    """Return the risk of a read-only root filesystem, with its evidence."""
    facts = container.facts
    source = origin(params, "pack k8s-prod-matrix", "size_limit")
    size = f"{params.size_limit} for each volume: size_limit of {source}"
    size += f"; always: {origin(params, '', 'always')}" if origin(params, "", "always") else ""
    apart = f", apart from {', '.join(params.always)}" if params.always else ""
    if facts.writable is None:
        return Risk.HIGH, (f"what the image writes is not known{apart}", size)

    because = f"paths it writes: {facts.evidence}"
    if container.command:
        return Risk.HIGH, (because, "the command is not that of the image, and may write elsewhere", size)

    return Risk.MEDIUM if facts.sure("writable") else Risk.HIGH, (because, size)
