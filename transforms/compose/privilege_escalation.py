"""Service can gain more privileges than the process that started it.

## Why
Without `no-new-privileges` any setuid program or file capability in the image is a way from the account of the service
to root.

## Fix
Appends `no-new-privileges:true` to `security_opt`, which is made where it is missing, or puts it in place of
`no-new-privileges:false`. Images that are known to break under it are only reported.

## Risk
low: programs that gain rights when they start (sudo, su, ping on old kernels, newuidmap, binaries with file
capabilities) get none any more; gosu, su-exec and setpriv go on working, because they only give rights up. medium where
the image is known to lose a feature. high where the service uses sudo, is privileged or made to be, or switched the
option off itself.

## References
- https://docs.docker.com/reference/compose-file/services/#security_opt
- https://docs.kernel.org/userspace-api/no_new_privs.html
"""

from __future__ import annotations

from collections.abc import Iterator

from fixer.finding import Finding, Fix, Level, Risk, Severity
from fixer.kinds.compose import Service
from fixer.kinds.compose_gains import OPTION, gains_nothing, options, risk_of_no_gain
from fixer.rule import rule

MESSAGE = "may gain privileges its parent process lacks"
EXCLUDED = ("vault",)


@rule(
    Severity.HIGH,
    levels=(Level.DENY, Level.DENY, Level.DENY),
    aliases=("DC-005", "CL-0003", "No New Privileges Not Set", "Security Opt Not Set"),
)
def privilege_escalation(service: Service) -> Iterator[Finding]:
    """Find services without `no-new-privileges`."""
    if not violated(service) or service.inherits(violated) or service.windows or service.named(EXCLUDED):
        return

    at = service.at("security_opt")
    switched_off = [index for index, option in enumerate(options(service)) if option.startswith(OPTION)]
    if service.partial and not switched_off:
        return

    if reason := why_not(service, switched_off):
        yield at.finding(MESSAGE, unfixable=reason)
        return

    if switched_off:
        item = service.at("security_opt", switched_off[0])
        fix = Fix("Set no-new-privileges to true", Risk.HIGH, (item.put(f"{OPTION}:true"),))
        yield item.finding("switches no-new-privileges off", fix)
        return

    risk, because = risk_of_no_gain(service)
    yield at.finding(MESSAGE, Fix("Set no-new-privileges", risk, at.add(f"{OPTION}:true"), because))


def violated(service: Service) -> bool:
    """Whether nothing switches the option on."""
    return not gains_nothing(service)


def wants(service: Service) -> object:
    """Return what the service wants, to compare with those that take it over."""
    allowed = not service.named(EXCLUDED) and service.facts.no_new_privileges != "breaks"
    return violated(service) and allowed and not service.windows


def why_not(service: Service, switched_off: list[int]) -> str | None:
    """Return why the option is not set, or None."""
    if service.facts.no_new_privileges == "breaks":
        return f"{service.facts.name} is known to break with no-new-privileges ({service.facts.evidence})"

    if switched_off and len(options(service)) != len(service.own.get("security_opt") or []):
        return "the option is switched off in the service that this one extends, and lists are only added to"

    if reason := service.at_odds(("security_opt",), wants):
        return reason

    if OPTION in str(service.file.overriding(service.name).get("security_opt")):
        return "the override beside the file sets it: Compose refuses a list that has the same entry twice"

    return None
