"""Base image uses the latest tag.

## Why
`latest` names another image every few weeks. A build that worked yesterday gets another major version today, nobody can
say which one a running container has, and no scanner can tell whether it is affected.

## Fix
Writes the version that a file of the project asks for (`.python-version`, `requires-python`, `.nvmrc`, `engines.node`,
`go.mod`, `Gemfile`, `global.json`, `.tool-versions`). Where the tag is the default of an ARG, that default is changed.
Else writes the most specific version tag that has the digest of the present one, which the lock file or, with
`--online`, the registry knows. Without both no version is known, and the image is only reported.

## Risk
safe: a version tag with the same digest is the same image.
medium: the version of the project's files may be another one than the image that `latest` meant until now.

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
from fixer.kinds.parameters import FixedTag, Tag
from fixer.rule import rule


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which tags are meant, and which ones are none.

    latest_tags: tags that count as latest
    image_map: tag for an image, by its name, before what files of the project say
    """

    latest_tags: tuple[Tag, ...] = ("latest",)
    image_map: dict[str, FixedTag] = {}


@rule(
    Severity.HIGH,
    levels=(Level.WARN, Level.DENY, Level.DENY),
    aliases=(
        "DF-014",
        "DL3007",
        "DS-0001",
        "DS001",
        "AVD-DS-0001",
        "CKV_DOCKER_7",
        "Image Version Using 'latest'",
        "DKL-DI-0006",
    ),
    params=Params,
    online=True,
)
def latest_tag(instruction: Instruction, params: Params) -> Iterator[Finding]:
    """Find images whose tag is latest and that have no digest."""
    for use in images_of(instruction):
        if use.reference is None or use.reference.tag not in params.latest_tags or use.reference.digest:
            continue

        message = f"{use.reference.familiar} has the tag {use.reference.tag}"
        yield instruction.finding(message, version_fix(use, params.image_map), unfixable=why_not(use, params.image_map))
