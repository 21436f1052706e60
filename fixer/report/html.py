"""The report as one HTML page that needs nothing else: no network, no other file, no library.

The page is made of files in the folder page/. What it shows comes from files of other people: all of it passes through
html_text, the script makes elements and never markup, and a Content-Security-Policy lets nothing run or load but the
script and the style of the page, which it names by their hashes.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Sequence

from fixer import __version__
from fixer.outcome import Outcome
from fixer.policy.policy import Policy
from fixer.report.html_compliance import assessments, compliance
from fixer.report.html_data import data_of, entries
from fixer.report.html_rules import rule_pages
from fixer.report.html_static import deny_table, subtitle, summary, unread, unread_count
from fixer.report.html_text import embedded, escaped
from fixer.report.rows import Report, totals
from fixer.rule import Rule

# In this order the files make one script.
SCRIPTS = ("data.js", "elements.js", "filters.js", "detail.js", "controls.js", "list.js", "main.js")
_FOLDER = os.path.join(os.path.dirname(__file__), "page")


def render(report: Report, rules: Sequence[Rule], policy: Policy | None = None, preview: Sequence[Outcome] = ()) -> str:
    """Return the page of a run with these rules.

    `preview` holds outcomes of the same files with more fixes accepted: from there come the diffs of fixes that are
    open or held back in `report`.
    """
    policy = policy or Policy()
    found, count = entries(report), totals(report)
    style = _file("style.css")
    script = f'"use strict";\n(() => {{\n{"".join(_file(name) for name in SCRIPTS)}}})();\n'
    return _file("page.html").format_map(
        {
            "policy": _security(script, style),
            "title": escaped(os.path.basename(report.root) or report.root),
            "style": style,
            "script": script,
            "subtitle": subtitle(report, __version__),
            "summary": summary(report, count, found),
            "count": f"{len(found):,}",
            "plain": deny_table(found),
            "compliance": compliance(
                report, assessments(report, found, rules, policy), frozenset(rule.id for rule in rules)
            ),
            "rules": rule_pages(rules, policy, found),
            "rule_count": len(rules),
            "unread": unread(report),
            "unread_count": f"{unread_count(report):,}",
            "data": embedded(data_of(report, found, rules, preview)),
        }
    )


def _security(script: str, style: str) -> str:
    return (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; img-src data:; base-uri 'none'; "
        "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _file(name: str) -> str:
    with open(os.path.join(_FOLDER, name), encoding="utf-8", newline="\n") as file:
        return file.read()
