"""How the kubelet can tell whether a container works: which port it answers on, and on which path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from fixer.finding import Risk
from fixer.kinds.kubernetes_container import Container, ContainerPort
from fixer.kinds.kubernetes_values import get, text
from fixer.knowledge.ports import PortEvidence, ports_of_command, ports_of_environment
from fixer.knowledge.probes import image_health, kubernetes_command
from fixer.knowledge.roles import is_worker

Handler = Mapping[str, Any]

# Ranks of evidence on which a health path may rest (rules/README 4.9).
_STRONG = 3
_NAMES = ("http", "web", "https", "http-web", "grpc", "health", "healthz", "api", "main")
_BESIDE = re.compile(r"metric|prom|debug|admin|profil|pprof|jmx|monitor|telemetry", re.IGNORECASE)
_SECURE = frozenset({443, 8443})
_HTTP = re.compile(
    r"(?:curl|wget)\b[^|;&]*?\s[\"']?(?P<scheme>https?)://(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])"
    r"(?::(?P<port>[0-9]{1,5}))?(?P<path>/[A-Za-z0-9._~/?=&%+-]*)?[\"']?(?=\s|$|\|)"
)
_MORE_THAN_A_GET = re.compile(r"\s(?:-X|--request|-H|--header|-d|--data\S*|-u|--user|--post-\S+)\b")
_PREFIX = re.compile(r"--?(?:web\.)?(?:route-prefix|external-url|base-?path|prefix)")
_HANDLERS = ("httpGet", "grpc", "exec", "tcpSocket")
_PROBES = ("startupProbe", "livenessProbe", "readinessProbe")


class Port(msgspec.Struct, frozen=True):
    """A port to ask: its number or its name among the ports of the container, and where it is known from."""

    value: int | str
    number: int
    because: str


class Check(msgspec.Struct, frozen=True):
    """What a probe does, with its evidence."""

    handler: Handler
    because: tuple[str, ...]
    risk: Risk = Risk.HIGH


def idle(container: Container) -> bool:
    """Whether the container takes its work from a queue or a clock and has nothing that answers."""
    return not container.ports and is_worker(container.words)


# ---- ports


def port_of(container: Container) -> Port | None:
    """Return the port the container answers on, by the strongest evidence there is; None when there is none."""
    return next(_candidates(container), None)


def _candidates(container: Container) -> Iterator[Port]:
    tcp = [port for port in container.ports if port.protocol == "TCP"]
    if known := _command_port(container, tcp):
        yield known

    if tcp:
        yield _container_port(container, tcp)

    if container.ports:
        # Those of another protocol say that it does something else.
        return

    for service, target in container.workload.service_ports:
        if isinstance(target, int) and len(container.workload.containers) == 1:
            yield Port(target, target, f"port {target}: Service {service} sends there")

    exposed = [port.port for port in container.facts.ports or () if port.protocol == "tcp"]
    if len(exposed) == 1 and not container.command:
        yield Port(exposed[0], exposed[0], f"port {exposed[0]}: {container.facts.evidence}")

    for found in ports_of_environment(container.environment):
        yield Port(found.port, found.port, found.because)


def _command_port(container: Container, tcp: list[ContainerPort]) -> Port | None:
    """Return the port that the command line names; that of an unknown program may be another one than the main one."""
    found = [one for one in _of_command(container) if not _local(one)]
    if len({one.port for one in found}) != 1:
        return None

    port = next((port for port in tcp if port.number == found[0].port), None)
    if port is None and tcp and found[0].rank > _STRONG:
        return None

    return Port(port.name or port.number if port else found[0].port, found[0].port, found[0].because)


def _of_command(container: Container) -> tuple[PortEvidence, ...]:
    # `$(NAME)` is how Kubernetes puts variables into a command. Arguments alone go to the program of the image, whose
    # name nearly always is the image's.
    words = [re.sub(r"\$\((\w+)\)", r"${\1}", word) for word in container.words]
    if words and not container.command:
        words.insert(0, container.image.partition("@")[0].rpartition("/")[2].partition(":")[0])

    return ports_of_command(words, container.environment)


def _local(found: PortEvidence) -> bool:
    return found.host in {"localhost", "127.0.0.1", "::1", "[::1]"}


def _container_port(container: Container, tcp: list[ContainerPort]) -> Port:
    """Return the one of the ports that the container is there for."""
    main = [port for port in tcp if not _BESIDE.search(port.name)] or tcp
    sent = {target for _, target in container.workload.service_ports}
    for name in _NAMES:
        if named := next((port for port in main if port.name == name), None):
            return Port(name, named.number, f"port {name}: a container port of that name")

    aimed = next((port for port in main if port.name in sent or port.number in sent), None)
    if aimed:
        return Port(aimed.name or aimed.number, aimed.number, f"port {aimed.number}: a Service sends there")

    first = main[0]
    which = "the only container port" if len(tcp) == 1 else "the first container port"
    return Port(first.name or first.number, first.number, f"port {first.number}: {which}")


def as_written(container: Container, number: int) -> int | str:
    """Return a port as the container names it: by name if it has one."""
    named = next((port for port in container.ports if port.number == number and port.protocol == "TCP"), None)
    return (named.name if named else "") or number


# ---- checks


def documented(container: Container, *, liveness: bool) -> Check | None:
    """Return the check of the endpoint that the image is documented to have, where its conditions are met."""
    facts, health = container.facts, container.facts.http_health
    if health is None or facts.built or not _needs_met(container, health.needs):
        return None

    path = health.liveness if liveness else health.path
    moved = {one.port for one in _of_command(container)}
    if not path or (moved and health.port not in moved) or _prefixed(container):
        return None

    ports = [port.number for port in container.ports if port.protocol == "TCP"]
    if ports and health.port not in ports:
        return None

    port = as_written(container, health.port)
    return Check(http(path, port, health.port), (f"{path} on port {health.port}: {facts.evidence}",))


def _needs_met(container: Container, needs: str) -> bool:
    """Whether the condition of a documented endpoint holds; one that cannot be checked does not."""
    if not needs:
        return True

    name, _, value = needs.partition("=")
    if re.fullmatch(r"[A-Z_]+", name):
        return container.environment.get(name) == value

    return needs.startswith("--ping") and any(word.startswith("--ping") for word in container.words)


def _prefixed(container: Container) -> bool:
    """Whether the command line moves all paths below a prefix."""
    return any(_PREFIX.match(word) for word in container.words)


def of_health_check(container: Container) -> Check | None:
    """Return the check that the HEALTHCHECK of an image asks for, as a request of the kubelet itself."""
    health = container.facts.health
    if health is None or container.command or not container.facts.built:
        return None

    line = " ".join(health.test[1:])
    found = _HTTP.search(f"{line} ")
    if found is None or _MORE_THAN_A_GET.search(line):
        return None

    secure = found["scheme"] == "https"
    port = int(found["port"] or (443 if secure else 80))
    handler = http(found["path"] or "/", as_written(container, port), port, secure=secure)
    return Check(handler, (f"{found['path'] or '/'} on port {port}: HEALTHCHECK in {container.facts.evidence}",))


def of_command(container: Container) -> Check | None:
    """Return the check of a path that the server of the command line is known to answer itself."""
    for found in _of_command(container):
        if found.path and found.rank <= _STRONG and not _local(found):
            port = as_written(container, found.port)
            handler = http(found.path, port, found.port, secure=found.protocol == "https")
            return Check(handler, (f"{found.path}: {found.because}",))

    return None


def of_client(container: Container, *, liveness: bool) -> Check | None:
    """Return the check with the image's own client, such as pg_isready, or the HEALTHCHECK of the image."""
    facts = container.facts
    if facts.built and liveness:
        # One endpoint alone is for readiness: it may ask for what the container depends on.
        return None

    probe = image_health(facts, container.environment, container.words or None)
    if probe is None or not probe.sure or facts.http_health is not None:
        return None

    return Check({"exec": {"command": kubernetes_command(probe, facts.shell or "")}}, (probe.because,))


def like(container: Container, keys: Iterable[str]) -> Check | None:
    """Return the check of another probe of the container; one that only connects is no better than the port."""
    for key in keys:
        probe = container.probe(key)
        for handler in _HANDLERS[:3]:
            if get(probe, handler):
                return Check({handler: probe[handler]}, (f"as its {key} does",))

    return None


def connecting(container: Container) -> Check | None:
    """Return the check that only connects to the port."""
    for key in _PROBES:
        port = get(container.probe(key), "tcpSocket", "port") or get(container.probe(key), "httpGet", "port")
        if isinstance(port, int | str) and port:
            return Check({"tcpSocket": {"port": port}}, (f"port {port}: its {key} asks there",))

    found = port_of(container)
    return Check({"tcpSocket": {"port": found.value}}, (found.because,)) if found else None


def http(path: str, port: int | str, number: int, *, secure: bool | None = None) -> Handler:
    """Return the handler that asks for a path; whether by TLS is told by the port where nothing else says so."""
    handler: dict[str, Any] = {"path": path, "port": port}
    if secure or (secure is None and (number in _SECURE or port == "https")):
        handler["scheme"] = "HTTPS"

    return {"httpGet": handler}


def times(delay: int | None, period: int, timeout: int, failures: int) -> Mapping[str, int]:
    """Return the keys of a probe for its times, in seconds, and for the failures it lets pass."""
    first = {} if delay is None else {"initialDelaySeconds": delay}
    return {**first, "periodSeconds": period, "timeoutSeconds": timeout, "failureThreshold": failures}


def served(container: Container) -> bool:
    """Whether a Service sends to the container."""
    ports = {port.number for port in container.ports} | {port.name for port in container.ports if port.name}
    targets = {target for _, target in container.workload.service_ports}
    alone = sum(one.role == "container" for one in container.workload.containers) == 1
    return bool(targets) and (alone or bool(ports & targets))


def what_is_missing(container: Container, template: str) -> str:
    """Return what a person has to find out before a probe can be written."""
    known = text(container.facts.name) if container.facts.known else "the image"
    return f"nothing shows which port {known} answers on: choose a check, for example {template}"
