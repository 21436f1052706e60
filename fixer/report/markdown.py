"""The report as Markdown, for the summary of a job or a comment: what is left, what was done, what is excused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from fixer.finding import Level, Severity
from fixer.report.escape import readable
from fixer.report.results import Result, results
from fixer.report.rows import Report, Totals, said, totals
from fixer.report.text import plain

# GitHub takes a summary of 1 MiB, and nothing at all of a longer one.
SIZE = 1_000_000
TOP = 25
CELL = 300

_LEVELS = (Level.DENY, Level.WARN, Level.INFO)

# Each as a character reference: shown as itself, and no part of Markdown or HTML any more.
_MARKS = {ord(mark): f"&#{ord(mark)};" for mark in "\\`*_{}[]<>#!|&~$"}

# What would call a person, name an issue or become a link, although it is no mark.
_BREAK = "&#8203;"
_CALLS = (("@", f"@{_BREAK}"), ("www.", f"www{_BREAK}."), ("&#35;", f"&#35;{_BREAK}"), ("://", f":{_BREAK}//"))


def render(report: Report) -> str:
    """Return the report of a run, cut where it would be too long for the summary of a job."""
    found, count = list(results(report)), totals(report)
    lines = [*_head(count, found, report), *_table(found), *_left(found), *_done(found, report)]
    return _cut([*lines, *_excused(found), *_troubles(report)])


def _cut(lines: Sequence[str]) -> str:
    size, kept = 0, list[str]()
    for line in lines:
        size += len(line.encode("utf-8")) + 1
        if size > SIZE:
            kept.append("\n*The rest is left out: a summary may not be longer. The other reports have it.*")
            break

        kept.append(line)

    return "".join(f"{line}\n" for line in kept)


# ---- sections


def _head(count: Totals, found: Sequence[Result], report: Report) -> Iterator[str]:
    left = Counter(one.finding.level for one in found if one.left)
    denied = left[Level.DENY]
    yield f"## fixer: {_counted(denied, 'finding')} at level deny" if denied else "## fixer: nothing at level deny"
    yield ""
    parts = [f"{_counted(count.files, 'file')} read", f"{_counted(sum(left.values()), 'finding')} left"]
    if report.choice is not None:
        fixed = sum(one.row.status == "fixed" for one in found)
        verb = "written" if report.written else "would change"
        parts += [f"{fixed} fixed", f"{_counted(count.changed, 'file')} {verb}"]

    parts += [f"{count.excused} excused"] if count.excused else []
    parts += [f"{_counted(count.problems, 'file')} not read"] if count.problems else []
    parts += [f"{_counted(count.crashes, 'crash', 'crashes')} of fixer"] if count.crashes else []
    yield f"{', '.join(parts)}."


def _table(found: Sequence[Result]) -> Iterator[str]:
    left = Counter((one.finding.severity, one.finding.level) for one in found if one.left)
    if not left:
        return

    yield from ("", "| severity | deny | warn | info |", "|---|---:|---:|---:|")
    for severity in reversed(Severity):
        cells = [str(left[severity, level] or "") for level in _LEVELS]
        if any(cells):
            yield f"| {severity.name.lower()} | {' | '.join(cells)} |"


def _left(found: Sequence[Result]) -> Iterator[str]:
    left = sorted((one for one in found if one.left), key=lambda one: (-one.finding.level, -one.finding.severity))
    yield from _section("Left", left, ("level", "severity", "place", "finding", "fix"), _left_cells)


def _left_cells(one: Result) -> tuple[str, ...]:
    finding, row = one.finding, one.row
    if finding.fix is None:
        fix = f"by hand: {_text(row.reason)}"
    else:
        option = f", `{row.option}`" if row.option else f": {_text(row.reason)}" if row.status != "open" else ""
        fix = f"{_text(finding.fix.title)} ({finding.fix.risk.name.lower()}{option})"

    level, severity = finding.level.name.lower(), finding.severity.name.lower()
    return level, severity, _place(one), _what(one), fix


def _done(found: Sequence[Result], report: Report) -> Iterator[str]:
    done = [one for one in found if one.row.status == "fixed"]
    title = "Fixed" if report.written else "Would be fixed"
    yield from _section(title, done, ("place", "rule", "fix", "risk"), _done_cells)


def _done_cells(one: Result) -> tuple[str, ...]:
    fix = one.finding.fix
    if fix is None or one.row.reason:
        return _place(one), f"`{one.rule}`", _text(one.row.reason), ""

    return _place(one), f"`{one.rule}`", _text(fix.title), fix.risk.name.lower()


def _excused(found: Sequence[Result]) -> Iterator[str]:
    excused = [one for one in found if one.row.status == "excused"]
    yield from _section("Excused", excused, ("place", "finding", "by"), _excused_cells)


def _excused_cells(one: Result) -> tuple[str, ...]:
    assert one.finding.excuse
    return _place(one), _what(one), _text(said(one.finding.excuse))


def _troubles(report: Report) -> Iterator[str]:
    if report.notes:
        yield from ("", f"### Configuration: {len(report.notes)}", "")
        yield from (f"- {_text(note)}" for note in report.notes[:TOP])
        yield from _more(len(report.notes))

    found = [*_of_files(report), *((path, f"not looked at: {reason}") for path, reason in report.skipped)]
    if found:
        yield from ("", f"### Not read, not written, or a bug of fixer: {len(found)}", "")
        yield from (f"- {_code(path)}: {_text(reason)}" for path, reason in found[:TOP])
        yield from _more(len(found))


def _of_files(report: Report) -> Iterator[tuple[str, str]]:
    for outcome in report.outcomes:
        for crash in dict.fromkeys(outcome.crashes):
            yield outcome.path, f"a bug of fixer: {crash.rule} crashed: {crash.error}"

        for failed in outcome.failed:
            yield outcome.path, f"a bug of fixer: the fix of {failed.finding.rule} did not pass: {failed.reason}"

        if reason := report.unwritten.get(outcome.path):
            yield outcome.path, f"not written: {reason}"

        if outcome.problem is not None:
            yield outcome.path, f"not read: {outcome.problem}"

        if outcome.skipped is not None:
            yield outcome.path, f"no rule applies: {outcome.skipped}"


# ---- parts


def _section(
    title: str, found: Sequence[Result], columns: tuple[str, ...], cells: Callable[[Result], tuple[str, ...]]
) -> Iterator[str]:
    if not found:
        return

    yield from ("", f"### {title}: {len(found)}", "")
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"
    yield from (f"| {' | '.join(cells(one))} |" for one in found[:TOP])
    yield from _more(len(found))


def _more(count: int) -> Iterator[str]:
    if count > TOP:
        yield from ("", f"…and {count - TOP} more.")


def _counted(count: int, noun: str, several: str = "") -> str:
    return f"{count} {noun if count == 1 else several or f'{noun}s'}"


def _place(one: Result) -> str:
    return f"{_code(one.outcome.path)}:{one.row.line}"


def _what(one: Result) -> str:
    place = f"{_code(one.finding.place)} " if one.finding.place else ""
    return f"`{one.rule}` {place}{_text(one.finding.message)}"


def _code(text: str) -> str:
    return f"<code>{_text(text)}</code>"


def _text(text: str) -> str:
    """A value of other people as text on one line: no markup, no link, no call of a person."""
    text = plain(readable(text))
    text = text if len(text) <= CELL else f"{text[: CELL - 1]}…"
    text = text.translate(_MARKS)
    for call, broken in _CALLS:
        text = text.replace(call, broken)

    return text
