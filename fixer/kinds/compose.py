"""Compose files: what is one, its services, and the order of fixes in it."""

from __future__ import annotations

import fnmatch
import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from fixer.cached import cached_property
from fixer.finding import Environment
from fixer.formats.format import FormatError
from fixer.formats.yaml import Habits, Path, Profile, Value, YamlDocument, YamlFile, parse
from fixer.kinds.compose_extends import inherited, reference
from fixer.kinds.compose_order import behind_all, order
from fixer.kinds.compose_place import Place
from fixer.kinds.compose_service import Build, Service
from fixer.kinds.compose_values import plain, text
from fixer.kinds.facts import Facts
from fixer.kinds.kind import Kind
from fixer.text import Source

__all__ = ["KIND", "Build", "ComposeFile", "Place", "Service", "Value", "per_file", "recognise"]

_NAMES = ("compose*.y*ml", "docker-compose*.y*ml", "*.compose.y*ml", "*-compose.y*ml", "*docker-compose*.y*ml")
VECTORS = frozenset({"test", "command", "entrypoint"})
HABITS = Habits(Profile.COMPOSE, order, indented_lists=True, vectors=VECTORS)
_KEYS = frozenset({"version", "name", "services", "networks", "volumes", "configs", "secrets", "include", "models"})
_SERVICES = re.compile(r"""(?:^|[{,\s])["']?services["']?\s*:""")
_BASES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
_OVERRIDES = tuple(base.replace(".y", ".override.y") for base in _BASES)


T = TypeVar("T")


def per_file(fact: Callable[[ComposeFile], T]) -> Callable[[ComposeFile], T]:
    """Let a function of a file be computed once for each file."""

    def remembered(file: ComposeFile) -> T:
        if fact not in file.memory:
            file.memory[fact] = fact(file)

        found: T = file.memory[fact]
        return found

    return remembered


class ComposeFile:
    """One Compose file. `document` is the one that holds the services."""

    def __init__(self, source: Source, path: str, facts: Facts) -> None:
        self.parsed: YamlFile = parse(
            source, path, Habits(Profile.COMPOSE, self._order, indented_lists=True, vectors=VECTORS)
        )
        self.path = path
        self.facts = facts
        self.memory: dict[Callable[[ComposeFile], Any], Any] = {}
        self._neighbours: dict[str, Mapping[str, Any] | None] = {}

    @cached_property
    def skipped(self) -> str | None:
        """Why rules do not apply: a key twice, which Compose refuses, or several documents, which it merges."""
        if len(self._with_services) > 1:
            return "it has several documents with services"

        return self.parsed.twice

    def nouns(self, name: str) -> Sequence[Any]:
        """Return the services, or the file itself."""
        if name == "ComposeFile":
            return (self,)

        return self.services if name == "Service" else ()

    @cached_property
    def document(self) -> YamlDocument:
        """The document that holds the services; the first when there is none."""
        return (self._with_services or self.parsed.documents)[0]

    @cached_property
    def _with_services(self) -> list[YamlDocument]:
        return [one for one in self.parsed.documents if isinstance(one.data, dict) and one.data.get("services")]

    @cached_property
    def data(self) -> Mapping[str, Any]:
        """Effective data of the file."""
        data = self.document.data if self.parsed.documents else None
        return data if isinstance(data, dict) else {}

    @cached_property
    def services(self) -> tuple[Service, ...]:
        """The services that run a container, in the order of the file."""
        found = plain(self.data.get("services"))
        items = found.items() if isinstance(found, dict) else ()
        return tuple(
            Service(self, name, own)
            for name, own in items
            if isinstance(name, str) and isinstance(own, dict) and "provider" not in own
        )

    def service(self, name: str) -> Service | None:
        """Return the service called `name`; None when there is none."""
        return self._by_name.get(name)

    @cached_property
    def _by_name(self) -> Mapping[str, Service]:
        return {service.name: service for service in self.services}

    @cached_property
    def extended_by(self) -> Mapping[str, frozenset[str]]:
        """Names of the services that extend one of the same file, by the name of that one."""
        found: dict[str, set[str]] = {}
        for service in self.services:
            extended = reference(service.own)
            if extended and not extended[1]:
                found.setdefault(extended[0], set()).add(service.name)

        return {name: frozenset(names) for name, names in found.items()}

    @cached_property
    def waiting(self) -> Mapping[str, list[tuple[str, str]]]:
        """Names of the services that wait for one, with the condition, by the name of that one."""
        found: dict[str, list[tuple[str, str]]] = {}
        for service in self.services:
            for name, condition in service.dependencies.items():
                found.setdefault(name, []).append((service.name, condition))

        return found

    @cached_property
    def shares(self) -> bool:
        """Whether services may take something over from each other, by aliases or `extends`."""
        return bool(self.document.root.aliases) or any("extends" in service.own for service in self.services)

    @cached_property
    def version(self) -> str:
        """Value of the top-level `version`; "" when there is none."""
        return text(plain(self.data.get("version")))

    @cached_property
    def environment(self) -> Environment:
        """Where the file is deployed."""
        return self.facts.environment(self.path, told=Environment.DEV if self.workplace else None)

    @property
    def workplace(self) -> bool:
        """Whether people develop in the containers of the file."""
        return ".devcontainer" in self.path.split("/")

    @cached_property
    def partial(self) -> str | None:
        """Why the file is only a part of a model, as a clause; None when it stands on its own."""
        if reason := self.facts.partial(self.path):
            return reason

        if posixpath.basename(self.path) in _OVERRIDES:
            return "its name says that it is an override"

        alone = any(key in service.own for service in self.services for key in ("image", "build", "extends"))
        return None if alone else "none of its services has image or build"

    def inherited(self, own: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what a service takes over from those it extends. Raises compose_extends.Unreadable."""
        return inherited(own, self.data.get("services") or {}, self.path, self._services_of)

    def overriding(self, name: str) -> Mapping[str, Any]:
        """Return what the override beside the file, which Compose takes up by itself, says about a service."""
        found = self._override.get(name)
        return found if isinstance(found, dict) else {}

    @cached_property
    def _override(self) -> Mapping[str, Any]:
        if posixpath.basename(self.path) not in _BASES:
            return {}

        stem = self.path.rpartition(".")[0]
        found = (self._services_of(f"{stem}.override.{ending}") for ending in ("yml", "yaml"))
        return next((services for services in found if services), {})

    def _order(self, at: Path) -> Sequence[str]:
        """Return the usual order of the keys of the mapping at a path."""
        usual = order(at)
        service = self.service(str(at[1])) if len(at) == 2 else None
        if service is None:
            return usual

        return behind_all(usual, [key for key in service.own if self.document.own((*at, key))])

    def _services_of(self, path: str) -> Mapping[str, Any] | None:
        if path not in self._neighbours:
            self._neighbours[path] = _services(self.facts.text(path), path)

        return self._neighbours[path]


def _services(found: str | None, path: str) -> Mapping[str, Any] | None:
    try:
        documents = parse(Source(found), path, HABITS).documents if found else ()
    except FormatError:
        return None

    data = documents[0].data if documents else None
    services = plain(data.get("services")) if isinstance(data, dict) else None
    return services if isinstance(services, dict) else None


def load(source: Source, path: str, facts: Facts) -> ComposeFile:
    """Return the Compose file. Raises FormatError when it cannot be read."""
    return ComposeFile(source, path, facts)


def recognise(path: str, text: str) -> bool:
    """Whether a YAML or JSON file is a Compose file: its name and a top-level `services`, else its whole shape."""
    if not _SERVICES.search(text):
        return False

    name = posixpath.basename(path).lower()
    if any(fnmatch.fnmatchcase(name, pattern) for pattern in _NAMES):
        return True

    return ("image" in text or "build" in text) and _shaped(text, path)


def _shaped(text: str, path: str) -> bool:
    """Whether a text has the shape of a Compose file: no foreign key at the top, and services that run an image."""
    try:
        documents = parse(Source(text), path, HABITS).documents
    except FormatError:
        return False

    data = documents[0].data if documents else None
    if not isinstance(data, dict) or not all(key in _KEYS or str(key).startswith("x-") for key in data):
        return False

    services = data.get("services")
    if not isinstance(services, dict) or not services:
        return False

    return all(isinstance(one, dict) and not {"image", "build", "extends"}.isdisjoint(one) for one in services.values())


KIND = Kind(
    name="compose",
    load=load,
    order=(
        "conflicting-limits",
        "missing-resource-limits",
        "missing-pids-limit",
        "privileged-container",
        "host-namespace",
        "unconfined-profile",
        "root-user",
        "privilege-escalation",
        "undropped-capabilities",
        "writable-root-filesystem",
        "broken-healthcheck",
        "missing-healthcheck",
        "host-network",
        "unbound-port",
        "latest-tag",
        "untagged-image",
        "unpinned-digest",
        "missing-restart-policy",
        "missing-logging",
        "obsolete-version",
    ),
    # A service that starts with another account, or loses its privileges, needs other capabilities.
    waits={
        "undropped-capabilities": ("root-user", "privileged-container"),
        "unpinned-digest": ("latest-tag", "untagged-image"),
    },
)
