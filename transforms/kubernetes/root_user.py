"""Pod may run as root.

## Why
Root in a container is root on the node as soon as anything else fails. With `runAsNonRoot` the kubelet refuses to start
a container whose user is root, so that a changed image cannot bring it back unseen.

## Fix
Sets `runAsNonRoot: true` on the pod, or on single containers where others of the pod cannot do without root. Where the
image starts as root, by a name (which the kubelet cannot check) or as nobody knows whom, `runAsUser` is set with it,
since the container would not start otherwise: the number of the image's own account, else that of the policy. Claims
that root wrote to so far become writable by `fsGroup`. On OpenShift, which chooses the number itself, and on Windows,
only `runAsNonRoot` is set. Explicit decisions for root are the concern of another rule (explicit-root-user).

## Risk
safe: the number of the user is known and not 0. low: it is known from general knowledge only. medium: the image starts
as root and is known to work from its own account. high: whether it does is not known; files that belong to root can no
longer be written.

## References
- https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
- https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from fixer.finding import Finding, Fix, Level, Severity
from fixer.kinds.kubernetes import Container, Workload
from fixer.kinds.kubernetes_accounts import Account, Default, account, evidence, put_users
from fixer.kinds.kubernetes_values import number
from fixer.kinds.parameters import UserId
from fixer.rule import origin, rule

MESSAGE = "may run as root"
TITLE = "Forbid to run as root"


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The number of the policy (pack k8s-prod-matrix).

    default_uid: number of the user where nothing is known about the image
    """

    default_uid: UserId = 1000


@rule(
    Severity.HIGH,
    levels=(Level.DENY, Level.DENY, Level.DENY),
    aliases=(
        *("K8-001", "KSV-0012", "KSV-0118", "CKV_K8S_23", "CKV_K8S_6", "CKV_K8S_29", "run-as-non-root"),
        *("container-security-context-user-group-id", "runAsRootAllowed", "C-0013", "C-0198", "C-0211"),
        *("Containers Running As Root", "Root Containers Admitted", "Pod or Container Without Security Context"),
    ),
    params=Params,
)
def root_user(workload: Workload, params: Params) -> Iterator[Finding]:
    """Find pods that nothing forbids to run as root."""
    default = Default(params.default_uid, origin(params, "pack k8s-prod-matrix"))
    found = {one: account(one, default) for one in workload.containers if violated(one)}
    if not found or workload.partial or workload.hands_off:
        return

    fine = {one: entry for one, entry in found.items() if isinstance(entry, Account)}
    if len(fine) == len(found) and workload.pod_level and not any(asks_for_root(one) for one in workload.containers):
        yield workload.at("securityContext", "runAsNonRoot").finding(MESSAGE, whole(workload, fine))
        return

    for container, entry in found.items():
        at = container.at("securityContext", "runAsNonRoot")
        if isinstance(entry, str):
            yield at.finding(MESSAGE, unfixable=entry)
        else:
            yield at.finding(MESSAGE, alone(container, entry))


def violated(container: Container) -> bool:
    """Whether nothing keeps the container from running as root, and nobody asked for root."""
    return container.security("runAsNonRoot") is None and not asks_for_root(container)


def asks_for_root(container: Container) -> bool:
    """Whether somebody asked for root on purpose."""
    return container.security("runAsNonRoot") is False or number(container.security("runAsUser")) == 0


def whole(workload: Workload, accounts: Mapping[Container, Account]) -> Fix:
    """Return the fix for the pod as a whole."""
    operations = [
        workload.at("securityContext", "runAsNonRoot").put(value=True),
        *put_users(workload, accounts, all_of_them=False),
    ]
    risk = max(entry.risk for entry in accounts.values())
    return Fix(TITLE, risk, tuple(operations), evidence(accounts.values()))


def alone(container: Container, entry: Account) -> Fix:
    """Return the fix for one container."""
    at = container.at("securityContext", "runAsNonRoot")
    users = put_users(container.workload, {container: entry}, all_of_them=False) if not entry.given else []
    return Fix(TITLE, entry.risk, (at.put(value=True), *users), entry.because)
