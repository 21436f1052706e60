"""What a rule is, and how rules are found: a rule's name is its module's, its kind its folder's."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from fixer.finding import Environment, Finding, Level, Severity

if TYPE_CHECKING:
    from types import ModuleType

Check = Callable[[Any], Iterator[Finding]]

SECTIONS = ("Why", "Fix", "Risk", "References")
_ORDER = (Environment.DEV, Environment.STAGING, Environment.PROD)


class RuleError(Exception):
    """A module below `transforms/` that is not a rule."""


class Rule(msgspec.Struct, frozen=True):
    """One concern of one kind: finds, and where it can, fixes.

    `noun` is the name of the class that the check wants, read from the annotation of its argument. `levels` is what
    the catalogue asks for in development, staging and production.
    """

    name: str
    kind: str
    noun: str
    severity: Severity
    levels: Mapping[Environment, Level]
    aliases: tuple[str, ...]
    check: Check
    doc: str

    @property
    def id(self) -> str:
        """Full name: kind and name."""
        return f"{self.kind}/{self.name}"

    @property
    def title(self) -> str:
        """First line of the docstring."""
        return self.doc.partition("\n")[0]

    def answers(self, name: str) -> bool:
        """Whether `name` is this rule's name, full id, kind or one of its aliases, in any spelling of case."""
        wanted = name.lower()
        return wanted in {self.name, self.id, self.kind} or any(alias.lower() == wanted for alias in self.aliases)


def rule(
    severity: Severity, *, levels: tuple[Level, Level, Level], aliases: tuple[str, ...] = ()
) -> Callable[[Check], Rule]:
    """Turn a generator function into a rule; `levels` are those of dev, staging and prod.

    Raises RuleError when the function's argument has no annotation or the module no docstring.
    """

    def made(check: Check) -> Rule:
        module = sys.modules[check.__module__]
        kind, _, stem = check.__module__.rpartition(".")
        noun = next(iter(check.__annotations__.values()), None)
        if not isinstance(noun, str):
            raise RuleError(f"{check.__module__}: the argument of the rule needs the noun as annotation")

        if not module.__doc__:
            raise RuleError(f"{check.__module__}: the rule's module needs a docstring")

        return Rule(
            name=stem.replace("_", "-"),
            kind=kind.rpartition(".")[2],
            noun=noun,
            severity=severity,
            levels=dict(zip(_ORDER, levels, strict=True)),
            aliases=aliases,
            check=check,
            doc=module.__doc__,
        )

    return made


def discover(package: str, kinds: Iterable[str]) -> list[Rule]:
    """Return the rules of `kinds` found below `package`, by kind and name. Raises RuleError for a faulty module."""
    return [found for kind in kinds for found in _rules_of(f"{package}.{kind}")]


def _rules_of(package: str) -> list[Rule]:
    try:
        folder = importlib.import_module(package)
    except ModuleNotFoundError:
        return []

    # pkgutil would do the same, and costs as much at start-up as ten rules.
    files = {name for place in folder.__path__ for name in os.listdir(place)}
    names = sorted(name.removesuffix(".py") for name in files if name.endswith(".py") and not name.startswith("_"))
    return [rule_in(importlib.import_module(f"{package}.{name}")) for name in names]


def rule_in(module: ModuleType) -> Rule:
    """Return the one rule of a module. Raises RuleError when there is none, or more than one."""
    own = [value for value in vars(module).values() if isinstance(value, Rule) and value.doc == module.__doc__]
    if len(own) != 1:
        raise RuleError(f"{module.__name__}: {len(own)} rules in the module, one is wanted")

    return own[0]
