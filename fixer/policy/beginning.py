"""The text of a new `.fixer.yaml`, which fits the repository it is for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_HEAD = """\
# Configuration of fixer. `fixer config show PATH` says what it means for a file, `fixer config schema` prints its form.
version: 1

# Policy packs whose rules apply; the strictest level wins. Without any, all rules apply.
# packs: [opa-baseline, k8s-prod-matrix]

# `fixer fix` applies fixes up to this risk: safe, low, medium, high.
risk: low

environments:
  # Environment of files that nothing else tells: dev, staging or prod.
  default: staging
"""
_TAIL = """
# What differs for a rule: by name, kind/name, kind or id (`fixer rules`).
# rules:
#   missing-healthcheck:
#     level: {dev: off, prod: deny}
#     exclude:
#       services: [worker-*]
#       images: [postgres]
#   compose/missing-logging:
#     params: {max_size: 50m}

# Exceptions that somebody approved. Without an end they do not hold in production.
# exemptions:
#   - rules: [root-user]
#     path: legacy/*
#     reason: the vendor's image needs root until version 4
#     approver: security team
#     ticket: https://example.com/SEC-1
#     expires: 2027-03-31

comments:
  # Days before its end at which an exemption is announced.
  warn_days: 14
"""


def beginning(facts: Mapping[str, Any]) -> str:
    """Return the text; `facts` holds the number of files by environment, and the namespaces that files name."""
    counts: Mapping[str, int] = facts["environments"]
    found = ", ".join(f"{counts[name]} {name}" for name in ("prod", "staging", "dev") if name in counts)
    lines = [f"  # By their paths, labels and overlays, the files here are: {found}."] if found else []
    lines += ["  # paths:", '  #   prod: ["deploy/live/**"]']
    return _HEAD + "\n".join([*lines, *_namespaces(facts["namespaces"])]) + "\n" + _TAIL


def _namespaces(names: Sequence[str]) -> list[str]:
    if not names:
        return []

    head = ["  # Namespaces that files name; say which is which:", "  # namespaces:"]
    return [*head, *(f"  #   {name}: prod" for name in names)]
