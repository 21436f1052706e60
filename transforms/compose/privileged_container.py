"""Service runs privileged.

## Why
A privileged container has every capability and every device of the host: who breaks into it owns the host.

## Fix
Deletes `privileged: true`, or puts `false` where it is inherited. Where the knowledge table says what the image really
needs, exactly that is added as `cap_add`. Docker in Docker, systemd and images that manage the host are only reported.

## Risk
high: mounts, devices, iptables and writes below /sys and /proc/sys stop working.

## References
- https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities
- https://docs.docker.com/reference/compose-file/services/#privileged
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fixer.finding import Finding, Fix, Level, Operation, Risk, Severity
from fixer.kinds.compose import Service
from fixer.kinds.compose_values import truth
from fixer.rule import rule

CAPABILITIES = {"net-admin": "NET_ADMIN", "net-raw": "NET_RAW"}
# Folders of the kernel and of the devices: who mounts them works on the host.
HOST_ITSELF = re.compile(r"/(?:dev|lib/modules|sys/(?:kernel|fs/bpf|fs/cgroup)|usr/src|boot)(?:/|$)|/$|/sys$")
INIT = frozenset({"/sbin/init", "/lib/systemd/systemd", "/usr/sbin/init", "systemd", "dockerd"})


@rule(
    Severity.CRITICAL,
    levels=(Level.DENY, Level.DENY, Level.DENY),
    aliases=("DC-004", "CL-0002", "Privileged Containers Enabled"),
)
def privileged_container(service: Service) -> Iterator[Finding]:
    """Find privileged services."""
    if truth(service.get("privileged")) is not True:
        return

    at = service.at("privileged")
    message = "runs privileged"
    if reason := why_not(service):
        yield at.finding(message, unfixable=reason)
        return

    inherited = not at.own or "privileged" in service.inherited
    operations: list[Operation] = [at.put(value=False) if inherited else at.remove()]
    needed = [CAPABILITIES[access] for access in service.facts.host_access if access in CAPABILITIES]
    missing = [name for name in needed if name not in service.capabilities("cap_add")]
    operations += service.at("cap_add").add(*missing)
    because = (f"{' and '.join(needed)}: {service.facts.evidence}",) if needed else ()
    yield at.finding(message, Fix("Run without privileges", Risk.HIGH, tuple(operations), because))


def why_not(service: Service) -> str | None:
    """Return why the service stays privileged, or None."""
    if "dind" in service.image or service.image.startswith(("docker:", "docker.io/library/docker:")):
        return "Docker in Docker needs it; rootless dind, sysbox or a builder on the host are ways without"

    if "systemd" in service.image or INIT & set(service.command):
        return "systemd needs it; podman runs it without, and one process per container needs no systemd"

    if "privileged" in service.facts.host_access or service.facts.system_workload:
        return f"{service.facts.name} works on the host itself ({service.facts.evidence})"

    if mount := next((one for one in service.mounts if one.type == "bind" and HOST_ITSELF.match(one.source)), None):
        return f"it works on {mount.source} of the host: name the capabilities and devices it needs"

    if "devices" in service.facts.host_access:
        return f"{service.facts.name} uses devices of the host: list them under devices ({service.facts.evidence})"

    return None
