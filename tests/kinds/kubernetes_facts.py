"""What the tests of the Kubernetes kind know about the world: a few files and the knowledge tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fixer.finding import Environment
from fixer.kinds.facts import FieldUse, Object
from fixer.kinds.kubernetes import KIND, Container, KubernetesFile, Manifest, Workload
from fixer.knowledge.images import ImageFacts, image_facts
from fixer.text import Source


class World:
    """Facts about files given as text; `images` and `owners` are what the project would know beyond them."""

    def __init__(
        self,
        files: Mapping[str, str] | None = None,
        images: Mapping[str, ImageFacts] | None = None,
        patches: Mapping[str, str] | None = None,
    ) -> None:
        self.files = dict(files or {})
        self.images = dict(images or {})
        self.patches = dict(patches or {})
        self._objects: dict[str, list[Object]] = {}

    def image(self, reference: str) -> ImageFacts:
        return self.images.get(reference) or image_facts(reference)

    def environment(self, path: str, *, told: Environment | None = None, namespace: str = "") -> Environment:
        del namespace
        return told or (Environment.PROD if "prod" in path else Environment.STAGING)

    def rewritten(self, _reference: object) -> str:
        return ""

    def partial(self, path: str) -> str | None:
        return self.patches.get(path)

    def objects(self, kind: str) -> Sequence[Object]:
        if kind not in self._objects:
            self._objects[kind] = [
                found for path in self.files for found in self._in(path) if found.data["kind"] == kind
            ]

        return self._objects[kind]

    def _in(self, path: str) -> list[Object]:
        file = KIND.load(Source(self.files[path]), path, self)
        return [Object(path, one.document.index, one.data) for one in file.manifests]

    def replicas_owner(self, _path: str, _name: str) -> str | None:
        return None

    def kustomizations(self, _path: str) -> Sequence[Object]:
        return ()

    def overlays(self, _path: str) -> Sequence[Object]:
        return ()

    def field_uses(self, _path: str) -> Sequence[FieldUse]:
        return ()

    def exists(self, path: str) -> bool:
        return path in self.files


def kubernetes(text: str, path: str = "app.yaml", world: World | None = None) -> KubernetesFile:
    world = world or World()
    world.files.setdefault(path, text)
    return KIND.load(Source(text), path, world)


def manifest(text: str, **kwargs: object) -> Manifest:
    return kubernetes(text, **kwargs).manifests[0]


def workload(text: str, **kwargs: object) -> Workload:
    return kubernetes(text, **kwargs).workloads[0]


def container(text: str, **kwargs: object) -> Container:
    return kubernetes(text, **kwargs).containers[0]


def deployment(pod: str, name: str = "web", kind: str = "Deployment", spec: str = "") -> str:
    """A workload whose pod spec is `pod`, indented by six blanks."""
    return f"""apiVersion: apps/v1
kind: {kind}
metadata:
  name: {name}
spec:
{spec}  selector:
    matchLabels:
      app: {name}
  template:
    metadata:
      labels:
        app: {name}
    spec:
{pod}"""
