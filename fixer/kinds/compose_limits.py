"""Limits of a Compose service: two families of keys that must not meet, and how much memory a service shows to need.

`deploy.resources.limits` and the keys at the top of the service are aliases. Compose refuses a service in which they
differ, and also one with a key at the top beside a `limits` block that lacks the matching member.
"""

from __future__ import annotations

from collections.abc import Iterator

from fixer.kinds.compose_service import Service
from fixer.kinds.compose_values import number, size
from fixer.knowledge.heap import heap_bytes

_TOP = ("cpus", "cpu_quota", "mem_limit", "pids_limit", "mem_reservation")
_ALIASES = (("cpus", "cpus", number), ("mem_limit", "memory", size), ("pids_limit", "pids", number))


def limits_below(service: Service) -> bool:
    """Whether limits belong below `deploy.resources`, not at the top of the service: the family in use goes on.

    A new service gets `deploy`, which files of `version: '2'` do not know.
    """
    if isinstance(service.get("deploy", "resources", "limits"), dict):
        return True

    return not any(service.get(key) is not None for key in _TOP) and not service.file.version.startswith("2")


def contradiction(service: Service) -> str | None:
    """Return why no limit may be added as long as the two families contradict each other, or None."""
    limits = service.get("deploy", "resources", "limits")
    if not isinstance(limits, dict):
        return None

    for top, member, read in _ALIASES:
        if service.get(top) is not None and read(service.get(top)) != read(limits.get(member)):
            return f"{top} contradicts deploy.resources.limits, so Compose refuses the service: say which is meant"

    return None


def needs(service: Service) -> Iterator[tuple[int, str]]:
    """Yield each amount of memory in bytes that the service shows to need, with where it does."""
    if found := heap_bytes(service.variables, service.command):
        yield found

    for keys in (("deploy", "resources", "reservations", "memory"), ("mem_reservation",), ("shm_size",)):
        if amount := size(service.get(*keys)):
            yield amount, f"{'.'.join(keys)} is {service.get(*keys)}"
