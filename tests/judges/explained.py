"""Why some findings of a judge are right to appear: `explained.toml`."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from judges.compare import by_rule
from judges.record import RISKS, Finding

EXPLAINED = Path(__file__).with_name("explained.toml")


@dataclass(frozen=True, slots=True)
class Explanation:
    """Findings of a rule of a judge may appear, from a risk on, up to a number, because."""

    judge: str
    rule: str
    risk: str
    most: int
    why: str

    def covers(self, judge: str, rule: str, risk: str) -> bool:
        """Whether this speaks about a rule of a judge at a risk."""
        return (self.judge, self.rule) == (judge, rule) and RISKS.index(self.risk) <= RISKS.index(risk)


def load(path: Path = EXPLAINED) -> list[Explanation]:
    """Read the explanations; raises ValueError for one that says nothing, or that another one repeats."""
    entries = tomllib.loads(path.read_text(encoding="utf-8")).get("explained", [])
    found = [Explanation(**entry) for entry in entries]
    for one in found:
        if one.risk not in RISKS or one.most < 1 or len(one.why) < 20:
            raise ValueError(f"{path.name}: the explanation of {one.judge} {one.rule} is not complete")

    twice = [key for key, count in Counter((one.judge, one.rule) for one in found).items() if count > 1]
    if twice:
        raise ValueError(f"{path.name}: explained twice: {twice}")

    return found


def slack(judge: str, seen: Mapping[str, int], explanations: Sequence[Explanation]) -> list[str]:
    """Return what to lower: explanations of a judge that allow more than was seen at any risk."""
    return [
        f"{judge}: {one.rule} is explained {one.most} times and seen {seen.get(one.rule, 0)} times: lower it"
        for one in explanations
        if one.judge == judge and seen.get(one.rule, 0) < one.most
    ]


def unexplained(
    judge: str, risk: str, added: Counter[Finding], explanations: Sequence[Explanation]
) -> dict[str, tuple[int, int]]:
    """Return the rules with more new findings than are explained: how many came, how many are explained."""
    counts = by_rule(added)
    allowed = {one.rule: one.most for one in explanations if one.covers(judge, one.rule, risk)}
    return {
        rule: (count, allowed.get(rule, 0)) for rule, count in sorted(counts.items()) if count > allowed.get(rule, 0)
    }
