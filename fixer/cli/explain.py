"""`fixer explain`: the page of a rule, with an example from its golden cases."""

from __future__ import annotations

import click

from fixer.cli.catalogue import catalogue, chosen
from fixer.cli.examples import example_of
from fixer.cli.options import complete
from fixer.cli.output import emit
from fixer.cli.parameters import section
from fixer.cli.rules import levels
from fixer.policy.markers import INVALID

# The one finding that no rule makes: it is about what a file says of findings.
EXEMPTIONS = f"""\
{INVALID} (K8-051)
=========================
What is to excuse a finding does not hold, is not needed any more, or ends soon.

## Why
An exemption that nobody looks at again stays for ever, and the next reader takes it for a decision.

## Fix
Removes a comment that nothing needs any more. All else is left to a person: a reason, a name or an end is not guessed.

## Risk
safe: a comment changes nothing.

severity medium, level warn/deny/deny; at most warn for what is needless or badly written, info for what ends soon
"""


@click.command("explain")
@click.argument("name", metavar="RULE", shell_complete=complete)
def command(name: str) -> int:
    """Show the page of RULE (a name, a full name like kubernetes/host-network, or any id) with a before and after."""
    if name.lower() in {INVALID, "k8-051"}:
        emit(EXEMPTIONS)
        return 0

    parts = []
    for rule in chosen(catalogue(), [name], []):
        head = f"{rule.id} ({rule.aliases[0]})"
        facts = f"severity {rule.severity.name.lower()}, level {levels(rule)}"
        also = f"Also known as: {', '.join(rule.aliases[1:])}\n" if rule.aliases[1:] else ""
        pages = "\n\n".join(filter(None, (rule.doc.strip(), section(rule).strip())))
        parts.append(f"{head}\n{'=' * len(head)}\n{pages}\n\n{facts}\n{also}")
        if example := example_of(rule.id):
            parts.append(f"## Example\n\n{example}")

    emit("\n".join(parts) + "\n")
    return 0
