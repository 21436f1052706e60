"""The fixes for the tag and the digest of an image that an instruction names."""

from __future__ import annotations

from collections.abc import Mapping

from fixer.finding import Fix, Operation, Risk
from fixer.kinds import pinning
from fixer.kinds.dockerfile_images import ImageUse, held_by_argument, pinned, tagged
from fixer.kinds.dockerfile_versions import project_version

# Words of tags whose images lack what others have: a program may miss it.
_SMALL = frozenset({"slim", "alpine", "minimal", "distroless", "micro", "nanoserver", "chiseled", "busybox"})
# Registries whose free images have moving tags only.
_ONLY_MOVING = ("gcr.io/distroless/", "cgr.dev/chainguard/")


def version_fix(use: ImageUse, tags: Mapping[str, str]) -> Fix | None:
    """Return the fix that gives an image a version; None when none is known or it cannot be written where it stands.

    `tags` are those that the configuration gives to images; they come before what files of the project say, and these
    before the version that the registry has for the tag.
    """
    if use.reference is None or built_here(use):
        return None

    if tag := mapped(use, tags):
        small = not _SMALL.isdisjoint(tag.lower().split("-"))
        return _fix(use, tag, Risk.HIGH if small else Risk.MEDIUM, f"tag {tag}: image_map of the configuration")

    if version := _of_project(use):
        return _fix(use, version[0], Risk.MEDIUM, version[1])

    return pinning.to_version(use.reference, use.at.file.facts, lambda text: _with_tag(use, text))


def _of_project(use: ImageUse) -> tuple[str, str] | None:
    """The tag for the version that a file of the project asks for, in the variant of the present tag, and evidence."""
    assert use.reference is not None
    version = project_version(use.at.file.facts, use.at.file.path, use.reference.familiar)
    if version is None:
        return None

    variant = variant_of(use.reference.tag)
    return f"{version.text}-{variant}" if variant else version.text, version.because


def variant_of(tag: str) -> str:
    """Return the part of a tag without a version that names a variant (`alpine`, `slim`); "" when there is none."""
    words = tag.lower().split("-")
    return "-".join(word for word in words if word in _VARIANTS)


_VARIANTS = _SMALL | {"bookworm", "bullseye", "buster", "trixie", "jammy", "noble", "focal", "fpm", "apache"}


def _with_tag(use: ImageUse, text: str) -> Operation | str:
    from fixer.registry.reference import parse_reference

    reference = parse_reference(text)
    found = tagged(use, reference.tag or "latest") if reference else None
    return found or shared(use)


def _fix(use: ImageUse, tag: str, risk: Risk, because: str) -> Fix | None:
    operation = tagged(use, tag)
    if use.reference is None or operation is None:
        return None

    return Fix(f"Use {use.reference.familiar}:{tag}", risk, (operation,), (because,))


def mapped(use: ImageUse, tags: Mapping[str, str]) -> str | None:
    """Return the tag that the configuration gives to an image."""
    return (tags.get(use.reference.familiar) or tags.get(use.reference.bare)) if use.reference else None


def shared(use: ImageUse) -> str:
    """Return why the version of an image cannot be written where it stands, as a sentence."""
    return f"{', '.join(use.variables)} is used for other images too: choose a version for each"


def why_not(use: ImageUse, tags: Mapping[str, str]) -> str:
    """Return why there is no fix, as a sentence."""
    assert use.reference is not None
    if built := built_here(use):
        return f"it is built by {built}: which version of it is meant is a decision of its release"

    facts = use.at.file.facts
    if mapped(use, tags) or project_version(facts, use.at.file.path, use.reference.familiar):
        return shared(use)

    if f"{use.reference.name}/".startswith(_ONLY_MOVING):
        return "its registry has moving tags only: pin the digest"

    return pinning.no_version(use.reference, facts)


def built_here(use: ImageUse) -> str:
    """Return the path of the Dockerfile of the project that builds the image, "" when none does."""
    return use.at.file.facts.image(use.reference.text).built if use.reference else ""


def digest_fix(use: ImageUse, *, keep_tag: bool) -> Fix | str:
    """Return the fix that pins an image to its digest, or why there is none."""
    assert use.reference is not None
    return pinning.pin(use.reference, use.at.file.facts, lambda text: _with_digest(use, text), keep_tag=keep_tag)


def update_fix(use: ImageUse) -> Fix | str | None:
    """Return the fix for a digest that is another one than that of the lock file, or why there is none, or None."""
    assert use.reference is not None
    return pinning.update(use.reference, use.at.file.facts, lambda text: _with_digest(use, text))


def _with_digest(use: ImageUse, text: str) -> Operation | str:
    found = pinned(use, text)
    if found is not None:
        return found

    name = held_by_argument(use)
    if name and name in use.at.file.facts.build_args(use.at.file.path):
        return f"a build gives {name} another value than the default: pin it there"

    if name:
        return f"{name} is used for something else too: give the image an ARG of its own"

    names = ", ".join(use.variables)
    return (
        f"{names} varies a part of it: a digest would hold one version fast; let one variable hold the whole reference"
    )
