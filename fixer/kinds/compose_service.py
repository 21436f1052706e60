"""The noun of Compose: one service, with the values that hold for it, wherever they are written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from fixer.cached import cached_property
from fixer.finding import Environment
from fixer.formats.yaml import Path
from fixer.kinds import compose_roles as roles
from fixer.kinds.compose_extends import Unreadable, merged, reference
from fixer.kinds.compose_mounts import Mount, mounts
from fixer.kinds.compose_place import Place
from fixer.kinds.compose_ports import Port, ports
from fixer.kinds.compose_values import names, pairs, plain, strings, text, words
from fixer.knowledge.images import ImageFacts
from fixer.knowledge.quantities import whole
from fixer.knowledge.roles import by_entrypoint
from fixer.registry.defaults import Defaulted, split_variable_default
from fixer.text import Span

if TYPE_CHECKING:
    from fixer.kinds.compose import ComposeFile

_DEV_PROFILES = frozenset({"dev", "development", "debug", "test", "tests", "tools"})
_TOOL_PROFILES = frozenset({"tools", "test", "tests", "cli", "debug"})
_SWARM_KEYS = frozenset({"mode", "replicas", "placement", "update_config", "rollback_config", "endpoint_mode"})
# A key that no service has, to ask who would see a new one.
_ABSENT = "x-absent"
_ROOT = frozenset({"0", "root"})


class Build(msgspec.Struct, frozen=True):
    """How a service is built; `inline` says that the Dockerfile is written inside the Compose file."""

    context: str
    dockerfile: str
    target: str
    inline: bool = False


class Service:
    """One service of a Compose file.

    `own` is what its file says about it, merge keys resolved; `data` is what holds once `extends` is merged in.
    """

    def __init__(self, file: ComposeFile, name: str, own: Mapping[str, Any]) -> None:
        self.file = file
        self.name = name
        self.own = own
        self.path: Path = ("services", name)

    def at(self, *keys: str | int) -> Place:
        """Return the place at a path below the service."""
        return Place(self, keys)

    @cached_property
    def span(self) -> Span:
        """Where the name of the service stands."""
        return self.file.document.span(self.path)

    def get(self, *keys: str | int) -> Any:
        """Return the value that holds at a path below the service; None when there is none."""
        value: Any = self.data
        for key in keys:
            value = plain(value)
            if isinstance(value, dict):
                value = value.get(key)
            elif isinstance(value, list) and isinstance(key, int) and key < len(value):
                value = value[key]
            else:
                return None

        return plain(value)

    @property
    def subject(self) -> Mapping[str, str]:
        """What a configuration may call it by."""
        return {"service": self.name, "image": self.image}

    # ---- where it comes from

    @cached_property
    def inherited(self) -> Mapping[str, Any] | str:
        """What comes from the service this one extends; a clause when that cannot be read."""
        try:
            return self.file.inherited(self.own) if "extends" in self.own else {}
        except Unreadable as problem:
            return str(problem)

    @cached_property
    def data(self) -> Mapping[str, Any]:
        """The service with what it extends."""
        inherited = self.inherited
        return merged(inherited, self.own) if inherited and not isinstance(inherited, str) else self.own

    @cached_property
    def partial(self) -> str | None:
        """Why nothing may be added to the service because it seems to be missing, as a clause; None when it may."""
        if self.file.partial:
            return self.file.partial

        if isinstance(self.inherited, str):
            return self.inherited

        return None if "image" in self.data or "build" in self.data else "it has neither image nor build"

    def inherits(self, violated: Callable[[Service], object]) -> bool:
        """Whether the service of the file that this one extends is violated too: it is put right there for both."""
        found = reference(self.own) if "extends" in self.own else None
        base = self.file.service(found[0]) if found and not found[1] else None
        return base is not None and not base.partial and bool(violated(base))

    def heirs(self, key: str) -> tuple[Service, ...]:
        """Services of the file that take over what is put at `key` of this one, by `extends` or by a merge key."""
        if not self.file.shares:
            return ()

        names = (self.file.extended_by.get(self.name, frozenset()) | self._merged_into) - {self.name}
        services = self.file.services if names else ()
        return tuple(other for other in services if other.name in names and self._passes(key, other))

    def at_odds(self, keys: Sequence[str], wanted: Callable[[Service], object]) -> str | None:
        """Why what is put at `keys` does not suit those that take it over, as a clause; None when it does.

        `wanted` says what a service wants there, in any form that can be compared.
        """
        heirs = dict.fromkeys(heir for key in keys for heir in self.heirs(key))
        other = next((heir for heir in heirs if wanted(heir) != wanted(self)), None)
        return f"services.{other.name} would take it over and needs something else" if other else None

    def _passes(self, key: str, other: Service) -> bool:
        if reference(other.own) == (self.name, ""):
            return key not in other.own

        return other.name in self._merged_into and not self.file.document.own((*other.path, key))

    @cached_property
    def _merged_into(self) -> frozenset[str]:
        """Names of the services that merge this one: they would see a key that is put here."""
        seen = self.file.document.dependents((*self.path, _ABSENT))
        return frozenset(str(path[1]) for path in seen if len(path) == 3 and path[0] == "services")

    # ---- what it runs

    @cached_property
    def reference(self) -> Defaulted | None:
        """Image reference, variables replaced by their defaults; None without one or when a variable has no default."""
        image = self.get("image")
        return split_variable_default(image) if isinstance(image, str) else None

    @cached_property
    def image(self) -> str:
        """Image reference as text, variables replaced by their defaults where they have one; "" without one."""
        return self.reference.reference.text if self.reference else text(self.get("image"))

    @cached_property
    def build(self) -> Build | None:
        """How the image is built here; None when it is not."""
        build = self.get("build")
        if isinstance(build, str):
            return Build(text(build), "", "")

        if not isinstance(build, dict):
            return None

        context, dockerfile, target = (text(build.get(key)) for key in ("context", "dockerfile", "target"))
        return Build(context or ".", dockerfile, target, inline="dockerfile_inline" in build)

    @cached_property
    def facts(self) -> ImageFacts:
        """What is known about the image: of the Dockerfile that builds it here, else of the knowledge tables."""
        build = self.build
        if build is None:
            return self.file.facts.image(self.image) if self.image else ImageFacts()

        if build.inline or "://" in build.context or "$" in build.context:
            return ImageFacts()

        found = self.file.facts.build(self.file.path, build.context, build.dockerfile or "Dockerfile", build.target)
        return found or ImageFacts()

    @cached_property
    def command(self) -> tuple[str, ...]:
        """Words of `entrypoint` and `command`."""
        return words(self.get("entrypoint")) + words(self.get("command"))

    @cached_property
    def variables(self) -> dict[str, str]:
        """Environment variables set in the file, those of `env_file` not included."""
        return pairs(self.get("environment"))

    @cached_property
    def ports(self) -> tuple[Port, ...]:
        """Published ports."""
        return tuple(ports(self.get("ports")))

    @cached_property
    def mounts(self) -> tuple[Mount, ...]:
        """Volumes, bind mounts and tmpfs."""
        return tuple(mounts(self.data))

    @property
    def exposed(self) -> list[int]:
        """Container ports that `expose` and `ports` name."""
        exposed = [text(item).partition("/")[0] for item in self.get("expose") or []]
        published = [port for entry in self.ports if entry.protocol == "tcp" for port in entry.numbers]
        return list(dict.fromkeys([*published, *(number for port in exposed if (number := whole(port)) is not None)]))

    def named(self, listed: Sequence[str]) -> str | None:
        """Return the entry of a list of exclusions that is the service's name or the last part of its image's name."""
        return next((entry for entry in listed if entry in self._names), None)

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset({self.name.lower(), roles.repository(self.image).rpartition("/")[2]})

    # ---- what it is for

    @cached_property
    def profiles(self) -> frozenset[str]:
        """Profiles that start the service."""
        return frozenset(names(self.get("profiles")))

    @cached_property
    def environment(self) -> Environment:
        """Where the service runs: its profile says so, else its file."""
        if self.profiles & _DEV_PROFILES:
            return Environment.DEV

        return self.file.environment

    @property
    def helper(self) -> bool:
        """Whether the service has a profile for development in a file that is not for development."""
        return bool(self.profiles & _DEV_PROFILES) and self.file.environment is not Environment.DEV

    @cached_property
    def dependencies(self) -> dict[str, str]:
        """Services this one waits for, with the condition."""
        depends = self.get("depends_on")
        if isinstance(depends, dict):
            return {
                str(name): text(item.get("condition")) if isinstance(item, dict) else ""
                for name, item in depends.items()
            }

        return dict.fromkeys(names(depends), "service_started")

    @cached_property
    def job(self) -> str | None:
        """Why the service is one that ends by itself, as a clause; None when nothing says so."""
        for other, condition in self.file.waiting.get(self.name, ()):
            if condition == "service_completed_successfully":
                return f"{other} waits for its end"

        command = self.command if self.get("entrypoint") else by_entrypoint(roles.repository(self.image), self.command)
        if word := roles.job_by_command(command):
            return f'its command is "{word}"'

        if not self.get("entrypoint") and not self.ports and (word := roles.job_by_argument(self.command)):
            return f'its command begins with "{word}"'

        if not self.ports and (word := roles.job_by_name(self.name)):
            return f'its name says "{word}"'

        if self.facts.run_once and not self.command and not self.build and not self.ports:
            return f"{self.image} ends by itself without a command"

        return None

    @cached_property
    def interactive(self) -> bool:
        """Whether a person works in the service: profile for tools, or a terminal with a bare shell."""
        if self.profiles & _TOOL_PROFILES:
            return True

        terminal = self.get("tty") is True or self.get("stdin_open") is True
        return terminal and (roles.shell_only(self.command) or (not self.command and self.facts.run_once))

    @property
    def idle(self) -> bool:
        """Whether the service does nothing but wait for somebody to go into it."""
        return roles.idle(self.command)

    @cached_property
    def worker(self) -> bool:
        """Whether the service takes its work from a queue or a clock and has no port."""
        known = self.facts.ports or self.facts.health or self.facts.http_health
        return not self.exposed and roles.worker("" if known and not self.command else self.name, self.command)

    @property
    def jvm(self) -> bool:
        """Whether the program runs on the JVM."""
        return bool(self.facts.has("java")) or roles.on_jvm(" ".join([self.image, *self.command, *self.variables]))

    @cached_property
    def swarm(self) -> str | None:
        """Key of `deploy` that only Swarm obeys or that Swarm files have; None when there is none."""
        deploy = self.get("deploy")
        found = sorted(_SWARM_KEYS & set(deploy)) if isinstance(deploy, dict) else []
        return found[0] if found else None

    @property
    def windows(self) -> bool:
        """Whether the container runs Windows, which knows neither capabilities nor seccomp."""
        return self.facts.windows or self.get("isolation") in {"process", "hyperv"}

    # ---- rights

    def capabilities(self, key: str) -> frozenset[str]:
        """Entries of `cap_add` or `cap_drop` in capitals, without the prefix CAP_."""
        return frozenset(entry.upper().removeprefix("CAP_") for entry in strings(self.get(key)))

    @cached_property
    def user(self) -> str:
        """Value of `user`; "" when there is none."""
        return text(self.get("user"))

    @property
    def root(self) -> bool | None:
        """Whether the service starts as root; None when nothing tells."""
        if not self.user:
            return self.facts.root

        # A variable without a default is somebody's decision, made elsewhere.
        return "$" not in self.user and self.user.partition(":")[0] in _ROOT
