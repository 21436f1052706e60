"""Pod shares the network of its node.

## Why
Nothing separates such a pod from the node's interfaces: it reaches what listens on localhost there (the kubelet, cloud
metadata), network policies do not apply to it, and what it opens is open on the node.

## Fix
Deletes `hostNetwork`, `dnsPolicy: ClusterFirstWithHostNet`, which goes with it, and each `hostPort` that only repeats
its `containerPort`. Agents of the node, static pods, and pods with a probe of the node's localhost are only reported.

## Risk
high: ports and address of the pod change, and it no longer sees the network of the node.

## References
- https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
- https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-dns-policy
"""

from __future__ import annotations

from collections.abc import Iterator

from fixer.finding import Finding, Fix, Level, Operation, Risk, Severity
from fixer.kinds.kubernetes import Workload
from fixer.kinds.kubernetes_values import get, mappings, text
from fixer.rule import rule

WITH_HOST = "ClusterFirstWithHostNet"
HANDLERS = ("httpGet", "tcpSocket")
PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


@rule(
    Severity.HIGH,
    levels=(Level.DENY, Level.DENY, Level.DENY),
    aliases=(
        *("K8-015", "KSV-0009", "CKV_K8S_19", "CKV_K8S_4", "hostNetworkSet", "C-0041"),
        "Shared Host Network Namespace",
    ),
)
def host_network(workload: Workload) -> Iterator[Finding]:
    """Find pods on the network of their node."""
    if workload.get("hostNetwork") is not True:
        return

    at = workload.at("hostNetwork")
    message = "shares the network of the node"
    if reason := next(reasons(workload), None):
        yield at.finding(message, unfixable=reason)
        return

    yield at.finding(message, Fix("Leave the network of the node", Risk.HIGH, tuple(patch(workload))))


def reasons(workload: Workload) -> Iterator[str]:
    """Yield the reasons why the pod stays on the network of its node."""
    if workload.hands_off:
        yield f"{workload.hands_off}: say why in an exemption"

    if text(workload.labels.get("tier")) == "control-plane":
        yield "it is a static pod of the control plane"

    if get(workload.security("windowsOptions"), "hostProcess") is True:
        yield "processes of a Windows host must share its network"

    for container in workload.containers:
        if "host-network" in container.facts.host_access:
            yield f"{container.image} works on the network of its node ({container.facts.evidence})"

        for probe in PROBES:
            if any(text(get(container.probe(probe), handler, "host")) in LOCAL for handler in HANDLERS):
                yield f"the {probe} of {container.name} asks localhost of the node"


def patch(workload: Workload) -> Iterator[Operation]:
    """Yield the operations that leave the network of the node."""
    at = workload.at("hostNetwork")
    # In a patch the value overrides that of the base; without it the base would count again.
    yield at.put(value=False) if workload.partial else at.remove()
    if workload.get("dnsPolicy") == WITH_HOST:
        policy = workload.at("dnsPolicy")
        yield policy.put("ClusterFirst") if workload.partial else policy.remove()

    for container in workload.containers:
        for number, port in mappings(container.get("ports")):
            if port.get("hostPort") is not None and port.get("hostPort") == port.get("containerPort"):
                yield container.at("ports", number, "hostPort").remove()
