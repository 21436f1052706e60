"""The noun for one container of a pod spec."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import msgspec

from fixer.cached import cached_property
from fixer.formats.yaml import Path
from fixer.kinds.kubernetes_manifest import Manifest, Place
from fixer.kinds.kubernetes_values import get, mapping, mappings, number, text, texts
from fixer.knowledge.images import ImageFacts

if TYPE_CHECKING:
    from fixer.kinds.kubernetes_workload import Workload

Role: TypeAlias = Literal["container", "init", "sidecar", "ephemeral"]

# Fields of `securityContext` that a container takes from its pod when it does not say otherwise.
_SHARED = frozenset(
    {
        *("runAsUser", "runAsGroup", "runAsNonRoot", "seccompProfile", "seLinuxOptions", "appArmorProfile"),
        "windowsOptions",
    }
)


class ContainerPort(msgspec.Struct, frozen=True):
    """A port that a container names; `host` is the port of the node that leads to it, 0 for none."""

    number: int
    name: str = ""
    protocol: str = "TCP"
    host: int = 0


class Mount(msgspec.Struct, frozen=True):
    """A volume in a container; `source` is what the pod says about the volume."""

    volume: str
    path: str
    source: Mapping[str, Any]
    read_only: bool = False
    propagation: str = ""

    def covers(self, path: str) -> bool:
        """Whether `path` is at or below the mount."""
        return path == self.path or path.startswith(self.path.rstrip("/") + "/")

    @property
    def owned_by_group(self) -> bool:
        """Whether `fsGroup` makes it writable: a volume of blocks that outlives the pod."""
        return self.persistent and _SHARES.isdisjoint(self.source)

    @property
    def persistent(self) -> bool:
        """Whether what is written there outlives the pod."""
        return any(key not in _PASSING for key in self.source if key not in {"name", "claim"})


# What `fsGroup` does not work on (rules/README 8.3).
_SHARES = frozenset({"hostPath", "nfs", "glusterfs", "cephfs", "azureFile", "quobyte"})
_PASSING = frozenset({"emptyDir", "configMap", "secret", "downwardAPI", "projected", "image", "gitRepo"})


class Container:
    """One container. `keys` is its path below the pod spec; `role` tells init containers and their like apart."""

    def __init__(self, workload: Workload, keys: Path, data: Mapping[str, Any], role: Role) -> None:
        self.workload = workload
        self.keys = keys
        self.data = data
        self.role: Role = role
        self.path: Path = (*workload.path, *keys)

    @property
    def manifest(self) -> Manifest:
        """The object that it is part of."""
        return self.workload.manifest

    @property
    def title(self) -> str:
        """Symbolic name: that of the workload, the list and the name."""
        return self.workload.titles[self.keys]

    def at(self, *keys: str | int) -> Place:
        """Return the place at a path below the container."""
        return Place(self, keys)

    def get(self, *keys: str | int) -> Any:
        """Return the value at a path below the container; None when there is none."""
        return get(self.data, *keys)

    @property
    def name(self) -> str:
        """Name of the container; "" when it has none."""
        return text(self.data.get("name"))

    @property
    def subject(self) -> Mapping[str, str]:
        """What a configuration may call it by."""
        return {**self.manifest.subject, "container": self.name, "image": self.image}

    # ---- what it runs

    @property
    def image(self) -> str:
        """Image reference; "" when there is none."""
        return text(self.data.get("image")).strip()

    @cached_property
    def facts(self) -> ImageFacts:
        """What is known about the image: of the Dockerfile that builds it in this project, else of the tables."""
        return self.manifest.facts.image(self.image) if self.image else ImageFacts()

    @cached_property
    def command(self) -> tuple[str, ...]:
        """Words of `command`, which replaces the entrypoint of the image."""
        return texts(self.data.get("command"))

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Words of `command` and `args`."""
        return self.command + texts(self.data.get("args"))

    @cached_property
    def environment(self) -> Mapping[str, str]:
        """Variables by name; the value is "" for what comes from elsewhere."""
        return {text(item.get("name")): text(item.get("value")) for _, item in mappings(self.data.get("env"))}

    @cached_property
    def ports(self) -> tuple[ContainerPort, ...]:
        """Ports it names."""
        return tuple(
            ContainerPort(
                port, text(item.get("name")), text(item.get("protocol")) or "TCP", number(item.get("hostPort")) or 0
            )
            for _, item in mappings(self.data.get("ports"))
            if (port := number(item.get("containerPort")))
        )

    @cached_property
    def mounts(self) -> tuple[Mount, ...]:
        """Volumes it mounts."""
        return tuple(
            Mount(
                text(item.get("name")),
                text(item.get("mountPath")).rstrip("/") or "/",
                self.workload.volumes.get(text(item.get("name")), {}),
                item.get("readOnly") is True,
                text(item.get("mountPropagation")),
            )
            for _, item in mappings(self.data.get("volumeMounts"))
        )

    # ---- its rights

    def security(self, key: str) -> Any:
        """Return the value of a field of `securityContext` that holds: its own, else that of the pod."""
        own = self.get("securityContext", key)
        return self.workload.security(key) if own is None and key in _SHARED else own

    def capabilities(self, key: str) -> tuple[str, ...]:
        """Return the capabilities under `add` or `drop`, as they are written."""
        return texts(self.get("securityContext", "capabilities", key))

    @cached_property
    def added(self) -> frozenset[str]:
        """Capabilities that are added, in capitals and without the prefix CAP_."""
        return frozenset(name.upper().removeprefix("CAP_") for name in self.capabilities("add"))

    @property
    def privileged(self) -> bool:
        """Whether it has all rights of the node."""
        return self.get("securityContext", "privileged") is True

    @property
    def root(self) -> bool | None:
        """Whether it starts as root; None when nothing tells."""
        user = number(self.security("runAsUser"))
        if user is not None:
            return user == 0

        return False if self.security("runAsNonRoot") is True else self.facts.root

    def probe(self, key: str) -> Mapping[str, Any]:
        """Return a probe; an empty mapping when there is none."""
        return mapping(self.data.get(key))
