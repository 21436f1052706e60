"""The images that manifests, kustomizations and Helm values name, and how their tags and digests are written."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from fixer.finding import Finding, Fix, Level, Operation
from fixer.formats.yaml import Path
from fixer.kinds import VALUES, pinning
from fixer.kinds.facts import Facts, Object
from fixer.kinds.kubernetes_container import Container
from fixer.kinds.kubernetes_manifest import Manifest, Noun, Place
from fixer.kinds.kubernetes_values import get, mapping, mappings, text
from fixer.knowledge.images import keeps_data
from fixer.registry.reference import Reference, parse_reference

if TYPE_CHECKING:
    from fixer.kinds.kubernetes import KubernetesFile

_KEEL = "keel.sh/policy"
_ARGO = "argocd-image-updater.argoproj.io/image-list"
_CONSTRAINT = re.compile(r":[^:/]*$")
_VARIABLE = re.compile(r"\$[({]?[A-Za-z_]")


class Image:
    """One image: what names it, where its reference or its digest is written, and the reference (None: undecidable)."""

    def __init__(self, noun: Noun, keys: Path, reference: Reference | None) -> None:
        self.noun = noun
        self.at = Place(noun, keys)
        self.reference = reference

    @property
    def subject(self) -> Mapping[str, str]:
        """What a configuration may call it by."""
        return self.container.subject if self.container else self.noun.manifest.subject

    @property
    def container(self) -> Container | None:
        """The container that runs it; None for an image of a kustomization or of Helm values."""
        return self.noun if isinstance(self.noun, Container) else None

    @property
    def facts(self) -> Facts:
        """What is known outside of the file."""
        return self.noun.manifest.facts

    def finding(
        self, message: str, fix: Fix | None = None, *, unfixable: str | None = None, cap: Level = Level.DENY
    ) -> Finding:
        """Return a finding about the image, with its fix or with the reason why there is none."""
        return self.at.finding(message, fix, unfixable=unfixable, cap=cap)

    def write(self, new: str) -> Operation | str:
        """Return the operation that writes the reference `new`: whole in a container, its digest alone elsewhere."""
        if self.container:
            return self.at.put(new)

        return self.at.put(new.partition("@")[2])


class Entry(msgspec.Struct, frozen=True):
    """A mapping that names an image by its parts: an entry of a kustomization, or Helm values."""

    manifest: Manifest
    path: Path
    title: str
    data: Mapping[str, Any]


def images(file: KubernetesFile) -> Iterator[Image]:
    """Yield the images of the containers of a file, and those of Helm values that have a digest of their own."""
    for container in file.containers:
        if container.image:
            yield Image(container, ("image",), parse_reference(container.image))

    if VALUES.fullmatch(posixpath.basename(file.path)) and not file.containers:
        yield from _values(file)


def kustomize_images(file: KubernetesFile) -> Iterator[Image]:
    """Yield the images that a kustomization gives another name or tag and no digest."""
    for document in file.parsed.documents:
        data = mapping(document.data)
        manifest = Manifest(file, document, (), data)
        for number, entry in mappings(data.get("images")):
            name, tag = text(entry.get("newName")) or text(entry.get("name")), text(entry.get("newTag"))
            changed = entry.get("newTag") or entry.get("newName")
            if changed and not entry.get("digest") and "@" not in tag:
                noun = Entry(manifest, ("images", number), f"images[{text(entry.get('name'))}]", entry)
                yield Image(noun, ("digest",), parse_reference(f"{name}:{tag}") if tag else None)


def _values(file: KubernetesFile) -> Iterator[Image]:
    for document in file.parsed.documents:
        data = mapping(document.data)
        manifest = Manifest(file, document, (), data)
        for path, found in _pairs(data, ()):
            registry = text(found.get("registry")).strip("/")
            name = "/".join(filter(None, (registry, text(found.get("repository")))))
            noun = Entry(manifest, path, ".".join(map(str, path)), found)
            yield Image(noun, ("digest",), parse_reference(f"{name}:{text(found.get('tag'))}"))


def _pairs(data: Mapping[str, Any], path: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """The mappings with a repository, a tag, and a digest that is there but empty: the chart reads it."""
    if {"repository", "tag", "digest"} <= data.keys() and not data["digest"] and data["repository"] and data["tag"]:
        yield path, data
        return

    for key, value in data.items():
        if isinstance(value, dict):
            yield from _pairs(value, (*path, key))


# ---- what is done about them


def digest_fix(image: Image, *, keep_tag: bool) -> Fix | str:
    """Return the fix that pins the image to its digest, or why there is none."""
    assert image.reference is not None
    return pinning.pin(image.reference, image.facts, image.write, keep_tag=keep_tag)


def update_fix(image: Image) -> Fix | str | None:
    """Return the fix for a digest that is another one than that of the lock file, or why there is none, or None."""
    assert image.reference is not None
    return pinning.update(image.reference, image.facts, image.write)


def version_fix(image: Image) -> Fix | None:
    """Return the fix that names the version which a moving tag means now; None when none is known."""
    assert image.reference is not None
    return pinning.to_version(image.reference, image.facts, image.write)


def no_version(image: Image) -> str:
    """Return what there is to decide about a moving tag."""
    assert image.reference is not None
    known = image.facts.image(image.reference.text)
    if known.built:
        return f"the image is built here ({known.built}): its tag is decided where it is released"

    if known.family == "distroless":
        return "distroless images have no version tags: pin the digest"

    if keeps_data(known):
        return "only the major version that wrote its data can read it: choose the tag of the version that runs now"

    return pinning.no_version(image.reference, image.facts)


def undecided(image: Image) -> str | None:
    """Return why a reference cannot be decided, as a sentence; None when it is no reference at all."""
    if image.container is None:
        return "its tag is the one in the resources: write newTag here too, then its digest can follow"

    return "a variable decides it: pin it where it is filled in" if _VARIABLE.search(image.container.image) else None


def keeper(image: Image) -> str | None:
    """Return what else writes the reference, as a sentence; None when nothing is known to (rules/README 9.11)."""
    if "$imagepolicy" in image.at.comment:
        return "the image policy of Flux writes this reference"

    manifest = image.noun.manifest
    annotations = (mapping(manifest.get("metadata", key)) for key in ("annotations", "labels"))
    if any(_KEEL in found for found in annotations):
        return "Keel writes this reference"

    if image.reference is None:
        return None

    for application in image.facts.objects("Application"):
        if image.reference.name in _updated_by_argo(application):
            return f"Argo CD's image updater writes this reference ({application.path})"

    if path := image.facts.set_in_ci(image.reference):
        return f"{path} sets it by `kustomize edit set image`: let that write the digest"

    return None


def _updated_by_argo(application: Object) -> Iterator[str]:
    listed = text(get(application.data, "metadata", "annotations", _ARGO))
    for one in listed.split(","):
        # Behind the name there may be a constraint, such as `~1.2`.
        if found := parse_reference(_CONSTRAINT.sub("", one.strip().rpartition("=")[2])):
            yield found.name


def set_by_kustomize(container: Container, reference: Reference) -> bool:
    """Whether every kustomization that uses the file says which version of the image is meant."""
    file = container.manifest.file
    direct = file.facts.kustomizations(file.path)
    if not direct:
        return False

    if all(_sets(user, reference) for user in direct):
        return True

    tops = [user for user in file.facts.overlays(file.path) if not file.facts.overlays(user.path)]
    return bool(tops) and all(_sets(user, reference) for user in tops)


def _sets(user: Object, reference: Reference) -> bool:
    return any(
        text(entry.get("name")) == reference.bare and (entry.get("newTag") or entry.get("digest"))
        for _, entry in mappings(user.data.get("images"))
    )
