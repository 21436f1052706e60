"""Port is published on all interfaces of the host.

## Why
Docker publishes past ufw and firewalld: a database that is published for the developer's own tools is open to everybody
who reaches the host.

## Fix
Puts the address 127.0.0.1 in front of the ports of databases, caches, queues and administration pages, and, at risk
high, of other services. The ports 80 and 443 are only reported: they are there for other machines, and who must reach
them is a decision.

## Risk
medium: clients on other machines can no longer connect. high where the port is not one of a known database or
administration page, so that it may be the one that users open, or where its number comes from a variable without a
default.

## References
- https://docs.docker.com/engine/network/port-publishing/
- https://docs.docker.com/reference/compose-file/services/#ports
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec

from fixer.finding import Finding, Fix, Level, Risk, Severity
from fixer.kinds.compose import Service
from fixer.kinds.compose_ports import Port, ports
from fixer.kinds.compose_values import plain
from fixer.kinds.parameters import Address, PortNumber
from fixer.rule import origin, rule

# Ports of databases, caches, queues and administration pages: the catalogue's list (DC-019) and their usual neighbours.
DATABASES = frozenset({5432, 3306, 33060, 27017, 6379, 5672, 9200, 9300, 9092, 2181, 11211, 2375, 1433, 1521, 5984})
ADMINISTRATION = frozenset({15672, 8200, 5601, 9090})
# DNS, and DHCP: on the loopback address they serve nobody.
OUTWARD = frozenset({53, 67, 853})
DATA_ROLES = frozenset({"database", "cache", "queue"})
ADMIN_IMAGES = (
    *("grafana", "prometheus", "kibana", "adminer", "phpmyadmin", "pgadmin4", "mongo-express", "portainer-ce"),
    *("redis-commander", "redisinsight", "kafka-ui", "akhq", "cadvisor", "alertmanager", "mailhog", "mailpit"),
    *("flower", "jaeger"),
)


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which ports are for whom.

    bind_ip: address that is put in front of a port
    public_ports: ports for users, which are only reported
    """

    bind_ip: Address = "127.0.0.1"
    public_ports: tuple[PortNumber, ...] = (80, 443)


@rule(
    Severity.MEDIUM,
    levels=(Level.WARN, Level.WARN, Level.WARN),
    aliases=("DC-019", "CL-0005", "Container Traffic Not Bound To Host Interface", "no-unbound-port-interfaces"),
    params=Params,
)
def unbound_port(service: Service, params: Params) -> Iterator[Finding]:
    """Find ports that are published on all interfaces."""
    if service.get("network_mode") == "host":
        return

    seen: Counter[str] = Counter()
    for port in ports(plain(service.own.get("ports"))):
        if not port.everywhere:
            continue

        at = service.at("ports", port.index)
        seen[port.text] += 1
        again = f" ({seen[port.text]} times)" if seen[port.text] > 1 else ""
        message = f"publishes {port.text} on all interfaces{again}"
        if reason := next(reasons(service, port, params), None):
            yield at.finding(message, unfixable=reason)
            continue

        yield at.finding(message, fix_of(service, port, params))


def fix_of(service: Service, port: Port, params: Params) -> Fix:
    """Return the fix that puts the address in front of a port."""
    risk, because = risk_of(service, port)
    ip, at = params.bind_ip, service.at("ports", port.index)
    operation = service.at("ports", port.index, "host_ip").put(ip) if port.long else at.put(port.bound(ip))
    named = (f"{ip}: {origin(params, '', 'bind_ip')}",) if ip != Params().bind_ip else ()
    return Fix(f"Publish on {ip} only", risk, (operation,), (*because, *named))


def private(service: Service, port: Port) -> str | None:
    """Return why a port is that of a database or an administration page, or None."""
    if service.facts.role in DATA_ROLES:
        return f"{service.facts.name} is a {service.facts.role} ({service.facts.evidence})"

    if image := service.named(ADMIN_IMAGES):
        return f"{image} is for administration"

    if found := next((number for number in port.numbers if number in DATABASES), None):
        return f"port {found} is one of databases and queues"

    # Applications use these numbers too.
    if not service.build and (found := next((number for number in port.numbers if number in ADMINISTRATION), None)):
        return f"port {found} is one of administration pages"

    return None


def reasons(service: Service, port: Port, params: Params) -> Iterator[str]:
    """Yield the reasons why the port keeps its address."""
    if service.swarm or port.mode == "host":
        yield "Swarm ignores the address of a published port: publish what must be reachable only"

    if service.file.partial:
        yield "the file is merged with another one: where that publishes the port too, both must change together"

    if port.container and overridden(service, port):
        yield "the override beside the file publishes the port too: both must change together"

    if private(service, port):
        return

    if not {*port.numbers, *port.host_numbers}.isdisjoint(params.public_ports):
        yield "it is an entry of the application: decide who must reach it"

    if not OUTWARD.isdisjoint(port.numbers):
        yield "names and addresses (DNS, DHCP) are served to other machines: decide which of them must reach it"


def is_entry(service: Service) -> bool:
    """Whether a service publishes a port for users: at a fixed number, and not a database or an administration page."""
    return any(port.host and not private(service, port) for port in service.ports)


def overridden(service: Service, port: Port) -> bool:
    """Whether the override that Compose takes up by itself publishes the same container port."""
    others = ports(service.file.overriding(service.name).get("ports"))
    return any(other.container == port.container for other in others)


def risk_of(service: Service, port: Port) -> tuple[Risk, tuple[str, ...]]:
    """Return the risk of closing the port to other machines, with its evidence."""
    reason = private(service, port)
    if reason is None:
        others = any(is_entry(other) for other in service.file.services if other is not service)
        entry = "another service of the file is published for users" if others else "it may be the one that users open"
        return Risk.HIGH, (f"{entry}; who connects from other machines is not known",)

    if not port.long and port.host and not port.host_numbers:
        return Risk.HIGH, (reason, "the variable may hold an address already")

    return Risk.MEDIUM, (reason,)
