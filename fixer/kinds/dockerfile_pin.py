"""The fix that gives an image the version which the files of the project ask for."""

from __future__ import annotations

from collections.abc import Mapping

from fixer.finding import Fix, Risk
from fixer.kinds.dockerfile_images import ImageUse, tagged
from fixer.kinds.dockerfile_versions import project_version

# Words of tags whose images lack what others have: a program may miss it.
_SMALL = frozenset({"slim", "alpine", "minimal", "distroless", "micro", "nanoserver", "chiseled", "busybox"})
# Registries whose free images have moving tags only.
_ONLY_MOVING = ("gcr.io/distroless/", "cgr.dev/chainguard/")


def pin(use: ImageUse, tags: Mapping[str, str]) -> Fix | None:
    """Return the fix for an image, None when no version is known or it cannot be written where the image stands.

    `tags` are those that the configuration gives to images; they come before what files of the project say.
    """
    if use.reference is None or built_here(use):
        return None

    if tag := mapped(use, tags):
        small = not _SMALL.isdisjoint(tag.lower().split("-"))
        return _fix(use, tag, Risk.HIGH if small else Risk.MEDIUM, f"tag {tag}: image_map of the configuration")

    version = project_version(use.at.file.facts, use.at.file.path, use.reference.familiar)
    return _fix(use, version.text, Risk.MEDIUM, version.because) if version else None


def _fix(use: ImageUse, tag: str, risk: Risk, because: str) -> Fix | None:
    operation = tagged(use, tag)
    if use.reference is None or operation is None:
        return None

    return Fix(f"Use {use.reference.familiar}:{tag}", risk, (operation,), (because,))


def mapped(use: ImageUse, tags: Mapping[str, str]) -> str | None:
    """Return the tag that the configuration gives to an image."""
    return (tags.get(use.reference.familiar) or tags.get(use.reference.bare)) if use.reference else None


def why_not(use: ImageUse, tags: Mapping[str, str]) -> str:
    """Return why there is no fix, as a sentence."""
    assert use.reference is not None
    if built := built_here(use):
        return f"it is built by {built}: which version of it is meant is a decision of its release"

    if mapped(use, tags):
        return f"{', '.join(use.variables)} is used for other images too: choose a version for each"

    if f"{use.reference.name}/".startswith(_ONLY_MOVING):
        return "its registry has moving tags only: pin the digest"

    if project_version(use.at.file.facts, use.at.file.path, use.reference.familiar):
        return f"{', '.join(use.variables)} is used for other images too: choose a version for each"

    return "no version is known offline; choose one, or run with a registry"


def built_here(use: ImageUse) -> str:
    """Return the path of the Dockerfile of the project that builds the image, "" when none does."""
    return use.at.file.facts.image(use.reference.text).built if use.reference else ""
