"""Image is named by a tag that moves.

## Why
`latest` is whatever was pushed last: two hosts run two versions, a restart is an upgrade, and nobody can say what ran
yesterday. Tags without a version (`alpine`, `stable`, `lts`) move in the same way.

## Fix
Writes the most specific version tag that has the digest of the present one, which `image-digests.lock` or, with
`--online`, the registry knows. Without both the finding says what to choose. Data of a database can be read by the
major version that wrote it only, so a version is never guessed. In `${TAG:-latest}` the default is changed,
unless `.env` sets the variable. The name of what is built, and an image that is never pulled, stay as they are.

## Risk
safe: a version tag with the same digest is the same image. A host that runs an older image under the moving tag gets
the newer one at the next pull, as it would have without the fix.

## References
- https://docs.docker.com/build/building/best-practices/#pin-base-image-versions
- https://docs.docker.com/reference/compose-file/services/#image
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from fixer.finding import Finding, Level, Severity
from fixer.kinds.compose import Service
from fixer.kinds.compose_images import kept, no_version, pulled, set_beside, version_fix, written_image
from fixer.kinds.parameters import Tag
from fixer.kinds.pinning import moves
from fixer.rule import rule


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is no version.

    latest_tags: tags that count as latest, whatever the level of other moving tags is
    """

    latest_tags: tuple[Tag, ...] = ("latest",)


@rule(
    Severity.HIGH,
    levels=(Level.WARN, Level.DENY, Level.DENY),
    aliases=("DC-011", "CL-0004", "service-image-require-explicit-tag"),
    params=Params,
    online=True,
)
def latest_tag(service: Service, params: Params) -> Iterator[Finding]:
    """Find images whose tag names no version."""
    found = pulled(service)
    if found is None or service.build or found.reference.digest or not written_image(service):
        return

    name, tag = found.reference.familiar, found.reference.tag
    if tag in params.latest_tags:
        message, cap = f"image {name} is tagged {tag}", Level.DENY
    elif tag and moves(tag) and service.facts.role != "base-os":
        message, cap = f"image {name} moves with its tag {tag}", Level.WARN
    else:
        return

    at, elsewhere = service.at("image"), set_beside(service)
    if reason := kept(service):
        yield at.finding(message, unfixable=reason, cap=Level.INFO)
    elif elsewhere:
        yield at.finding(message, unfixable=f"{elsewhere}: choose the version there", cap=cap)
    else:
        fix = version_fix(service, found.reference)
        yield at.finding(message, fix, unfixable=None if fix else no_version(service, found.reference), cap=cap)
