"""What a Compose service loses when its processes may gain no privileges, or have no capability left to gain."""

from __future__ import annotations

from fixer.finding import Risk
from fixer.kinds.compose_service import Service

OPTION = "no-new-privileges"
# Programs that gain rights when they start: https://docs.kernel.org/userspace-api/no_new_privs.html
GAINING = frozenset({"sudo", "su", "doas", "newuidmap", "newgidmap"})
# Images made to work in, where sudo is part of the work.
WORKPLACES = ("devcontainer", "vscode/", "code-server", "gitpod", "jupyter", "selenium", "browserless", "playwright")


def options(service: Service) -> list[str]:
    """Entries of `security_opt`, without blanks, `=` written as `:`."""
    entries = service.get("security_opt")
    return [str(item).replace(" ", "").replace("=", ":") for item in (entries if isinstance(entries, list) else ())]


def gains_nothing(service: Service) -> bool:
    """Whether the option is set: its processes gain no privileges now."""
    return not {OPTION, f"{OPTION}:true"}.isdisjoint(options(service))


def risk_of_no_gain(service: Service) -> tuple[Risk, tuple[str, ...]]:
    """Return the risk of keeping the processes of the service from gaining privileges, with its evidence."""
    facts = service.facts
    if program := next(iter(sorted(GAINING & {word.rpartition("/")[2] for word in service.command})), None):
        return Risk.HIGH, (f"the command uses {program}, which gets no rights any more",)

    if service.get("privileged") is True:
        return Risk.HIGH, ("the service is privileged, and what it starts inherits the option",)

    if "privileged" in facts.host_access:
        return Risk.HIGH, (f"the image is made to run privileged ({facts.evidence})",)

    if service.file.workplace or any(word in service.image for word in WORKPLACES):
        return Risk.HIGH, ("the container is made to work in, and sudo stops working",)

    if facts.no_new_privileges == "limits":
        return Risk.MEDIUM, (f"the image loses a feature with it ({facts.evidence})", *facts.notes)

    return Risk.LOW, ()
