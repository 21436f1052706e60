"""Actions and images that are known to have been in the hands of an attacker (rule GA-002, rules/README 9.9)."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Mapping

import msgspec

from fixer.knowledge.tables import table
from fixer.registry.reference import Reference
from fixer.registry.uses import Uses

_VERSION = re.compile(r"v?(\d+(?:\.\d+){0,2})")


class BadAction(msgspec.Struct, frozen=True):
    """An action and which of its revisions are bad: the tags from `first` to `last`, `tags`, and `commits`.

    `what` names the tags for people, `when` says when it happened, and `advisory` is its number. `good` is the first
    tag that is good again, `good_commit` its commit ("" where nobody here has seen it).
    """

    name: str
    advisory: str
    when: str
    what: str
    source: str
    first: str = ""
    last: str = ""
    tags: tuple[str, ...] = ()
    commits: tuple[str, ...] = ()
    good: str = ""
    good_commit: str = ""


class BadImage(msgspec.Struct, frozen=True):
    """A tool, the names under which its image was published, and the bad versions of both.

    Tags with a suffix (`0.69.4-amd64`) count.
    """

    tool: str
    names: tuple[str, ...]
    advisory: str
    when: str
    versions: tuple[str, ...]
    source: str


class _Table(msgspec.Struct, frozen=True):
    actions: tuple[BadAction, ...]
    images: tuple[BadImage, ...]


def compromised_action(uses: Uses, commit: str = "") -> str:
    """Return why an action must not be run, as a clause; "" when nothing is known against it.

    `commit` is what its tag stands for now, when that is known.
    """
    found = _actions().get(uses.repository.lower())
    if found is None:
        return ""

    if bad := next((one for one in (uses.ref.lower(), commit.lower()) if one in found.commits), ""):
        return f"commit {bad[:12]} of {found.name} is known to be malicious ({found.advisory}, {found.when})"

    if uses.ref.lower() in found.tags or _between(uses.ref, found.first, found.last):
        return f"the {found.what} of {found.name} led to malicious code in {found.when} ({found.advisory})"

    return ""


def compromised_image(reference: Reference) -> str:
    """Return why an image must not be run, as a clause; "" when nothing is known against it."""
    found = _images().get(reference.name)
    if found is None:
        return ""

    version = reference.tag.removeprefix("v").partition("-")[0]
    if version not in found.versions:
        return ""

    return f"version {version} of {reference.familiar} was published by an attacker in {found.when} ({found.advisory})"


def compromised_tool(script: str) -> str:
    """Return why a script must not be run that installs a tool, or runs its image, as a clause; "" for none.

    A line that names both the tool and a bad version counts.
    """
    for bad in _known().images:
        version = rf"(?<![0-9.])({'|'.join(map(re.escape, bad.versions))})(?![0-9]|\.[0-9])"
        for line in script.split("\n") if bad.tool in script else ():
            if bad.tool in line and (found := re.search(version, line)):
                return f"version {found[1]} of {bad.tool} was published by an attacker in {bad.when} ({bad.advisory})"

    return ""


def bad_action(repository: str) -> BadAction | None:
    """Return what is known about an action (`owner/name`, in any spelling of case) that was compromised; else None."""
    return _actions().get(repository.lower())


@functools.cache
def _known() -> _Table:
    return msgspec.convert(table("compromised"), _Table)


@functools.cache
def _actions() -> Mapping[str, BadAction]:
    return {one.name: one for one in _known().actions}


@functools.cache
def _images() -> Mapping[str, BadImage]:
    return {name: one for one in _known().images for name in one.names}


def _between(ref: str, first: str, last: str) -> bool:
    """Whether a tag is a version from `first` to `last`; the parts that a tag leaves out are the highest there are."""
    found = _VERSION.fullmatch(ref)
    if found is None or not last:
        return False

    parts = [float(part) for part in found[1].split(".")]
    return _parts(first, 0) <= [*parts, *[math.inf] * (3 - len(parts))] <= _parts(last, math.inf)


def _parts(version: str, rest: float) -> list[float]:
    parts = [float(part) for part in version.split(".")]
    return [*parts, *[rest] * (3 - len(parts))]
