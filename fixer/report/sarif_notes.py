"""What went on in a run, as SARIF's notifications: crashes, files that were not read or written, the configuration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fixer.outcome import Outcome
from fixer.report.escape import uri
from fixer.report.rows import Report

BASE = "%SRCROOT%"
NOTIFICATIONS = {
    "crash": "A rule crashed, or its result did not pass the proof: a bug of fixer.",
    "unread": "A file could not be read.",
    "unwritten": "A changed file could not be written.",
    "skipped": "A path was not looked at, or the rules do not apply to it.",
    "configuration": "Something is to be said about the configuration, such as an exemption that ended.",
}


def notifications() -> list[dict[str, Any]]:
    """Return what notifications there are."""
    return [
        {"id": name, "shortDescription": {"text": text}, "fullDescription": {"text": text}, "help": {"text": text}}
        for name, text in NOTIFICATIONS.items()
    ]


def location(path: str) -> dict[str, str]:
    """Return where a file is: below the root of the run."""
    return {"uri": uri(path), "uriBaseId": BASE}


def invocation(report: Report, places: Mapping[str, int]) -> dict[str, Any]:
    """Return what a run met with; `places` are the indexes of the rules that are described."""
    notes = [note for outcome in report.outcomes for note in _notes(outcome, places)]
    notes += [
        _note("unwritten", "error", f"not written: {why}", path) for path, why in sorted(report.unwritten.items())
    ]
    notes += [_note("skipped", "note", f"not looked at: {reason}", path) for path, reason in report.skipped]
    return {
        "executionSuccessful": not any(note["level"] == "error" for note in notes),
        "toolExecutionNotifications": notes,
        "toolConfigurationNotifications": [_note("configuration", "warning", text) for text in report.notes],
    }


def _notes(outcome: Outcome, places: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    path = outcome.path
    if outcome.problem is not None:
        yield _note("unread", "warning", f"not read: {outcome.problem}", path, outcome.problem_line)

    if outcome.skipped is not None:
        yield _note("skipped", "note", f"no rule applies: {outcome.skipped}", path)

    for crash in dict.fromkeys(outcome.crashes):
        note = _note("crash", "error", f"{crash.rule} crashed: {crash.error} ({crash.trace})", path)
        if crash.rule in places:
            note["associatedRule"] = {"id": crash.rule, "index": places[crash.rule]}

        yield note

    for failed in outcome.failed:
        yield _note("crash", "error", f"the fix of {failed.finding.rule} did not pass its proof: {failed.reason}", path)


def _note(name: str, level: str, text: str, path: str = "", line: int = 0) -> dict[str, Any]:
    note: dict[str, Any] = {
        "descriptor": {"id": name, "index": list(NOTIFICATIONS).index(name)},
        "level": level,
        "message": {"text": f"{text}."},
    }
    if path:
        region = {"region": {"startLine": line}} if line else {}
        note["locations"] = [{"physicalLocation": {"artifactLocation": location(path), **region}}]

    return note
