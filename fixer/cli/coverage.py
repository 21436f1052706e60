"""How much of the source policies and of the packs the rules that are built cover."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Literal

import msgspec

from fixer.policy import packs

State = Literal["covered", "partly", "open", "none"]


class Requirement(msgspec.Struct, frozen=True):
    """One demand of a source policy, and the rules of the catalogue that meet it; without any, a note says why."""

    id: str
    section: str
    requirement: str
    rules: tuple[str, ...]
    note: str = ""

    def state(self, built: Collection[str]) -> State:
        """Return whether all, some or none of its rules are built; `none` for a demand that no rule can meet."""
        if not self.rules:
            return "none"

        count = sum(rule in built for rule in self.rules)
        return "covered" if count == len(self.rules) else "partly" if count else "open"


def requirements() -> list[Requirement]:
    """Return the demands of the source policies, in their order."""
    return msgspec.convert(packs.table("requirements")["requirements"], list[Requirement])


def requirement_lines(built: Collection[str]) -> Iterator[str]:
    """Lines of `fixer rules --requirements`."""
    found = requirements()
    for one in found:
        state = one.state(built)
        missing = [rule for rule in one.rules if rule not in built]
        more = f"  (not built: {', '.join(missing)})" if missing else f"  ({one.note})" if state == "none" else ""
        yield f"{one.id:<6}  {state:<7}  {one.requirement}{more}"

    counts = {state: sum(one.state(built) == state for one in found) for state in ("covered", "partly", "open", "none")}
    yield (
        f"{len(found)} requirements: {counts['covered']} covered, {counts['partly']} partly, {counts['open']} open, "
        f"{counts['none']} that no rule over files can meet."
    )


def packs_lines(built: Collection[str]) -> Iterator[str]:
    """Lines of `fixer rules --packs`."""
    width = max(len(name) for name in packs.names())
    for name in packs.names():
        rules = packs.rules_of(name)
        yield f"{name:<{width}}  {len(rules & set(built)):>3} of {len(rules):>3} rules built  {packs.about(name)}"
