"""Container has all rights of the node.

## Why
A privileged container sees every device, may load kernel modules and can leave its namespaces at will. Whoever breaks
into it has the node.

## Fix
Sets `securityContext.privileged: false`. What the container did with its rights must then come from single capabilities
or devices, so it is only reported where it is known to need them: agents of the node, mounts that propagate to the host
(the API server refuses them without privileges), devices of the host, and images made to be run so.

## Risk
high: what works only with the rights of the node fails.

## References
- https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
- https://kubernetes.io/docs/concepts/storage/volumes/#mount-propagation
"""

from __future__ import annotations

from collections.abc import Iterator

from fixer.finding import Finding, Fix, Level, Risk, Severity
from fixer.kinds.kubernetes import Container
from fixer.kinds.kubernetes_values import get, text
from fixer.knowledge.commands import base, layers_of
from fixer.rule import rule

# Programs that change the kernel or the node.
OF_THE_NODE = frozenset({"sysctl", "modprobe", "insmod", "nsenter", "mount", "umount", "iptables", "dockerd"})


@rule(
    Severity.CRITICAL,
    levels=(Level.DENY, Level.DENY, Level.DENY),
    aliases=(
        *("K8-009", "KSV-0017", "CKV_K8S_16", "CKV_K8S_2", "container-security-context-privileged", "runAsPrivileged"),
        *("C-0057", "C-0193", "Container Is Privileged"),
    ),
)
def privileged_container(container: Container) -> Iterator[Finding]:
    """Find privileged containers."""
    if not container.privileged or container.manifest.system:
        return

    at = container.at("securityContext", "privileged")
    message = "is privileged"
    if reason := next(reasons(container), None):
        yield at.finding(message, unfixable=reason)
        return

    yield at.finding(message, Fix("Set privileged to false", Risk.HIGH, (at.put(value=False),)))


def reasons(container: Container) -> Iterator[str]:
    """Yield the reasons why the container needs its rights."""
    if container.workload.agent:
        yield f"{container.workload.agent}: say why in an exemption"

    if "privileged" in container.facts.host_access:
        yield f"{container.image} is made to be run privileged ({container.facts.evidence}): say why in an exemption"

    if container.security("windowsOptions") and get(container.security("windowsOptions"), "hostProcess") is True:
        yield "it is a process of a Windows host"

    for mount in container.mounts:
        host = text(get(mount.source, "hostPath", "path"))
        if mount.propagation == "Bidirectional":
            yield f"{mount.path} propagates to the host, which the API server allows to privileged containers only"

        if host == "/dev" or host.startswith("/dev/"):
            yield f"it mounts {host} of the host, whose devices are open to privileged containers only"

    for words in layers_of(container.words):
        if base(words[0]) in OF_THE_NODE:
            yield f'its command runs "{base(words[0])}", which changes the node'
