"""Image is not pinned by its digest.

## Why
A tag can be pushed again at any time: the same Dockerfile then builds from another image, with or without anybody's
intent. A digest names one content for ever.

## Fix
Writes the digest of the image's index behind the tag (`python:3.12-slim@sha256:...`), which is right for every
platform; the tag stays for people and for update bots. It goes where the whole reference stands: `FROM`, `COPY --from`,
`RUN --mount=from=`, the `# syntax=` line, or the default of an ARG. The digest comes from `image-digests.lock`, which
`fixer pin` writes, or with `--online` from the registry; without one of them there is no fix. Images that are built in
the project, stages, and references of which a variable decides a part are left alone. Where the lock file has a newer
digest than the one in the text, that one is offered.

## Risk
safe: the image stays the one that the tag means now. From then on a bot has to bring updates (rule missing-update-bot).
medium: a digest that is updated means another image. A registry that cleans up may delete an image that no tag names
any more; pull it through a mirror that keeps it, or update in time.

## References
- https://docs.docker.com/build/building/best-practices/#pin-base-image-versions
- https://docs.docker.com/dhi/core-concepts/digests/
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from fixer.finding import Finding, Level, Severity
from fixer.kinds.dockerfile import Instruction
from fixer.kinds.dockerfile_images import ImageUse, pinnable_images_of
from fixer.kinds.dockerfile_pin import digest_fix, update_fix
from fixer.kinds.pinning import NO_DIGEST, told
from fixer.rule import rule


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a reference is written.

    keep_tag: whether the tag stays in front of the digest
    """

    keep_tag: bool = True


@rule(
    Severity.MEDIUM,
    levels=(Level.OFF, Level.WARN, Level.DENY),
    aliases=("DF-019", "CKV_K8S_43", "C-0306", "Image Without Digest"),
    params=Params,
    online=True,
)
def unpinned_digest(instruction: Instruction, params: Params) -> Iterator[Finding]:
    """Find images without a digest, and those with another one than that of the lock file."""
    for use in pinnable_images_of(instruction):
        if use.reference is None:
            yield from undecided(use)
        elif use.reference.digest:
            if outcome := update_fix(use):
                message = f"{use.reference.familiar} has another digest than the lock file"
                yield use.finding(message, **told(outcome))
        else:
            message = f"{use.reference.familiar} is not pinned by digest"
            yield use.finding(message, **told(digest_fix(use, keep_tag=params.keep_tag)))


def undecided(use: ImageUse) -> Iterator[Finding]:
    """Report an image that a variable without a value decides, and one with a digest that is none."""
    if "@" in use.text and not use.variables:
        yield use.finding("the digest of the image is none", unfixable=NO_DIGEST)

    if use.variables:
        reason = f"{', '.join(use.variables)} has no default: what sets it has to set a reference with a digest"
        yield use.finding("the image depends on build arguments", unfixable=reason, cap=Level.INFO)
