"""Image is named by a tag that moves.

## Why
`latest` is whatever was pushed last: two hosts run two versions, a restart is an upgrade, and nobody can say what ran
yesterday. Tags without a version (`alpine`, `stable`, `lts`) move in the same way.

## Fix
Which version is meant is known to the registry and to the people who run the service, not to the file: the finding
says what to choose. Data of a database can be read by the major version that wrote it only, so that version is never
guessed.

## Risk
medium: another version than the one in use may be chosen.

## References
- https://docs.docker.com/build/building/best-practices/#pin-base-image-versions
- https://docs.docker.com/reference/compose-file/services/#image
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from fixer.finding import Finding, Level, Severity
from fixer.kinds.compose import Service
from fixer.kinds.parameters import Tag
from fixer.knowledge.images import keeps_data
from fixer.rule import rule

# Tags of the catalogue (DF-016), and names of a distribution or variant without a version.
MOVING = frozenset(
    {
        *("stable", "edge", "test", "nightly", "dev", "beta", "canary", "lts", "current", "mainline", "master", "main"),
        *("alpine", "slim", "bookworm", "bullseye", "buster", "trixie", "jammy", "noble", "focal", "fpm", "apache"),
        *("management", "perl", "nonroot", "debug", "debug-nonroot", "rolling", "develop", "unstable", "release"),
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
    aliases=("DC-011", "CL-0004", "service-image-require-explicit-tag"),
    params=Params,
)
def latest_tag(service: Service, params: Params) -> Iterator[Finding]:
    """Find images whose tag names no version."""
    found = service.reference
    if found is None or service.build or found.reference.digest or not service.own.get("image"):
        return

    at, name, tag = service.at("image"), found.reference.familiar, found.reference.tag
    if tag in params.latest_tags:
        yield at.finding(f"image {name} is tagged {tag}", unfixable=reason(service))
    elif tag and moves(tag) and service.facts.role != "base-os":
        yield at.finding(f"image {name} moves with its tag {tag}", unfixable=reason(service), cap=Level.WARN)


def moves(tag: str) -> bool:
    """Whether a tag consists of words that name no version."""
    return all(word in MOVING for word in SEPARATOR.split(tag.lower()))


def reason(service: Service) -> str:
    """Return what there is to decide."""
    if keeps_data(service.facts):
        return "only the major version that wrote its data can read it: choose the tag of the version that runs now"

    if service.facts.family == "distroless":
        return "distroless images have no version tags: pin the digest"

    return "nothing in the project says which version is meant: choose a tag, or ask the registry which one it is now"
