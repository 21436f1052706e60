"""The dashboard: one issue that shows what is open, waiting and refused, with boxes to ask for something.

Its text follows from the state alone, without times, so that nothing is written when nothing is new. Blanked by a
person it is written again; closed by a person it stays closed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

import msgspec

from fixer.bot.body import BEGIN, END, LONGEST
from fixer.bot.fitting import Part, fitted
from fixer.bot.markup import words
from fixer.bot.memory import box, ticked
from fixer.bot.records import Issue

TITLE = "Dashboard of fixer"
TROUBLE_TITLE = "fixer needs a look at its configuration"

_DASHBOARD = "<!-- fixer:dashboard -->"
_OFF = "<!-- fixer:off -->"
_TROUBLE = "<!-- fixer:trouble -->"
_PLACEHOLDER = re.compile(r"\{\{pull:(?P<branch>[A-Za-z0-9/_.-]+)\}\}")

Status: TypeAlias = Literal["open", "waiting", "refused"]


class Entry(msgspec.Struct, frozen=True):
    """One line: a group, how it stands, and why, as a clause. `number` is 0 for a pull request made in this run.

    `asked`: its box stays ticked, because what it asks for could not be done yet.
    """

    branch: str
    title: str
    status: Status
    number: int = 0
    reason: str = ""
    asked: bool = False


class Requests(msgspec.Struct, frozen=True):
    """What people ask for by boxes: branches in small letters."""

    create: frozenset[str] = frozenset()
    recreate: frozenset[str] = frozenset()
    rebuild: frozenset[str] = frozenset()

    def wants(self, branch: str) -> bool:
        """Whether a pull request from this branch is asked for."""
        return branch.lower() in self.create | self.recreate


def requests(body: str) -> Requests:
    """Return what the ticked boxes of a dashboard ask for."""

    def of(word: str) -> frozenset[str]:
        return frozenset(branch.lower() for branch in ticked(body, word))

    return Requests(of("create"), of("recreate"), of("rebuild"))


def heard(issue: Issue | None) -> str:
    """Return the body whose boxes count: that of an open dashboard. In a closed one no tick is ever taken back."""
    return issue.body if issue is not None and issue.state == "open" else ""


def render(entries: Sequence[Entry], problems: Sequence[str], old: str = "") -> str:
    """Return the body; `old` is the present one, whose texts by people before the bot's part stay."""
    before = old[: old.find(BEGIN)].replace("\r\n", "\n")[:2000] if BEGIN in old else ""
    parts = [
        Part((BEGIN, "What fixer does in this repository. Tick a box to ask for it; it is done in the next run.")),
        *_section("Open", "rebuild", [one for one in entries if one.status == "open"]),
        *_section("Waiting", "create", [one for one in entries if one.status == "waiting"]),
        *_section("Refused", "recreate", [one for one in entries if one.status == "refused"]),
        *_troubles(problems),
        Part(("", _idle(entries, problems), _DASHBOARD, END)),
    ]
    return f"{before}{fitted(parts, LONGEST - len(before))}"


def render_trouble(problem: str) -> str:
    """Return the body of the issue about the configuration."""
    lines = (
        BEGIN,
        "The configuration of fixer in this repository cannot be used:",
        "",
        f"> {words(problem, 2000)}",
        "",
        "Until that is put right, fixer makes and changes no pull request here. Then it closes this issue itself.",
        _TROUBLE,
        END,
    )
    return "".join(f"{line}\n" for line in lines)


def solved() -> str:
    """Return the body of the issue about the configuration when nothing is wrong any more."""
    return f"{BEGIN}\nThe configuration of fixer can be used again.\n{_TROUBLE}\n{END}\n"


def switched_off() -> str:
    """Return the body of a dashboard that the configuration wants no more."""
    return f"{BEGIN}\nThe configuration wants no dashboard here.\n{_OFF}\n{_DASHBOARD}\n{END}\n"


def is_switched_off(body: str) -> bool:
    """Whether the bot closed this dashboard because of the configuration, so that a new one may come."""
    return _OFF in body


def numbered(body: str, numbers: Mapping[str, int]) -> str:
    """Return the body with the numbers of pull requests that were made meanwhile, by branch."""

    def number(match: re.Match[str]) -> str:
        found = numbers.get(match["branch"])
        return f"#{found} " if found else ""

    return _PLACEHOLDER.sub(number, body)


def is_dashboard(body: str) -> bool:
    """Whether this is the body of a dashboard."""
    return _DASHBOARD in body


def is_trouble(body: str) -> bool:
    """Whether this is the body of the issue about the configuration."""
    return _TROUBLE in body


def _section(name: str, word: str, entries: Sequence[Entry]) -> Iterator[Part]:
    if entries:
        items = tuple(box(word, one.branch, _said(one), tick=one.asked) for one in entries)
        yield Part(("", f"### {name}", "", _HEADS[word], ""), items, (), 0.3, "- …and {} more.")


_HEADS = {
    "rebuild": "A tick rebuilds the branch, if nobody else has committed to it.",
    "create": "A tick opens the pull request now, whatever the limits and the schedule say.",
    "recreate": "A tick takes the no back and opens the pull request again.",
}


def _said(one: Entry) -> str:
    number = f"#{one.number} " if one.number else f"{{{{pull:{one.branch}}}}}" if one.status == "open" else ""
    return f"{number}{words(one.title)}{f': {words(one.reason)}' if one.reason else ''}"


def _troubles(problems: Iterable[str]) -> Iterator[Part]:
    items = tuple(f"- {words(problem)}" for problem in problems)
    if items:
        yield Part(("", "### Trouble", ""), items, (), 0.1, "- …and {} more.")


def _idle(entries: Sequence[Entry], problems: Sequence[str]) -> str:
    return "" if entries or problems else "There is nothing to do."
