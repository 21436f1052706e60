"""Base image has neither tag nor digest.

## Why
An image without a tag means `latest`: another image every few weeks, and a build that nobody can repeat.

## Fix
Writes the version that a file of the project asks for (`.python-version`, `requires-python`, `.nvmrc`, `engines.node`,
`go.mod`, `Gemfile`, `global.json`, `.tool-versions`). Where the image is the default of an ARG, that default is
changed. Without such a file it writes the most specific version tag that has the digest of `latest`, which the lock
file or, with `--online`, the registry knows. Without both no version is known, and the image is only reported.

## Risk
safe: a version tag with the same digest is the same image.
medium: the version of the project's files may be another one than the image that the build got until now.

## References
- https://docs.docker.com/build/building/best-practices/#pin-base-image-versions
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from fixer.finding import Finding, Level, Severity
from fixer.kinds.dockerfile import Instruction
from fixer.kinds.dockerfile_images import images_of
from fixer.kinds.dockerfile_pin import version_fix, why_not
from fixer.kinds.parameters import FixedTag
from fixer.rule import rule


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which tags are meant.

    image_map: tag for an image, by its name, before what files of the project say
    """

    image_map: dict[str, FixedTag] = {}


@rule(
    Severity.HIGH,
    levels=(Level.WARN, Level.DENY, Level.DENY),
    aliases=(
        "DF-015",
        "DL3006",
        "DS-0001",
        "DS001",
        "AVD-DS-0001",
        "CKV_DOCKER_7",
        "Image Version Not Explicit",
        "DKL-DI-0006",
    ),
    params=Params,
    online=True,
)
def untagged_image(instruction: Instruction, params: Params) -> Iterator[Finding]:
    """Find images without a tag and without a digest."""
    for use in images_of(instruction):
        if use.reference is None and use.variables:
            yield instruction.finding(
                "the tag of the image depends on build arguments",
                unfixable=f"{', '.join(use.variables)} has no default: give it one with a version",
                cap=Level.INFO,
            )

        if use.reference is None or use.reference.tag or use.reference.digest:
            continue

        message = f"{use.reference.familiar} has no tag"
        yield instruction.finding(message, version_fix(use, params.image_map), unfixable=why_not(use, params.image_map))
