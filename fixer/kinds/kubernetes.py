"""Kubernetes manifests: what is one, its objects, pod specs and containers, and the order of fixes in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from fixer.cached import cached_property
from fixer.formats.yaml import YamlFile, parse
from fixer.kinds import KUSTOMIZATIONS
from fixer.kinds.facts import Facts
from fixer.kinds.kind import Kind
from fixer.kinds.kubernetes_container import Container, ContainerPort, Mount
from fixer.kinds.kubernetes_images import Image, images, kustomize_images
from fixer.kinds.kubernetes_manifest import Manifest, Place
from fixer.kinds.kubernetes_order import HABITS
from fixer.kinds.kubernetes_values import mappings
from fixer.kinds.kubernetes_workload import Workload
from fixer.knowledge.pod_specs import pod_specs
from fixer.text import Source

__all__ = [
    "HABITS",
    "KIND",
    "Container",
    "ContainerPort",
    "Image",
    "KubernetesFile",
    "KustomizeImage",
    "Manifest",
    "Mount",
    "Place",
    "Workload",
    "recognise",
]

# An image that a kustomization sets: what is known and done about it is the same.
KustomizeImage = Image

_JSON = ("{", "[")
_TEMPLATES = ("{{", "{%")


class KubernetesFile:
    """A file with Kubernetes objects; documents and items that are none are passed over."""

    def __init__(self, parsed: YamlFile, path: str, facts: Facts) -> None:
        self.parsed = parsed
        self.path = path
        self.facts = facts

    @property
    def skipped(self) -> str | None:
        """Why rules do not apply: a key that stands twice, of which an API server takes one or refuses both."""
        return self.parsed.twice

    def nouns(self, name: str) -> Sequence[Any]:
        """Return the objects, pod specs or containers."""
        if name == "Container":
            return self.containers

        if name == "Image":
            return tuple(images(self))

        if name == "KustomizeImage":
            return tuple(kustomize_images(self)) if self.path.rpartition("/")[2] in KUSTOMIZATIONS else ()

        if name == "Workload":
            return self.workloads

        return self.manifests if name == "Manifest" else ()

    @cached_property
    def manifests(self) -> tuple[Manifest, ...]:
        """The objects, in the order of the file."""
        found = tuple(self._found())
        seen: Counter[str] = Counter()
        for manifest in found:
            seen[manifest.title] += 1
            if seen[manifest.title] > 1:
                manifest.title = f"{manifest.title}#{seen[manifest.title]}"

        return found

    def _found(self) -> Iterator[Manifest]:
        for document in self.parsed.documents:
            data = document.data
            if not isinstance(data, dict) or not isinstance(data.get("kind"), str) or "apiVersion" not in data:
                continue

            if data["kind"].endswith("List") and isinstance(data.get("items"), list):
                for number, item in mappings(data["items"]):
                    if "kind" in item:
                        yield Manifest(self, document, ("items", number), item)
            else:
                yield Manifest(self, document, (), data)

    @cached_property
    def workloads(self) -> tuple[Workload, ...]:
        """The pod specs, in the order of the file."""
        return tuple(workload for manifest in self.manifests for workload in _workloads(manifest))

    @cached_property
    def containers(self) -> tuple[Container, ...]:
        """The containers, in the order of the file."""
        return tuple(container for workload in self.workloads for container in workload.containers)


def _workloads(manifest: Manifest) -> Iterator[Workload]:
    places = pod_specs(manifest.data)
    for place in places:
        where = ".".join(map(str, place.path))
        yield Workload(manifest, place, manifest.title if len(places) == 1 else f"{manifest.title} {where}")


def load(source: Source, path: str, facts: Facts) -> KubernetesFile:
    """Return the file with its objects. Raises FormatError when it cannot be read or is a template."""
    return KubernetesFile(parse(source, path, HABITS), path, facts)


def recognise(path: str, text: str) -> bool:
    """Whether a YAML or JSON file has an object of Kubernetes: `apiVersion` and `kind` at the top of a document."""
    start = text.lstrip()[:2]
    if path.endswith(".json") or (start.startswith(_JSON) and start not in _TEMPLATES):
        return _is_object(path, text)

    return all(
        text.startswith((f"{key}:", f'"{key}":')) or f"\n{key}:" in text or f'\n"{key}":' in text
        for key in ("apiVersion", "kind")
    )


def _is_object(path: str, text: str) -> bool:
    """Whether a text in flow style is an object, or a list of them."""
    from fixer.formats.format import FormatError

    try:
        documents = parse(Source(text), path, HABITS).documents
    except FormatError:
        return False

    return any(isinstance(one.data, dict) and {"apiVersion", "kind"} <= one.data.keys() for one in documents)


KIND = Kind(
    name="kubernetes",
    load=load,
    brings={"single-replica": ("missing-pod-disruption-budget",)},
    order=(
        "deprecated-api",
        "misplaced-security-fields",
        "linux-fields-on-windows",
        "privileged-container",
        "added-capabilities",
        "host-network",
        "privilege-escalation",
        "undropped-capabilities",
        "root-user",
        "low-user-id",
        "missing-run-as-group",
        "explicit-root-user",
        "missing-seccomp-profile",
        "automounted-token",
        "writable-root-filesystem",
        "unbounded-empty-dir",
        "latest-tag",
        "unpinned-digest",
        "unpinned-kustomize-image",
        "missing-resource-limits",
        "missing-resource-requests",
        "limit-request-mismatch",
        "misconfigured-probe",
        "missing-liveness-probe",
        "missing-readiness-probe",
        "missing-startup-probe",
        "single-replica",
        "missing-pod-disruption-budget",
        "blocking-pod-disruption-budget",
        "missing-topology-spread",
        "missing-network-policy",
        "ineffective-network-policy",
        "missing-limit-range",
        "missing-resource-quota",
    ),
    # What a container needs to do without root decides which capabilities it keeps, and limits bring requests along.
    waits={
        "unpinned-digest": ("latest-tag",),
        "privilege-escalation": ("privileged-container",),
        "low-user-id": ("root-user",),
        "undropped-capabilities": ("privileged-container", "privilege-escalation", "root-user", "low-user-id"),
        "missing-resource-requests": ("missing-resource-limits",),
    },
)
