"""Action is not pinned to a commit.

## Why
A tag or a branch of an action can be moved at any time, by its owner or by whoever has taken over the repository: the
next run executes other code, with all the secrets of the workflow. A full commit names one content for ever.

## Fix
Writes the commit that the tag stands for in its place (of an annotated tag the commit it points to), and the tag as a
comment, which update bots read and renew. A comment that is there stays behind it. The commit comes from
`image-digests.lock`, which `fixer pin` writes, or with `--online` from the repository; without one of them there is no
fix. Versions that are known to be compromised are not pinned (rule compromised-action).
The workflows of slsa-github-generator check that they are called by their tag, and keep it (parameter `allow`).
A comment that names another version than that of its commit is reported too, and corrected where the version of the
commit is known. Where the tag in the comment has moved on, its new commit is offered.

## Risk
safe: the code is the one that the tag means now. From then on a bot has to bring updates (rule missing-update-bot).
medium: a branch is pinned to its head of now, and what is committed to it later no longer arrives. The commit that a
tag has moved on to is other code.

## References
- https://docs.github.com/en/actions/reference/security/secure-use#using-third-party-actions
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

import msgspec

from fixer.finding import Finding, Fix, Level, Risk, Severity
from fixer.kinds.pinning import told, whence
from fixer.kinds.workflow import Use
from fixer.knowledge.compromised import compromised_action
from fixer.knowledge.tables import fits
from fixer.rule import origin, rule

if TYPE_CHECKING:
    from fixer.registry.answer import Answer
    from fixer.registry.uses import Uses

# What branches are called, for a lock file that does not say whether a revision is one.
BRANCHES = frozenset({"HEAD", "main", "master", "develop", "dev", "trunk", "next", "stable", "latest"})
# All three numbers of a version: unlike v4, such a tag is not meant to move.
WHOLE = re.compile(r"\D*\d+\.\d+\.\d+.*")
PART = re.compile(r"[0-9a-f]{7,39}")
SHOWN = 12


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which actions may stay unpinned, and what is written behind a commit.

    allow: actions that need no commit, as owner/name with * for any characters
    comment: tag for the one that was written, version for the most specific one of the commit (v4.2.2 for v4)
    """

    allow: tuple[str, ...] = ("slsa-framework/slsa-github-generator",)
    comment: Literal["tag", "version"] = "tag"


@rule(
    Severity.HIGH,
    levels=(Level.WARN, Level.WARN, Level.DENY),
    aliases=("GA-001", "Unpinned Actions Full Length Commit SHA", "unpinned-uses", "ref-confusion", "impostor-commit"),
    params=Params,
    online=True,
)
def unpinned_action(use: Use, params: Params) -> Iterator[Finding]:
    """Find actions and reusable workflows without a commit, and comments that name another version."""
    uses = use.uses
    if uses.is_commit:
        yield from disagreement(use)
    elif not any(fits(uses.repository.lower(), glob.lower()) for glob in params.allow):
        yield use.at.finding(f"{uses.text} is not pinned to a commit", **told(pinned(use, params)))


def pinned(use: Use, params: Params) -> Fix | str:
    """Return the fix that writes the commit, or why there is none."""
    uses = use.uses
    if reason := compromised_action(uses):
        return f"it is not to be pinned: {reason}"

    answer = use.facts.revision(uses)
    if not answer.digest:
        hint = "; an abbreviated commit does not count: write all 40 digits" if PART.fullmatch(uses.ref) else ""
        return (answer.problem or "nothing is known about its commit") + hint

    if reason := compromised_action(uses, answer.digest):
        return f"it is not to be pinned: {reason}"

    found = f"{uses.ref} of {uses.repository} is {answer.digest[:SHOWN]}… ({whence(answer)})"
    if answer.media_type == "branch" or (not answer.media_type and uses.ref in BRANCHES):
        moved = f"{uses.ref} is a branch: what is committed to it later no longer arrives"
        return Fix(
            f"Pin {uses.action} to the head of {uses.ref}",
            Risk.MEDIUM,
            use.put(answer.digest, uses.ref),
            (found, moved),
        )

    # A comment that names the version already says more than the tag.
    exact = answer.version and (params.comment == "version" or use.version == answer.version)
    version = answer.version if exact else uses.ref
    source = origin(params, "", "comment")
    because = (found, f"{version} as its comment: {source}") if source else (found,)
    return Fix(f"Pin {uses.action} to the commit of {uses.ref}", Risk.SAFE, use.put(answer.digest, version), because)


def disagreement(use: Use) -> Iterator[Finding]:
    """Find a comment that names a version which is another commit."""
    uses, version = use.uses, use.version
    claimed = use.named(version)
    if claimed is None or claimed.is_commit:
        return

    answer = use.facts.revision(claimed)
    if answer.waits:
        yield use.at.finding(f"{uses.action}: the comment says {version}", unfixable=answer.problem)

    if not answer.digest or answer.digest == uses.ref.lower() or answer.media_type == "branch":
        return

    if WHOLE.fullmatch(version):
        message = f"{uses.action}: the comment says {version}, which is commit {answer.digest[:SHOWN]}…, not this one"
        yield use.at.finding(message, **told(corrected(use)))
    else:
        message = f"{uses.action}: {version} has moved on to commit {answer.digest[:SHOWN]}…"
        yield use.at.finding(message, **told(followed(use, claimed, answer)), cap=Level.WARN)


def followed(use: Use, claimed: Uses, answer: Answer) -> Fix | str:
    """Return the fix that follows a tag to the commit it has moved to, or why there is none."""
    if reason := compromised_action(claimed, answer.digest):
        return f"it is not to be pinned: {reason}"

    # Other code than now: what changed in it is not known.
    because = f"{claimed.ref} of {claimed.repository} is {answer.digest[:SHOWN]}… ({whence(answer)})"
    title = f"Update {claimed.action} to the commit of {claimed.ref}"
    return Fix(title, Risk.MEDIUM, use.put(answer.digest, claimed.ref), (because,))


def corrected(use: Use) -> Fix | str:
    """Return the fix that names the right version in the comment, or what there is to decide."""
    uses = use.uses
    answer = use.facts.revision(uses)
    patch = use.correct(answer.version) if answer.version not in {"", use.version} else ()
    if not patch:
        return f"no version tag of {uses.ref} is known: find out whether the commit or the comment is meant"

    because = f"{answer.version} of {uses.repository} is {uses.ref[:SHOWN]}… ({whence(answer)})"
    return Fix(f"Say {answer.version} in the comment", Risk.SAFE, patch, (because,))
