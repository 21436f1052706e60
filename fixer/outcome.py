"""Records of a run: what is accepted, what was found in a file, and what became of it."""

from __future__ import annotations

import msgspec

from fixer.finding import Finding, Level, Risk
from fixer.proof import Identity
from fixer.text import Edit, Source


class Choice(msgspec.Struct, frozen=True):
    """Which fixes are accepted: up to a risk, from a level on, and those in `accepted`; less the rejected ones.

    With `only`, no other fixes than the ones named.
    """

    risk: Risk = Risk.LOW
    level: Level = Level.WARN
    rejected: frozenset[Identity] = frozenset()
    only: frozenset[Identity] | None = None
    accepted: frozenset[Identity] = frozenset()

    def accepts(self, finding: Finding) -> bool:
        """Whether the fix of `finding` is to be applied."""
        if finding.fix is None or finding.excuse or finding.identity in self.rejected:
            return False

        if (finding.fix.risk > self.risk or finding.level < self.level) and finding.identity not in self.accepted:
            return False

        return self.only is None or finding.identity in self.only


class Crash(msgspec.Struct, frozen=True):
    """A rule that raised: our bug. `error` is the exception in one line, `trace` where it happened."""

    rule: str
    path: str
    error: str
    trace: str


class Refused(msgspec.Struct, frozen=True):
    """A fix that was accepted and is not in the result, with the sentence that says why."""

    finding: Finding
    reason: str


class Outcome(msgspec.Struct, frozen=True):
    """What became of one file.

    `findings` are those before, in the order of the file; `remaining` those after. `applied` holds the findings whose
    fixes are in `after`; `edits` lead from `before` to `after`, and their owners are indexes into `applied`. `refused`
    are fixes that the format cannot carry out; `failed` fixes whose result did not pass its proof, which is a bug of
    the rule. `problem` says why a file was not read, `skipped` why rules do not apply to it. `new` is true for a file
    that a fix of another file made.
    """

    path: str
    kind: str = ""
    before: Source | None = None
    after: Source | None = None
    findings: tuple[Finding, ...] = ()
    remaining: tuple[Finding, ...] = ()
    applied: tuple[Finding, ...] = ()
    edits: tuple[Edit, ...] = ()
    refused: tuple[Refused, ...] = ()
    failed: tuple[Refused, ...] = ()
    crashes: tuple[Crash, ...] = ()
    problem: str | None = None
    problem_line: int = 0
    skipped: str | None = None
    new: bool = False

    @property
    def changed(self) -> bool:
        """Whether the result differs from what was read."""
        return self.after is not None and self.after != self.before


def crosses(finding: Finding) -> bool:
    """Whether the fix of a finding touches another file than the finding's."""
    return finding.fix is not None and any(operation.path != finding.path for operation in finding.fix.patch)
