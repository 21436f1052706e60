"""The lines of a change, each with the fix it belongs to, and what a rule says about itself."""

from __future__ import annotations

import re
from collections.abc import Sequence

from fixer.bot.keys import key_of
from fixer.bot.records import Page, Row
from fixer.diff import hunks
from fixer.finding import Finding, Fix
from fixer.outcome import Outcome
from fixer.policy.writing import Ignore, comment_of
from fixer.proof import Identity
from fixer.rule import Rule
from fixer.text import Lines

REASON = "say why"

_SECTION = re.compile(r"^## +(.+?) *\n", re.MULTILINE)
_ADDRESS = re.compile(r"https?://[^\s<>`\"']+[^\s<>`\"'.,;:)]")


def lines_of(changed: Sequence[Outcome]) -> dict[Identity, tuple[str, str]]:
    """Return the lines that each applied fix takes away and puts there, in the order of files and places."""
    found: dict[Identity, tuple[list[str], list[str]]] = {}
    for outcome in changed:
        assert outcome.before is not None
        assert outcome.after is not None
        for hunk in hunks(outcome.before.text, outcome.after.text, outcome.edits):
            for line in hunk.lines:
                if line.owner is not None:
                    lines = found.setdefault(outcome.applied[line.owner].identity, ([], []))
                    lines[line.mark == "+"].append(line.text.rstrip("\r\n"))

        for finding in outcome.applied:
            found.setdefault(finding.identity, ([], []))

    return {identity: ("\n".join(before), "\n".join(after)) for identity, (before, after) in found.items()}


def row_of(rule: Rule, found: Finding, fix: Fix | None, text: str, lines: tuple[str, str] = ("", "")) -> Row:
    """Return the row of a finding in `text` and of the fix that is made, with the lines before and after."""
    assert fix is not None
    return Row(
        key_of(rule, found, text),
        rule.id,
        found.path,
        found.place,
        found.message,
        fix.title,
        Lines(text).position(found.start)[0],
        found.severity.name.lower(),
        fix.risk.name.lower(),
        found.level.name.lower(),
        *lines,
        fix.because,
        "" if found.path.lower().endswith(".json") else comment_of([rule.name], Ignore(REASON)),
    )


def sections_of(rule: Rule) -> Page:
    """Return what the page of a rule says."""
    parts = _SECTION.split(rule.doc)
    said = {title: text.strip() for title, text in zip(parts[1::2], parts[2::2], strict=True)}
    references = tuple(dict.fromkeys(_ADDRESS.findall(said.get("References", ""))))
    return Page(rule.id, rule.title, said.get("Why", ""), said.get("Fix", ""), said.get("Risk", ""), references)
