from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fixer.finding import Environment, Level
from fixer.kinds import KINDS
from fixer.rule import Parameter, Rule, RuleError, discover

GOOD = '''"""Something is wrong.

## Why
Because.
"""

from __future__ import annotations

from fixer.finding import Level, Severity
from fixer.rule import rule


@rule(Severity.HIGH, levels=(Level.OFF, Level.WARN, Level.DENY), aliases=("XX-001", "ABC1"))
def some_thing(service: Service):
    yield from ()
'''

TAKING = (
    GOOD.replace("aliases=", "params=Params, aliases=")
    .replace("service: Service", "service: Service, params: Params")
    .replace(
        "\n\n@rule",
        '''

class Params(msgspec.Struct, frozen=True):
    """Numbers.

    size: how large it is,
        in metres
    name: what it is called
    """

    size: int = 3
    name: str = ""


@rule''',
    )
    .replace("from fixer.finding", "import msgspec\nfrom fixer.finding")
)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "made_rules" / "compose"
    folder.mkdir(parents=True)
    (tmp_path / "made_rules" / "__init__.py").touch()
    (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    yield folder
    for name in [name for name in sys.modules if name.startswith("made_rules")]:
        del sys.modules[name]


def found(folder: Path, **modules: str) -> list[Rule]:
    for name, text in modules.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")

    return discover("made_rules", KINDS)


def test_name_kind_and_noun_are_derived(package: Path) -> None:
    [rule] = found(package, some_thing=GOOD)
    assert (rule.name, rule.kind, rule.noun, rule.id) == ("some-thing", "compose", "Service", "compose/some-thing")
    assert rule.title == "Something is wrong."
    assert rule.levels == {Environment.DEV: Level.OFF, Environment.STAGING: Level.WARN, Environment.PROD: Level.DENY}


def test_parameters_are_read_from_their_type(package: Path) -> None:
    [rule] = found(package, some_thing=TAKING)
    assert rule.noun == "Service"
    assert rule.parameters == [
        Parameter("size", 3, "how large it is, in metres"),
        Parameter("name", "", "what it is called"),
    ]
    [other] = found(package, some_thing=TAKING, other=GOOD)[:1]
    assert (other.params, other.parameters) == (None, [])


@pytest.mark.parametrize("name", ["some-thing", "compose/some-thing", "compose", "XX-001", "xx-001", "abc1"])
def test_a_rule_answers_to_its_names(package: Path, name: str) -> None:
    [rule] = found(package, some_thing=GOOD)
    assert rule.answers(name)
    assert not rule.answers("some")


def test_modules_that_begin_with_an_underscore_are_no_rules(package: Path) -> None:
    assert not found(package, _helper="x = 1\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('"""No rule."""\n', "0 rules"),
        (GOOD + "\n\nother = rule(Severity.LOW, levels=(Level.OFF,) * 3)(some_thing.check)\n", "2 rules"),
        (GOOD.replace("service: Service", "service"), "needs the noun"),
        (GOOD[GOOD.index("from __future__") :], "needs a docstring"),
        (GOOD.replace("service: Service", "service: Service, params: Params"), "behind it what `params` names"),
        (GOOD.replace("service: Service", ""), "the noun is wanted as argument"),
        (TAKING.replace("service: Service, params: Params", "service: Service"), "behind it what `params` names"),
        (TAKING.replace("service: Service, ", "service, "), "needs the noun"),
    ],
)
def test_a_faulty_module_is_an_error(package: Path, text: str, message: str) -> None:
    with pytest.raises(RuleError, match=message):
        found(package, some_thing=text)


def test_rules_are_sorted_and_their_names_are_those_of_their_modules() -> None:
    rules = discover("transforms", KINDS)
    assert [rule.id for rule in rules] == [rule.id for kind in KINDS for rule in sorted_by_name(rules, kind)]
    assert all(rule.check.__name__ == rule.name.replace("-", "_") for rule in rules)


def sorted_by_name(rules: list[Rule], kind: str) -> list[Rule]:
    return sorted((rule for rule in rules if rule.kind == kind), key=lambda rule: rule.name.replace("-", "_"))
