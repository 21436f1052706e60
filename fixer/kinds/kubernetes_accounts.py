"""As which user a container can run instead of root, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from fixer.finding import Operation, Risk
from fixer.kinds.kubernetes_container import Container
from fixer.kinds.kubernetes_values import number
from fixer.kinds.kubernetes_workload import Workload
from fixer.knowledge.commands import base, layers_of
from fixer.knowledge.images import ImageFacts
from fixer.knowledge.roles import drops_privileges

# What only root may do, whatever the files are.
_ONLY_ROOT = frozenset(
    {
        *("chown", "chgrp", "apt", "apt-get", "apk", "yum", "dnf", "microdnf", "sysctl", "mount", "umount", "iptables"),
        *("modprobe", "useradd", "adduser", "groupadd", "setcap", "ip6tables", "insmod", "nsenter", "chroot"),
    }
)


class Default(msgspec.Struct, frozen=True):
    """The number of a user for images that say nothing themselves, and where it comes from."""

    uid: int
    source: str

    @property
    def because(self) -> str:
        """The evidence for the number, as a clause."""
        return f"uid {self.uid}: default_uid of {self.source}"


class Account(msgspec.Struct, frozen=True):
    """A user that is not root. `uid` is its number (None: nobody has to say it), `group` one that must be said too.

    `given` is true when the container starts as this user already, so that the number need not be written for it to
    start. `moves` is true when the container starts as root so far, and its files belong to root.
    """

    uid: int | None
    risk: Risk
    because: tuple[str, ...]
    group: int | None = None
    given: bool = False
    moves: bool = False


def account(container: Container, default: Default) -> Account | str:
    """Return the user a container can run as, or the clause that says why it cannot do without root."""
    user = number(container.security("runAsUser"))
    if user:
        return Account(None, Risk.SAFE, (f"runAsUser is {user} already",), given=True)

    facts = container.facts
    if container.workload.openshift:
        return Account(None, Risk.MEDIUM, ("OpenShift chooses a user that is not root",), given=True)

    if container.workload.windows:
        return Account(None, Risk.HIGH, ("the image may start as ContainerAdministrator",), given=True)

    if facts.root is False:
        return _of_image(facts, default)

    return _only_root(container) or _instead_of_root(container, default)


def _of_image(facts: ImageFacts, default: Default) -> Account:
    """The user that the image starts as; by its name alone the kubelet cannot tell that it is not root."""
    named = isinstance(facts.starts_as, str)
    uid = facts.starts_as if isinstance(facts.starts_as, int) else facts.account.uid if facts.account else None
    who = f"the image starts as {facts.starts_as}"
    if uid is None:
        because = f"{who} ({facts.evidence}), whose number is not known"
        return Account(default.uid, Risk.HIGH, (because, default.because))

    sure = facts.sure("starts_as") and (not named or facts.sure("account"))
    because = f"{who}, uid {uid} ({facts.evidence})" if named else f"{who} ({facts.evidence})"
    group = facts.group if facts.built else None
    return Account(uid, Risk.SAFE if sure else Risk.LOW, (because,), group=group, given=not named)


def _only_root(container: Container) -> str | None:
    """Return why a container that starts as root cannot do without, or None."""
    for words in layers_of(container.words):
        if base(words[0]) in _ONLY_ROOT:
            return f'its command runs "{base(words[0])}", which only root may do'

    if program := drops_privileges(container.words):
        return f'its command starts as root and gives that up with "{program}"'

    facts = container.facts
    if facts.nonroot is None:
        return None if facts.drops_privileges != "supervisor" else f"its supervisor starts as root ({facts.evidence})"

    if facts.nonroot.works == "never":
        return f"{container.image} does not work without root ({facts.evidence})"

    if facts.nonroot.works == "with-changes":
        return f"it takes more than another user: {'; '.join(facts.nonroot.needs)} ({facts.evidence})"

    return None


def _instead_of_root(container: Container, default: Default) -> Account:
    facts = container.facts
    uid = facts.account.uid if facts.account else None
    if uid is None:
        known = f"the image starts as root ({facts.evidence})" if facts.root else "the user of the image is not known"
        return Account(default.uid, Risk.HIGH, (known, default.because), moves=True)

    because = f"uid {uid} is the account {facts.account.name if facts.account else ''} of the image ({facts.evidence})"
    if facts.nonroot is None:
        unknown = "whether the image works without root is not known"
        return Account(uid, Risk.HIGH, (because, unknown), moves=True)

    keeps = any(mount.persistent and not mount.read_only for mount in container.mounts)
    needs = tuple(f"it needs: {need}" for need in facts.nonroot.needs)
    return Account(uid, Risk.HIGH if keeps else Risk.MEDIUM, (because, *needs), moves=True)


def together(workload: Workload, accounts: Mapping[Container, Account]) -> int | None:
    """Return the uid that can be written once, for the whole pod; None when containers differ, or need none.

    A number for the pod counts for every container without its own: all of them must want the same.
    """
    if not workload.pod_level or number(workload.security("runAsUser")) is not None:
        return None

    without = [one for one in workload.containers if number(one.get("securityContext", "runAsUser")) is None]
    if any(one not in accounts for one in without):
        return None

    wanted = {(accounts[one].uid, accounts[one].group) for one in without}
    return next(iter(wanted))[0] if len(wanted) == 1 else None


def put_users(workload: Workload, accounts: Mapping[Container, Account], *, all_of_them: bool) -> list[Operation]:
    """Return the operations that write the numbers of users, and what their volumes need to be writable for them.

    Without `all_of_them` those are left out that the image starts as anyway.
    """
    wanted = [one for one, found in accounts.items() if found.uid is not None and (all_of_them or not found.given)]
    if not wanted:
        return []

    uid = together(workload, accounts)
    if uid is None:
        return [operation for one in wanted for operation in _of_container(one, accounts[one])]

    operations: list[Operation] = [workload.at("securityContext", "runAsUser").put(uid)]
    group = next((found.group for found in accounts.values() if found.uid == uid), None)
    if group is not None and workload.security("runAsGroup") is None:
        operations.append(workload.at("securityContext", "runAsGroup").put(group))

    return operations + owned_volumes(workload, accounts, uid)


def _of_container(container: Container, found: Account) -> Iterable[Operation]:
    yield container.at("securityContext", "runAsUser").put(found.uid)
    if found.group is not None and container.security("runAsGroup") is None:
        yield container.at("securityContext", "runAsGroup").put(found.group)


def owned_volumes(workload: Workload, accounts: Mapping[Container, Account], uid: int) -> list[Operation]:
    """Return the operations that let a new user write to claims that root wrote to so far."""
    claims = any(
        mount.owned_by_group and not mount.read_only
        for one, found in accounts.items()
        if found.moves
        for mount in one.mounts
    )
    if not claims or workload.security("fsGroup") is not None:
        return []

    at = workload.at("securityContext")
    group = next((one.facts.account.gid for one in accounts if one.facts.account and one.facts.account.gid), uid)
    return [
        workload.at("securityContext", "fsGroup").put(group),
        *(
            [workload.at("securityContext", "fsGroupChangePolicy").put("OnRootMismatch")]
            if "fsGroupChangePolicy" not in (at.value or {})
            else []
        ),
    ]


def evidence(accounts: Iterable[Account]) -> tuple[str, ...]:
    """Return the evidence for some accounts, each clause once."""
    return tuple(dict.fromkeys(clause for found in accounts for clause in found.because))
