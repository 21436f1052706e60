"""Two readings of a judge, before and after: what went, what came, where the judge became blind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from judges.record import Finding, Reading


@dataclass(frozen=True, slots=True)
class Comparison:
    """The difference between two readings, over the files that the judge could read both times and new files."""

    files: int
    before: Counter[Finding]
    after: Counter[Finding]
    blinded: Mapping[str, str]

    @property
    def removed(self) -> Counter[Finding]:
        """What was said before and is not said any more."""
        return self.before - self.after

    @property
    def added(self) -> Counter[Finding]:
        """What is said now and was not said before."""
        return self.after - self.before


def compare(before: Reading, after: Reading) -> Comparison:
    """Compare two readings.

    A file that the judge could not read before counts for nothing: what it says there now, it could not have said. A
    file that it cannot read any more is blinded, and the silence about it is no success. A file that is gone counts as
    blinded too. What is said about a new file is new.
    """
    blinded = {file: after.refused.get(file, "the file is gone") for file in before.read - after.read}
    new = after.read - before.read - before.refused.keys()
    blinded |= {file: reason for file, reason in after.refused.items() if file not in before.refused}
    both = before.read & after.read
    return Comparison(len(both), within(before, both), within(after, both | new), dict(sorted(blinded.items())))


def within(reading: Reading, files: frozenset[str]) -> Counter[Finding]:
    """Return the findings in some of the files."""
    return Counter({finding: count for finding, count in reading.findings.items() if finding.file in files})


def by_rule(findings: Counter[Finding]) -> Counter[str]:
    """Return how many findings each rule has."""
    counts: Counter[str] = Counter()
    for finding, count in findings.items():
        counts[finding.rule] += count

    return counts
