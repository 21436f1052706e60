"""One example for each rule: the diff of a golden case, kept beside the rules so that it is there when installed."""

from __future__ import annotations

import os
from importlib import import_module

import msgspec

NAME = "examples.json"


def path() -> str:
    """Return where the examples are kept."""
    package = import_module("transforms")
    return os.path.join(next(iter(package.__path__)), NAME)


def example_of(rule: str) -> str | None:
    """Return the example of the rule with this full name, as a unified diff; None when there is none."""
    try:
        with open(path(), "rb") as file:
            examples: dict[str, str] = msgspec.json.decode(file.read(), type=dict[str, str])
    except FileNotFoundError:
        return None

    return examples.get(rule)
