"""How findings are grouped, and which of them are shown."""

from __future__ import annotations

import enum
from collections.abc import Callable

import msgspec

from fixer.finding import Environment, Risk, Severity
from fixer.review.records import Item, State

Sort = tuple[int, str]
Level = Callable[[Item], tuple[Sort, str]]  # what a group sorts by, and its name


class Grouping(enum.Enum):
    """What the groups of the tree are; the value is the word on the screen."""

    FILE = "file"
    RULE = "rule"
    SEVERITY = "severity"
    RISK = "risk"
    ENVIRONMENT = "environment"

    @property
    def next(self) -> Grouping:
        """The one that the key leads to."""
        order = list(Grouping)
        return order[(order.index(self) + 1) % len(order)]

    @property
    def levels(self) -> tuple[Level, ...]:
        """The levels of groups, outermost first."""
        return _LEVELS[self]


class Filter(msgspec.Struct, frozen=True):
    """Which findings are shown; an empty set shows all. `text` is looked for in rule, path, place and message."""

    text: str = ""
    rule: str = ""
    severities: frozenset[Severity] = frozenset()
    risks: frozenset[Risk | None] = frozenset()
    environments: frozenset[Environment] = frozenset()
    states: frozenset[State] = frozenset()

    def __bool__(self) -> bool:
        return self != Filter()

    def shows(self, item: Item, state: Callable[[], State]) -> bool:
        """Whether an item is shown; its state is asked for only where it matters."""
        finding = item.finding
        if self.severities and finding.severity not in self.severities:
            return False

        if self.risks and item.risk not in self.risks:
            return False

        if self.environments and finding.environment not in self.environments:
            return False

        if self.rule and self.rule.lower() not in finding.rule:
            return False

        if self.text and not self._says(item):
            return False

        return not self.states or state() in self.states

    def _says(self, item: Item) -> bool:
        finding = item.finding
        words = f"{finding.rule}\n{finding.path}\n{finding.place}\n{finding.message}\n{item.title}".lower()
        return all(word in words for word in self.text.lower().split())

    @property
    def words(self) -> str:
        """What is shown, in a few words; "" for everything."""
        parts = [self.text and f'"{self.text}"', self.rule]
        parts += [one.name.lower() for one in sorted(self.severities, reverse=True)]
        parts += [risk_word(one) for one in sorted(self.risks, key=lambda risk: -1 if risk is None else risk)]
        parts += [one.value for one in Environment if one in self.environments]
        parts += [one.value for one in State if one in self.states]
        return ", ".join(part for part in parts if part)


def risk_word(risk: Risk | None) -> str:
    """Return the word for a risk; a finding without a fix is left to a person."""
    return "manual" if risk is None else risk.name.lower()


def _file(item: Item) -> tuple[Sort, str]:
    return (0, item.path), item.path


def _rule(item: Item) -> tuple[Sort, str]:
    return (0, item.finding.rule), item.finding.rule


def _severity(item: Item) -> tuple[Sort, str]:
    return (-item.finding.severity, ""), item.finding.severity.name.lower()


def _risk(item: Item) -> tuple[Sort, str]:
    return (len(Risk) if item.risk is None else int(item.risk), ""), risk_word(item.risk)


def _environment(item: Item) -> tuple[Sort, str]:
    order = (Environment.PROD, Environment.STAGING, Environment.DEV)
    return (order.index(item.finding.environment), ""), item.finding.environment.value


_LEVELS: dict[Grouping, tuple[Level, ...]] = {
    Grouping.FILE: (_file,),
    Grouping.RULE: (_rule,),
    Grouping.SEVERITY: (_severity, _rule),
    Grouping.RISK: (_risk, _rule),
    Grouping.ENVIRONMENT: (_environment, _file),
}
