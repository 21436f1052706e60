"""The parameters of rules, for people: in the page of a rule, and all of them in one table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from fixer.rule import Rule

PAGE = "docs/parameters.md"
HEAD = """\
# Parameters of rules

Values that a rule writes or judges by, each with its default. They are set in `.fixer.yaml`, below the name of the
rule, or of several rules (a name without kind, a kind); the most specific name wins, key by key:

```yaml
rules:
  missing-healthcheck: # of Compose services and Dockerfiles
    params:
      interval: 15s
  compose/missing-healthcheck:
    params:
      retries: 5
```

This page is made from the rules: `fixer docs --write`.
"""


def section(rule: Rule) -> str:
    """Return the section of a rule's page about its parameters; "" when it has none."""
    lines = [f"- `{one.name}`: {one.meaning} (default: {shown(one.default)})\n" for one in rule.parameters]
    return f"## Parameters\n{''.join(lines)}" if lines else ""


def page(rules: Sequence[Rule]) -> str:
    """Return the page about the parameters of all rules."""
    return "\n".join((HEAD, *(part for rule in rules for part in _of(rule))))


def _of(rule: Rule) -> Iterator[str]:
    if not rule.parameters:
        return

    yield f"## {rule.id}\n"
    yield "| parameter | default | meaning |\n|---|---|---|"
    for one in rule.parameters:
        yield f"| `{one.name}` | `{shown(one.default)}` | {one.meaning.replace('|', '&#124;')} |"

    yield ""


def shown(value: object) -> str:
    """Return a value as a configuration may write it, on one line."""
    return msgspec.json.format(msgspec.json.encode(value), indent=0).decode()
