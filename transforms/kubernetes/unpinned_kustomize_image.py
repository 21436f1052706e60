"""Kustomization sets an image without its digest.

## Why
An entry of `images` with `newTag` throws away the digest that a manifest has: what is deployed is a tag again, which
can be pushed again at any time.

## Fix
Adds `digest` beside `newTag`; kustomize 5 renders `name:tag@sha256:...`, older versions `name@sha256:...`. The digest
of the image's index comes from `image-digests.lock`, which `fixer pin` writes, or with `--online` from the registry;
without one of them there is no fix. An entry that Flux or `kustomize edit set image` in a workflow writes is left
alone: what writes the tag has to write the digest. Where the lock file has a newer digest than the entry, that one is
offered.

## Risk
safe: the image stays the one that the tag means now. Whoever changes `newTag` by hand has to change `digest` with it:
the digest wins. medium: a digest that is updated means another image.

## References
- https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/images/
"""

from __future__ import annotations

from collections.abc import Iterator

from fixer.finding import Finding, Level, Severity
from fixer.kinds.kubernetes import KustomizeImage
from fixer.kinds.kubernetes_images import digest_fix, undecided, update_fix
from fixer.kinds.kubernetes_keepers import keeper
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

    name, owner = image.reference.familiar, keeper(image)
    if image.reference.digest:
        if not owner and (moved := update_fix(image)):
            yield image.finding(f"image {name} is set with another digest than the lock file", **told(moved))
    elif owner:
        yield image.finding(f"image {name} is set without its digest", unfixable=owner, cap=Level.INFO)
    else:
        yield image.finding(f"image {name} is set without its digest", **told(digest_fix(image, keep_tag=True)))
