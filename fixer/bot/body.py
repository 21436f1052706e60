"""The body of a pull request: what it does, why, what may break, what proves it, what is left, and how to say no.

Between two marks it is the bot's; what people write before or behind them stays. Everything from files is escaped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from fixer.bot import schedule
from fixer.bot.fitting import Part, fitted
from fixer.bot.grouping import OTHER
from fixer.bot.markup import code, cut, lines, words
from fixer.bot.memory import Known, Marker, box, marker_of, read, written
from fixer.bot.records import Group, Left, Page, Row
from fixer.policy.bot import BotSchedule, BotSettings

# A forge takes 65,536 characters.
LONGEST = 58_000
BEGIN = "<!-- fixer:begin -->"
END = "<!-- fixer:end -->"

_KEPT = 5_000
_PLACES = 4
_MORE = "- …and {} more."
_RISKS = {
    "safe": "what worked before works the same after",
    "low": "something breaks in rare cases only, which are told below",
    "medium": "what relies on how it was may break: read below what that is, and try it",
    "high": "expect to change something else as well: read below what may break, and try it before you merge",
}
_GROUPS = {
    "family": "one pull request for each risk and family of rules",
    "rule": "one pull request for each rule and risk",
    "file": "one pull request for each file and risk",
    "directory": "one pull request for each directory and risk",
    "risk": "one pull request for each risk",
    "safe": "one pull request for all safe fixes, and for each risk and family of rules",
}


class Note(msgspec.Struct, frozen=True):
    """What the branch asks to be said: it has commits of other people.

    `before` are fixes that its pull request knew already, and shall know on.
    """

    foreign: bool = False
    before: tuple[Known, ...] = ()


def render(group: Group, title: str, settings: BotSettings, note: Note, old: str = "") -> str:
    """Return the body of a group's pull request; `old` is the present one, whose texts by people stay."""
    before, after = _of_people(old)
    marker = written(marker_of(group, title, note.before))
    foot = ("", "---", "", _rebuild(note), "", _configuration(settings), "", marker, END)
    parts = [
        Part((BEGIN, *_summary(group), *_notes(note))),
        _table(group.rows),
        _pages(group.pages),
        _evidence(group.rows),
        _proof(group),
        _left(group.left),
        *_refusing(group),
        Part(foot),
    ]
    return f"{before}{fitted(parts, LONGEST - len(before) - len(after))}{after}"


def render_onboarding(
    group: Group, title: str, settings: BotSettings, groups: Sequence[Group], *, foreign: bool
) -> str:
    """Return the body of the pull request that adds a configuration, with what would follow from merging it."""
    foreseen = tuple(
        f"| {words(one.title)} | {one.risk} | {one.severity} | {len(one.rows)} | {len(one.changes)} |"
        for one in groups
        if one.changes
    )
    head = (BEGIN, "This adds a configuration for fixer. As long as it is not merged, nothing else happens here.", "")
    merged = ("Merge it, and these pull requests follow:", "", "| pull request | risk | severity | fixes | files |")
    none = ("Merge it, and nothing follows: there is nothing to fix.",)
    own = ("", "You may change the file on this branch: your commits are kept.") if foreign else ()
    parts = [
        Part((*head, *((*merged, "|---|---|---|---:|---:|") if foreseen else none)), foreseen, share=1),
        Part(("", _volume(settings), "", "Close this pull request, and fixer leaves this repository alone.", *own)),
        Part(("", _configuration(settings), "", written(marker_of(group, title)), END)),
    ]
    return fitted(parts, LONGEST)


def closed(old: str, group: str, reason: str) -> str:
    """Return the body of a pull request that the bot closes, with the reason (a sentence) on top."""
    marker = msgspec.structs.replace(read(old) or Marker(group=group), closed=reason)
    body = old.replace(BEGIN, "").replace(END, "").strip()
    start = body.rfind("<!-- fixer:memory ")
    bare = body[:start] + body[body.find("-->", start) + 3 :] if start >= 0 else body
    head, foot = f"{BEGIN}\n**Closed by fixer**: {words(reason)}\n\n", f"\n\n{written(marker)}\n{END}\n"
    return f"{head}{cut(bare.strip(), LONGEST - len(head) - len(foot))}{foot}"


def same(one: str, other: str) -> bool:
    """Whether two bodies say the same: line ends, blanks at the end, and the version of the tool do not count."""
    return _compared(one) == _compared(other)


# ---- parts


def _summary(group: Group) -> Iterator[str]:
    fixes, files = _counted(len(group.rows), "finding"), _counted(len({row.path for row in group.rows}), "file")
    yield f"This fixes **{fixes}** in **{files}**. Risk **{group.risk}**: {_RISKS[group.risk]}."


def _notes(note: Note) -> Iterator[str]:
    if note.foreign:
        yield from ("", "> [!NOTE]", "> There are commits of other people here: the branch is not rebuilt any more.")
        yield "> New fixes come as commits on top, and a fix that somebody took out stays out."
        yield "> Where it conflicts with base, solve that, or tick the box at the end."


def _table(rows: Sequence[Row]) -> Part:
    head = ("", "### What changes", "", "| file | rule | severity | before | after |", "|---|---|---|---|---|")
    return Part(head, tuple(map(_cells, rows)), (), 0.4, "…and {} more: the diff has them.") if rows else Part()


def _cells(row: Row) -> str:
    before, after = (lines(text) if text else "" for text in (row.before, row.after))
    place = f"{code(row.path, 200)}:{row.line}{f'<br>{words(row.place, 120)}' if row.place else ''}"
    done = after or ("<i>removed</i>" if before else f"<i>{words(row.title)}</i>")
    return f"| {place} | `{row.rule}` | {row.severity} | {before or '—'} | {done} |"


def _pages(pages: Sequence[Page]) -> Part:
    head = ("", "### Why, and what may break", "")
    return Part(head, tuple("\n".join(_page(page)) for page in pages), (), 0.2) if pages else Part()


def _page(page: Page) -> Iterator[str]:
    yield from (f"<details><summary><code>{page.rule}</code>: {page.title.rstrip('.')}</summary>", "")
    for name, text in (("", page.why), ("**Fix.** ", page.fix), ("**What may break.** ", page.risk)):
        if text:
            yield from (f"{name}{text}", "")

    if page.references:
        yield from (" · ".join(f"<{reference}>" for reference in page.references), "")

    yield "</details>"


def _evidence(rows: Sequence[Row]) -> Part:
    items = tuple(
        f"- {code(row.path, 200)}:{row.line} {words(row.title)}: {words('; '.join(row.because), 600)}"
        for row in rows
        if row.because
    )
    head = ("", "<details><summary><b>Evidence</b>: where the values come from</summary>", "")
    return Part(head, items, ("", "</details>"), 0.1, _MORE) if items else Part()


def _proof(group: Group) -> Part:
    if not group.checks:
        return Part()

    before, after = group.counts
    checks = "; ".join(group.checks)
    head = "<details><summary><b>Proof</b>: each file passed these checks before it was committed</summary>"
    found = f"Findings in {'this file' if len(group.changes) == 1 else 'these files'}: {before} before, {after} after."
    return Part(("", head, "", f"{checks[:1].upper()}{checks[1:]}.", "", found, "", "</details>"))


def _left(left: Sequence[Left]) -> Part:
    if not left:
        return Part()

    reasons: dict[str, dict[str, list[str]]] = {}
    for one in left:
        if one.reason != OTHER:
            place = f"{code(one.path, 200)}:{one.line}"
            reasons.setdefault(one.reason, {}).setdefault(one.rule, []).append(place)

    own = sum(len(places) for rules in reasons.values() for places in rules.values())
    others = f", and {len(left) - own} that other pull requests fix" if len(left) > own else ""
    head = f"<details><summary><b>Not fixed here</b>: {_counted(own, 'finding')}{others}</summary>"
    items = tuple(f"- {words(reason)}:<br>{_some(rules)}" for reason, rules in reasons.items())
    return Part(("", head, "", "Lines are those of the changed files.", ""), items, ("", "</details>"), 0.1, _MORE)


def _some(rules: Mapping[str, Sequence[str]]) -> str:
    said = []
    for rule, places in rules.items():
        more = f" and {len(places) - _PLACES} more" if len(places) > _PLACES else ""
        said.append(f"`{rule}` at {', '.join(places[:_PLACES])}{more}")

    return "; ".join(said)


def _refusing(group: Group) -> Iterator[Part]:
    yield Part(
        (
            "",
            "### Saying no",
            "",
            "Tick a fix to leave it out of this pull request; untick it to have it back.",
            "Closing the pull request is a no to all of them. A no holds until the text or the rule changes.",
            "To tell everybody, put the comment above the line instead, with your reason.",
            "",
        )
    )
    yield Part((), tuple(_box(row, tick=True) for row in group.silenced), (), 0.1, "- …and {} more are left out.")
    yield Part((), tuple(_box(row, tick=False) for row in group.rows), (), 0.2, _MORE)


def _box(row: Row, *, tick: bool) -> str:
    place = f" {code(row.place, 120)}" if row.place else ""
    ignore = f" (`{row.ignore}`)" if row.ignore else ""
    return box("skip", row.key, f"{code(row.path, 200)}:{row.line}{place} {words(row.title)}{ignore}", tick=tick)


def _rebuild(note: Note) -> str:
    if not note.foreign:
        return box("do", "rebuild", "Rebuild this branch now")

    said = "Give the branch back: rebuild it without the commits of others, which stay on a branch of their own"
    return box("do", "handback", said)


def _configuration(settings: BotSettings) -> str:
    merged = "by people"
    if settings.automerge != "never":
        merged = f"by the forge up to risk {settings.automerge}, else by people"

    always = BotSchedule(time_zone=settings.schedule.time_zone)
    when = "any time" if settings.schedule == always else words(schedule.said(settings.schedule))
    update = "on conflict and new fixes" if settings.update == "conflict" else "whenever it is behind base"
    parts = (_GROUPS[settings.group_by], when, f"rebuilt {update}", f"merged {merged}")
    return f"<sub>Configuration (`bot:` in `.fixer.yaml`): {'; '.join(parts)}. {_stop(settings)}</sub>"


def _stop(settings: BotSettings) -> str:
    return f"The label {code(settings.stop_label)} stops all work on a pull request."


def _volume(settings: BotSettings) -> str:
    limits = settings.limits
    said = [f"{number} {what}" for number, what in ((limits.per_hour, "per hour"), (limits.open, "open")) if number]
    return f"At most {', '.join(said)}." if said else "There is no limit to their number."


# ---- texts of people


def _of_people(old: str) -> tuple[str, str]:
    """What people wrote before and behind the bot's part; nothing when that is not there to tell."""
    start, end = old.find(BEGIN), old.rfind(END)
    if start < 0 or end < start:
        return "", ""

    before, after = old[:start].replace("\r\n", "\n").strip(), old[end + len(END) :].replace("\r\n", "\n").strip()
    return f"{cut(before, _KEPT)}\n\n" if before else "", f"\n{cut(after, _KEPT)}\n" if after else ""


def _compared(body: str) -> tuple[str, Marker | None]:
    marker = read(body)
    text = "\n".join(line.rstrip() for line in body.replace("\r\n", "\n").split("\n")).strip()
    bare = [line for line in text.split("\n") if not line.startswith("<!-- fixer:memory ")]
    return "\n".join(bare), msgspec.structs.replace(marker, tool="") if marker else None


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
