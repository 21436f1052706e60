"""The noun for one pod spec, in whatever kind of object it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from fixer.cached import cached_property
from fixer.formats.yaml import Path
from fixer.kinds.kubernetes_container import Container, Role
from fixer.kinds.kubernetes_manifest import Manifest, Place
from fixer.kinds.kubernetes_selectors import called, choosing, chosen
from fixer.kinds.kubernetes_values import get, items, mapping, mappings, text
from fixer.knowledge.pod_specs import PodSpecPlace, container_lists
from fixer.knowledge.quantities import whole

if TYPE_CHECKING:
    from fixer.kinds.facts import Facts

_ONE_SHOT = frozenset({"Job", "CronJob"})
_NO_PODS_OF_ITS_OWN = frozenset({"PodTemplate"})
_DRIVE = re.compile(r"[A-Za-z]:\\")
_OS_LABELS = ("kubernetes.io/os", "beta.kubernetes.io/os")
_DIRECTIVES = ("$patch", "$retainKeys", "$setElementOrder/containers", "$deleteFromPrimitiveList")


class Workload:
    """A pod spec. `data` is what it holds, `path` where it is in its document."""

    def __init__(self, manifest: Manifest, place: PodSpecPlace, title: str) -> None:
        self.manifest = manifest
        self.path: Path = (*manifest.path, *place.path)
        self.treatment = place.treatment
        self.title = title
        self.data = mapping(get(manifest.data, *place.path))
        self._metadata = place.path if isinstance(place.path[-1], int) else place.path[:-1]

    def at(self, *keys: str | int) -> Place:
        """Return the place at a path below the pod spec."""
        return Place(self, keys)

    def get(self, *keys: str | int) -> Any:
        """Return the value at a path below the pod spec; None when there is none."""
        return get(self.data, *keys)

    @property
    def subject(self) -> Mapping[str, str]:
        """What a configuration may call it by."""
        return self.manifest.subject

    @property
    def facts(self) -> Facts:
        """What is known outside of the file."""
        return self.manifest.facts

    @property
    def kind(self) -> str:
        """Kind of the object."""
        return self.manifest.kind

    # ---- the pods

    @cached_property
    def metadata(self) -> Mapping[str, Any]:
        """Metadata that the pods get."""
        return mapping(self.manifest.get(*self._metadata, "metadata"))

    def at_metadata(self, *keys: str | int) -> Place:
        """Return a place below the metadata that the pods get."""
        return Place(self.manifest, (*self._metadata, "metadata", *keys))

    @property
    def labels(self) -> Mapping[str, Any]:
        """Labels of the pods."""
        return mapping(self.metadata.get("labels"))

    @property
    def annotations(self) -> Mapping[str, Any]:
        """Annotations of the pods."""
        return mapping(self.metadata.get("annotations"))

    @cached_property
    def containers(self) -> tuple[Container, ...]:
        """All containers: those that run together, then init containers (sidecars among them), then ephemeral ones."""
        lists = container_lists(self.manifest.api_version, self.kind)
        found = [
            *(found for key in lists.containers for found in self._listed(key, "container")),
            *(Container(self, (key,), mapping(self.get(key)), "container") for key in lists.single if self.get(key)),
            *(found for key in lists.sidecars for found in self._listed(key, "container")),
            *(found for key in lists.init for found in self._listed(key, "init")),
            *(found for key in lists.ephemeral for found in self._listed(key, "ephemeral")),
        ]
        return tuple(found)

    def _listed(self, key: str, role: Role) -> Iterator[Container]:
        keys = tuple(key.split("."))
        for number, data in mappings(self.get(*keys)):
            again = role == "init" and data.get("restartPolicy") == "Always"
            yield Container(self, (*keys, number), data, "sidecar" if again else role)

    @cached_property
    def titles(self) -> Mapping[Path, str]:
        """Symbolic name of each container by its path: its list and name, with its number where the name is taken."""
        found: dict[Path, str] = {}
        for container in self.containers:
            *keys, last = container.keys
            name = container.name if isinstance(last, int) and container.name else str(last)
            title = f"{self.title} {'.'.join(map(str, keys))}[{name}]" if keys else f"{self.title} {name}"
            found[container.keys] = f"{title}#{last}" if title in found.values() else title

        return found

    def security(self, key: str) -> Any:
        """Return a value of the pod's own `securityContext`; None when there is none."""
        return self.get("securityContext", key)

    @cached_property
    def volumes(self) -> Mapping[str, Mapping[str, Any]]:
        """Volumes by name, those made for each pod of a StatefulSet included."""
        found = {text(item.get("name")): item for _, item in mappings(self.get("volumes"))}
        for _, claim in mappings(self.manifest.get("spec", "volumeClaimTemplates")):
            found[text(get(claim, "metadata", "name"))] = {"persistentVolumeClaim": {}, "claim": claim.get("spec")}

        return found

    @property
    def service_account(self) -> str:
        """Name of the service account; `default` when none is named."""
        return text(self.get("serviceAccountName")) or text(self.get("serviceAccount")) or "default"

    @cached_property
    def windows(self) -> bool:
        """Whether the pods run on Windows, which knows neither capabilities nor seccomp nor numbers of users."""
        selector = mapping(self.get("nodeSelector"))
        named = [self.get("os", "name"), *(selector.get(label) for label in _OS_LABELS)]
        return "windows" in named or any(
            container.facts.windows or any(_DRIVE.match(mount.path) for mount in container.mounts)
            for container in self.containers
        )

    # ---- what it is

    @property
    def pod_level(self) -> bool:
        """Whether fields of the pod may be written; Knative and Tekton take those of containers only."""
        return self.treatment != "subset"

    @property
    def tekton(self) -> bool:
        """Whether the containers are steps of a Tekton task."""
        return self.manifest.group == "tekton.dev"

    @property
    def openshift(self) -> bool:
        """Whether OpenShift runs it and chooses the number of its user."""
        return self.manifest.group.endswith("openshift.io")

    @property
    def one_shot(self) -> bool:
        """Whether the pods end by themselves."""
        return self.kind in _ONE_SHOT or self.treatment == "no probes"

    @property
    def long_running(self) -> bool:
        """Whether the pods run until somebody ends them, and probes make sense."""
        if self.treatment != "full" or self.one_shot or self.kind in _NO_PODS_OF_ITS_OWN:
            return False

        return self.kind != "Pod" or self.get("restartPolicy") in {None, "Always"}

    @cached_property
    def partial(self) -> str | None:
        """Why nothing that is missing may be added, as a clause; None when it may."""
        if self.treatment == "partial":
            return f"{self.kind} is completed by its operator"

        if any(directive in data for data in self._patched for directive in _DIRECTIVES):
            return "it has a directive of a patch"

        if not self.containers or not all(container.image for container in self.containers):
            return None if self.tekton else "a container has no image"

        if self._lacks_selector:
            return "it has no selector, without which the API server refuses it"

        return self.manifest.facts.partial(self.manifest.file.path)

    @property
    def _lacks_selector(self) -> bool:
        """Whether it is an apps/v1 object without `spec.selector`, which is required there: a patch, then."""
        return self.manifest.data.get("apiVersion") == "apps/v1" and self.manifest.get("spec", "selector") is None

    @property
    def _patched(self) -> Iterator[Mapping[str, Any]]:
        yield from (self.manifest.data, mapping(self.manifest.get("spec")), self.data)
        yield from (container.data for container in self.containers)
        yield from (item for _, item in mappings(self.get("volumes")))

    @cached_property
    def agent(self) -> str | None:
        """Why it works on the node or the cluster itself, as a clause; None when nothing says so."""
        for container in self.containers:
            if container.facts.system_workload:
                return f"{container.image} works on the node or the cluster itself ({container.facts.evidence})"

        return None

    @cached_property
    def hands_off(self) -> str | None:
        """Why it is reported and not changed, as a clause: it belongs to the cluster. None when it does not."""
        return self.manifest.system or self.agent

    # ---- other objects

    @cached_property
    def service_ports(self) -> tuple[tuple[str, str | int], ...]:
        """Ports of this pod that Services send to (number, or name of a container port), each with the Service."""
        found = []
        for service in choosing(self.manifest, "Service", self.labels):
            if not self.labels or not chosen(get(service.data, "spec", "selector"), self.labels):
                continue

            name = text(get(service.data, "metadata", "name"))
            for _, port in mappings(get(service.data, "spec", "ports")):
                target = port.get("targetPort", port.get("port"))
                if isinstance(target, int | str) and text(port.get("protocol")) in {"", "TCP"}:
                    number = whole(str(target))
                    found.append((name, target if number is None else number))

        return tuple(found)

    def access_modes(self, volume: str) -> frozenset[str] | None:
        """Return the access modes of the claim behind a volume; None when they are not known, empty for no claim."""
        source = self.volumes.get(volume, {})
        if "claim" in source:
            return _modes(source["claim"])

        if ephemeral := source.get("ephemeral"):
            return _modes(get(ephemeral, "volumeClaimTemplate", "spec"))

        claim = source.get("persistentVolumeClaim")
        if claim is None:
            return frozenset()

        found = called(self.manifest, "PersistentVolumeClaim", text(get(claim, "claimName")))
        return _modes(found[0].data.get("spec")) if found else None


def _modes(spec: Any) -> frozenset[str]:
    return frozenset(text(mode) for mode in items(mapping(spec).get("accessModes")))
