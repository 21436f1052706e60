"""Service shares the network of its host.

## Why
Nothing separates such a container from the host's interfaces: it reaches every service that listens on localhost, and
what it opens is open to the outside without being published.

## Fix
Deletes `network_mode: host` (or the external network `host`) and publishes the known ports of the service on 127.0.0.1.
Offered only where all ports are known and nothing in the file is reached through localhost; images that need the host's
network by their nature are only reported.

## Risk
high: other services must reach this one by its name from now on, and it them; multicast, broadcast and the address of
the client are lost.

## References
- https://docs.docker.com/engine/network/drivers/host/
- https://docs.docker.com/reference/compose-file/services/#network_mode
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from fixer.finding import Finding, Fix, Level, Operation, Risk, Severity
from fixer.kinds.compose import Service
from fixer.kinds.compose_values import names
from fixer.rule import rule

# Servers of DHCP and mDNS, exporters of the host and VPNs live on its network.
NATIVE = re.compile(
    r"node-exporter|node_exporter|tailscale|zerotier|wireguard|home-?assistant|homeassistant|dhcp|dnsmasq|mdns|avahi"
    r"|cadvisor|netdata|keepalived|frr|scapy|suricata|zeek|openvpn",
    re.IGNORECASE,
)
LOCAL = re.compile(r"\b(?:localhost|127\.0\.0\.1)\b")


@rule(
    Severity.HIGH,
    levels=(Level.DENY, Level.DENY, Level.DENY),
    aliases=("DC-010", "CL-0008", "Shared Host Network Namespace"),
)
def host_network(service: Service) -> Iterator[Finding]:
    """Find services on the network of the host."""
    key = key_of(service)
    if key is None:
        return

    at = service.at(key)
    message = "shares the network of the host"
    ports = known_ports(service)
    if reason := next(reasons(service, ports), None):
        yield at.finding(message, unfixable=reason)
        return

    published = service.at("ports").add(*(f"127.0.0.1:{port}:{port}" for port in ports))
    operations: tuple[Operation, ...] = (at.remove(), *(() if service.ports else published))
    because = ("the ports are published already",) if service.ports else (f"ports: {service.facts.evidence}",)
    title = "Leave the network of the host" if service.ports else f"Publish {', '.join(map(str, ports))} instead"
    yield at.finding(message, Fix(title, Risk.HIGH, operations, because))


def key_of(service: Service) -> str | None:
    """Return the key that puts the service on the host's network, or None."""
    if service.get("network_mode") == "host":
        return "network_mode"

    networks = service.file.data.get("networks")
    host = networks.get("host") if isinstance(networks, Mapping) else None
    external = isinstance(host, Mapping) and bool(host.get("external"))
    return "networks" if external and list(names(service.get("networks"))) == ["host"] else None


def known_ports(service: Service) -> list[int]:
    """Return the ports the service is known to listen on."""
    return service.exposed or [port.port for port in service.facts.ports or () if port.protocol == "tcp"]


def reasons(service: Service, ports: list[int]) -> Iterator[str]:
    """Yield the reasons why the service stays on the host's network."""
    facts = service.facts
    if "host-network" in facts.host_access or facts.system_workload or NATIVE.search(f"{service.name} {service.image}"):
        yield "it is made to work on the network of its host; say why in an exemption"

    if not ports:
        yield "nothing says which ports it listens on: they would have to be published"

    if not service.at(key_of(service) or "").own:
        yield "the setting is inherited from elsewhere: take it out there"

    others = [other.name for other in service.file.services if other is not service and key_of(other)]
    if others:
        yield f"{', '.join(others)} is on the same network, and they may reach each other through localhost"

    for name, value in service.variables.items():
        if LOCAL.search(value):
            yield f"{name} points to localhost, which would be the container itself; name the service there first"

    if LOCAL.search(" ".join(service.command)):
        yield "the command names localhost, which would be the container itself; name the service there first"
