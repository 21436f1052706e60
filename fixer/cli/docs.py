"""`fixer docs`: refresh what is generated in the documentation, from the rules and their golden cases."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator, Sequence

import click
import msgspec

from fixer.cli import examples, parameters
from fixer.cli.catalogue import catalogue
from fixer.cli.output import emit
from fixer.cli.rules import levels
from fixer.errors import UserError
from fixer.rule import Rule

BEGIN, END = "<!-- rules:begin -->", "<!-- rules:end -->"
README, GOLDEN = "README.md", "golden"


@click.command("docs")
@click.option("--write", is_flag=True, help="Write what is stale; without it, only say so.")
def command(*, write: bool) -> int:
    """Refresh the rule table of the README, the page about parameters and the examples, in the project's own folder."""
    if not os.path.isdir(GOLDEN):
        raise UserError("there is no folder golden/ here; run this in the project's own folder")

    stale = [(place, text) for place, text in wanted().items() if _read(place) != text]
    for place, text in stale:
        emit(f"{'written' if write else 'stale'}: {place}\n")
        if write:
            os.makedirs(os.path.dirname(place) or os.curdir, exist_ok=True)
            with open(place, "w", encoding="utf-8", newline="") as file:
                file.write(text)

    return int(bool(stale) and not write)


def wanted() -> dict[str, str]:
    """Return the files that are generated, wholly or in part, with the text they should have."""
    rules = catalogue()
    head, _, rest = _read(README).partition(BEGIN)
    _, _, tail = rest.partition(END)
    found = {rule.id: text for rule in rules if (text := _example(rule))}
    return {
        README: f"{head}{BEGIN}\n{table(rules)}{END}{tail}",
        parameters.PAGE: parameters.page(rules),
        examples.path(): msgspec.json.format(msgspec.json.encode(found), indent=1).decode() + "\n",
    }


def table(rules: Sequence[Rule]) -> str:
    """Return the rules as a table of the README."""
    lines = ["| rule | id | severity | level (dev/staging/prod) | what is wrong |", "|---|---|---|---|---|"]
    lines += [
        f"| `{rule.id}` | {rule.aliases[0]} | {rule.severity.name.lower()} | {levels(rule)} | {rule.title} |"
        for rule in rules
    ]
    return "\n".join(lines) + "\n"


def _example(rule: Rule) -> str:
    """The shortest diff among the golden cases with one file; that of a case called `plain` when there is one."""
    folder = os.path.join(GOLDEN, rule.kind, rule.name.replace("-", "_"))
    cases = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    diffs = [(case != "plain", len(diff), diff) for case in cases for diff in _diffs(os.path.join(folder, case))]
    return min(diffs, default=(False, 0, ""))[2]


def _diffs(case: str) -> Iterator[str]:
    names = sorted(os.listdir(case)) if os.path.isdir(case) else []
    for name in names:
        before, after = os.path.join(case, name), os.path.join(case, name.replace("before", "after", 1))
        if name.startswith("before.") and os.path.isfile(after):
            old, new = _read(before), _read(after)
            if "\r" not in old and "\ufffd" not in old:
                lines = difflib.unified_diff(old.splitlines(), new.splitlines(), "before", "after", lineterm="")
                yield "\n".join(lines) + "\n"


def _read(place: str) -> str:
    try:
        with open(place, encoding="utf-8", errors="replace", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return ""
