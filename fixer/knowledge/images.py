"""Facts about well-known container images (table KB-1)."""

from __future__ import annotations

import msgspec


class Port(msgspec.Struct, frozen=True):
    """A port that an image listens on."""

    port: int
    protocol: str = "tcp"
    purpose: str = ""


class Account(msgspec.Struct, frozen=True):
    """The account an image has for its service; ids are None when the build does not fix them."""

    name: str
    uid: int | None = None
    gid: int | None = None


class Health(msgspec.Struct, frozen=True):
    """A health command: `test` in the form of Compose with `$` not doubled (`CMD` + argv, or `CMD-SHELL` + line)."""

    test: tuple[str, ...]
    source: str
    when: str = ""
    needs_env: tuple[str, ...] = ()


class HttpHealth(msgspec.Struct, frozen=True):
    """A documented endpoint: `path` is readiness, `liveness` another one if there is; `needs` its condition."""

    path: str
    port: int
    liveness: str = ""
    needs: str = ""


class NonRoot(msgspec.Struct, frozen=True):
    """Whether an image that starts as root works from another uid: directly, with-changes, never."""

    works: str
    needs: tuple[str, ...] = ()


class ImageFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known about an image. None means: not known (for tuples too, where the difference matters).

    `known` is false when there is no entry at all. `evidence` is a clause for people, such as
    "knowledge table: docker.io/library/nginx" or "app/Dockerfile, line 12". `built` is the path of the Dockerfile when
    the image is built in this project. `starts_as` is the uid, or the account's name when only that is known.
    `capabilities_as_root` is what it needs beyond `drop: [ALL]` while it starts as root. `unchecked` names the fields
    that rest on general knowledge, on which no fix of risk safe may rest alone.
    """

    name: str = ""
    tag: str = ""
    known: bool = False
    evidence: str = ""
    built: str = ""
    role: str = ""
    family: str | None = None
    starts_as: int | str | None = None
    group: int | None = None
    user: str | None = None
    account: Account | None = None
    drops_privileges: str | None = None
    nonroot: NonRoot | None = None
    user_tools: str | None = None
    uid_1000: str | None = None
    package_manager: str | None = None
    shell: str | None = None
    tools: tuple[str, ...] | None = None
    ports: tuple[Port, ...] | None = None
    health: Health | None = None
    http_health: HttpHealth | None = None
    writable: tuple[str, ...] | None = None
    volumes: tuple[str, ...] | None = None
    capabilities_as_root: tuple[str, ...] | None = None
    file_capabilities: tuple[str, ...] | None = None
    no_new_privileges: str | None = None
    stop_signal: str | None = None
    kubernetes_api_client: str = ""
    system_workload: bool = False
    host_access: tuple[str, ...] = ()
    run_once: bool = False
    windows: bool = False
    unchecked: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()

    def sure(self, field: str) -> bool:
        """Whether the value of `field` rests on something that was read, not on general knowledge."""
        return self.known and "all" not in self.unchecked and field not in self.unchecked

    @property
    def root(self) -> bool | None:
        """Whether the container starts as root; None when that is not known."""
        return None if self.starts_as is None else self.starts_as in {0, "root"}


def image_facts(reference: str) -> ImageFacts:
    """Return what the tables know about the image that `reference` names."""
    raise NotImplementedError(reference)
