"""Action, image or tool is of a version that an attacker published.

## Why
These versions were made to steal the secrets of every workflow that runs them. Tags that led to them may have been set
back since: what such a tag means depends on the day.

## Fix
Writes the commit of the first version that is known to be good, with its tag as a comment. Where the table of known
versions has no such commit, and for images and tools, the finding says what to do. Whoever ran one of these versions
has to change every secret that it could read.

## Risk
low: the newer version may have other inputs.

## References
- https://github.com/advisories/GHSA-69fq-xp46-6x23
- https://github.com/advisories/GHSA-mrrh-fwg8-r2c3
- https://github.com/advisories/GHSA-qmg3-hpqr-gqvc
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from fixer.finding import Finding, Fix, Level, Risk, Severity
from fixer.kinds.pinning import told
from fixer.kinds.workflow import Use, Workflow
from fixer.knowledge.compromised import bad_action, compromised_image, compromised_tool
from fixer.knowledge.compromised import compromised_action as against
from fixer.rule import rule

ROTATE = "if it ran then, change every secret it could read"


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is bad beside the versions of the built-in table.

    known_bad: revisions of actions, as owner/name@tag or owner/name@commit
    """

    known_bad: tuple[str, ...] = ()


@rule(
    Severity.CRITICAL,
    levels=(Level.DENY, Level.DENY, Level.DENY),
    aliases=("GA-002", "known-vulnerable-actions"),
    params=Params,
    online=True,
)
def compromised_action(workflow: Workflow, params: Params) -> Iterator[Finding]:
    """Find actions, images and tools that are known to be bad."""
    for use in workflow.file.uses:
        if reason := against(use.uses) or listed(use, params):
            yield use.at.finding(f"{use.uses.text}: {reason}; {ROTATE}", **told(replaced(use)))

    for image in workflow.file.images:
        if image.reference and (reason := compromised_image(image.reference)):
            yield image.at.finding(f"{reason}; {ROTATE}", unfixable="choose another version: later ones are good")

    for step in workflow.file.steps:
        if reason := compromised_tool(step.run):
            yield step.place("run").finding(f"{reason}; {ROTATE}", unfixable="choose another version")
        elif reason := tool_of(step.own.get("uses"), step.inputs.get("version")):
            yield step.place("with", "version").finding(f"{reason}; {ROTATE}", unfixable="choose another version")


def listed(use: Use, params: Params) -> str:
    """Return that the configuration calls a revision bad; "" when it does not."""
    return (
        "the configuration lists it as bad" if use.uses.key.lower() in {key.lower() for key in params.known_bad} else ""
    )


def replaced(use: Use) -> Fix | str:
    """Return the fix that writes a commit known to be good, or what there is to do."""
    uses = use.uses
    bad = bad_action(uses.repository)
    good = use.named(bad.good) if bad else None
    if bad is None or good is None:
        return "choose a version that is known to be good"

    answer = use.facts.revision(good)
    commit = bad.good_commit or answer.digest
    if not commit:
        return f"choose {bad.good} or later, by its commit"

    if answer.digest not in {"", commit}:
        return f"{bad.good} is to be {commit}, and {answer.source} says {answer.digest}: find out why"

    because = f"{bad.good} is the first version that {bad.advisory} calls good"
    return Fix(f"Use {uses.action} {bad.good}", Risk.LOW, use.put(commit, bad.good), (because,))


def tool_of(uses: object, version: object) -> str:
    """Return why the version of a tool that an action is told to install is bad; "" when it is not."""
    return compromised_tool(f"{uses} {version}") if uses and isinstance(version, str) else ""
