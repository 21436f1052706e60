"""What a rule is, and how rules are found: a rule's name is its module's, its kind its folder's."""

from __future__ import annotations

import functools
import importlib
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import msgspec

from fixer.finding import Environment, Finding, Level, Severity

if TYPE_CHECKING:
    from types import ModuleType

Check = Callable[..., Iterator[Finding]]

SECTIONS = ("Why", "Fix", "Risk", "References")
_ORDER = (Environment.DEV, Environment.STAGING, Environment.PROD)


_FIELD = re.compile(r"^(\w+): (.+(?:\n {2,}.+)*)", re.MULTILINE)


class RuleError(Exception):
    """A module below `transforms/` that is not a rule."""


class Parameter(msgspec.Struct, frozen=True):
    """What may be set about a rule: its name, the value it has when nothing is set, and what it means."""

    name: str
    default: object
    meaning: str


class Rule(msgspec.Struct, frozen=True):
    """One concern of one kind: finds, and where it can, fixes.

    `noun` is the name of the class that the check wants, read from the annotation of its first argument. `levels` is
    what the catalogue asks for in development, staging and production. `params` is the type of its second argument,
    whose fields are what may be set about the rule; its docstring has a line for each (`name: what it means`). `online`
    says that it asks what tags and revisions mean, so that this can be looked up before the rules run.
    """

    name: str
    kind: str
    noun: str
    severity: Severity
    levels: Mapping[Environment, Level]
    aliases: tuple[str, ...]
    check: Check
    doc: str
    params: type[msgspec.Struct] | None = None
    online: bool = False

    @property
    def id(self) -> str:
        """Full name: kind and name."""
        return f"{self.kind}/{self.name}"

    @property
    def title(self) -> str:
        """First line of the docstring."""
        return self.doc.partition("\n")[0]

    @property
    def parameters(self) -> list[Parameter]:
        """What may be set about the rule, in the order of the fields."""
        if self.params is None:
            return []

        import inspect

        meanings = dict(_FIELD.findall(inspect.cleandoc(self.params.__doc__ or "")))
        defaults = msgspec.structs.asdict(self.params())
        return [Parameter(name, value, " ".join(meanings.get(name, "").split())) for name, value in defaults.items()]

    def answers(self, name: str) -> bool:
        """Whether `name` is this rule's name, full id, kind or one of its aliases, in any spelling of case."""
        wanted = name.lower()
        return wanted in {self.name, self.id, self.kind} or any(alias.lower() == wanted for alias in self.aliases)


def rule(
    severity: Severity,
    *,
    levels: tuple[Level, Level, Level],
    aliases: tuple[str, ...] = (),
    params: type[msgspec.Struct] | None = None,
    online: bool = False,
) -> Callable[[Check], Rule]:
    """Turn a generator function into a rule; `levels` are those of dev, staging and prod.

    With `params` the function takes a second argument of that type. Raises RuleError when its arguments are others, the
    first one has no annotation, or the module has no docstring.
    """

    def made(check: Check) -> Rule:
        module = sys.modules[check.__module__]
        kind, _, stem = check.__module__.rpartition(".")
        names = check.__code__.co_varnames[: check.__code__.co_argcount]
        if len(names) != (1 if params is None else 2):
            raise RuleError(f"{check.__module__}: the noun is wanted as argument, and behind it what `params` names")

        noun = check.__annotations__.get(names[0])
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
            params=params,
            online=online,
        )

    return made


@functools.lru_cache(maxsize=256)
def origin(params: msgspec.Struct, source: str, *names: str) -> str:
    """Return where the values of some parameters come from (of all, when none is named).

    A value that differs from the default comes from the configuration, the others from `source`.
    """
    values, defaults = msgspec.structs.asdict(params), msgspec.structs.asdict(type(params)())
    asked = names or tuple(values)
    changed = [name for name in asked if values[name] != defaults[name]]
    if not changed:
        return source

    return "the configuration" if len(changed) == len(asked) or not source else f"the configuration and {source}"


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
