"""Image is named by a tag that moves.

## Why
`latest`, or no tag, is whatever was pushed last: two nodes run two versions, a restart is an upgrade, and nobody can
say what ran yesterday. Tags without a version (`alpine`, `stable`, `lts`) move in the same way.

## Fix
Writes the most specific version tag that has the digest of the present one, which `image-digests.lock` or, with
`--online`, the registry knows. Without both the finding says what to choose, and where. A kustomization that sets tag
or digest of the image owns it; so do image policies of Flux, Argo CD's image updater and Keel. Images that are built in
this project without a tag get theirs when they are released.

## Risk
safe: a version tag with the same digest is the same image. A node that runs an older image under the moving tag gets
the newer one with the next pod, as it would have without the fix.

## References
- https://kubernetes.io/docs/concepts/containers/images/
- https://kubernetes.io/docs/concepts/configuration/overview/
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from fixer.finding import Finding, Level, Severity
from fixer.kinds.kubernetes import Container
from fixer.kinds.kubernetes_images import Image, no_version, version_fix
from fixer.kinds.kubernetes_keepers import keeper, set_by_kustomize
from fixer.kinds.parameters import Tag
from fixer.kinds.pinning import moves
from fixer.registry.reference import Reference, parse_reference
from fixer.rule import rule


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is no version.

    latest_tags: tags that count as latest, whatever the level of other moving tags is
    """

    latest_tags: tuple[Tag, ...] = ("latest",)


@rule(
    Severity.HIGH,
    levels=(Level.WARN, Level.DENY, Level.DENY),
    aliases=(
        *("K8-028", "KSV-0013", "CKV_K8S_14", "container-image-tag", "tagNotSpecified", "C-0075"),
        "Invalid Image",
    ),
    params=Params,
    online=True,
)
def latest_tag(container: Container, params: Params) -> Iterator[Finding]:
    """Find images whose tag names no version."""
    found = parse_reference(container.image)
    if found is None or found.digest or set_by_kustomize(container, found):
        return

    latest = found.tag in params.latest_tags
    if not latest and not floats(found, container):
        return

    image = Image(container, ("image",), found)
    what = f"is tagged {found.tag}" if found.tag else "has no tag"
    message = f"image {found.familiar} {what}"
    if owner := keeper(image):
        yield image.finding(message, unfixable=owner, cap=Level.INFO)
        return

    fix = version_fix(image)
    reason = None if fix else no_version(image)
    yield image.finding(message, fix, unfixable=reason, cap=Level.DENY if latest or not found.tag else Level.WARN)


def floats(found: Reference, container: Container) -> bool:
    """Whether the tag consists of words that name no version, or is missing and nobody here will add it."""
    if not found.tag:
        return not (container.facts.built and "/" not in found.bare)

    return moves(found.tag) and not (container.facts.role == "base-os" and "latest" not in found.tag.lower())
