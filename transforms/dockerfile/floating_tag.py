"""Image is named by a tag without a version.

## Why
`alpine`, `slim`, `stable` or `lts` name a channel: another version comes through it every few weeks, and the same
Dockerfile builds something else.

## Fix
Writes the version that a file of the project asks for (`.python-version`, `.nvmrc`, `go.mod` and the like), in the
variant of the present tag; else the most specific version tag that has the digest of the present one, which the lock
file or, with `--online`, the registry knows. Without both the image is only reported.

## Risk
safe: a version tag with the same digest is the same image.
medium: the version of the project's files may be another one than the image that the tag meant until now.

## References
- https://docs.docker.com/build/building/best-practices/#pin-base-image-versions
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from fixer.finding import Finding, Level, Severity
from fixer.kinds.dockerfile import Instruction
from fixer.kinds.dockerfile_images import ImageUse, images_of
from fixer.kinds.dockerfile_pin import version_fix, why_not
from fixer.kinds.parameters import FixedTag, Tag
from fixer.kinds.pinning import moves
from fixer.rule import rule


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which tags are meant.

    floating_tags: further tags that name no version
    image_map: tag for an image, by its name, before what files of the project say
    """

    floating_tags: tuple[Tag, ...] = ()
    image_map: dict[str, FixedTag] = {}


@rule(
    Severity.MEDIUM,
    levels=(Level.WARN, Level.WARN, Level.DENY),
    aliases=("DF-016",),
    params=Params,
    online=True,
)
def floating_tag(instruction: Instruction, params: Params) -> Iterator[Finding]:
    """Find images whose tag consists of words that name no version."""
    for use in images_of(instruction):
        if use.reference is None or use.reference.digest or not floats(use, params):
            continue

        message = f"{use.reference.familiar} moves with its tag {use.reference.tag}"
        yield instruction.finding(message, version_fix(use, params.image_map), unfixable=why_not(use, params.image_map))


def floats(use: ImageUse, params: Params) -> bool:
    """Whether the tag moves; other rules are about `latest` and no tag, and releases of distributions are fixed."""
    assert use.reference is not None
    tag = use.reference.tag
    if not tag or tag == "latest":
        return False

    if tag in params.floating_tags:
        return True

    return moves(tag) and not (use.facts.role == "base-os" and "latest" not in tag)
