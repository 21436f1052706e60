"""Rules as SARIF describes them: the page of each, and how GitHub is told its severity."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from fixer.finding import Environment, Level, Severity
from fixer.policy.packs import table
from fixer.rule import Rule

LEVELS = {Level.OFF: "none", Level.INFO: "note", Level.WARN: "warning", Level.DENY: "error"}

# GitHub reads a score: critical above 9.0, high from 7.0, medium from 4.0, low above 0.
SCORES = {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "2.0"}

# The environment of a file about which nothing is known.
DEFAULT = Environment.STAGING


def descriptors(rules: Sequence[Rule], used: Iterable[str]) -> list[dict[str, Any]]:
    """Return the rules of a run, by id; one that findings name and nobody describes gets its id alone."""
    found = {rule.id: _descriptor(rule) for rule in rules}
    for name in used:
        found.setdefault(name, _bare(name))

    return [found[name] for name in sorted(found)]


def _descriptor(rule: Rule) -> dict[str, Any]:
    page = rule.doc.partition("\n")[2].strip()
    return {
        "id": rule.id,
        "name": rule.name,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": _why(page) or rule.title},
        "help": {"text": f"{rule.title}\n\n{page}".strip(), "markdown": f"{rule.title}\n\n{page}".strip()},
        "defaultConfiguration": _configuration(rule.levels[DEFAULT]),
        "properties": _properties(rule),
    }


def _bare(name: str) -> dict[str, Any]:
    """What can be said about a rule that has no page."""
    noun = name.rpartition("/")[2]
    text = {"text": f"{noun.replace('-', ' ').capitalize()}."}
    return {"id": name, "name": noun, "shortDescription": text, "fullDescription": text, "help": text}


def _why(page: str) -> str:
    """The first section of the page as one paragraph, without the quotes of code."""
    _, _, rest = page.partition("## Why\n")
    return " ".join(rest.partition("\n## ")[0].replace("`", "").split())


def _configuration(level: Level) -> dict[str, Any]:
    return {"enabled": False} if level is Level.OFF else {"enabled": True, "level": LEVELS[level]}


def _properties(rule: Rule) -> dict[str, Any]:
    mapping: dict[str, Any] = table("compliance").get(rule.id, {})
    security = _about_security(mapping)
    properties: dict[str, Any] = {
        "severity": rule.severity.name.lower(),
        "levels": {environment.value: rule.levels[environment].name.lower() for environment in Environment},
        "aliases": list(rule.aliases),
        "tags": [rule.kind, "security"] if security else [rule.kind],
    }
    if security:
        properties["security-severity"] = SCORES[rule.severity]

    if mapping:
        properties["compliance"] = mapping

    return properties


def _about_security(mapping: dict[str, Any]) -> bool:
    """Whether a control about access or attack asks for the rule; the others keep images small and services alive."""
    access = any(control.startswith("CC6") for control in mapping.get("soc2", ()))
    return access or "pci_dss" in mapping or "owasp" in mapping
