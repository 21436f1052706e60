"""Who owns a file: CODEOWNERS as the forge reads it. The last pattern that fits decides."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

# Where a forge looks for it, in this order.
PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")

# More reviewers than that are nobody's.
MOST = 10

_LOGIN = re.compile(r"@([A-Za-z0-9](?:[A-Za-z0-9-]{0,38}))")
_TEAM = re.compile(r"@([A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9_][A-Za-z0-9_-]{0,99})")


class Owned(msgspec.Struct, frozen=True):
    """One line: a pattern and its owners as written; without owners it says that nobody owns the files."""

    pattern: str
    owners: tuple[str, ...] = ()


class Owners(msgspec.Struct, frozen=True):
    """Logins, and teams as `organisation/team`."""

    people: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()


def parse(text: str) -> tuple[Owned, ...]:
    """Return the lines of a file. What the forge does not read (`!`, `[…]`) is left out."""
    found = []
    for line in text.splitlines():
        parts = re.split(r"(?<!\\)\s+", _uncommented(line).strip())
        pattern = parts[0].replace("\\ ", " ")
        if pattern and not pattern.startswith("!") and "[" not in pattern:
            found.append(Owned(pattern, tuple(part for part in parts[1:] if part)))

    return tuple(found)


def owners_of(lines: Iterable[Owned], paths: Iterable[str], author: str = "") -> Owners:
    """Return who owns some files, without the author: a forge refuses to ask them. Mail addresses are left out."""
    rules = tuple(lines)
    people: dict[str, str] = {}
    teams: dict[str, str] = {}
    for path in paths:
        for owner in _last(rules, path):
            if match := _TEAM.fullmatch(owner):
                teams.setdefault(match[1].lower(), match[1])
            elif (match := _LOGIN.fullmatch(owner)) and match[1].lower() != author.lower():
                people.setdefault(match[1].lower(), match[1])

    return Owners(tuple(people.values())[:MOST], tuple(teams.values())[:MOST])


def _last(rules: tuple[Owned, ...], path: str) -> tuple[str, ...]:
    return next((rule.owners for rule in reversed(rules) if fits(rule.pattern, path)), ())


def fits(pattern: str, path: str) -> bool:
    """Whether a pattern fits a path: as in an ignore file, but that `docs/*` takes the files right in there only."""
    parts = pattern.strip("/").split("/")
    if not pattern.startswith("/") and len(parts) == 1:
        parts = ["**", *parts]

    if pattern.endswith("/"):
        return _fit(tuple(parts), tuple(path.split("/")[:-1]), whole=False)

    return _fit(tuple(parts), tuple(path.split("/")), whole=parts[-1] in {"*", "**"} and len(parts) > 1)


def _fit(pattern: tuple[str, ...], path: tuple[str, ...], *, whole: bool) -> bool:
    """Whether the parts of a pattern fit those of a path, or without `whole` the first ones of it.

    `reached` holds how many parts of the path are used up: no way is gone twice, whatever a pattern looks like.
    """
    reached = {0}
    for number, part in enumerate(pattern):
        if part == "**":
            last = number == len(pattern) - 1
            reached = {end for start in reached for end in range(start + last, len(path) + 1)}
        else:
            reached = {start + 1 for start in reached if start < len(path) and _part_fits(part, path[start])}

    return len(path) in reached if whole else bool(reached)


def _part_fits(pattern: str, name: str) -> bool:
    """Whether `*` and `?` fit a name: going back to the last star only, so that the time is that of a product."""
    at = place = mark = 0
    star = -1
    while place < len(name):
        if at < len(pattern) and pattern[at] == "*":
            star, mark, at = at, place, at + 1
        elif at < len(pattern) and pattern[at] in {"?", name[place]}:
            at, place = at + 1, place + 1
        elif star >= 0:
            mark += 1
            at, place = star + 1, mark
        else:
            return False

    return not pattern[at:].strip("*")


def _uncommented(line: str) -> str:
    return re.split(r"(?:^|\s)#", line, maxsplit=1)[0]
