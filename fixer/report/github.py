"""The report as annotations of GitHub: workflow commands, which a job prints."""

from __future__ import annotations

from collections.abc import Iterator

from fixer.finding import Level
from fixer.report.escape import readable
from fixer.report.results import Result, results, sentence
from fixer.report.rows import Report
from fixer.report.text import plain

# GitHub shows this many of each command in a step; what comes after them is dropped without a word.
LIMIT = 10
COMMANDS = {Level.DENY: "error", Level.WARN: "warning", Level.INFO: "notice"}


def render(report: Report) -> str:
    """Return the commands for what is left, the most severe first; what does not fit is counted in a last line."""
    found: dict[str, list[str]] = {"error": [], "warning": [], "notice": []}
    for command, line in _troubles(report):
        found[command].append(line)

    for result in sorted((one for one in results(report) if one.left), key=_rank):
        command = COMMANDS[result.finding.level]
        found[command].append(_of(command, result))

    shown = [line for lines in found.values() for line in lines[:LIMIT]]
    return "".join(f"{line}\n" for line in [*shown, *_rest(found)])


def _rank(result: Result) -> int:
    return -result.finding.severity


def _rest(found: dict[str, list[str]]) -> Iterator[str]:
    more = [f"{len(lines) - LIMIT} {command}s" for command, lines in found.items() if len(lines) > LIMIT]
    if more:
        yield f"fixer: GitHub shows {LIMIT} annotations of each kind; {', '.join(more)} more are in the other reports"


def _troubles(report: Report) -> Iterator[tuple[str, str]]:
    for note in report.notes:
        yield "warning", _command("warning", {"title": "configuration"}, note)

    for outcome in report.outcomes:
        where = {"file": outcome.path}
        for crash in dict.fromkeys(outcome.crashes):
            yield "error", _command("error", {**where, "title": crash.rule}, f"a bug of fixer: {crash.error}")

        for failed in outcome.failed:
            about = {**where, "title": failed.finding.rule}
            yield "error", _command("error", about, f"a bug of fixer: its fix did not pass the proof: {failed.reason}")

        if reason := report.unwritten.get(outcome.path):
            yield "error", _command("error", where, f"not written: {reason}")

        if outcome.problem is not None:
            line = {"line": str(outcome.problem_line)} if outcome.problem_line else {}
            yield "warning", _command("warning", {**where, **line}, f"not read: {outcome.problem}")


def _of(command: str, result: Result) -> str:
    row = result.row
    about = {
        "file": result.outcome.path,
        "line": str(row.line),
        "col": str(row.column),
        "title": f"{result.rule} ({row.finding.severity.name.lower()})",
    }
    return _command(command, about, sentence(row))


def _command(name: str, about: dict[str, str], message: str) -> str:
    properties = ",".join(f"{key}={_property(value)}" for key, value in about.items())
    return f"::{name} {properties}::{_message(message)}"


def _message(text: str) -> str:
    """The text without what would end the command; control characters are shown, a percent sign begins an escape."""
    return plain(readable(text)).replace("%", "%25")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
