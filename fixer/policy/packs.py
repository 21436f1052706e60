"""Policy packs: named sets of rules (data/packs.json, of the rule catalogue)."""

from __future__ import annotations

import functools
import os.path
from typing import Any

import msgspec

DATA = os.path.join(os.path.dirname(__file__), "data")


@functools.cache
def table(name: str) -> Any:
    """Return the content of the data file `name`. Read-only for callers."""
    with open(os.path.join(DATA, f"{name}.json"), "rb") as file:
        return msgspec.json.decode(file.read())


def names() -> tuple[str, ...]:
    """Return the names of the packs."""
    return tuple(table("packs")["packs"])


def about(pack: str) -> str:
    """Return what a pack is, in one or two sentences."""
    text: str = table("packs")["packs"][pack]["about"]
    return text


@functools.cache
def rules_of(pack: str) -> frozenset[str]:
    """Return the full ids (`kind/name`) of the rules of a pack, built or not. Raises KeyError for an unknown pack."""
    return frozenset(table("packs")["packs"][pack]["rules"])


def packs_of(rule: str) -> tuple[str, ...]:
    """Return the packs that hold the rule with this full id."""
    return tuple(pack for pack in names() if rule in rules_of(pack))
