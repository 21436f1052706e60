"""Container runs as root because nothing says otherwise.

## Why
Whoever takes over a process that runs as root is root in the container: free to change its files and packages, and one
kernel bug or careless mount away from the host.

## Fix
Adds `USER` with a number after the last step that builds something, before HEALTHCHECK, ENTRYPOINT and CMD. An account
that the image or the file has is used; else one is made in the way of the distribution; distroless and scratch images
get a number alone. Volumes and other paths that the program is known to write are given to the user.

Images whose start gives up root itself, base images with ONBUILD, and programs that cannot do without root are reported
only, with the reason.

## Risk
medium: the process may write to paths of root, or read files that only root may read. high where that is likely, or
nothing is known: an unknown image, a port below 1024, a start script that is not in the project, volumes.

## References
- https://docs.docker.com/build/building/best-practices/#user
- https://kubernetes.io/docs/concepts/security/pod-security-standards/
"""

from __future__ import annotations

from collections.abc import Iterator

from fixer.finding import Finding, Fix, Level, Severity
from fixer.kinds.dockerfile import Stage
from fixer.kinds.dockerfile_plan import UserParams, lines, plan
from fixer.kinds.dockerfile_root import needs_root
from fixer.kinds.dockerfile_user import User, user_of
from fixer.kinds.dockerfile_variables import used
from fixer.rule import rule


@rule(
    Severity.HIGH,
    levels=(Level.DENY, Level.DENY, Level.DENY),
    aliases=(
        "DF-001",
        "DL3002",
        "DS-0002",
        "DS002",
        "AVD-DS-0002",
        "CKV_DOCKER_3",
        "CKV_DOCKER_8",
        "Missing User Instruction",
        "CIS-DI-0001",
    ),
    params=UserParams,
)
def root_user(stage: Stage, params: UserParams) -> Iterator[Finding]:
    """Find shipped stages that start as root."""
    if not stage.shipped or stage.windows_user:
        return

    user = user_of(stage)
    if user.at and user.text is None:
        yield unresolved(stage, user)
        return

    if (user.text is not None and not user.root) or said_elsewhere(stage, user):
        return

    message = "runs as root" if user.root else "runs as root as far as is known"
    message = "runs as ContainerAdministrator" if stage.windows else message
    if stage.tool:
        reason = "it is an image for development or build machines, whose user is set where it is used"
        yield stage.finding(message, unfixable=reason, cap=Level.INFO, about="USER")
        return

    found = needs_root(stage) or plan(stage, params)
    if isinstance(found, str):
        yield stage.finding(message, unfixable=found, about="USER")
        return

    fix = Fix(f"Run as user {found.user}", found.risk, lines(stage, found), found.because)
    yield stage.finding(message, fix, about="USER")


def said_elsewhere(stage: Stage, user: User) -> bool:
    """Whether the root user is written in the stage, or comes from a shipped one, where it is put right for both."""
    if user.at is not None and user.at.stage is stage:
        return True

    return any(part.shipped and not part.tool and needs_root(part) is None for part in stage.chain[:-1])


def unresolved(stage: Stage, user: User) -> Finding:
    """Return the finding about a USER whose value a build decides."""
    assert user.at is not None
    names = ", ".join(used(user.at.text))
    return stage.finding(
        "who it runs as depends on the build",
        unfixable=f"{names} has no known value: give it a number as default",
        cap=Level.WARN,
        about="USER",
    )
