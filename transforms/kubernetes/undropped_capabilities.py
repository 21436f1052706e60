"""Container keeps the default capabilities of the runtime.

## Why
The runtime leaves some fourteen capabilities to a container, among them NET_RAW (spoofed packets) and DAC_OVERRIDE.
Nearly no program needs them, and each is a tool for who breaks in.

## Fix
Sets `capabilities.drop: [ALL]`, in the place of a partial list. What is added stays; a container that starts as root
from a known image gets as `add` what that image needs then (knowledge table), for example CHOWN, SETGID and SETUID for
an entrypoint that changes its account. A program that carries file capabilities keeps those, since it could not even be
started without them. A privileged container is only reported: it has every capability, whatever is dropped. So are
images that are made to run privileged, or that are known to break when they can gain no privileges.

## Risk
safe: the container starts without root, gains no privileges, and the image is known to hold no program with file
capabilities; it has no capability to lose. medium: it starts without root, or what its image needs as root is known.
high: nothing is known about what it needs as root, or its command is a setuid program, which without capabilities in
the bounding set is as good as gone.

## References
- https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
- https://kubernetes.io/docs/tasks/configure-pod-container/security-context/#set-capabilities-for-a-container
"""

from __future__ import annotations

from collections.abc import Iterator

from fixer.finding import Finding, Fix, Level, Operation, Risk, Severity
from fixer.kinds.kubernetes import Container
from fixer.kinds.kubernetes_values import number
from fixer.knowledge.roles import gains_privileges
from fixer.rule import rule


@rule(
    Severity.MEDIUM,
    levels=(Level.WARN, Level.WARN, Level.DENY),
    aliases=(
        *("K8-007", "KSV-0003", "KSV-0004", "KSV-0106", "CKV_K8S_37", "CKV_K8S_28", "CKV_K8S_7", "CKV_K8S_36"),
        *("drop-net-raw-capability", "insecureCapabilities", "linuxHardening", "C-0055", "C-0199", "C-0201"),
        *("No Drop Capabilities for Containers", "NET_RAW Capabilities Not Being Dropped"),
        "Not Limited Capabilities For Container",
    ),
)
def undropped_capabilities(container: Container) -> Iterator[Finding]:
    """Find containers that do not drop all capabilities."""
    dropped = container.capabilities("drop")
    if "ALL" in dropped or container.workload.windows or container.workload.partial:
        return

    at = container.at("securityContext", "capabilities", "drop")
    message = "does not drop all capabilities"
    if reason := container.workload.hands_off:
        yield at.finding(message, unfixable=reason, cap=Level.INFO)
        return

    if reason := why_not(container):
        yield at.finding(message, unfixable=reason)
        return

    if spelling := all_of_them(dropped):
        place = container.at("securityContext", "capabilities", "drop", dropped.index(spelling))
        because: tuple[str, ...] = ("the runtime reads every spelling, the policies read ALL only",)
        yield at.finding(message, Fix(f"Write {spelling} as ALL", Risk.SAFE, (place.put("ALL"),), because))
        return

    needed, risk, because = needs(container)
    added = [name for name in needed if name not in container.added]
    at_add = container.at("securityContext", "capabilities", "add")
    operations: tuple[Operation, ...] = (*map(at_add.append, added), at.put(["ALL"]))
    title = f"Drop all capabilities but {', '.join(added)}" if added else "Drop all capabilities"
    yield at.finding(message, Fix(title, risk, operations, because))


def all_of_them(dropped: tuple[str, ...]) -> str | None:
    """Return the other spelling in which all capabilities are dropped, or None."""
    return next((name for name in dropped if name.upper() in {"ALL", "CAP_ALL"}), None)


def why_not(container: Container) -> str | None:
    """Return why the capabilities are not dropped, or None."""
    if container.privileged:
        return "the container is privileged, which gives it every capability whatever is dropped"

    if "ALL" in container.added:
        return "capabilities.add gives ALL back: list the capabilities that are needed instead"

    facts = container.facts
    if "privileged" in facts.host_access:
        return f"{facts.name} is made to run privileged ({facts.evidence})"

    if facts.no_new_privileges == "breaks" and container.security("allowPrivilegeEscalation") is not False:
        return f"{facts.name} is known to gain privileges while it starts ({facts.evidence})"

    return None


def needs(container: Container) -> tuple[tuple[str, ...], Risk, tuple[str, ...]]:
    """Return the capabilities that the container needs, the risk of leaving it no other, and the evidence."""
    facts = container.facts
    carried = facts.file_capabilities or ()
    also = (f"a program of the image carries {', '.join(carried)} ({facts.evidence})",) if carried else ()
    if container.root is False and (program := gains_privileges(container.words)):
        return carried, Risk.HIGH, (f'the command runs "{program}", which gains privileges', *also)

    if container.root is False:
        return carried, risk_without_root(container), (who(container), *also)

    if facts.capabilities_as_root is not None and not container.command:
        needed = tuple(dict.fromkeys([*facts.capabilities_as_root, *carried]))
        risk = Risk.MEDIUM if facts.sure("capabilities_as_root") else Risk.HIGH
        return needed, risk, (f"what it needs as root: {facts.evidence}", *also)

    return carried, Risk.HIGH, ("what it needs as root is not known", *also)


def risk_without_root(container: Container) -> Risk:
    """Return the risk for a container that does not start as root."""
    facts = container.facts
    user = number(container.security("runAsUser"))
    pinned = user is not None or (container.security("runAsNonRoot") is True and facts.sure("starts_as"))
    plain = facts.known and facts.sure("file_capabilities") and not facts.file_capabilities and not facts.built
    without = container.security("allowPrivilegeEscalation") is False
    return Risk.SAFE if pinned and plain and without and not container.added else Risk.MEDIUM


def who(container: Container) -> str:
    """Return as whom the container starts, as a clause."""
    user = container.security("runAsUser")
    if user is not None:
        return f"it runs as user {user}"

    if container.security("runAsNonRoot") is True:
        return "it is not allowed to run as root"

    return f"the image does not start as root ({container.facts.evidence})"
