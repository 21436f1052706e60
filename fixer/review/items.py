"""Items of a file: its findings, each identity once, with what a person sees of them at a glance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from fixer.finding import Finding
from fixer.outcome import Outcome
from fixer.policy.markers import INVALID
from fixer.proof import Identity
from fixer.review.records import Item
from fixer.rule import Rule
from fixer.text import Lines

_TITLES = {INVALID: "What is to excuse a finding does not hold, is not needed any more, or ends soon."}


class Titles:
    """Titles of rules, by the kind of the file and the name of the rule."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = {(rule.kind, rule.name): rule for rule in rules}

    def rule(self, kind: str, name: str) -> Rule | None:
        """Return a rule; None for what no rule finds (an exemption that does not hold)."""
        return self._rules.get((kind, name))

    def title(self, kind: str, name: str) -> str:
        """Return the first line of the rule's page."""
        found = self.rule(kind, name)
        return found.title if found else _TITLES.get(name, name)


def items_in(outcome: Outcome, titles: Titles) -> tuple[Item, ...]:
    """Return the items of a file, in the order of its text."""
    if outcome.before is None or not outcome.findings:
        return ()

    position = Lines(outcome.before.text).position
    counts = Counter(finding.identity for finding in outcome.findings)
    once: dict[Identity, Finding] = {}
    for finding in outcome.findings:
        once.setdefault(finding.identity, finding)

    ordered = sorted(once.values(), key=lambda finding: finding.start)
    return tuple(
        _item(finding, (outcome.kind, titles), position(finding.start)[0], counts[finding.identity])
        for finding in ordered
    )


def later_in(outcome: Outcome, known: Mapping[Identity, Item], titles: Titles) -> tuple[Item, ...]:
    """Return items for findings with a fix that only the fixes of others brought up."""
    if outcome.before is None:
        return ()

    position = Lines(outcome.before.text).position
    starts = {edit.owner: edit.start for edit in reversed(outcome.edits)}
    found: dict[Identity, Item] = {}
    for number, finding in enumerate(outcome.applied):
        if finding.identity not in known and finding.path == outcome.path:
            line = position(starts.get(number, 0))[0]
            found.setdefault(finding.identity, _item(finding, (outcome.kind, titles), line, 1, later=True))

    if outcome.after is None or not outcome.remaining:
        return tuple(found.values())

    position = Lines(outcome.after.text).position
    for finding in outcome.remaining:
        if finding.identity not in known and finding.fix:
            line = position(finding.start)[0]
            found.setdefault(finding.identity, _item(finding, (outcome.kind, titles), line, 1, later=True))

    return tuple(found.values())


def _item(finding: Finding, about: tuple[str, Titles], line: int, count: int, *, later: bool = False) -> Item:
    kind, titles = about
    touched = {operation.path for operation in finding.fix.patch} if finding.fix else set()
    ties = tuple(sorted(touched - {finding.path}))
    return Item(finding, kind, titles.title(kind, finding.rule), line, ties, count, later)
