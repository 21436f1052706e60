"""Service runs as root.

## Why
Root in a container is root on the host as soon as anything else fails, and it owns every file that is mounted.

## Fix
Sets `user` to the account that the image has for its service, where it is known to start from that account directly. An
image that is built in the project is put right in its Dockerfile. Everything else is only reported, with what it takes.

## Risk
high: data that root or another account wrote keeps its owner, and the entrypoint no longer changes it.

## References
- https://docs.docker.com/reference/compose-file/services/#user
- https://docs.docker.com/build/building/best-practices/#user
"""

from __future__ import annotations

from collections.abc import Iterator

from fixer.finding import Finding, Fix, Level, Risk, Severity
from fixer.kinds.compose import Service
from fixer.kinds.compose_mounts import Mount
from fixer.rule import rule

# They take PUID and PGID and change the account themselves.
OWN_ACCOUNTS = ("linuxserver/", "lscr.io/", "hotio/")
ACCOUNT_VARIABLES = frozenset({"PUID", "UID", "USER_ID", "APP_UID", "LOCAL_USER_ID"})
MESSAGE = "runs as root"


@rule(
    Severity.MEDIUM,
    levels=(Level.WARN, Level.WARN, Level.WARN),
    aliases=("DC-018", "CL-0018"),
)
def root_user(service: Service) -> Iterator[Finding]:
    """Find services that start as root, or as nobody knows whom."""
    if not violated(service) or service.windows or changes_account(service):
        return

    if not service.user and (service.partial or service.inherits(violated)):
        return

    at = service.at("user")
    message = MESSAGE if service.root else "may run as root"
    if reason := next(reasons(service), None):
        yield at.finding(message, unfixable=reason)
        return

    if service.user and service.facts.root is False:
        because = (f"the image starts as {service.facts.starts_as} ({service.facts.evidence})",)
        operation = at.remove() if at.own else at.put(account(service))
        yield at.finding(message, Fix("Let the image choose its account", Risk.HIGH, (operation,), because))
        return

    fix = Fix(f"Run as {account(service)}", Risk.HIGH, (at.put(account(service)),), because_of(service))
    yield at.finding(message, fix)


def changes_account(service: Service) -> bool:
    """Whether the image changes its account itself, as variables tell it."""
    return service.image.startswith(OWN_ACCOUNTS) or bool(ACCOUNT_VARIABLES & set(service.variables))


def violated(service: Service) -> bool:
    """Whether the service starts as root or nothing tells."""
    return service.root is not False


def account(service: Service) -> str:
    """Return uid and gid of the image's account; "" when they are not known."""
    found = service.facts.account
    if found is None or found.uid is None:
        return ""

    return f"{found.uid}:{found.gid}" if found.gid is not None else str(found.uid)


def reasons(service: Service) -> Iterator[str]:
    """Yield the reasons why the account is not changed."""
    if reason := service.at_odds(("user",), account):
        yield reason

    yield from of_image(service)
    for mount in data_mounts(service):
        if mount.type == "bind" and account(service):
            yield f"{mount.target} is a folder of the host: give it to {account(service)} first, then set user"


def of_image(service: Service) -> Iterator[str]:
    """Yield the reasons that lie in the image."""
    facts = service.facts
    if service.user and facts.root is False:
        return

    if service.build:
        yield "the image is built here: give its Dockerfile a USER (dockerfile/root-user)"
        return

    if not facts.known:
        yield "nothing is known about the accounts of the image"
    elif facts.nonroot is None:
        yield "whether the image works without root is not known"
    elif facts.nonroot.works == "never":
        yield f"{facts.name} does not work without root ({facts.evidence})"
    elif facts.nonroot.works != "directly":
        yield f"it takes more than another account: {'; '.join(facts.nonroot.needs)}"
    elif not account(service):
        yield "the number of its account is not known"


def data_mounts(service: Service) -> list[Mount]:
    """Return the mounts that the service may write to."""
    return [mount for mount in service.mounts if mount.type in {"volume", "bind"} and not mount.read_only]


def because_of(service: Service) -> tuple[str, ...]:
    """Return where the account comes from, and what must belong to it."""
    volumes = [mount.source or mount.target for mount in data_mounts(service)]
    owned = (f"data in {', '.join(volumes)} must belong to {account(service)}",) if volumes else ()
    return (f"{account(service)} is its account: {service.facts.evidence}", *owned)
