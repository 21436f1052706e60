"""Image is named by a tag that moves.

## Why
`latest`, or no tag, is whatever was pushed last: two nodes run two versions, a restart is an upgrade, and nobody can
say what ran yesterday. Tags without a version (`alpine`, `stable`, `lts`) move in the same way.

## Fix
Which version is meant is known to the registry and to the people who run the workload, not to the file: the finding
says what to choose, and where. A kustomization that sets tag or digest of the image owns it; so does a marker of Flux.
Images that are built in this project without a tag get theirs when they are released.

## Risk
medium: another version than the one in use may be chosen.

## References
- https://kubernetes.io/docs/concepts/containers/images/
- https://kubernetes.io/docs/concepts/configuration/overview/
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from fixer.finding import Finding, Level, Severity
from fixer.kinds.kubernetes import Container
from fixer.kinds.kubernetes_values import mappings, text
from fixer.kinds.parameters import Tag
from fixer.knowledge.images import keeps_data
from fixer.registry.reference import Reference, parse_reference
from fixer.rule import rule

# Tags of the catalogue (DF-016), and names of a distribution or variant without a version.
MOVING = frozenset(
    {
        *("stable", "edge", "test", "nightly", "dev", "beta", "canary", "lts", "current", "mainline", "master", "main"),
        *("alpine", "slim", "bookworm", "bullseye", "buster", "trixie", "jammy", "noble", "focal", "fpm", "apache"),
        *("management", "perl", "nonroot", "debug", "debug-nonroot", "rolling", "develop", "unstable", "release"),
        *("latest",),
    }
)
SEPARATOR = re.compile(r"[-_.]")


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is no version.

    latest_tags: tags that count as latest, whatever the level of other moving tags is
    """

    latest_tags: tuple[Tag, ...] = ("latest",)


@rule(
    Severity.HIGH,
    levels=(Level.WARN, Level.DENY, Level.DENY),
    aliases=(
        *("K8-028", "KSV-0013", "CKV_K8S_14", "container-image-tag", "tagNotSpecified", "C-0075"),
        "Invalid Image",
    ),
    params=Params,
)
def latest_tag(container: Container, params: Params) -> Iterator[Finding]:
    """Find images whose tag names no version."""
    found = parse_reference(container.image)
    if found is None or found.digest or owned(container, found):
        return

    latest = found.tag in params.latest_tags
    if not latest and not moves(found, container):
        return

    at = container.at("image")
    what = f"is tagged {found.tag}" if found.tag else "has no tag"
    message = f"image {found.familiar} {what}"
    if "$imagepolicy" in at.comment:
        yield at.finding(message, unfixable="the image policy of Flux writes this reference", cap=Level.INFO)
        return

    yield at.finding(message, unfixable=reason(container), cap=Level.DENY if latest or not found.tag else Level.WARN)


def moves(found: Reference, container: Container) -> bool:
    """Whether the tag consists of words that name no version, or is missing and nobody here will add it."""
    if not found.tag:
        return not (container.facts.built and "/" not in found.bare)

    words = SEPARATOR.split(found.tag.lower())
    return all(word in MOVING for word in words) and not (container.facts.role == "base-os" and "latest" not in words)


def owned(container: Container, found: Reference) -> bool:
    """Whether every kustomization that lists the file says which version of the image is meant."""
    file = container.manifest.file
    users = file.facts.kustomizations(file.path)
    return bool(users) and all(
        any(
            text(entry.get("name")) == found.bare and (entry.get("newTag") or entry.get("digest"))
            for _, entry in mappings(user.data.get("images"))
        )
        for user in users
    )


def reason(container: Container) -> str:
    """Return what there is to decide."""
    facts = container.facts
    if facts.built:
        return f"the image is built here ({facts.built}): its tag is decided where it is released"

    if keeps_data(facts):
        return "only the major version that wrote its data can read it: choose the tag of the version that runs now"

    if facts.family == "distroless":
        return "distroless images have no version tags: pin the digest"

    return "nothing in the project says which version is meant: choose a tag, or ask the registry which one it is now"
