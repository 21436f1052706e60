"""`fixer rules`: list the rules."""

from __future__ import annotations

import click
import msgspec

from fixer.cli.catalogue import catalogue
from fixer.cli.output import emit
from fixer.finding import Environment
from fixer.kinds import KINDS
from fixer.rule import Rule


@click.command("rules")
@click.option("--kind", type=click.Choice(KINDS), help="Only the rules of this kind.")
@click.option("--requirements", is_flag=True, help="What the source policies require, and which rules meet it.")
@click.option("--packs", is_flag=True, help="The policy packs, and how many of their rules are built.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Form of the list.")
def command(kind: str | None, form: str, *, requirements: bool, packs: bool) -> int:
    """List the rules: name, own id, severity, levels in development, staging and production, and what is wrong."""
    if requirements or packs:
        from fixer.cli.coverage import packs_lines, requirement_lines

        built = {rule.id for rule in catalogue()}
        emit("".join(f"{line}\n" for line in (requirement_lines if requirements else packs_lines)(built)))
        return 0

    rules = catalogue((kind,) if kind else KINDS)
    if form == "json":
        emit(msgspec.json.format(msgspec.json.encode([as_data(rule) for rule in rules]), indent=2).decode() + "\n")
        return 0

    width = max((len(rule.id) for rule in rules), default=0)
    for rule in rules:
        facts = f"{rule.aliases[0]:<6}  {rule.severity.name.lower():<8}  {levels(rule):<15}"
        emit(f"{rule.id:<{width}}  {facts}  {rule.title}\n")

    return 0


def levels(rule: Rule) -> str:
    """Return the levels of a rule in dev, staging and prod, in one word when they agree."""
    names = [rule.levels[environment].name.lower() for environment in Environment]
    return names[0] if len(set(names)) == 1 else "/".join(names)


def as_data(rule: Rule) -> dict[str, object]:
    """Return a rule as plain data, for reports."""
    return {
        "name": rule.name,
        "kind": rule.kind,
        "id": rule.aliases[0],
        "aliases": list(rule.aliases[1:]),
        "severity": rule.severity.name.lower(),
        "levels": {environment.value: rule.levels[environment].name.lower() for environment in Environment},
        "title": rule.title,
    }
