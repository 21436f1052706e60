"""Parameters of rules that are set for one review: how they are typed, and the policy that follows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import msgspec

from fixer.engine import Engine
from fixer.errors import UserError
from fixer.finding import Finding
from fixer.policy.policy import Policy
from fixer.policy.settings import Configuration, RuleSettings
from fixer.policy.shape import mistakes
from fixer.review.decisions import Params
from fixer.review.planning import Planner
from fixer.review.records import Setting
from fixer.rule import Rule

_YES = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}


def settings_of(rule: Rule, policy: Policy) -> Iterator[Setting]:
    """Yield the parameters of a rule with their values."""
    values = policy.params(rule)
    for one in rule.parameters:
        value = getattr(values, one.name)
        yield Setting(rule.id, one.name, value, one.default, one.meaning, _sort(one.default))


def typed(rule: Rule, name: str, text: str) -> Any:
    """Return the value that a person typed for a parameter. Raises UserError when it does not fit.

    A list is typed with commas, a table as `name: value, name: value`, a switch as yes or no.
    """
    default = next((one.default for one in rule.parameters if one.name == name), None)
    if default is None or rule.params is None:
        raise UserError(f"{rule.id} has no parameter {name!r}")

    value = _value(text.strip(), default)
    wrong = next(mistakes({name: value}, rule.params), None)
    if wrong is not None:
        raise UserError(f"{rule.name}: {name}: {wrong.message}")

    return value


def with_params(policy: Policy, params: Params) -> Policy:
    """Return what is configured, with the parameters that are set for this review over it."""
    if not params:
        return policy

    configuration = policy.configuration
    rules = dict(configuration.settings.rules)
    for rule, values in params.items():
        said = rules.get(rule, RuleSettings())
        rules[rule] = msgspec.structs.replace(said, params={**said.params, **values})

    settings = msgspec.structs.replace(configuration.settings, rules=rules)
    changed = Configuration(settings, configuration.path, configuration.lines, configuration.places)
    return Policy(changed, policy.today, policy.known, policy.changed)


def concerned(planner: Planner, rules: list[Rule]) -> list[str]:
    """Return the files in which these rules find something else than what is known, under the policy as it is now."""
    engine = Engine(planner.project, rules)
    names = {(rule.kind, rule.name) for rule in rules}
    kinds = {rule.kind for rule in rules}
    found = []
    for path, alone in planner.seen.items():
        kind = alone.outcome.kind
        if kind in kinds and _of(engine.check(path).findings, kind, names) != _of(alone.outcome.findings, kind, names):
            found.append(path)

    return found


def _of(findings: tuple[Finding, ...], kind: str, names: set[tuple[str, str]]) -> list[Finding]:
    return [finding for finding in findings if (kind, finding.rule) in names]


def _sort(default: object) -> str:
    if isinstance(default, bool):
        return "switch"

    if isinstance(default, (int, float)):
        return "number"

    if isinstance(default, dict):
        return "table"

    return "list" if isinstance(default, (tuple, list)) else "text"


def _value(text: str, default: object) -> Any:
    sort = _sort(default)
    if sort == "switch":
        return _YES.get(text.lower(), text)

    if sort == "number":
        return _number(text)

    if sort == "list":
        numbers = isinstance(default, (tuple, list)) and any(isinstance(one, int) for one in default)
        parts = [part.strip() for part in text.strip("[]()").split(",") if part.strip()]
        return [_number(part) for part in parts] if numbers else [part.strip("\"'") for part in parts]

    if sort == "table":
        return _table(text)

    return text


def _number(text: str) -> int | float | str:
    for sort in (int, float):
        try:
            return sort(text)
        except ValueError:
            continue

    return text


def _table(text: str) -> Any:
    if text.startswith("{"):
        try:
            return json.loads(text)
        except ValueError:
            pass

    pairs = (part.partition(":") for part in text.strip("{}").split(",") if part.strip())
    return {key.strip().strip("\"'"): _number(value.strip().strip("\"'")) for key, _, value in pairs}
