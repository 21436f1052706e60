"""Kustomization sets an image without its digest.

## Why
An entry of `images` with `newTag` throws away the digest that a manifest has: what is deployed is a tag again, which
can be pushed again at any time.

## Fix
Adds `digest` beside `newTag`; kustomize 5 renders `name:tag@sha256:...`, older versions `name@sha256:...`. The digest
of the image's index comes from `image-digests.lock`, which `fixer pin` writes, or with `--online` from the registry;
without one of them there is no fix. An entry that Flux or `kustomize edit set image` in a workflow writes is left
alone: what writes the tag has to write the digest.

## Risk
safe: the image stays the one that the tag means now. Whoever changes `newTag` by hand has to change `digest` with it:
the digest wins.

## References
- https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/images/
"""

from __future__ import annotations

from collections.abc import Iterator

from fixer.finding import Finding, Level, Severity
from fixer.kinds.kubernetes import KustomizeImage
from fixer.kinds.kubernetes_images import digest_fix, keeper, undecided
from fixer.kinds.pinning import told
from fixer.rule import rule


@rule(
    Severity.HIGH,
    levels=(Level.OFF, Level.WARN, Level.DENY),
    aliases=("K8-030", "CKV_K8S_43", "C-0306"),
    online=True,
)
def unpinned_kustomize_image(image: KustomizeImage) -> Iterator[Finding]:
    """Find entries that name a tag or another image, and no digest."""
    if image.reference is None:
        yield image.finding("the image is set without its digest", unfixable=undecided(image))
        return

    message = f"image {image.reference.familiar} is set without its digest"
    if owner := keeper(image):
        yield image.finding(message, unfixable=owner, cap=Level.INFO)
    else:
        yield image.finding(message, **told(digest_fix(image, keep_tag=True)))
