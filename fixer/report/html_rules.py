"""The rules of a run for the HTML page: each page of a rule once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from fixer.finding import Environment
from fixer.policy.compliance import controls_of
from fixer.policy.policy import Policy
from fixer.report.html_data import Entry
from fixer.report.html_text import escaped, inline, paragraphs
from fixer.rule import Rule


def anchor(rule: str) -> str:
    """Return the name of the place where the page of a rule is."""
    return f"rule-{rule.replace('/', '-')}"


def rule_pages(rules: Sequence[Rule], policy: Policy, found: Sequence[Entry]) -> str:
    """Return the pages of the rules, by kind."""
    counts = Counter(entry.rule for entry in found)
    kinds = list(dict.fromkeys(rule.kind for rule in rules))
    parts = [f"<h3>{escaped(kind)}</h3>{_kind(rules, kind, policy, counts)}" for kind in kinds]
    return "".join(parts) or "<p>No rule was run.</p>"


def levels(rule: Rule, policy: Policy) -> str:
    """Return the level of a rule in dev, staging and prod; one word when it is the same everywhere."""
    names = [policy.decision(rule, environment).level.name.lower() for environment in Environment]
    return names[0] if len(set(names)) == 1 else "/".join(names)


def _kind(rules: Sequence[Rule], kind: str, policy: Policy, counts: Counter[str]) -> str:
    return "".join(_page(rule, policy, counts[rule.id]) for rule in rules if rule.kind == kind)


def _page(rule: Rule, policy: Policy, count: int) -> str:
    head = (
        f"<summary><code>{escaped(rule.name)}</code> <span>{inline(rule.title)}</span>"
        f'<span class="count{"" if count else " none"}">{count or "none"}</span></summary>'
    )
    facts = [f"severity {rule.severity.name.lower()}", f"level {levels(rule, policy)}", *rule.aliases[:1]]
    links = (
        f'<p><a class="js-only" href="#findings&amp;rule={escaped(rule.id)}">Show its {_findings(count)}</a></p>'
        if count
        else ""
    )
    return (
        f'<details class="rule" id="{escaped(anchor(rule.id))}">{head}<div class="doc">'
        f'<p class="facts">{escaped(" · ".join(facts))}</p>{links}{"".join(_sections(rule))}</div></details>'
    )


def _findings(count: int) -> str:
    return "1 finding" if count == 1 else f"{count} findings"


def _sections(rule: Rule) -> Iterator[str]:
    _, *parts = re.split(r"^## (.+)$", rule.doc, flags=re.MULTILINE)
    for title, text in zip(parts[::2], parts[1::2], strict=True):
        yield f"<h4>{escaped(title)}</h4>{paragraphs(text)}"

    named: dict[str, list[str]] = {}
    for framework, control in controls_of(rule.id):
        derived = next(one.derived for one in control.speakers if one.rule == rule.id)
        named.setdefault(framework.title, []).append(control.number + (" (derived)" if derived else ""))

    if named:
        items = "".join(f"<li>{escaped(title)}: {escaped(', '.join(numbers))}</li>" for title, numbers in named.items())
        yield f"<h4>Speaks for</h4><ul>{items}</ul>"

    if rule.aliases[1:]:
        yield f"<h4>Also known as</h4><p>{escaped(', '.join(rule.aliases[1:]))}</p>"
