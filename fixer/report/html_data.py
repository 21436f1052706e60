"""What the script of the HTML page works on: each text once, each finding as a list of numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from fixer.finding import Environment, Excuse, Finding, Level, Risk, Severity
from fixer.outcome import Outcome
from fixer.policy.compliance import frameworks
from fixer.report.html_diffs import Diffs
from fixer.report.html_text import visible
from fixer.report.rows import Report, Row
from fixer.rule import Rule

# The worst first: the order of groups and of filters.
STATUSES = ("failed", "refused", "open", "held", "manual", "fixed", "excused")
SEVERITIES = tuple(severity.name.lower() for severity in reversed(Severity))
LEVELS = tuple(level.name.lower() for level in reversed(Level) if level is not Level.OFF)
RISKS = (*(risk.name.lower() for risk in Risk), "no fix")
ENVIRONMENTS = tuple(environment.value for environment in reversed(Environment))


class Entry(msgspec.Struct, frozen=True):
    """A finding of the page: its row, the full id of its rule, and the outcome it stands in."""

    row: Row
    rule: str
    outcome: Outcome


def entries(report: Report) -> list[Entry]:
    """Return the findings by file and place: each once, in its own file."""
    return [
        Entry(row, full_id(row.finding, outcome), outcome)
        for outcome in report.outcomes
        for row in report.rows(outcome)
        if row.finding.path == outcome.path
    ]


def full_id(finding: Finding, outcome: Outcome) -> str:
    """Return the full id of the rule of a finding."""
    return finding.rule if "/" in finding.rule else f"{outcome.kind}/{finding.rule}"


def mode(report: Report) -> str:
    """Return what the run did: `check`, `preview` (fixes that were not written) or `fix`."""
    if report.choice is None:
        return "check"

    return "fix" if report.written else "preview"


def data_of(
    report: Report, found: Sequence[Entry], rules: Iterable[Rule], preview: Sequence[Outcome]
) -> dict[str, Any]:
    """Return the data of the page; every text in it is a visible one."""
    texts = Texts()
    ids = {rule.id: rule.title for rule in rules}
    ids |= {entry.rule: "" for entry in found if entry.rule not in ids}
    order = {rule: number for number, rule in enumerate(ids)}
    diffs, offered = Diffs(report.outcomes), Diffs(preview)
    findings = [_finding(entry, order[entry.rule], texts, (diffs, offered)) for entry in found]
    return {
        "mode": mode(report),
        "statuses": STATUSES,
        "severities": SEVERITIES,
        "levels": LEVELS,
        "risks": RISKS,
        "environments": ENVIRONMENTS,
        "rules": [[visible(rule), visible(title)] for rule, title in ids.items()],
        "controls": dict(_controls(order)),
        "files": texts.files(report),
        "diffs": [[texts(path), found] for path, found in (*diffs.files, *offered.files)],
        "ids": list(_ids(found)),
        "findings": findings,
        "texts": texts.all,
    }


class Texts:
    """Texts and their numbers."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {"": 0}
        self.all: list[str] = [""]

    def __call__(self, text: str) -> int:
        """Return the number of a text."""
        if text not in self._numbers:
            self._numbers[text] = len(self.all)
            self.all.append(visible(text))

        return self._numbers[text]

    def files(self, report: Report) -> dict[int, list[str]]:
        """Return kind and state of each file, by the number of its path."""
        return {
            self(outcome.path): [outcome.kind, visible(_state(report, outcome))]
            for outcome in report.outcomes
            if outcome.kind
        }


def _finding(entry: Entry, rule: int, texts: Texts, diffs: tuple[Diffs, Diffs]) -> list[Any]:
    """The numbers of a finding, in the order that page/data.js names them."""
    row, finding = entry.row, entry.row.finding
    fix = finding.fix
    own, offered = diffs
    proposed = row.status in {"open", "held"}
    shown = offered.of.get(finding.identity, []) if proposed else own.of.get(finding.identity, [])
    shift = len(own.files) if proposed else 0
    return [
        texts(finding.path),
        row.line,
        row.column,
        rule,
        SEVERITIES.index(finding.severity.name.lower()),
        LEVELS.index(finding.level.name.lower()),
        STATUSES.index(row.status),
        RISKS.index(fix.risk.name.lower()) if fix else len(RISKS) - 1,
        ENVIRONMENTS.index(finding.environment.value),
        texts(finding.message),
        texts(finding.place),
        texts("" if row.status == "excused" else row.reason),
        texts(row.option),
        texts(finding.note),
        texts(fix.title) if fix else 0,
        [texts(sentence) for sentence in fix.because] if fix else [],
        _excuse(finding.excuse, texts) if finding.excuse else [],
        [[number + shift, owner, windows] for number, owner, windows in shown],
    ]


def _excuse(excuse: Excuse, texts: Texts) -> list[int]:
    said = (excuse.by, excuse.source, excuse.reason, excuse.expires, excuse.approver, excuse.ticket)
    return [texts(part) for part in said]


def _state(report: Report, outcome: Outcome) -> str:
    if reason := report.unwritten.get(outcome.path):
        return f"not written: {reason}"

    if not outcome.changed:
        return ""

    return f"{'new file, ' if outcome.new else ''}{'written' if report.written else 'would change'}"


def _controls(order: dict[str, int]) -> Iterator[tuple[str, list[Any]]]:
    for framework in frameworks():
        for control in framework.controls:
            rules = [order[one.rule] for one in control.speakers if one.rule in order]
            yield control.key, [f"{framework.title} {control.number}", rules]


def _ids(found: Iterable[Entry]) -> Iterator[str]:
    """Names of findings for links, which are the same in the next report."""
    seen: set[str] = set()
    for entry in found:
        words = "\0".join(entry.row.finding.identity).encode("utf-8", "surrogatepass")
        name, times = hashlib.blake2b(words, digest_size=5).hexdigest(), 1
        while (unique := name if times == 1 else f"{name}-{times}") in seen:
            times += 1

        seen.add(unique)
        yield unique
