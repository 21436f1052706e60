"""Changes in flow style."""
from __future__ import annotations
from fixer.formats.format import Refusal
from typing import Any

def insert_flow(*args: Any) -> None:
    raise Refusal("flow style")
def remove_flow(*args: Any, filled: bool) -> None:
    raise Refusal("flow style")
def flow_value(*args: Any) -> None:
    raise Refusal("flow style")
