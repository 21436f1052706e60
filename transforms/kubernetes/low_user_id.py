"""Container does not run as a user with a number of 1000 or above.

## Why
Numbers below 1000 are those of system accounts, and a number that nobody wrote down is whatever the image says next
time. A pod whose number is known can be checked, and matched with the owner of its volumes.

## Fix
Sets `runAsUser`, on the pod where its containers agree, else on the containers: the number that the image starts as;
the image's own account, also below 1000 (postgres 999, nginx 101), because another number breaks the image; 1000 where
nothing is known. A group that the image names comes along. OpenShift chooses the number itself, and Windows has none.

## Risk
safe: the image starts as that number. low: it does by general knowledge. medium: the image starts as root and is known
to work from its own account. high: nothing is known; such a user has no home directory and may not write where the
image expects it.

## References
- https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from fixer.finding import Finding, Fix, Level, Risk, Severity
from fixer.kinds.kubernetes import Container, Workload
from fixer.kinds.kubernetes_accounts import Account, Default, account, evidence, put_users, together
from fixer.kinds.kubernetes_values import number
from fixer.kinds.parameters import UserId
from fixer.rule import origin, rule

MISSING = "has no user number"
LOW = "has a user number of a system account"


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Numbers of pack k8s-prod-matrix.

    default_uid: number of the user where nothing is known about the image, no less than min_uid
    min_uid: lowest number that is not one of a system account
    """

    default_uid: UserId = 1000
    min_uid: UserId = 1000

    @property
    def default(self) -> Default:
        """The number where nothing is known about the image."""
        return Default(max(self.default_uid, self.min_uid), origin(self, "pack k8s-prod-matrix"))


@rule(
    Severity.MEDIUM,
    levels=(Level.OFF, Level.WARN, Level.DENY),
    aliases=(
        *("K8-002", "KSV-0020", "CKV_K8S_40", "container-security-context-user-group-id"),
        "Container Running With Low UID",
    ),
    params=Params,
)
def low_user_id(workload: Workload, params: Params) -> Iterator[Finding]:
    """Find containers without a number of their user, or with a low one."""
    if workload.windows or workload.openshift or workload.hands_off:
        return

    if low(number(workload.security("runAsUser")), params):
        yield from lowered(workload, params.default)

    for container in workload.containers:
        if low(number(container.get("securityContext", "runAsUser")), params) and not own(container):
            yield raised(container, params.default)

    if not workload.partial:
        yield from missing(workload, params)


def low(user: int | None, params: Params) -> bool:
    """Whether a number is that of a system account other than root."""
    return user is not None and 0 < user < params.min_uid


def own(container: Container) -> bool:
    """Whether the container runs as the image's own account."""
    user, facts = number(container.security("runAsUser")), container.facts
    return user == facts.starts_as or (facts.account is not None and user == facts.account.uid)


def lowered(workload: Workload, default: Default) -> Iterator[Finding]:
    """Yield the finding about a low number for the whole pod."""
    heirs = [one for one in workload.containers if number(one.get("securityContext", "runAsUser")) is None]
    if any(own(one) for one in heirs):
        return

    at = workload.at("securityContext", "runAsUser")
    if reason := kept(heirs, at.value):
        yield at.finding(LOW, unfixable=reason)
    else:
        yield at.finding(LOW, Fix(f"Run as user {default.uid}", Risk.HIGH, (at.put(default.uid),), (default.because,)))


def raised(container: Container, default: Default) -> Finding:
    """Return the finding about a low number of one container."""
    at = container.at("securityContext", "runAsUser")
    if reason := kept([container], at.value):
        return at.finding(LOW, unfixable=reason)

    facts = container.facts
    if facts.account is not None and facts.account.uid:
        because = f"uid {facts.account.uid} is the account {facts.account.name} of the image ({facts.evidence})"
        fix = Fix(f"Run as user {facts.account.uid}", Risk.HIGH, (at.put(facts.account.uid),), (because,))
        return at.finding(LOW, fix)

    return at.finding(LOW, Fix(f"Run as user {default.uid}", Risk.HIGH, (at.put(default.uid),), (default.because,)))


def kept(containers: list[Container], user: object) -> str | None:
    """Return why a number cannot be changed, or None."""
    for container in containers:
        for mount in container.mounts:
            if mount.persistent and not mount.read_only:
                return f"the data in {mount.path} belongs to user {user}: give it to another one first"

    return None


def missing(workload: Workload, params: Params) -> Iterator[Finding]:
    """Yield the findings about containers without a number: one where the pod can have one for all."""
    found = {one: account(one, params.default) for one in workload.containers if violated(one)}
    fine = {one: entry for one, entry in found.items() if isinstance(entry, Account)}
    # Only when no container has a number yet: the place of the finding must not depend on what other rules did.
    if len(fine) == len(workload.containers) and together(workload, fine) is not None:
        at = workload.at("securityContext", "runAsUser")
        yield at.finding(MISSING, fix_of(workload, fine, params))
        return

    for container, entry in found.items():
        at = container.at("securityContext", "runAsUser")
        if isinstance(entry, str):
            yield at.finding(MISSING, unfixable=entry)
        else:
            yield at.finding(MISSING, fix_of(workload, {container: entry}, params))


def violated(container: Container) -> bool:
    """Whether the container has no number, and nobody asked for root."""
    return number(container.security("runAsUser")) is None and container.security("runAsNonRoot") is not False


def fix_of(workload: Workload, accounts: Mapping[Container, Account], params: Params) -> Fix:
    """Return the fix that writes the numbers."""
    uid = next(entry.uid for entry in accounts.values())
    below = (f"uid {uid} is below {params.min_uid}, but any other breaks the image",) if low(uid, params) else ()
    risk = max(entry.risk for entry in accounts.values())
    operations = tuple(put_users(workload, accounts, all_of_them=True))
    return Fix(f"Run as user {uid}", risk, operations, (*evidence(accounts.values()), *below))
