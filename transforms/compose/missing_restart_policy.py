"""Long-running service has no restart policy.

## Why
A service that crashes, or whose host restarts, stays down until somebody notices.

## Fix
Adds `restart: unless-stopped`. With signs of Swarm, where `restart` has no effect, adds
`deploy.restart_policy` with the condition `on-failure` and five attempts. A service that does one thing and ends
(migrations, backups, tests, one that others wait for with `service_completed_successfully`) is offered
`restart: on-failure:5` as information. Services that are for a person to work in (a terminal with a shell, a container
that sleeps, files of `.devcontainer`), and those that say `restart: "no"`, are left alone.

## Risk
low: something shows that the service is a server or a worker (a port, a health check, a known image or command, another
service that depends on it); a crash loop hides its first error. medium where nothing shows it: a service that was meant
to run once would run for ever. medium for jobs: a step that fails half way is repeated.

## References
- https://docs.docker.com/reference/compose-file/services/#restart
- https://docs.docker.com/reference/compose-file/deploy/#restart_policy
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from fixer.finding import Finding, Fix, Level, Risk, Severity
from fixer.kinds.compose import Service, Value
from fixer.kinds.compose_servers import lasting
from fixer.kinds.parameters import RestartPolicy
from fixer.knowledge.commands import commands_of
from fixer.rule import origin, rule

# Values of pack opa-baseline; five attempts are those of CIS Docker 5.15.
SWARM_POLICY: Value = {"condition": "on-failure", "max_attempts": 5}
JOB_POLICY = "on-failure:5"


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The policy of pack opa-baseline.

    policy: value of `restart` for services that run on: unless-stopped, always, on-failure or on-failure:N
    """

    policy: RestartPolicy = "unless-stopped"


@rule(
    Severity.MEDIUM,
    levels=(Level.DENY, Level.DENY, Level.DENY),
    aliases=("DC-003", "Restart Policy On Failure Not Set To 5"),
    params=Params,
)
def missing_restart_policy(service: Service, params: Params) -> Iterator[Finding]:
    """Find services that are not started again."""
    if service.partial or not violated(service) or attended(service):
        return

    if evidence := service.job:
        yield job_finding(service, evidence)
        return

    if service.inherits(violated):
        return

    at = service.at("deploy", "restart_policy") if service.swarm else service.at("restart")
    message = "has no restart policy"
    if reason := why_not(service):
        yield at.finding(message, unfixable=reason)
    elif service.swarm:
        because = (f"deploy.{service.swarm} is a key of Swarm, which ignores restart",)
        yield at.finding(message, Fix("Restart on failure", Risk.LOW, (at.put(SWARM_POLICY),), because))
    else:
        evidence = lasting(service)
        risk = Risk.LOW if evidence else Risk.MEDIUM
        because = (evidence or "nothing shows that it is a server: a job would be started again for ever",)
        yield at.finding(
            message, Fix(title_of(params), risk, (at.put(params.policy),), (*because, *because_of(params)))
        )


def title_of(params: Params) -> str:
    """Return the title of the fix."""
    return "Restart unless stopped" if params == Params() else f"Set restart to {params.policy}"


def because_of(params: Params) -> tuple[str, ...]:
    """Return where a policy comes from that is not the usual one."""
    return () if params == Params() else (f"{params.policy}: {origin(params, '')}",)


def attended(service: Service) -> bool:
    """Whether a person works in the service, and starts it for that."""
    waits = service.idle and not (service.exposed and len(commands_of(service.command)) > 1)
    return service.interactive or waits or service.file.workplace


def violated(service: Service) -> bool:
    """Whether no policy is set; an explicit `no` is a decision."""
    return service.get("restart") in (None, "") and not service.get("deploy", "restart_policy")


def job_finding(service: Service, evidence: str) -> Finding:
    """Return the lesser finding about a service that ends by itself."""
    at = service.at("deploy", "restart_policy") if service.swarm else service.at("restart")
    value: Value = SWARM_POLICY if service.swarm else JOB_POLICY
    because = (f"it ends by itself: {evidence}",)
    fix = Fix("Try again on failure, five times at most", Risk.MEDIUM, (at.put(value),), because)
    return at.finding("is a job that is not tried again when it fails", fix, cap=Level.INFO)


def why_not(service: Service) -> str | None:
    """Return why no policy is set, or None."""
    return service.at_odds(("deploy" if service.swarm else "restart",), wants)


def wants(service: Service) -> object:
    """Return what the service wants, to compare with those that take it over."""
    return violated(service) and not service.job and not attended(service)
