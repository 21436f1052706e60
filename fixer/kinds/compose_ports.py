"""Published ports of a Compose service, short and long form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from fixer.kinds.compose_values import expand, plain
from fixer.knowledge.quantities import whole

_VARIABLE = re.compile(r"\$\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}")
_IN_DEFAULT = re.compile(r"(:?-)(?:0\.0\.0\.0|\[?::0?\]?|\*)?\}")
_HIGHEST = 65535
_EVERYWHERE = frozenset({"", "0.0.0.0", "[::]", "::", "*", "[::0]"})  # noqa: S104 - what is looked for


class Port(msgspec.Struct, frozen=True):
    """One entry of `ports`. `ip`, `host`, `container` are as written: texts that may hold variables and ranges.

    `index` is its place in the list, `protocol` has a default, `mode` only the long form; `host` is "" when the host's
    port is left to Docker.
    """

    index: int
    text: str
    ip: str = ""
    host: str = ""
    container: str = ""
    protocol: str = "tcp"
    mode: str = ""
    long: bool = False

    @property
    def everywhere(self) -> bool:
        """Whether the port is published on all interfaces; false when the address is a variable without default."""
        ip = expand(self.ip)
        return ip is not None and ip.strip() in _EVERYWHERE

    @property
    def numbers(self) -> range:
        """Container ports; empty when they depend on a variable."""
        return _range(self.container)

    @property
    def host_numbers(self) -> range:
        """Ports of the host; empty when they are left to Docker or depend on a variable."""
        return _range(self.host)

    def bound(self, ip: str) -> str:
        """Return the short form with the address `ip`, which becomes the default where a variable holds the address."""
        if "$" in self.ip:
            ip = _IN_DEFAULT.sub(lambda match: f"{match[1]}{ip}}}", self.ip)

        tail = "" if self.protocol == "tcp" and not self.text.endswith("/tcp") else f"/{self.protocol}"
        return f"{ip}:{self.host}:{self.container}{tail}"


def ports(value: Any) -> Iterator[Port]:
    """Yield the entries of a `ports` list that can be read."""
    for index, item in enumerate(value if isinstance(value, list) else ()):
        entry = plain(item)
        if isinstance(entry, dict):
            yield _long(index, entry)
        elif isinstance(entry, (str, int)) and not isinstance(entry, bool):
            yield _short(index, str(entry).strip())


def _long(index: int, entry: dict[str, Any]) -> Port:
    ip, host, container, protocol, mode = (
        "" if entry.get(key) is None else str(entry[key])
        for key in ("host_ip", "published", "target", "protocol", "mode")
    )
    shown = f"{host}:{container}" if host else container
    return Port(index, shown, ip, host, container, protocol or "tcp", mode, long=True)


def _short(index: int, entry: str) -> Port:
    # Colons and slashes inside a variable are not separators: cut where a text of the same length without them has any.
    masked = _VARIABLE.sub(lambda match: "$" * len(match[0]), entry)
    slash = masked.rfind("/")
    end = slash if slash >= 0 else len(entry)
    protocol = entry[end + 1 :] or "tcp"
    first = masked.rfind(":", 0, end)
    if first < 0:
        return Port(index, entry, container=entry[:end], protocol=protocol)

    second = masked.rfind(":", 0, first)
    ip = entry[:second] if second >= 0 else ""
    return Port(index, entry, ip, entry[second + 1 : first], entry[first + 1 : end], protocol)


def _range(written: str) -> range:
    low, _, high = (expand(written) or "").partition("-")
    first, last = whole(low), whole(high or low)
    if first is None or last is None or last > _HIGHEST:
        return range(0)

    return range(first, last + 1)
