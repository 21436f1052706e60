"""The noun for one object of a file, and the place where a rule finds something and changes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from fixer.cached import cached_property
from fixer.finding import Environment, Finding, Fix, Level
from fixer.formats.yaml import Append, Path, Put, Remove, Value, YamlDocument
from fixer.kinds.kubernetes_values import get, mapping, text
from fixer.knowledge.pod_specs import group_of

if TYPE_CHECKING:
    from fixer.kinds.facts import Facts
    from fixer.kinds.kubernetes import KubernetesFile

# Namespaces that belong to the cluster or to its add-ons (rules/README 8.8).
_SYSTEM = frozenset(
    {
        *("kube-system", "kube-public", "kube-node-lease", "calico-system", "tigera-operator", "cilium"),
        *("istio-system", "gatekeeper-system", "kyverno", "cert-manager", "ingress-nginx", "metallb-system"),
        *("longhorn-system", "rook-ceph"),
    }
)
# What can only be deleted and made anew (rules/README 8.2).
_IMMUTABLE = {
    "Job": "the pods of a Job cannot be changed: delete the Job before it is applied again",
}
_ENVIRONMENTS = {
    **dict.fromkeys(("prod", "production", "prd", "live"), Environment.PROD),
    **dict.fromkeys(("staging", "stage", "stg", "uat", "preprod", "pre-production"), Environment.STAGING),
    **dict.fromkeys(("dev", "develop", "development", "local", "test", "testing"), Environment.DEV),
}


class Noun(Protocol):
    """What a place belongs to."""

    @property
    def manifest(self) -> Manifest:
        """The object it is part of."""

    @property
    def path(self) -> Path:
        """Where it is in its document."""

    @property
    def title(self) -> str:
        """Its symbolic name, unique in the file and stable when lines move."""


class Place:
    """A place in an object: what is there, and the operations and findings about it."""

    def __init__(self, noun: Noun, keys: Path) -> None:
        self.noun = noun
        self.path: Path = (*noun.path, *keys)

    @property
    def value(self) -> Any:
        """Value that holds here, merge keys and aliases resolved; None when there is none."""
        return get(self.noun.manifest.document.data, *self.path)

    @property
    def own(self) -> bool:
        """Whether the value is written here, not taken over from an anchor."""
        return self.noun.manifest.document.own(self.path)

    @property
    def comment(self) -> str:
        """Comment behind the value; "" when there is none."""
        return self.noun.manifest.document.comment(self.path)

    def put(self, value: Value, comment: str = "") -> Put:
        """Put a value here."""
        manifest = self.noun.manifest
        return Put(manifest.file.path, manifest.document.index, self.path, value, comment)

    def append(self, value: Value) -> Append:
        """Append a value to the list here."""
        manifest = self.noun.manifest
        return Append(manifest.file.path, manifest.document.index, self.path, value)

    def remove(self) -> Remove:
        """Remove what is here."""
        manifest = self.noun.manifest
        return Remove(manifest.file.path, manifest.document.index, self.path)

    def finding(
        self, message: str, fix: Fix | None = None, *, unfixable: str | None = None, cap: Level = Level.DENY
    ) -> Finding:
        """Return a finding about this place, with its fix or with the reason why there is none."""
        manifest = self.noun.manifest
        span = manifest.document.span(self.path)
        note = _IMMUTABLE.get(manifest.kind) if fix and "spec" in self.path else None
        if fix and note:
            fix = msgspec.structs.replace(fix, because=(*fix.because, note))

        return Finding(
            path=manifest.file.path,
            place=self.noun.title,
            start=span.start,
            end=span.end,
            message=message,
            fix=fix,
            unfixable=unfixable,
            environment=manifest.environment,
            cap=cap,
        )


class Manifest:
    """One Kubernetes object: a document, or one item of a list of objects.

    `title` is its symbolic name, such as `Deployment/prod/web`; the file numbers those that occur again.
    """

    def __init__(self, file: KubernetesFile, document: YamlDocument, path: Path, data: Mapping[str, Any]) -> None:
        self.file = file
        self.document = document
        self.path = path
        self.data = data
        self.kind = text(data.get("kind"))
        self.api_version = text(data.get("apiVersion"))
        name = self.name or f"{text(self.get('metadata', 'generateName'))}*"
        self.title = "/".join(filter(None, (self.kind, self.namespace, name)))

    @property
    def manifest(self) -> Manifest:
        """The object itself."""
        return self

    @property
    def facts(self) -> Facts:
        """What is known outside of the file."""
        return self.file.facts

    def at(self, *keys: str | int) -> Place:
        """Return the place at a path below the object."""
        return Place(self, keys)

    def get(self, *keys: str | int) -> Any:
        """Return the value at a path below the object; None when there is none."""
        return get(self.data, *keys)

    @property
    def subject(self) -> Mapping[str, str]:
        """What a configuration may call it by."""
        return {"workload": self.name}

    @property
    def group(self) -> str:
        """Group of the API; `v1` for the core group."""
        return group_of(self.api_version)

    @property
    def name(self) -> str:
        """Name of the object; "" when it has none yet."""
        return text(self.get("metadata", "name"))

    @property
    def namespace(self) -> str:
        """Namespace that the object names; "" when it names none."""
        return text(self.get("metadata", "namespace"))

    @property
    def labels(self) -> Mapping[str, Any]:
        """Labels of the object itself."""
        return mapping(self.get("metadata", "labels"))

    @cached_property
    def environment(self) -> Environment:
        """Where the object runs: its label `environment` says so, else its namespace or its file."""
        told = _ENVIRONMENTS.get(text(self.labels.get("environment")).lower())
        return self.facts.environment(self.file.path, told=told, namespace=self.namespace)

    @property
    def system(self) -> str | None:
        """Why the object belongs to the cluster, as a clause; None when it does not."""
        namespace = self.namespace
        if namespace in _SYSTEM or namespace.startswith("openshift-"):
            return f"namespace {namespace} belongs to the cluster and its add-ons, which are not changed"

        return None
