"""`extends` of Compose: what a service has once the services it extends are merged in."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from typing import Any

from fixer.kinds.compose_values import pairs, plain

# Services that extend services that extend services: deeper than this is a cycle.
_DEPTH = 10
_REPLACED = frozenset({"command", "entrypoint"})
_MAPS = frozenset({"environment", "labels", "annotations", "build.args", "build.labels", "sysctls", "extra_hosts"})
_NEVER_INHERITED = ("extends",)

Services = Mapping[str, Any]
Reader = Callable[[str], Services | None]


class Unreadable(Exception):
    """A service that is extended and cannot be found; the text is a clause."""


def resolved(name: str, services: Services, path: str, read: Reader, depth: int = 0) -> Services:
    """Return a service merged with what it extends.

    `services` are those of the file at `path`; `read` gives those of another file. Raises Unreadable.
    """
    own = services.get(name)
    if not isinstance(own, dict):
        raise Unreadable(f"it extends {name}, which is not there")

    return merged(base, own) if (base := inherited(own, services, path, read, depth)) else own


def inherited(own: Services, services: Services, path: str, read: Reader, depth: int = 0) -> Services:
    """Return what a service takes over from the one it extends; empty without `extends`. Raises Unreadable."""
    found = reference(own)
    if found is None:
        return {}

    if depth > _DEPTH:
        raise Unreadable("its extends form a circle")

    name, file = found
    if not file:
        return resolved(name, services, path, read, depth + 1)

    other = posixpath.normpath(posixpath.join(posixpath.dirname(path), file))
    others = read(other)
    if others is None:
        raise Unreadable(f"it extends {name} of {file}, which cannot be read")

    return resolved(name, others, other, read, depth + 1)


def reference(service: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return name and file of the service that is extended, the file "" when it is the same; None without `extends`."""
    extends = plain(service.get("extends"))
    if isinstance(extends, str):
        return extends, ""

    if isinstance(extends, dict) and extends.get("service"):
        return str(extends["service"]), str(extends.get("file") or "")

    return None


def merged(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return `base` with `own` on top: mappings deeply, lists one behind the other, commands replaced."""
    result = {key: value for key, value in base.items() if key not in _NEVER_INHERITED}
    for key, value in own.items():
        result[key] = _merge(key, result[key], value) if key in result else value

    return result


def _merge(place: str, base: Any, own: Any) -> Any:
    if place in _REPLACED or place == "healthcheck.test":
        return own

    if place in _MAPS:
        return {**pairs(base), **pairs(own)}

    if place == "logging" and _driver(base) != _driver(own):
        return own

    if isinstance(base, dict) and isinstance(own, dict):
        return {
            **base,
            **{key: _merge(f"{place}.{key}", base[key], own[key]) if key in base else own[key] for key in own},
        }

    return [*base, *own] if isinstance(base, list) and isinstance(own, list) else own


def _driver(logging: Any) -> Any:
    return logging.get("driver") if isinstance(logging, dict) else None
