"""Image has neither tag nor digest.

## Why
An image without a tag means `latest`: two hosts run two versions, a restart is an upgrade, and nobody can say what ran
yesterday.

## Fix
Writes the most specific version tag that has the digest of `latest`, which `image-digests.lock` or, with `--online`,
the registry knows. Without both the finding says what to choose. The name of
what is built, and an image that is never pulled or that `.env` sets, stay as they are.

## Risk
safe: a version tag with the same digest is the same image. A host that runs an older image gets the newer one at the
next pull, as it would have without the fix.

## References
- https://docs.docker.com/build/building/best-practices/#pin-base-image-versions
- https://docs.docker.com/reference/compose-file/services/#image
"""

from __future__ import annotations

from collections.abc import Iterator

from fixer.finding import Finding, Level, Severity
from fixer.kinds.compose import Service
from fixer.kinds.compose_images import kept, no_version, pulled, set_beside, version_fix, written_image
from fixer.rule import rule


@rule(
    Severity.HIGH,
    levels=(Level.WARN, Level.DENY, Level.DENY),
    aliases=("DC-012", "CL-0004", "service-image-require-explicit-tag"),
    online=True,
)
def untagged_image(service: Service) -> Iterator[Finding]:
    """Find images without a tag and without a digest."""
    found = pulled(service)
    if found is None or service.build or not written_image(service) or found.reference.tag or found.reference.digest:
        return

    message, at, elsewhere = f"image {found.reference.familiar} has no tag", service.at("image"), set_beside(service)
    if reason := kept(service):
        yield at.finding(message, unfixable=reason, cap=Level.INFO)
    elif elsewhere:
        yield at.finding(message, unfixable=f"{elsewhere}: choose the version there")
    else:
        fix = version_fix(service, found.reference)
        yield at.finding(message, fix, unfixable=None if fix else no_version(service, found.reference))
