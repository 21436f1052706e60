"""The report as SARIF 2.1.0 (OASIS), for code scanning services and editors; docs/reports.md says how it is used."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from fixer import __version__
from fixer.finding import Excuse
from fixer.outcome import Outcome
from fixer.proof import Identity
from fixer.report.escape import as_json, readable, uri
from fixer.report.results import Result, results, sentence
from fixer.report.rows import Report, Row, said
from fixer.report.sarif_fixes import Bundle, Change, bundles
from fixer.report.sarif_notes import BASE, invocation, location, notifications
from fixer.report.sarif_rules import LEVELS, descriptors
from fixer.rule import Rule
from fixer.text import Edit, Lines

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
IN_SOURCE = {"comment", "foreign", "annotation"}


def render(report: Report, rules: Sequence[Rule] = ()) -> str:
    """Return the report of a run; `rules` are those that were asked for."""
    found = list(results(report))
    described = descriptors(rules, {one.rule for one in found})
    places = {rule["id"]: index for index, rule in enumerate(described)}
    run = {
        "tool": {"driver": _driver(described)},
        "automationDetails": {"id": "fixer/"},
        "invocations": [invocation(report, places)],
        "originalUriBaseIds": {BASE: {"uri": f"file://{uri(report.root.rstrip('/'))}/"}},
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n"],
        "defaultEncoding": "utf-8",
        "artifacts": [
            {"location": location(outcome.path), "roles": ["analysisTarget"]}
            for outcome in report.outcomes
            if outcome.kind and not outcome.new
        ],
        "results": list(_results(report, found, places)),
        "properties": {"options": _options(report)},
    }
    return as_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _driver(described: list[dict[str, Any]]) -> dict[str, Any]:
    return {"name": "fixer", "version": __version__, "rules": described, "notifications": notifications()}


def _options(report: Report) -> dict[str, str] | None:
    choice = report.choice
    return None if choice is None else {"risk": choice.risk.name.lower(), "level": choice.level.name.lower()}


# ---- results


def _results(report: Report, found: Sequence[Result], places: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    waiting = _fixes(report, found)
    lines: dict[str, Lines] = {}
    for one in found:
        assert one.outcome.before is not None
        measure = lines.setdefault(one.outcome.path, Lines(one.outcome.before.text))
        result = {
            "ruleId": one.rule,
            "ruleIndex": places[one.rule],
            "kind": "fail",
            "level": LEVELS[one.finding.level],
            # Nothing in a file may turn into a link of ours.
            "message": {"text": sentence(one.row).replace("](", "]\\(")},
            "locations": [_place(one.outcome, one.row, measure)],
            "partialFingerprints": {"fixer/v1": one.fingerprint},
            "suppressions": [_suppression(one.finding.excuse)] if one.finding.excuse else [],
            "properties": _properties(one.row),
        }
        bundle = waiting.pop(one.finding.identity, None) if one.row.status == "fixed" else None
        if bundle:
            result["fixes"] = [_fix(bundle)]

        yield result


def _place(outcome: Outcome, row: Row, measure: Lines) -> dict[str, Any]:
    region = {"startLine": row.line, "startColumn": row.column}
    start = measure.position(row.finding.start)
    # The place of a finding that only a fix brought about is one of a later text.
    if start == (row.line, row.column) and row.finding.end >= row.finding.start:
        line, column = measure.position(row.finding.end)
        region |= {"endLine": line, "endColumn": column}

    physical = {"artifactLocation": location(outcome.path), "region": region}
    place = row.finding.place
    logical = {"logicalLocations": [{"fullyQualifiedName": place}]} if place else {}
    return {"physicalLocation": physical, **logical}


def _suppression(excuse: Excuse) -> dict[str, Any]:
    return {
        "kind": "inSource" if excuse.by in IN_SOURCE else "external",
        "status": "accepted",
        "justification": said(excuse),
        "properties": msgspec.to_builtins(excuse),
    }


def _properties(row: Row) -> dict[str, Any]:
    finding = row.finding
    fix = finding.fix
    found = {
        "status": row.status,
        "reason": row.reason,
        "option": row.option,
        "severity": finding.severity.name.lower(),
        "environment": finding.environment.value,
        "risk": fix.risk.name.lower() if fix else "",
        "because": list(fix.because) if fix else [],
        "note": finding.note,
    }
    return {key: value for key, value in found.items() if value}


# ---- fixes


def _fixes(report: Report, found: Sequence[Result]) -> dict[Identity, Bundle]:
    """What was applied, by the finding that carries it: the first of its bundle that is a result."""
    if report.choice is None:
        return {}

    order = [one.finding.identity for one in found if one.row.status == "fixed"]
    rank = {identity: number for number, identity in reversed(list(enumerate(order)))}
    written = [outcome for outcome in report.outcomes if outcome.path not in report.unwritten]
    carried = {}
    for bundle in bundles(written):
        carriers = [finding.identity for finding in bundle.findings if finding.identity in rank]
        if carriers:
            carried[min(carriers, key=rank.__getitem__)] = bundle

    return carried


def _fix(bundle: Bundle) -> dict[str, Any]:
    return {
        "description": {"text": _description(bundle)},
        "artifactChanges": [_artifact_change(change) for change in bundle.changes],
    }


def _description(bundle: Bundle) -> str:
    fixes = [finding.fix for finding in bundle.findings if finding.fix]
    titles = "; ".join(dict.fromkeys(f"{fix.title} (risk {fix.risk.name.lower()})" for fix in fixes))
    made = [change.path for change in bundle.changes if change.new]
    text = f"{titles}." if len(fixes) == 1 else f"These {len(fixes)} fixes are right together only: {titles}."
    return text + "".join(f" Makes the file {path}." for path in made)


def _artifact_change(change: Change) -> dict[str, Any]:
    measure = Lines(change.before.text)
    found = {
        "artifactLocation": location(change.path),
        "replacements": [_replacement(edit, measure) for edit in change.edits],
    }
    return {**found, "properties": {"new": True}} if change.new else found


def _replacement(edit: Edit, measure: Lines) -> dict[str, Any]:
    line, column = measure.position(edit.start)
    end_line, end_column = measure.position(edit.end)
    region = {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}
    return {"deletedRegion": region, "insertedContent": _content(edit.text)}


def _content(text: str) -> dict[str, str]:
    """Text as text; with bytes that are none, as the bytes that the file gets."""
    data = text.encode("utf-8", "surrogateescape")
    return {"text": text} if readable(text) == text else {"binary": base64.b64encode(data).decode("ascii")}
