"""Image is not pinned by its digest.

## Why
A tag can be pushed again at any time: the next node that pulls it runs another image, with or without anybody's intent.
A digest names one content for ever.

## Fix
Writes the digest of the image's index behind the tag (`ghcr.io/org/app:v1.2.3@sha256:...`), which is right for every
platform; the kubelet ignores the tag, which stays for people and for update bots. In Helm values with `repository`,
`tag` and an empty `digest`, that digest is filled in. The digest comes from `image-digests.lock`, which `fixer pin`
writes, or with `--online` from the registry; without one of them there is no fix. An image whose tag every
kustomization sets is pinned there (rule unpinned-kustomize-image). Left alone are images that are built in the project
or never pulled, references that Flux, Argo CD's image updater, Keel or a workflow writes, those that a kustomization
takes apart, compares, replaces or gives another name, and values that `global.imageRegistry` gives another registry.
Where the lock file has a newer digest than the one in the text, that one is offered.

## Risk
safe: the image stays the one that the tag means now. From then on a bot has to bring updates (rule missing-update-bot).
medium: a digest that is updated means another image. A registry that cleans up may delete an image that no tag names
any more.

## References
- https://kubernetes.io/docs/concepts/containers/images/#updating-images
- https://kubernetes.io/docs/concepts/configuration/overview/
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from fixer.finding import Finding, Level, Severity
from fixer.kinds.kubernetes import Image
from fixer.kinds.kubernetes_images import digest_fix, undecided, update_fix
from fixer.kinds.kubernetes_keepers import keeper, set_by_kustomize
from fixer.kinds.pinning import told
from fixer.rule import rule


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a reference is written.

    keep_tag: whether the tag stays in front of the digest
    """

    keep_tag: bool = True


@rule(
    Severity.HIGH,
    levels=(Level.OFF, Level.WARN, Level.DENY),
    aliases=("K8-029", "CKV_K8S_43", "C-0306", "Image Without Digest"),
    params=Params,
    online=True,
)
def unpinned_digest(image: Image, params: Params) -> Iterator[Finding]:
    """Find images without a digest, and those with another one than that of the lock file."""
    reference = image.reference
    if reference is None:
        if reason := undecided(image):
            yield image.finding("the image is not pinned by digest", unfixable=reason, cap=Level.INFO)

        return

    if image.container and set_by_kustomize(image.container, reference):
        return

    if reference.digest:
        if not keeper(image) and (moved := update_fix(image)):
            yield image.finding(f"image {reference.familiar} has another digest than the lock file", **told(moved))
    elif owner := keeper(image):
        yield image.finding(f"image {reference.familiar} is not pinned by digest", unfixable=owner, cap=Level.INFO)
    else:
        outcome = digest_fix(image, keep_tag=params.keep_tag)
        yield image.finding(f"image {reference.familiar} is not pinned by digest", **told(outcome))
