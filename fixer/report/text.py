"""The report for people, in a terminal or a log."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from fixer.finding import Level, Risk
from fixer.outcome import Choice, Outcome
from fixer.report.rows import Row, Totals, rows, totals

Paint = Callable[[str, str], str]

_LEVEL_COLOUR = {Level.DENY: "red", Level.WARN: "yellow", Level.INFO: "blue"}
_STATUS_COLOUR = {"fixed": "green", "held": "yellow", "manual": "blue", "refused": "yellow", "failed": "red"}


def skipped_lines(skipped: Sequence[tuple[str, str]], paint: Paint) -> Iterator[str]:
    """Lines for the paths that were not looked at, each with its reason."""
    for path, reason in skipped:
        yield f"{paint(path, 'bold')}  {paint('skipped', 'yellow')}  {reason}"


def check_lines(outcomes: Sequence[Outcome], paint: Paint) -> Iterator[str]:
    """Lines of `fixer check`: one for each finding, then what was not read, then the summary."""
    for outcome in outcomes:
        for row in rows(outcome, None):
            finding = row.finding
            place = paint(f"{outcome.path}:{row.line}:{row.column}", "bold")
            level = paint(finding.level.name.lower(), _LEVEL_COLOUR[finding.level])
            what = f"fix: {finding.fix.risk.name.lower()}" if finding.fix else f"manual: {row.reason}"
            yield f"{place}  {level}  {finding.rule}  {finding.message}  {paint(f'[{what}]', 'dim')}"

    yield from _problems(outcomes, paint)
    yield from _check_summary(totals(outcomes, None))


def fix_lines(outcomes: Sequence[Outcome], choice: Choice, paint: Paint, *, verb: str) -> Iterator[str]:
    """Lines of `fixer fix`: by file what was fixed, held back and left to a person, then the summary.

    `verb` says what was done to the files: "written" or "would change".
    """
    for outcome in outcomes:
        found = rows(outcome, choice)
        if not found:
            continue

        state = f"  ({'new file, ' if outcome.new else ''}{verb})" if outcome.changed else ""
        yield paint(outcome.path, "bold") + paint(state, "dim")
        for row in found:
            yield from _fix_row(row, paint)

    yield from _problems(outcomes, paint)
    yield from _fix_summary(totals(outcomes, choice), choice, verb)


def _fix_row(row: Row, paint: Paint) -> Iterator[str]:
    finding = row.finding
    status = paint(f"{row.status:<7}", _STATUS_COLOUR.get(row.status, "bold"))
    head = f"  {status}  {row.line}:{row.column}  {finding.rule}"
    if row.status == "fixed" and finding.fix:
        yield f"{head}  {finding.fix.title} {paint(f'({finding.fix.risk.name.lower()})', 'dim')}"
        for sentence in finding.fix.because:
            yield paint(f"           because {sentence}", "dim")
    elif row.status == "held" and finding.fix:
        yield f"{head}  {finding.message}  {paint(f'[{row.reason}; {_flag(row)}]', 'dim')}"
    else:
        yield f"{head}  {finding.message}  {paint(f'[{row.reason}]', 'dim')}"


def _flag(row: Row) -> str:
    """Which option would apply the fix."""
    fix = row.finding.fix
    assert fix is not None
    if row.reason.startswith("risk"):
        return f"--risk {fix.risk.name.lower()} applies it"

    if row.reason.startswith("level"):
        return f"--level {row.finding.level.name.lower()} applies it"

    return "it was not chosen"


def _problems(outcomes: Sequence[Outcome], paint: Paint) -> Iterator[str]:
    for outcome in outcomes:
        if outcome.problem:
            place = f"{outcome.path}:{outcome.problem_line}" if outcome.problem_line else outcome.path
            yield f"{paint(place, 'bold')}  {paint('not read', 'yellow')}  {outcome.problem}"

        if outcome.skipped:
            yield f"{paint(outcome.path, 'bold')}  {paint('skipped', 'yellow')}  {outcome.skipped}"

        for crash in outcome.crashes:
            words = f"rule {crash.rule}: {crash.error} ({crash.trace}); this is a bug of ours"
            yield f"{paint(outcome.path, 'bold')}  {paint('crashed', 'red')}  {words}"


def _check_summary(count: Totals) -> Iterator[str]:
    files = _count(count.files, "file")
    if not count.findings:
        yield f"{files} checked, nothing found{_unread(count)}."
        return

    levels = ", ".join(f"{count.by_level[name]} {name}" for name in ("deny", "warn", "info") if name in count.by_level)
    yield f"{_count(count.findings, 'finding')} ({levels}) in {files}{_unread(count)}."
    yield _offers(count)


def _offers(count: Totals) -> str:
    low = sum(count.held_by_risk.get(risk.name.lower(), 0) for risk in (Risk.SAFE, Risk.LOW))
    parts = [f"`fixer fix` fixes {low}"] if low else []
    parts += [
        f"--risk {name} {number} more" for name, number in count.held_by_risk.items() if name in {"medium", "high"}
    ]
    manual = count.by_status.get("manual", 0)
    parts += [f"{manual} {'needs' if manual == 1 else 'need'} a decision"] if manual else []
    sentence = ", ".join(parts)
    return sentence[:1].upper() + sentence[1:] + "."


def _fix_summary(count: Totals, choice: Choice, verb: str) -> Iterator[str]:
    fixed = count.by_status.get("fixed", 0)
    files = _count(count.changed, "file")
    done = f"{_count(fixed, 'finding')} fixed, {files} {verb}" if fixed else "Nothing to fix"
    yield f"{done} (risk up to {choice.risk.name.lower()}; {_count(count.files, 'file')} read{_unread(count)})."
    left = [f"{number} held back at risk {name} (--risk {name})" for name, number in count.held_by_risk.items()]
    for status, words in (("manual", "left to a person"), ("refused", "refused"), ("failed", "failed their proof")):
        if number := count.by_status.get(status, 0):
            left.append(f"{number} {words}")

    if left:
        yield f"Left: {', '.join(left)}."


def _unread(count: Totals) -> str:
    parts = [f"{count.problems} not read"] if count.problems else []
    parts += [f"{count.skipped} skipped"] if count.skipped else []
    return f", {', '.join(parts)}" if parts else ""


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
