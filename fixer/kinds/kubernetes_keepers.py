"""Who else owns a reference: what writes it, takes it apart, or decides where it is pulled from (rules/README 9.11)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fixer.kinds.facts import FieldUse, Object
from fixer.kinds.kubernetes_container import Container
from fixer.kinds.kubernetes_images import Entry, Image
from fixer.kinds.kubernetes_values import get, mapping, mappings, text
from fixer.registry.reference import Reference, parse_reference

if TYPE_CHECKING:
    from fixer.kinds.kubernetes import KubernetesFile

if TYPE_CHECKING:
    pass

_KEEL = "keel.sh/policy"
_ARGO = "argocd-image-updater.argoproj.io/image-list"
_CONSTRAINT = re.compile(r":[^:/]*$")


def keeper(image: Image) -> str | None:
    """Return why the reference is not ours to change, as a sentence; None when nothing is known to own it."""
    if image.container and image.container.get("imagePullPolicy") == "Never":
        return "it is never pulled (imagePullPolicy: Never): an image that is only local has no digest"

    reference = image.reference
    if reference is None:
        return _marked(image)

    return (
        _marked(image)
        or _updated(image, reference)
        or _other_registry(image)
        or _other_name(image, reference)
        or _used_field(image)
    )


def _marked(image: Image) -> str | None:
    """What writes the reference because a comment or an annotation asks for it."""
    if "$imagepolicy" in image.at.comment:
        return "the image policy of Flux writes this reference"

    manifest = image.noun.manifest
    annotations = (mapping(manifest.get("metadata", key)) for key in ("annotations", "labels"))
    return "Keel writes this reference" if any(_KEEL in found for found in annotations) else None


def _updated(image: Image, reference: Reference) -> str | None:
    """What writes the reference from elsewhere."""
    for application in image.facts.objects("Application"):
        if reference.name in _updated_by_argo(application):
            return f"Argo CD's image updater writes this reference ({application.path})"

    path = image.facts.set_in_ci(reference)
    if path:
        return f"{path} sets it by `kustomize edit set image`: let that write the digest"

    command = image.facts.rewritten(reference)
    return f"{command}: let that write the digest" if command else None


def _updated_by_argo(application: Object) -> Iterator[str]:
    listed = text(get(application.data, "metadata", "annotations", _ARGO))
    for one in listed.split(","):
        # Behind the name there may be a constraint, such as `~1.2`.
        if found := parse_reference(_CONSTRAINT.sub("", one.strip().rpartition("=")[2])):
            yield found.name


def _other_registry(image: Image) -> str | None:
    """Values that say for all images of a chart where they are pulled from."""
    if not isinstance(image.noun, Entry):
        return None

    registry = text(get(image.noun.manifest.data, "global", "imageRegistry")).strip("/")
    if not registry or registry == text(image.noun.data.get("registry")).strip("/"):
        return None

    return f"global.imageRegistry has it pulled from {registry}: fill in the digest that it has there"


def _other_name(image: Image, reference: Reference) -> str | None:
    """A kustomization that renames the image keeps the digest of the old one."""
    path = image.noun.manifest.file.path
    for user in (*image.facts.overlays(path), *image.facts.kustomizations(path)):
        for _, entry in mappings(user.data.get("images")):
            kept = not entry.get("newTag") and not entry.get("digest")
            if text(entry.get("name")) == reference.bare and entry.get("newName") and kept:
                return f"{user.path} gives it another name (newName): write newTag and digest there"

    return None


def _used_field(image: Image) -> str | None:
    """A kustomization that takes the reference apart, compares it, or replaces it wherever the file is used."""
    container = image.container
    if container is None:
        return None

    file = container.manifest.file
    uses = [use for use in file.facts.field_uses(file.path) if _means(use, container)]
    for use in uses:
        if use.always:
            return f"{use.user} {use.how}: a digest would change what comes out"

    users = {use.user for use in uses}
    direct = {user.path for user in file.facts.kustomizations(file.path)}
    if uses and (direct <= users or _tops(file) <= users):
        return f"{uses[0].user} {uses[0].how}: pin it there"

    return None


def _means(use: FieldUse, container: Container) -> bool:
    """Whether a field that a kustomization uses is the reference of the container."""
    manifest = container.manifest
    field = (*container.path[len(manifest.path) :], "image")
    # Prefixes and suffixes may stand around the name; a name may be a pattern.
    name = not use.name or manifest.name in use.name or _matches(use.name, manifest.name)
    kind = not use.kind or _matches(use.kind, manifest.kind)
    same = len(field) == len(use.field)
    return same and kind and name and all(_is_part(*pair, container) for pair in zip(use.field, field, strict=True))


def _is_part(used: str, own: str | int, container: Container) -> bool:
    return used in {"*", str(own), f"[name={container.name}]"}


def _matches(pattern: str, own: str) -> bool:
    try:
        return re.fullmatch(pattern, own) is not None
    except re.error:
        return False


def _tops(file: KubernetesFile) -> set[str]:
    """Paths of the kustomizations that use a file and are used by none themselves."""
    return {user.path for user in file.facts.overlays(file.path) if not file.facts.overlays(user.path)}


def set_by_kustomize(container: Container, reference: Reference) -> bool:
    """Whether every kustomization that uses the file says which version of the image is meant."""
    file = container.manifest.file
    direct = file.facts.kustomizations(file.path)
    if not direct:
        return False

    if all(_sets(user, reference) for user in direct):
        return True

    tops = _tops(file)
    return bool(tops) and all(_sets(user, reference) for user in file.facts.overlays(file.path) if user.path in tops)


def _sets(user: Object, reference: Reference) -> bool:
    return any(
        text(entry.get("name")) == reference.bare and (entry.get("newTag") or entry.get("digest"))
        for _, entry in mappings(user.data.get("images"))
    )
