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
from fixer.kinds.facts import Facts
from fixer.kinds.kubernetes_container import Container
from fixer.kinds.kubernetes_manifest import Manifest, Noun, Place
from fixer.kinds.kubernetes_values import mapping, mappings, text
from fixer.knowledge.images import keeps_data
from fixer.registry.reference import Reference, parse_reference

if TYPE_CHECKING:
    from fixer.kinds.kubernetes import KubernetesFile

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
    """Yield the images that a kustomization gives another name or tag, those with a digest too when they have a tag."""
    for document in file.parsed.documents:
        data = mapping(document.data)
        manifest = Manifest(file, document, (), data)
        for number, entry in mappings(data.get("images")):
            name, tag = text(entry.get("newName")) or text(entry.get("name")), text(entry.get("newTag"))
            changed, digest = entry.get("newTag") or entry.get("newName"), text(entry.get("digest"))
            reference = parse_reference(_joined(name, tag, digest)) if tag else None
            if changed and "@" not in tag and (reference or not digest):
                noun = Entry(manifest, ("images", number), f"images[{text(entry.get('name'))}]", entry)
                yield Image(noun, ("digest",), reference)


def _joined(name: str, tag: str, digest: str) -> str:
    return f"{name}:{tag}@{digest}" if digest else f"{name}:{tag}"


def _values(file: KubernetesFile) -> Iterator[Image]:
    for document in file.parsed.documents:
        data = mapping(document.data)
        manifest = Manifest(file, document, (), data)
        for path, found in _pairs(data, ()):
            registry = text(found.get("registry")).strip("/")
            name = "/".join(filter(None, (registry, text(found.get("repository")))))
            noun = Entry(manifest, path, ".".join(map(str, path)), found)
            written = _joined(name, text(found.get("tag")), text(found.get("digest")))
            yield Image(noun, ("digest",), parse_reference(written))


def _pairs(data: Mapping[str, Any], path: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """The mappings with a repository, a tag, and a digest that is there, if only empty: the chart reads it."""
    if {"repository", "tag", "digest"} <= data.keys() and data["repository"] and data["tag"]:
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
