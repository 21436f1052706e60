"""What a judge says about a tree of files, in one shape for all judges."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

RISKS = ("safe", "low", "medium", "high")


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One complaint; `identity` is what stays of it when lines move."""

    file: str
    rule: str
    identity: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a judge read, what it could not read and why, and what it complains about; paths relative to the tree."""

    read: frozenset[str]
    refused: Mapping[str, str] = field(default_factory=dict)
    findings: Counter[Finding] = field(default_factory=Counter)


def reading(files: Iterable[str], refused: Mapping[str, str], findings: Iterable[Finding]) -> Reading:
    """Return a reading of the files; what was said about a refused file is left out, since it is not the whole."""
    heard = Counter(finding for finding in findings if finding.file not in refused)
    return Reading(frozenset(files) - refused.keys(), dict(refused), heard)


def of_files(one: Reading, files: frozenset[str]) -> Reading:
    """Return the part of a reading that is about some files."""
    refused = {file: reason for file, reason in one.refused.items() if file in files}
    findings = {finding: count for finding, count in one.findings.items() if finding.file in files}
    return Reading(one.read & files, refused, Counter(findings))


def joined(one: Reading, other: Reading) -> Reading:
    """Return two readings of different files as one."""
    return Reading(one.read | other.read, {**one.refused, **other.refused}, one.findings + other.findings)
