"""The fix that gives an image the version which the files of the project ask for."""

from __future__ import annotations

from fixer.finding import Fix, Risk
from fixer.kinds.dockerfile_images import ImageUse, tagged
from fixer.kinds.dockerfile_versions import project_version

# Registries whose free images have moving tags only.
_ONLY_MOVING = ("gcr.io/distroless/", "cgr.dev/chainguard/")


def pin(use: ImageUse) -> Fix | None:
    """Return the fix for an image, None when no version is known or it cannot be written where the image stands."""
    if use.reference is None or built_here(use):
        return None

    version = project_version(use.at.file.facts, use.at.file.path, use.reference.familiar)
    operation = tagged(use, version.text) if version else None
    if version is None or operation is None:
        return None

    return Fix(f"Use {use.reference.familiar}:{version.text}", Risk.MEDIUM, (operation,), (version.because,))


def why_not(use: ImageUse) -> str:
    """Return why there is no fix, as a sentence."""
    assert use.reference is not None
    if built := built_here(use):
        return f"it is built by {built}: which version of it is meant is a decision of its release"

    if f"{use.reference.name}/".startswith(_ONLY_MOVING):
        return "its registry has moving tags only: pin the digest"

    if project_version(use.at.file.facts, use.at.file.path, use.reference.familiar):
        return f"{', '.join(use.variables)} is used for other images too: choose a version for each"

    return "no version is known offline; choose one, or run with a registry"


def built_here(use: ImageUse) -> str:
    """Return the path of the Dockerfile of the project that builds the image, "" when none does."""
    return use.at.file.facts.image(use.reference.text).built if use.reference else ""
