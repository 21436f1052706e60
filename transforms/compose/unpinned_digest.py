"""Image is not pinned by its digest.

## Why
A tag can be pushed again at any time: the next host that pulls it runs another image, with or without anybody's intent.
A digest names one content for ever.

## Fix
Writes the digest of the image's index behind the tag (`nginx:1.27-alpine@sha256:...`), which is right for every
platform; the tag stays for people and for update bots. The digest comes from `image-digests.lock`, which `fixer pin`
writes, or with `--online` from the registry; without one of them there is no fix. A service that is built, here or in
another Compose file of the folder, an image that the project builds, one that is never pulled, a reference of which a
variable decides a part, and one that `.env` sets are left alone. Where the lock file has a newer digest than the one in
the text, that one is offered.

## Risk
safe: the image stays the one that the tag means now. From then on a bot has to bring updates (rule missing-update-bot).
medium: a digest that is updated means another image. A registry that cleans up may delete an image that no tag names
any more.

## References
- https://docs.docker.com/reference/compose-file/services/#image
- https://docs.docker.com/build/building/best-practices/#pin-base-image-versions
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from fixer.finding import Finding, Level, Severity
from fixer.kinds.compose import Service
from fixer.kinds.compose_images import digest_fix, kept, pulled, set_beside, undecided, update_fix, written_image
from fixer.kinds.pinning import told
from fixer.rule import rule


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a reference is written.

    keep_tag: whether the tag stays in front of the digest
    """

    keep_tag: bool = True


@rule(
    Severity.MEDIUM,
    levels=(Level.OFF, Level.WARN, Level.DENY),
    aliases=("DC-013", "C-0306", "Image Without Digest"),
    params=Params,
    online=True,
)
def unpinned_digest(service: Service, params: Params) -> Iterator[Finding]:
    """Find images without a digest, and those with another one than that of the lock file."""
    at = service.at("image")
    if not written_image(service) or service.build:
        return

    found, elsewhere = pulled(service), set_beside(service)
    if found is None:
        if reason := undecided(service):
            yield at.finding("the image depends on variables", unfixable=reason, cap=Level.INFO)

        return

    reference = found.reference
    message = f"image {reference.familiar} is not pinned by digest"
    if reference.digest and (elsewhere or kept(service)):
        return

    if reason := kept(service):
        yield at.finding(message, unfixable=reason, cap=Level.INFO)
    elif elsewhere:
        yield at.finding(message, unfixable=f"{elsewhere}: pin it there")
    elif not reference.digest:
        yield at.finding(message, **told(digest_fix(service, reference, keep_tag=params.keep_tag)))
    elif moved := update_fix(service, reference):
        yield at.finding(f"image {reference.familiar} has another digest than the lock file", **told(moved))
