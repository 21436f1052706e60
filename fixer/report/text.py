"""The report for people, in a terminal or a log."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fixer.finding import Level, Risk
from fixer.outcome import Outcome
from fixer.report.rows import Report, Row, Totals, totals

Paint = Callable[[str, str], str]
Name = Callable[[str], str]

_LEVEL_COLOUR = {Level.DENY: "red", Level.WARN: "yellow", Level.INFO: "blue"}
_STATUS_COLOUR = {"fixed": "green", "held": "yellow", "manual": "blue", "refused": "yellow", "failed": "red"}

# What a terminal would act upon; names and values of files come from other people.
_CONTROL = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))}


def check_lines(report: Report, name: Name, paint: Paint) -> Iterator[str]:
    """Lines of `fixer check`: one for each finding, then what was not read, then the summary.

    `name` turns a path of the run into the one that is shown.
    """
    for outcome in report.outcomes:
        path = plain(name(outcome.path))
        for row in report.rows(outcome):
            if row.status == "excused":
                continue

            finding = row.finding
            place = paint(f"{path}:{row.line}:{row.column}", "bold")
            level = paint(finding.level.name.lower(), _LEVEL_COLOUR[finding.level])
            what = f"fix: {finding.fix.risk.name.lower()}" if finding.fix else f"manual: {plain(row.reason)}"
            note = f"; {plain(finding.note)}" if finding.note else ""
            yield f"{place}  {level}  {finding.rule}  {plain(finding.message)}  {paint(f'[{what}{note}]', 'dim')}"

    yield from _rest(report, name, paint)
    yield from _check_summary(totals(report))


def fix_lines(report: Report, name: Name, paint: Paint) -> Iterator[str]:
    """Lines of `fixer fix`: by file what was fixed, held back and left to a person, then the summary."""
    for outcome in report.outcomes:
        found = [row for row in report.rows(outcome) if row.status != "excused"]
        if found or outcome.changed:
            yield paint(plain(name(outcome.path)), "bold") + _state(report, outcome, paint)
            for row in found:
                yield from _fix_row(row, paint)

    yield from _rest(report, name, paint)
    yield from _fix_summary(totals(report), report)


def plain(text: str) -> str:
    """Return `text` on one line and without what a terminal would act upon."""
    return text.translate(_CONTROL)


def _state(report: Report, outcome: Outcome, paint: Paint) -> str:
    if not outcome.changed:
        return ""

    if reason := report.unwritten.get(outcome.path):
        return "  " + paint(f"(not written: {plain(reason)})", "red")

    new = "new file, " if outcome.new else ""
    return "  " + paint(f"({new}{'written' if report.written else 'would change'})", "dim")


def _fix_row(row: Row, paint: Paint) -> Iterator[str]:
    finding = row.finding
    status = paint(f"{row.status:<7}", _STATUS_COLOUR.get(row.status, "bold"))
    head = f"  {status}  {row.line}:{row.column}  {finding.rule}  "
    if row.status == "fixed" and finding.fix and not row.reason.startswith("by "):
        about = f", {row.reason}" if row.reason else ""
        yield f"{head}{plain(finding.fix.title)} {paint(f'({finding.fix.risk.name.lower()}{plain(about)})', 'dim')}"
        for sentence in finding.fix.because:
            yield paint(f"           because {plain(sentence)}", "dim")
    else:
        yield f"{head}{plain(finding.message)}  {paint(f'[{_why(row)}]', 'dim')}"


def _why(row: Row) -> str:
    if row.status == "failed":
        return f"{plain(row.reason)}; this is a bug of the rule"

    note = f"; {plain(row.finding.note)}" if row.finding.note else ""
    return f"{row.option or plain(row.reason)}{note}"


# ---- what has no findings


def _rest(report: Report, name: Name, paint: Paint) -> Iterator[str]:
    """Lines for what was not looked at, not read, or crashed, and for what is to be said about the configuration."""
    for note in report.notes:
        yield f"{paint('note', 'yellow')}  {plain(note)}"

    for path, reason in report.skipped:
        yield _line(name(path), "skipped", reason, paint)

    for outcome in report.outcomes:
        path = name(outcome.path)
        if outcome.problem:
            place = f"{path}:{outcome.problem_line}" if outcome.problem_line else path
            yield _line(place, "not read", outcome.problem, paint)

        if outcome.skipped:
            yield _line(path, "skipped", outcome.skipped, paint)

        # A rule that crashes on one service crashes on the next: once is enough.
        for crash in dict.fromkeys(outcome.crashes):
            who = f"rule {crash.rule}" if "/" in crash.rule else f"the {crash.rule}"
            words = f"{who}: {crash.error} ({crash.trace}); this is a bug of ours, the rest is finished"
            yield _line(path, "crashed", words, paint)


def _line(place: str, what: str, reason: str, paint: Paint) -> str:
    return f"{paint(plain(place), 'bold')}  {paint(what, 'red' if what == 'crashed' else 'yellow')}  {plain(reason)}"


# ---- summaries


def _check_summary(count: Totals) -> Iterator[str]:
    files = _count(count.files, "file")
    if not count.findings:
        yield f"{files} checked, nothing found{_unread(count)}." if count.files else _no_files(count)
        return

    levels = ", ".join(f"{number} {name}" for name, number in count.by_level.items())
    yield f"{_count(count.findings, 'finding')} ({levels}) in {files}{_unread(count)}."
    yield _offers(count)


def _offers(count: Totals) -> str:
    """What `fixer fix` would do, option by option, and what is left to a person."""
    low = sum(count.by_risk.get(risk.name.lower(), 0) for risk in (Risk.SAFE, Risk.LOW))
    offers = [("", low), *((f" --risk {name}", count.by_risk.get(name, 0)) for name in ("medium", "high"))]
    offers = [(option, number) for option, number in (*offers, (" --level info", count.info_fixes)) if number]
    parts = [f"`fixer fix{option}` fixes {number}" for option, number in offers[:1]]
    parts += [f"{option.strip()} {number} more" for option, number in offers[1:]]
    manual = count.by_status.get("manual", 0)
    parts += [f"{manual} {'needs' if manual == 1 else 'need'} a decision"] if manual else []
    return ", ".join(parts) + "."


def _fix_summary(count: Totals, report: Report) -> Iterator[str]:
    if not count.files:
        yield _no_files(count)
        return

    assert report.choice is not None
    fixed = count.by_status.get("fixed", 0)
    files = f"{_count(count.changed, 'file')} {'written' if report.written else 'would change'}"
    done = f"{_count(fixed, 'finding')} fixed, {files}" if fixed or count.changed else "Nothing to fix"
    yield f"{done} (risk up to {report.choice.risk.name.lower()}; {_count(count.files, 'file')} read{_unread(count)})."
    held = [f"{number} ({option})" for option, number in count.by_option.items()]
    if held:
        yield f"Held back: {', '.join(held)}."

    yield from _left(count)


def _left(count: Totals) -> Iterator[str]:
    words = (("manual", "left to a person"), ("refused", "refused"), ("failed", "failed their proof: a bug of ours"))
    left = [f"{number} {what}" for status, what in words if (number := count.by_status.get(status, 0))]
    if left:
        yield f"Not fixed: {', '.join(left)}."


def _no_files(count: Totals) -> str:
    return f"No Dockerfile, Compose file or Kubernetes manifest was found{_unread(count)}."


def _unread(count: Totals) -> str:
    parts = [f"{count.excused} excused"] if count.excused else []
    parts += [f"{count.problems} not read"] if count.problems else []
    parts += [f"{count.skipped} skipped"] if count.skipped else []
    parts += [f"{count.ignored} ignored"] if count.ignored else []
    return f", {', '.join(parts)}" if parts else ""


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
