"""What the HTML page shows without its script: totals, the worst findings, and what was not read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from fixer.finding import Level
from fixer.report.html_data import SEVERITIES, Entry, mode
from fixer.report.html_text import escaped, inline
from fixer.report.rows import Report, Totals

LISTED = 500
UNREAD = 2_000
NOTES = 4

_DID = {
    "check": "checked, nothing was changed",
    "preview": "fixes are shown and were not written",
    "fix": "fixes were written",
}


def subtitle(report: Report, version: str) -> str:
    """Return what the report is about: root, what was done, and by which version."""
    did = _DID[mode(report)]
    if report.choice:
        did += f" (risk up to {report.choice.risk.name.lower()}, level from {report.choice.level.name.lower()})"

    return f"<code>{inline(report.root)}</code> <span>{escaped(did)}</span> <span>fixer {escaped(version)}</span>"


def summary(report: Report, count: Totals, found: Sequence[Entry]) -> str:
    """Return the numbers that matter, the verdict first."""
    tiles = "".join(_tiles(report, count))
    return f'{_verdict(report, count)}<ul class="tiles">{tiles}</ul>{_severities(found)}{_notes(report, NOTES)}'


def deny_table(found: Sequence[Entry]) -> str:
    """Return the findings of level deny as a plain table, for readers without a script."""
    denied = [entry for entry in found if entry.row.finding.level is Level.DENY and entry.row.status != "fixed"]
    denied = [entry for entry in denied if entry.row.status != "excused"]
    shown = denied[:LISTED]
    more = f" The first {len(shown)} are listed." if len(shown) < len(denied) else ""
    rows = "".join(_row(entry) for entry in shown)
    return (
        f"<p>This page filters and shows diffs with a script, which does not run here. {len(denied)} of {len(found)} "
        f"findings are at level deny and not fixed.{more}</p>"
        '<table class="plain findings"><thead><tr><th scope="col">Place</th><th scope="col">Severity</th>'
        f'<th scope="col">Rule</th><th scope="col">Finding</th><th scope="col">Status</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def unread(report: Report) -> str:
    """Return what was not read, skipped, not written, or crashed."""
    found, notes = list(_unread(report)), _notes(report, len(report.notes))
    if not found:
        return f"<p>Everything that was found was read, and nothing crashed.</p>{_ignored(report)}{notes}"

    rows = "".join(
        f'<tr><td><span class="state what-{what.replace(" ", "-")}">{what}</span></td>'
        f"<td><code>{inline(place)}</code></td><td>{inline(reason)}</td></tr>"
        for what, place, reason in found[:UNREAD]
    )
    more = len(found) - UNREAD
    rest = f"<p>And {more} more, which the JSON report lists.</p>" if more > 0 else ""
    return (
        '<table class="plain"><thead><tr><th scope="col">What</th><th scope="col">Where</th>'
        f'<th scope="col">Why</th></tr></thead><tbody>{rows}</tbody></table>{rest}{_ignored(report)}{notes}'
    )


def unread_count(report: Report) -> int:
    """Return the number of rows of `unread`."""
    return sum(1 for _ in _unread(report))


# ---- numbers


def _verdict(report: Report, count: Totals) -> str:
    # A finding that is fixed in a preview is still in its file: the words say so.
    left = "would be left" if mode(report) == "preview" else "left"
    number = f"{count.denied:,}"
    words = f"{_noun(count.denied, 'finding')} of level deny {left}"
    outcome, sign, said = ("fails", "✕", "the check fails") if count.denied else ("passes", "✓", "the check passes")
    if count.crashes:
        outcome, sign, said = "fails", "✕", "fixer crashed: this is not the whole result"

    target = ' href="#findings&amp;level=deny&amp;status=failed,refused,open,held,manual"'
    return (
        f'<a class="verdict {outcome}"{target}><b>{number}</b> <span>{words}<br>'
        f'<em><span aria-hidden="true">{sign}</span> {said}</em></span></a>'
    )


def _tiles(report: Report, count: Totals) -> Iterator[str]:
    status = count.by_status
    fixed = "would be fixed" if mode(report) == "preview" else "fixed"
    yield _tile(
        count.findings, _noun(count.findings, "finding"), "#findings&status=failed,refused,open,held,manual,fixed"
    )
    if report.choice is None:
        opened = status.get("open", 0)
        yield _tile(opened, "has a fix" if opened == 1 else "have a fix", "#findings&status=open")
    else:
        yield _tile(status.get("fixed", 0), fixed, "#findings&status=fixed")
        yield _tile(status.get("held", 0), "held back", "#findings&status=held")

    manual = status.get("manual", 0)
    yield _tile(manual, "needs a decision" if manual == 1 else "need a decision", "#findings&status=manual")
    if stuck := status.get("refused", 0) + status.get("failed", 0):
        yield _tile(stuck, "could not be fixed", "#findings&status=refused,failed")

    yield _tile(count.excused, "excused", "#findings&status=excused")
    files = _noun(count.files, "file") + (f", {count.changed:,} changed" if report.choice else "")
    yield _tile(count.files, files, "#findings&group=file")
    lost = list(_unread(report))
    yield _tile(len(lost), "not covered", "#unread", alarm=any(what != "skipped" for what, _, _ in lost))


def _tile(number: int, words: str, target: str, *, alarm: bool = False) -> str:
    classes = f"{'' if number else ' zero'}{' alarm' if alarm else ''}"
    inner = f"<b>{number:,}</b> <span>{escaped(words)}</span>"
    return f'<li><a class="tile{classes}" href="{escaped(target)}">{inner}</a></li>'


def _noun(number: int, noun: str) -> str:
    return noun if number == 1 else f"{noun}s"


def _severities(found: Sequence[Entry]) -> str:
    """Bars of the findings that are left and those that are fixed, by severity; excused ones are not counted."""
    counting = [entry for entry in found if entry.row.status != "excused"]
    all_ = Counter(entry.row.finding.severity.name.lower() for entry in counting)
    left = Counter(entry.row.finding.severity.name.lower() for entry in counting if entry.row.status != "fixed")
    largest = max(all_.values(), default=1)
    rows = "".join(_bar(name, left[name], all_[name], largest) for name in SEVERITIES)
    return f'<table class="bars"><caption>Findings that are left, by severity</caption><tbody>{rows}</tbody></table>'


def _bar(name: str, left: int, total: int, largest: int) -> str:
    width, filled = round(total * 100 / largest, 2), round(left * 100 / largest, 2)
    return (
        f'<tr><th scope="row"><a href="#findings&amp;severity={name}">{name}</a></th>'
        f'<td><svg class="bar sev-{name}" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="all" width="{width}" height="8"/><rect class="left" width="{filled}" height="8"/></svg></td>'
        f'<td class="numbers"><b>{left:,}</b>{f" of {total:,} left" if left < total else ""}</td></tr>'
    )


# ---- tables


def _row(entry: Entry) -> str:
    row, finding = entry.row, entry.row.finding
    return (
        f"<tr><td><code>{inline(finding.path)}:{row.line}</code></td><td>{finding.severity.name.lower()}</td>"
        f"<td>{escaped(entry.rule)}</td><td>{inline(finding.message)}</td>"
        f"<td>{row.status}{': ' if row.reason else ''}{inline(row.reason)}</td></tr>"
    )


def _unread(report: Report) -> Iterator[tuple[str, str, str]]:
    for outcome in report.outcomes:
        for crash in dict.fromkeys(outcome.crashes):
            who = f"rule {crash.rule}" if "/" in crash.rule else f"the {crash.rule}"
            yield "crashed", outcome.path, f"{who}: {crash.error} ({crash.trace}); this is a bug of fixer"

    yield from (("not written", path, reason) for path, reason in sorted(report.unwritten.items()))

    for outcome in report.outcomes:
        if outcome.problem is not None:
            place = f"{outcome.path}:{outcome.problem_line}" if outcome.problem_line else outcome.path
            yield "not read", place, outcome.problem

    for outcome in report.outcomes:
        if outcome.skipped is not None:
            yield "skipped", outcome.path, outcome.skipped

    for path, reason in report.skipped:
        yield "skipped", path, reason


def _notes(report: Report, limit: int) -> str:
    """Clauses about the configuration, such as exemptions that have ended."""
    if not report.notes:
        return ""

    more = len(report.notes) - limit
    lines = "".join(f"<li>{inline(note)}</li>" for note in report.notes[:limit])
    rest = f'<li><a href="#unread">and {more} more</a></li>' if more > 0 else ""
    return f'<ul class="notes" aria-label="Notes on the configuration">{lines}{rest}</ul>'


def _ignored(report: Report) -> str:
    if not report.ignored:
        return ""

    return f"<p>Ignore files and the list of vendored trees leave out {report.ignored:,} files and folders.</p>"
