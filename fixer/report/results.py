"""Findings as machines want them: each once, with the full name of its rule and a fingerprint."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator

import msgspec

from fixer.finding import Finding
from fixer.outcome import Outcome
from fixer.proof import Identity
from fixer.report.rows import Report, Row


class Result(msgspec.Struct, frozen=True):
    """A finding of a file; `rule` is the full id, `number` tells findings apart that agree in everything else."""

    outcome: Outcome
    row: Row
    rule: str
    number: int

    @property
    def finding(self) -> Finding:
        """The finding itself."""
        return self.row.finding

    @property
    def fingerprint(self) -> str:
        """What stays the same when lines move."""
        return fingerprint(self.rule, self.finding, self.number)

    @property
    def left(self) -> bool:
        """Whether somebody has to do something about it still."""
        return self.row.status not in {"fixed", "excused"}


def results(report: Report) -> Iterator[Result]:
    """Return the findings of a run, by file, each in the file that it is in."""
    for outcome in report.outcomes:
        seen: Counter[Identity] = Counter()
        for row in report.rows(outcome):
            if row.finding.path == outcome.path:
                seen[row.finding.identity] += 1
                yield Result(outcome, row, f"{outcome.kind}/{row.finding.rule}", seen[row.finding.identity])


def fingerprint(rule: str, finding: Finding, number: int = 1) -> str:
    """Return a hash of rule, file, symbolic place and message."""
    parts = (rule, finding.path, finding.place, finding.message, str(number))
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


def sentence(row: Row) -> str:
    """Return what is wrong and what can be done about it, in full sentences."""
    finding = row.finding
    text = f"{finding.place}: {finding.message}." if finding.place else f"{finding.message}."
    if finding.fix:
        text += f" Fix (risk {finding.fix.risk.name.lower()}): {finding.fix.title}."
    elif finding.unfixable:
        text += f" No automatic fix: {finding.unfixable}."

    return f"{text} Note: {finding.note}." if finding.note else text
