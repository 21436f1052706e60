"""Container can gain more privileges than the process that started it.

## Why
`allowPrivilegeEscalation` is true unless the manifest says otherwise, so any setuid binary of the image is a way to
root.

## Fix
Sets `securityContext.allowPrivilegeEscalation: false` on the container. A privileged container, or one that adds
`CAP_SYS_ADMIN`, is only reported: the API server refuses the combination, and with `SYS_ADMIN` it has no effect.
Windows has no such field.

## Risk
low: an image that relies on sudo, ping or another setuid binary breaks. medium: the image is known to lose something.
high: the command itself runs such a program.

## References
- https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
- https://kubernetes.io/docs/concepts/security/pod-security-standards/
"""

from __future__ import annotations

from collections.abc import Iterator

from fixer.finding import Finding, Fix, Level, Risk, Severity
from fixer.kinds.kubernetes import Container
from fixer.knowledge.commands import base, layers_of
from fixer.rule import rule

# Programs that are setuid root (or carry file capabilities) in the usual distributions and do nothing without it.
SETUID = frozenset({"sudo", "su", "doas", "ping", "ping6", "newuidmap", "newgidmap", "mount", "umount"})


@rule(
    Severity.HIGH,
    levels=(Level.WARN, Level.WARN, Level.DENY),
    aliases=(
        *("K8-005", "KSV-0001", "KSV-0118", "CKV_K8S_20", "CKV_K8S_5", "CKV_K8S_30", "privilege-escalation-container"),
        *("privilegeEscalationAllowed", "C-0016", "C-0197", "Privilege Escalation Allowed"),
        "Resource With Allow Privilege Escalation",
    ),
)
def privilege_escalation(container: Container) -> Iterator[Finding]:
    """Find containers whose processes may gain privileges."""
    value = container.security("allowPrivilegeEscalation")
    if value is False or container.workload.windows or (value is None and container.workload.partial):
        return

    at = container.at("securityContext", "allowPrivilegeEscalation")
    message = "may gain privileges its parent process lacks"
    if reason := container.workload.hands_off:
        yield at.finding(message, unfixable=reason, cap=Level.INFO)
        return

    if reason := why_not(container):
        yield at.finding(message, unfixable=reason)
        return

    risk, because = risk_of(container)
    yield at.finding(message, Fix("Set allowPrivilegeEscalation to false", risk, (at.put(value=False),), because))


def why_not(container: Container) -> str | None:
    """Return why the field cannot be set, or None."""
    if container.privileged:
        return "the container is privileged, and the API server refuses the combination"

    if "CAP_SYS_ADMIN" in container.capabilities("add"):
        return "the container adds CAP_SYS_ADMIN, and the API server refuses the combination"

    if container.added & {"SYS_ADMIN", "ALL"}:
        return "the container adds SYS_ADMIN, beside which the field has no effect"

    if container.facts.no_new_privileges == "breaks":
        return f"{container.image} does not work without gaining privileges ({container.facts.evidence})"

    return None


def risk_of(container: Container) -> tuple[Risk, tuple[str, ...]]:
    """Return the risk of the fix, with its evidence."""
    program = next((base(words[0]) for words in layers_of(container.words) if base(words[0]) in SETUID), None)
    if program and container.root is not True:
        return Risk.HIGH, (f'the command runs "{program}", which gains privileges unless it is root already',)

    if container.facts.no_new_privileges == "limits":
        return Risk.MEDIUM, (f"the image loses something without gaining privileges ({container.facts.evidence})",)

    return Risk.LOW, ()
