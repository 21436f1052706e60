"""Container or service of a job is not pinned by its digest.

## Why
A tag can be pushed again at any time: the next run builds and tests in another image, with or without anybody's intent,
and with the secrets of the workflow. A digest names one content for ever.

## Fix
Writes the digest of the image's index behind the tag (`node:20@sha256:...`); the tag stays for people and for update
bots. Where the tag names no version (`latest`, none) and the version tag with the same digest is known, that one is
written. The digest comes from `image-digests.lock`, which `fixer pin` writes, or with `--online` from the registry;
without one of them there is no fix. Images that an expression decides, and those that this project builds, are only
reported.

## Risk
safe: the image stays the one that the tag means now. From then on a bot has to bring updates (rule missing-update-bot).

## References
- https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idcontainer
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from fixer.finding import Finding, Fix, Level, Severity
from fixer.kinds.pinning import moves, named, pin, to_version, told, update
from fixer.kinds.workflow import JobImage
from fixer.registry.reference import Reference
from fixer.rule import rule


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a reference is written.

    keep_tag: whether the tag stays in front of the digest
    """

    keep_tag: bool = True


@rule(
    Severity.MEDIUM,
    levels=(Level.OFF, Level.WARN, Level.WARN),
    aliases=("GA-026", "unpinned-images"),
    params=Params,
    online=True,
)
def unpinned_digest(image: JobImage, params: Params) -> Iterator[Finding]:
    """Find images of jobs and steps without a digest."""
    if image.templated:
        reason = "what fills in the expression has to name a digest"
        yield image.at.finding(f"an expression decides the image: {image.text}", unfixable=reason, cap=Level.INFO)
        return

    reference = image.reference
    if reference and reference.digest:
        moved = update(reference, image.facts, image.put)
        if moved:
            message = f"image {reference.familiar} has another digest than the lock file"
            yield image.at.finding(message, **told(image.everywhere(moved) if isinstance(moved, Fix) else moved))
    elif reference:
        message = f"image {named(reference)} is not pinned by digest"
        fix = outcome(image, reference, params)
        yield image.at.finding(message, **told(image.everywhere(fix) if isinstance(fix, Fix) else fix))


def outcome(image: JobImage, reference: Reference, params: Params) -> Fix | str:
    """Return the fix that writes the digest, with the version it stands for when the tag names none, or why not."""
    facts = image.facts
    if params.keep_tag and moves(reference.tag):
        fix = to_version(reference, facts, lambda text: image.put(f"{text}@{facts.tag(reference).digest}"))
        if fix:
            return fix

    return pin(reference, facts, image.put, keep_tag=params.keep_tag)
