"""Service keeps the default capabilities of Docker.

## Why
Docker leaves fourteen capabilities to a container, among them NET_RAW (spoofed packets), MKNOD and DAC_OVERRIDE. Nearly
no service needs them, and each is a tool for who breaks in.

## Fix
Adds `ALL` to `cap_drop` and, as `cap_add`, what the image needs while it starts as root (knowledge table), for example
CHOWN, SETGID and SETUID for an entrypoint that changes the owner of its data and then its own account. A service that
starts with another account needs none, unless its program carries file capabilities. Images that are made to run
privileged, or that are known to break when they can gain no privileges, are only reported.

## Risk
low: the service starts without root, and the image has no file capabilities. medium: the needed set is known from the
files of the image. high where it is not known: an entrypoint that changes owners, drops its rights or opens raw sockets
fails. Without capabilities in the bounding set sudo and other setuid programs are as good as gone, so the risk is never
below that of `no-new-privileges`, unless that is set already.

## References
- https://docs.docker.com/engine/security/#linux-kernel-capabilities
- https://docs.docker.com/reference/compose-file/services/#cap_drop
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fixer.finding import Finding, Fix, Level, Risk, Severity
from fixer.kinds.compose import Service
from fixer.kinds.compose_gains import gains_nothing, risk_of_no_gain
from fixer.kinds.compose_values import truth
from fixer.rule import rule

EXCLUDED = ("vault",)
# What Docker gives to every container: https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities
DEFAULT = frozenset(
    {
        *("AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "NET_RAW"),
        *("SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"),
    }
)
# Outside of the default, and covered by one inside: the fix must not give what the service does not have now.
COVERED_BY = {"DAC_READ_SEARCH": "DAC_OVERRIDE"}


@rule(
    Severity.MEDIUM,
    levels=(Level.WARN, Level.WARN, Level.DENY),
    aliases=("DC-006", "CL-0006", "Container Capabilities Unrestricted"),
)
def undropped_capabilities(service: Service) -> Iterator[Finding]:
    """Find services that do not drop all capabilities."""
    if service.partial or not violated(service) or service.inherits(violated):
        return

    if service.windows or service.named(EXCLUDED):
        return

    at = service.at("cap_drop")
    message = "keeps the default capabilities"
    if reason := why_not(service):
        yield at.finding(message, unfixable=reason)
        return

    needed, risk, because = dearer(service, *needs(service))
    added = [name for name in needed if name not in service.capabilities("cap_add")]
    operations = (*at.add("ALL"), *service.at("cap_add").add(*added))
    title = f"Drop all capabilities but {', '.join(added)}" if added else "Drop all capabilities"
    yield at.finding(message, Fix(title, risk, operations, because))


def violated(service: Service) -> bool:
    """Whether something is left undropped."""
    return "ALL" not in service.capabilities("cap_drop")


def why_not(service: Service) -> str | None:
    """Return why the capabilities are not dropped, or None."""
    if truth(service.get("privileged")) is True:
        return "the service is privileged, which gives it every capability whatever is dropped"

    if "ALL" in service.capabilities("cap_add"):
        return "cap_add gives ALL back: list the capabilities that are needed instead"

    if reason := unfit(service):
        return reason

    if reason := service.at_odds(("cap_drop", "cap_add"), wants):
        return reason

    if "ALL" in str(service.file.overriding(service.name).get("cap_drop")).upper():
        return "the override beside the file drops them: Compose refuses a list that has the same entry twice"

    return None


def wants(service: Service) -> object:
    """Return what the service wants, to compare with those that take it over."""
    return violated(service) and not service.named(EXCLUDED) and not unfit(service) and needs(service)[0]


def unfit(service: Service) -> str | None:
    """Return why the image cannot do without capabilities that nobody has listed, or None."""
    facts = service.facts
    if "privileged" in facts.host_access:
        return f"{facts.name} is made to run privileged ({facts.evidence})"

    if facts.no_new_privileges == "breaks" and not gains_nothing(service):
        return f"{facts.name} is known to gain privileges while it starts ({facts.evidence})"

    return None


def dearer(
    service: Service, needed: tuple[str, ...], risk: Risk, because: tuple[str, ...]
) -> tuple[tuple[str, ...], Risk, tuple[str, ...]]:
    """Return the same with the risk of gaining no privileges, where that is higher."""
    other, evidence = (Risk.SAFE, ()) if gains_nothing(service) else risk_of_no_gain(service)
    return (needed, other, (*because, *evidence)) if other > risk else (needed, risk, because)


def needs(service: Service) -> tuple[tuple[str, ...], Risk, tuple[str, ...]]:
    """Return the capabilities that the service needs, the risk of leaving it no other, and the evidence."""
    facts = service.facts
    carried = kept(facts.file_capabilities or ())
    if service.root is False:
        sure = not service.build and facts.sure("file_capabilities") and (bool(service.user) or facts.sure("starts_as"))
        who = f"it starts as user {service.user}" if service.user else f"it does not start as root ({facts.evidence})"
        also = (f"the program carries {', '.join(carried)} as file capability ({facts.evidence})",) if carried else ()
        return carried, Risk.LOW if sure else Risk.MEDIUM, (who, *also)

    if facts.capabilities_as_root is not None:
        needed = kept((*facts.capabilities_as_root, *carried))
        own = service.build is None and not service.get("entrypoint")
        risk = Risk.MEDIUM if facts.sure("capabilities_as_root") and own else Risk.HIGH
        return needed, risk, (f"what it needs as root: {facts.evidence}",)

    return carried, Risk.HIGH, ("what the image needs as root is not known",)


def kept(names: Iterable[str]) -> tuple[str, ...]:
    """Return which of the capabilities an image needs are given by default, and so must be given back."""
    found = dict.fromkeys(COVERED_BY.get(name, name) for name in names)
    return tuple(name for name in found if name in DEFAULT)
