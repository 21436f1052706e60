"""A folder with files and a configuration, as a run sees it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from fixer.files import discover
from fixer.finding import Finding, Level, Risk
from fixer.kinds import KINDS
from fixer.outcome import Choice
from fixer.plan import Plan
from fixer.policy.baseline import Identity
from fixer.policy.policy import Policy
from fixer.policy.reading import parse
from fixer.policy.settings import NOTHING
from fixer.project import Disk, Project
from fixer.rule import Rule
from fixer.rule import discover as discover_rules
from fixer.sweep import sweep

TODAY = dt.date(2026, 6, 15)
RULES = discover_rules("transforms", KINDS)


def rule(identity: str) -> Rule:
    return next(one for one in RULES if one.id == identity)


def policy(text: str = "", *, today: dt.date = TODAY, known: frozenset[Identity] = frozenset()) -> Policy:
    return Policy(parse(text, ".fixer.yaml", ".fixer.yaml") if text else NOTHING, today, known)


class World:
    def __init__(self, folder: Path, files: Mapping[str, str], configuration: str = "", **more: object) -> None:
        self.folder = folder
        for path, text in files.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8", newline="")

        self.policy = policy(configuration, **more)  # type: ignore[arg-type]  # as given

    @property
    def project(self) -> Project:
        found = discover([str(self.folder)], str(self.folder), self.policy.wanted)
        return Project(Disk(str(self.folder)), found.files, self.policy)

    def findings(self, name: str = "", *, jobs: int = 1) -> list[Finding]:
        """What is found, of one rule or of all."""
        outcomes = sweep(self.project, RULES, None, jobs=jobs)
        assert not [crash for one in outcomes for crash in one.crashes]
        return [one for outcome in outcomes for one in outcome.findings if not name or one.rule == name]

    def one(self, name: str) -> Finding:
        [found] = self.findings(name)
        return found

    def fixed(self, risk: Risk = Risk.HIGH, level: Level = Level.INFO) -> dict[str, str]:
        """The files that change, with their new texts; every proof must hold."""
        plan = Plan(self.project, RULES, Choice(risk, level), jobs=1)
        assert not [bad for one in plan.outcomes for bad in (*one.failed, *one.crashes)]
        return {one.path: one.after.text for one in plan.changed if one.after}
