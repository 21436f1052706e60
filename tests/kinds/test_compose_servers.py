"""What shows that a service goes on for ever, and that a fix says so."""

from __future__ import annotations

import pytest
from kinds.compose_facts import service

from fixer.finding import Risk
from fixer.kinds.compose_servers import lasting
from transforms.compose.missing_logging import Params as LoggingParams
from transforms.compose.missing_logging import missing_logging
from transforms.compose.missing_restart_policy import Params as RestartParams
from transforms.compose.missing_restart_policy import missing_restart_policy
from transforms.compose.privilege_escalation import privilege_escalation
from transforms.compose.undropped_capabilities import undropped_capabilities

OWN = "image: registry.example.com/shop/api:1"


@pytest.mark.parametrize(
    ("keys", "evidence"),
    [
        (f"{OWN}, ports: ['80:80']", "it publishes a port"),
        (f"{OWN}, ports: ['53:53/udp']", "it publishes a port"),
        (f"{OWN}, expose: ['9000']", "it exposes port 9000"),
        (f"{OWN}, healthcheck: {{test: ['CMD', 'x']}}", "it has a health check"),
        (f"{OWN}, healthcheck: {{test: ['CMD', 'x'], disable: true}}", None),
        (f"{OWN}, command: uvicorn main:app", 'its command is "uvicorn"'),
        (f"{OWN}, command: start-dev", 'its command is "start-dev"'),
        (f"{OWN}, entrypoint: /run, command: start", None),
        (f"{OWN}, command: celery -A shop worker", "it is a worker by its name or its command"),
        ("image: nginx:1.27", "its image listens on port 80 (knowledge table: docker.io/library/nginx)"),
        ("image: nginx:1.27, command: ./reload.sh", None),
        ("image: nginx:1.27, entrypoint: ./reload.sh", None),
        ("image: debian:12", None),
        (OWN, None),
    ],
)
def test_evidence(keys: str, evidence: str | None) -> None:
    assert lasting(service(f"services:\n  a: {{{keys}}}\n")) == evidence


@pytest.mark.parametrize(
    ("condition", "evidence"),
    [("service_healthy", "b depends on it"), ("service_completed_successfully", None)],
)
def test_who_depends_on_it(condition: str, evidence: str | None) -> None:
    other = f"  b: {{{OWN}, depends_on: {{a: {{condition: {condition}}}}}}}\n"
    assert lasting(service(f"services:\n  a: {{{OWN}}}\n{other}")) == evidence


@pytest.mark.parametrize(
    ("keys", "risk", "because"),
    [
        (f"{OWN}, ports: ['80:80']", Risk.LOW, "it publishes a port"),
        (OWN, Risk.MEDIUM, "nothing shows that it is a server: a job would be started again for ever"),
    ],
)
def test_a_restart_policy_says_what_it_rests_on(keys: str, risk: Risk, because: str) -> None:
    (finding,) = missing_restart_policy.check(service(f"services:\n  a: {{{keys}}}\n"), RestartParams())
    assert finding.fix is not None
    assert (finding.fix.risk, finding.fix.because) == (risk, (because,))


def test_logging_says_whose_values_it_copies() -> None:
    text = "x-logs: &logs {driver: local}\nservices:\n  a: {image: nginx}\n  b: {image: nginx, logging: *logs}\n"
    (finding,) = missing_logging.check(service(text), LoggingParams())
    assert finding.fix is not None
    assert finding.fix.because == ("as x-logs of the file says",)


@pytest.mark.parametrize(
    "keys",
    [
        "image: dpage/pgadmin4:8",
        "image: quay.io/jupyter/base-notebook:1",
        "image: selenium/standalone-chrome:4",
        "image: caddy:2",
        f"{OWN}, user: '1000', command: su -c run",
        f"{OWN}, user: '1000'",
    ],
)
def test_dropping_capabilities_is_no_safer_than_no_new_privileges(keys: str) -> None:
    text = f"services:\n  a: {{{keys}}}\n"
    (capabilities,) = undropped_capabilities.check(service(text))
    (privileges,) = privilege_escalation.check(service(text))
    assert capabilities.fix is not None
    assert privileges.fix is not None
    assert capabilities.fix.risk >= privileges.fix.risk
