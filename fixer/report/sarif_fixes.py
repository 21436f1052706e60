"""Which edits of a run belong to which fix, so that each part is right without the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec

from fixer.finding import Finding
from fixer.outcome import Outcome
from fixer.proof import Identity
from fixer.text import Edit, Source, joined


class Change(msgspec.Struct, frozen=True):
    """Edits of one file, in places of the text before; they neither touch nor overlap."""

    path: str
    before: Source
    edits: tuple[Edit, ...]
    new: bool


class Bundle(msgspec.Struct, frozen=True):
    """Applied fixes that are only right together, and what they change."""

    findings: tuple[Finding, ...]
    changes: tuple[Change, ...]


def bundles(outcomes: Sequence[Outcome]) -> list[Bundle]:
    """Return the applied fixes; those whose edits touch each other, or that rest on others, are one bundle."""
    groups = _Groups()
    initial = {finding.identity for outcome in outcomes for finding in outcome.findings}
    for outcome in outcomes:
        _bind(outcome, groups, initial)

    found: dict[Identity, list[Change]] = {}
    findings: dict[Identity, dict[Identity, Finding]] = {}
    for outcome in outcomes:
        for root, change in _changes(outcome, groups):
            found.setdefault(root, []).append(change)

        for finding in outcome.applied:
            findings.setdefault(groups.root(finding.identity), {}).setdefault(finding.identity, finding)

    return [Bundle(tuple(findings[root].values()), tuple(changes)) for root, changes in found.items()]


def _bind(outcome: Outcome, groups: _Groups, initial: set[Identity]) -> None:
    owners = [finding.identity for finding in outcome.applied]
    edits = _real(outcome)
    for first, second in pairwise(edits):
        if first.end == second.start:
            groups.join(owners[first.owner], owners[second.owner])

    # A finding that was not there at first rests on fixes that brought it about, and nobody noted which.
    if any(owner not in initial for owner in owners):
        for owner in owners:
            groups.join(owners[0], owner)


def _changes(outcome: Outcome, groups: _Groups) -> Iterator[tuple[Identity, Change]]:
    by_group: dict[Identity, list[Edit]] = {}
    for edit in _real(outcome):
        by_group.setdefault(groups.root(outcome.applied[edit.owner].identity), []).append(edit)

    for root, edits in by_group.items():
        assert outcome.before is not None
        yield root, Change(outcome.path, outcome.before, tuple(joined(edits)), outcome.new)


def _real(outcome: Outcome) -> list[Edit]:
    return [edit for edit in outcome.edits if edit.text or edit.end > edit.start]


class _Groups:
    """Sets of fixes; each has one of them as its root."""

    def __init__(self) -> None:
        self._above: dict[Identity, Identity] = {}

    def root(self, one: Identity) -> Identity:
        while one in self._above:
            one = self._above[one]

        return one

    def join(self, first: Identity, second: Identity) -> None:
        first, second = self.root(first), self.root(second)
        if first != second:
            self._above[second] = first
