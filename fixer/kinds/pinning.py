"""The fixes that all kinds share for image references: a digest behind the tag, a version for a moving tag."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias, TypedDict

from fixer.finding import Fix, Operation, Risk
from fixer.registry.reference import Reference, parse_reference

if TYPE_CHECKING:
    from fixer.kinds.facts import Facts
    from fixer.registry.answer import Answer

# Gives the operation that writes the text of a reference where the present one stands, or why it cannot, as a sentence.
Write: TypeAlias = Callable[[str], Operation | str]

# Why a reference with such a digest names nothing.
NO_DIGEST = "it is not `sha256:` with 64 hex digits, so nothing can be pulled by it: write the tag, and pin it anew"

# Tags of the catalogue (DF-016), and names of a distribution or variant without a version.
_MOVING = frozenset(
    {
        *("stable", "edge", "test", "nightly", "dev", "beta", "canary", "lts", "current", "mainline", "master", "main"),
        *("alpine", "slim", "bookworm", "bullseye", "buster", "trixie", "jammy", "noble", "focal", "fpm", "apache"),
        *("management", "perl", "nonroot", "debug", "debug-nonroot", "rolling", "develop", "unstable", "release"),
        *("latest",),
    }
)
_SEPARATOR = re.compile(r"[-_.]")
# Hex digits of a digest that are enough to tell it from others in a sentence.
_SHOWN = 12


def moves(tag: str) -> bool:
    """Whether a tag consists of words that name no version; no tag at all means `latest`."""
    return all(word in _MOVING for word in _SEPARATOR.split((tag or "latest").lower()))


def pin(reference: Reference, facts: Facts, write: Write, *, keep_tag: bool = True) -> Fix | str:
    """Return the fix that writes the digest behind the tag, or why there is none; the image stays what it is now.

    Nothing is asked about an image that is not to be pinned, or whose reference cannot be written.
    """
    if reason := kept(reference, facts):
        return reason

    if isinstance(unwritable := write(reference.text), str):
        return unwritable

    answer = facts.tag(reference)
    if not answer.digest:
        return answer.problem or "nothing is known about its digest"

    if bad := _compromised(reference, answer):
        return bad

    operation = write(reference.pinned(answer.digest) if keep_tag else f"{reference.bare}@{answer.digest}")
    if isinstance(operation, str):
        return operation

    alone = () if keep_tag else ("without its tag: the configuration",)
    because = (evidence(reference, answer), *alone)
    return Fix(f"Pin {named(reference)} to its digest", Risk.SAFE, (operation,), because)


def update(reference: Reference, facts: Facts, write: Write) -> Fix | str | None:
    """Return the fix for a digest that is another one than that of the lock file; None when there is nothing to say."""
    answer = facts.tag(reference)
    if not reference.tag or not answer.digest or answer.digest == reference.digest:
        return None

    if reason := kept(reference, facts) or _compromised(reference, answer):
        return reason

    operation = write(reference.pinned(answer.digest))
    if isinstance(operation, str):
        return operation

    # Another image than now: what changed in it is not known.
    because = (evidence(reference, answer),)
    return Fix(f"Update the digest of {named(reference)}", Risk.MEDIUM, (operation,), because)


def to_version(reference: Reference, facts: Facts, write: Write) -> Fix | None:
    """Return the fix that names the version which a moving tag means now, so that the image stays; None without one."""
    if kept(reference, facts) or isinstance(write(reference.text), str):
        return None

    answer = facts.tag(reference, version=True)
    known = answer.version and not _compromised(reference, answer)
    operation = write(reference.tagged(answer.version)) if known else ""
    if isinstance(operation, str):
        return None

    tag = reference.tag or "latest"
    because = (f"tag {answer.version}: it has the digest of {tag}, {_short(answer)} ({whence(answer)})",)
    return Fix(f"Use {reference.familiar}:{answer.version}", Risk.SAFE, (operation,), because)


def kept(reference: Reference, facts: Facts) -> str | None:
    """Return why the reference stays as it is, as a sentence, whatever a registry says; None when it need not."""
    from fixer.knowledge.compromised import compromised_image

    if known := compromised_image(reference):
        return f"this version is not to be pinned: {known}"

    if built := facts.built(reference):
        return f"it is built here ({built}): its digest is known only once it is pushed"

    return None


def _compromised(reference: Reference, answer: Answer) -> str | None:
    """Why the version that the tag means now is left alone, as a sentence."""
    from fixer.knowledge.compromised import compromised_image

    version = parse_reference(reference.tagged(answer.version)) if answer.version else None
    known = compromised_image(version) if version else ""
    return f"it is not to be pinned: {known}" if known else None


def evidence(reference: Reference, answer: Answer) -> str:
    """Return where the digest comes from, as a sentence."""
    platforms = f" for {', '.join(answer.platforms)}" if answer.platforms else ""
    return f"{named(reference)} is {_short(answer)}{platforms} ({whence(answer)})"


def named(reference: Reference) -> str:
    """Return what people call the image, with its tag."""
    return f"{reference.familiar}:{reference.tag or 'latest'}"


def _short(answer: Answer) -> str:
    kind, _, rest = answer.digest.partition(":")
    return f"{kind}:{rest[:_SHOWN]}…" if rest else answer.digest[:_SHOWN]


def whence(answer: Answer) -> str:
    """Return where an answer comes from, with its day."""
    return f"{answer.source}, {answer.date}" if answer.date and answer.date not in answer.source else answer.source


def no_version(reference: Reference, facts: Facts) -> str:
    """Return why no version is known for a moving tag, as a sentence."""
    answer = facts.tag(reference, version=True)
    if not answer.digest:
        return f"no version is known; choose one ({answer.problem})"

    if bad := _compromised(reference, answer):
        return bad

    return "no version tag has its digest: choose a version, or pin the digest"


class Told(TypedDict, total=False):
    """What a finding says about its fix."""

    fix: Fix
    unfixable: str


def told(outcome: Fix | str) -> Told:
    """Return the arguments of a finding: its fix, or why there is none."""
    return {"unfixable": outcome} if isinstance(outcome, str) else {"fix": outcome}
