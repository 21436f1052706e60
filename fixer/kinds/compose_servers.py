"""What shows that a Compose service goes on for ever: without such a sign it may as well be a job that ends."""

from __future__ import annotations

from collections.abc import Mapping

from fixer.kinds.compose_service import Service
from fixer.kinds.compose_values import strings, truth
from fixer.knowledge.roles import is_server

_ROLES = frozenset(
    {"database", "cache", "queue", "storage", "registry", "web-server", "proxy", "monitoring", "agent", "ci"}
)
# First words for programs that are the entrypoint of an image: `minio server`, `keycloak start-dev`.
_SERVING = frozenset({"server", "serve", "start", "start-dev", "web", "webserver", "gateway", "daemon"})
_ENDS = "service_completed_successfully"


def lasting(service: Service) -> str | None:
    """Return what shows that the service is a server or a worker, as a clause; None when nothing does."""
    return _of_file(service) or _of_image(service) or _of_others(service)


def _of_file(service: Service) -> str | None:
    if service.ports:
        return "it publishes a port"

    if service.exposed:
        return f"it exposes port {service.exposed[0]}"

    health = service.get("healthcheck")
    if isinstance(health, Mapping) and strings(health.get("test")) and truth(health.get("disable")) is not True:
        return "it has a health check"

    if is_server(service.command):
        return f'its command is "{service.command[0]}"'

    if not service.get("entrypoint") and service.command[:1] and service.command[0] in _SERVING:
        return f'its command is "{service.command[0]}"'

    return "it is a worker by its name or its command" if service.worker else None


def _of_image(service: Service) -> str | None:
    """Return what the image shows; nothing when something else than its own program may be started."""
    facts = service.facts
    if facts.run_once or service.get("entrypoint") or not all(word.startswith("-") for word in service.command[:1]):
        return None

    if facts.health:
        return f"its image has a health check ({facts.evidence})"

    if facts.ports:
        return f"its image listens on port {facts.ports[0].port} ({facts.evidence})"

    return f"role of its image: {facts.role} ({facts.evidence})" if facts.role in _ROLES else None


def _of_others(service: Service) -> str | None:
    waiting = service.file.waiting.get(service.name, ())
    return next((f"{other} depends on it" for other, condition in waiting if condition != _ENDS), None)
