"""The report as JUnit XML, for services that show tests: a suite for each file, a case for each finding."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from fixer.finding import Level
from fixer.outcome import Outcome
from fixer.report.escape import readable
from fixer.report.results import Result, results, sentence
from fixer.report.rows import Report, said
from fixer.report.text import plain

# XML has no way to write these, not even as references.
_NO_CHARACTERS = dict.fromkeys((0xFFFE, 0xFFFF), "\ufffd")


def render(report: Report) -> str:
    """Return the report of a run; only findings at level deny that are left fail."""
    root = ET.Element("testsuites", name="fixer")
    found: dict[str, list[Result]] = {}
    for result in results(report):
        found.setdefault(result.outcome.path, []).append(result)

    for outcome in report.outcomes:
        if outcome.kind or outcome.problem is not None or outcome.crashes:
            root.append(_suite(outcome, found.get(outcome.path, []), report))

    if report.notes:
        root.append(_counted("configuration", [_case("configuration", note, "skipped", note) for note in report.notes]))

    if report.skipped:
        cases = [_case(path, "looked at", "skipped", f"not looked at: {reason}") for path, reason in report.skipped]
        root.append(_counted("paths not looked at", cases))

    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))

    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _suite(outcome: Outcome, found: list[Result], report: Report) -> ET.Element:
    cases = [*_troubles(outcome, report), *(_of(result) for result in found)]
    return _counted(outcome.path, cases or [_case(outcome.path, "no findings")])


def _counted(name: str, cases: list[ET.Element]) -> ET.Element:
    def count(tag: str) -> str:
        return str(sum(case.find(tag) is not None for case in cases))

    suite = ET.Element(
        "testsuite",
        name=_text(name),
        tests=str(len(cases)),
        failures=count("failure"),
        errors=count("error"),
        skipped=count("skipped"),
    )
    suite.extend(cases)
    return suite


def _troubles(outcome: Outcome, report: Report) -> Iterator[ET.Element]:
    path = outcome.path
    if outcome.problem is not None:
        yield _case(path, "readable", "skipped", f"not read: {outcome.problem}")

    if outcome.skipped is not None:
        yield _case(path, "rules apply", "skipped", f"no rule applies: {outcome.skipped}")

    if path in report.unwritten:
        yield _case(path, "written", "error", f"not written: {report.unwritten[path]}")

    for crash in dict.fromkeys(outcome.crashes):
        yield _case(path, f"{crash.rule} runs", "error", f"a bug of fixer: {crash.error} ({crash.trace})")

    for failed in outcome.failed:
        yield _case(path, f"{failed.finding.rule} passes its proof", "error", f"a bug of fixer: {failed.reason}")


def _of(result: Result) -> ET.Element:
    row, finding = result.row, result.finding
    # The name stays when lines move, so that a service can tell what is new.
    again = f" ({result.number})" if result.number > 1 else ""
    name = f"{result.rule}: {finding.place}: {finding.message}{again}"
    place = f"{result.outcome.path}:{row.line}:{row.column}"
    about = f"{row.status}, {finding.level.name.lower()}, severity {finding.severity.name.lower()}, {place}"
    if finding.excuse:
        return _case(result.outcome.path, name, "skipped", said(finding.excuse))

    if result.left and finding.level is Level.DENY:
        return _case(result.outcome.path, name, "failure", sentence(row), about=about)

    return _case(result.outcome.path, name, about=f"{about}: {sentence(row)}")


def _case(path: str, name: str, tag: str = "", message: str = "", *, about: str = "") -> ET.Element:
    case = ET.Element("testcase", classname=_text(path), name=_text(name))
    if tag:
        ET.SubElement(case, tag, message=_text(message), type="fixer").text = _text(about) or None
    elif about:
        ET.SubElement(case, "system-out").text = _text(about)

    return case


def _text(text: str) -> str:
    return plain(readable(text)).translate(_NO_CHARACTERS)
