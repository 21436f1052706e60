"""Pod runs without a seccomp profile.

## Why
Without a profile a process may make every system call of the kernel, including those that only exploits use. The
profile of the runtime leaves out about a tenth of them, which nearly no program misses.

## Fix
Sets `seccompProfile: {type: RuntimeDefault}` on the pod, or on the containers where the kind takes no fields of pods
(Knative). `Unconfined` is replaced where it stands. The annotations of before Kubernetes 1.27 have no effect any more:
they become the field that says the same, and go.

## Risk
low: a program that makes a refused system call fails (ptrace on old kernels, userfaultfd, the sandbox of Chrome, agents
of eBPF). medium: `Unconfined` is replaced, which was asked for on purpose.

## References
- https://kubernetes.io/docs/tutorials/security/seccomp/
- https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
"""

from __future__ import annotations

from collections.abc import Iterator

from fixer.finding import Finding, Fix, Level, Operation, Risk, Severity
from fixer.kinds.kubernetes import Container, Place, Workload
from fixer.kinds.kubernetes_values import get, text
from fixer.rule import rule

DEFAULT = "RuntimeDefault"
PROFILES = frozenset({DEFAULT, "Localhost"})
ANNOTATION = "seccomp.security.alpha.kubernetes.io/pod"
OF_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/"
MISSING = "has no seccomp profile"
UNCONFINED = "switches seccomp off"


@rule(
    Severity.MEDIUM,
    levels=(Level.WARN, Level.WARN, Level.DENY),
    aliases=(
        *("K8-010", "KSV-0030", "KSV-0104", "CKV_K8S_31", "CKV_K8S_32", "container-seccomp-profile", "linuxHardening"),
        *("C-0055", "C-0210", "Seccomp Profile Is Not Configured"),
    ),
)
def missing_seccomp_profile(workload: Workload) -> Iterator[Finding]:
    """Find pods whose containers have no seccomp profile, or an open one."""
    if workload.windows:
        return

    for place in open_places(workload):
        yield unconfined(place, workload.hands_off)

    without = [one for one in workload.containers if text(get(one.security("seccompProfile"), "type")) == ""]
    if not without or workload.partial or workload.tekton:
        return

    at = workload.at("securityContext", "seccompProfile")
    if workload.hands_off:
        yield at.finding(MISSING, unfixable=workload.hands_off, cap=Level.INFO)
        return

    yield at.finding(MISSING, fix_of(workload, without))


def open_places(workload: Workload) -> Iterator[Place]:
    """Yield the places where `Unconfined` stands."""
    keys = ("securityContext", "seccompProfile", "type")
    for at in (workload.at(*keys), *(container.at(*keys) for container in workload.containers)):
        if at.value == "Unconfined":
            yield at


def unconfined(at: Place, reason: str | None) -> Finding:
    """Return the finding about a place where `Unconfined` stands, and is left for a `reason`."""
    if reason:
        return at.finding(UNCONFINED, unfixable=reason, cap=Level.INFO)

    return at.finding(UNCONFINED, Fix("Use the profile of the runtime", Risk.MEDIUM, (at.put(DEFAULT),)))


def fix_of(workload: Workload, without: list[Container]) -> Fix:
    """Return the fix for the containers `without` a profile."""
    named = {one.name: profile(workload, one) for one in workload.containers}
    pod = profile_of(workload.annotations.get(ANNOTATION)) or {"type": DEFAULT}
    operations: list[Operation] = []
    if workload.pod_level:
        operations.append(workload.at("securityContext", "seccompProfile").put(pod))

    for container in without:
        own = named[container.name] or (None if workload.pod_level else pod)
        if own and (own != pod or not workload.pod_level):
            operations.append(container.at("securityContext", "seccompProfile").put(own))

    annotations = [key for key in workload.annotations if key == ANNOTATION or key.startswith(OF_CONTAINER)]
    if annotations and len(annotations) == len(workload.annotations):
        operations.append(workload.at_metadata("annotations").remove())
    else:
        operations += [workload.at_metadata("annotations", key).remove() for key in annotations]

    title = "Turn the seccomp annotations into fields" if annotations else f"Set the seccomp profile {DEFAULT}"
    loosened = any(text(workload.annotations[key]) == "unconfined" for key in annotations)
    return Fix(title, Risk.MEDIUM if loosened else Risk.LOW, tuple(operations))


def profile(workload: Workload, container: Container) -> dict[str, str] | None:
    """Return the profile that the annotation for one container asks for, if there is one."""
    return profile_of(workload.annotations.get(f"{OF_CONTAINER}{container.name}"))


def profile_of(annotation: object) -> dict[str, str] | None:
    """Return the field that says what an annotation said; None for no annotation."""
    value = text(annotation)
    if value.startswith("localhost/"):
        return {"type": "Localhost", "localhostProfile": value.removeprefix("localhost/")}

    return {"type": DEFAULT} if value else None
