"""The rules there are, and what people call them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import click

from fixer.errors import UserError
from fixer.kinds import KINDS
from fixer.rule import Rule, discover

# Where rules live; tests put other rules in their place.
PACKAGE = "transforms"


def catalogue(kinds: Collection[str] = KINDS) -> list[Rule]:
    """Return the rules of `kinds`, by kind and name."""
    return discover(PACKAGE, [kind for kind in KINDS if kind in kinds])


def chosen(rules: Sequence[Rule], select: Sequence[str], ignore: Sequence[str]) -> tuple[Rule, ...]:
    """Return the rules that `select` names (all, when it names none) less those that `ignore` names.

    Raises UserError for a name that no rule answers to.
    """
    for name in (*select, *ignore):
        if not any(rule.answers(name) for rule in rules):
            raise UserError(f"no rule, kind or id is called {name!r}{_nearest(name, rules)}")

    return tuple(
        rule
        for rule in rules
        if (not select or any(rule.answers(name) for name in select)) and not any(rule.answers(name) for name in ignore)
    )


def names_in(values: Sequence[str]) -> list[str]:
    """Return the names in the values of an option, each of which may hold several, separated by commas."""
    return [part.strip() for value in values for part in value.split(",") if part.strip()]


def complete(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Return the names that a shell offers for `incomplete`, the last of a list separated by commas."""
    before, comma, last = incomplete.rpartition(",")
    names = {name for rule in catalogue() for name in (rule.name, rule.id, rule.kind, *rule.aliases)}
    fitting = sorted(name for name in names if name.lower().startswith(last.lower()) and " " not in name)
    return [f"{before}{comma}{name}" for name in fitting]


def _nearest(name: str, rules: Sequence[Rule]) -> str:
    from difflib import get_close_matches

    spellings = (name for rule in rules for name in (rule.kind, *rule.aliases, rule.id, rule.name))
    known = {spelling.lower(): spelling for spelling in spellings}
    found = get_close_matches(name.lower(), known, n=1)
    return f"; the nearest is {known[found[0]]!r}" if found else "; `fixer rules` lists them"
