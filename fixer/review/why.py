"""Why a finding is one: all that the rule, the fix and the policy have to say about it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fixer.policy.compliance import controls_of
from fixer.review.records import Item, Reference, Why
from fixer.rule import Rule

_SECTION = re.compile(r"^## +(.+?) *\n", re.MULTILINE)
_ADDRESS = re.compile(r"https?://[^\s<>`\"']+[^\s<>`\"'.,;:)]")


def why_of(item: Item, rule: Rule | None, reason: str, inherits: tuple[str, ...] = ()) -> Why:
    """Return what there is to say about an item; `reason` is why it has no fix, or why that is not made."""
    finding, fix = item.finding, item.finding.fix
    pages = sections(rule.doc) if rule else {}
    return Why(
        rule.id if rule else f"{item.kind}/{finding.rule}",
        item.title,
        f"{finding.place}: {finding.message}" if finding.place else finding.message,
        pages.get("Why", ""),
        pages.get("Fix", ""),
        fix.title if fix else "",
        pages.get("Risk", ""),
        fix.because if fix else (),
        inherits,
        tuple(_references(rule)) if rule else (),
        tuple(dict.fromkeys(_ADDRESS.findall(pages.get("References", "")))),
        rule.aliases if rule else (),
        reason,
        finding.note,
    )


def sections(doc: str) -> dict[str, str]:
    """Return the sections of the page of a rule, by title; paragraphs keep their breaks."""
    parts = _SECTION.split(doc)
    return {title: text.strip() for title, text in zip(parts[1::2], parts[2::2], strict=True)}


def _references(rule: Rule) -> Iterator[Reference]:
    for framework, control in controls_of(rule.id):
        derived = any(one.derived for one in control.speakers if one.rule == rule.id)
        yield Reference(framework.title, control.number, control.title, derived)
