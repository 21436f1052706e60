from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from judges import explained
from judges.explained import EXPLAINED, Explanation, load, unexplained
from judges.panel import PANEL
from judges.record import Finding

WHY = "because the judge is mistaken about it"
ONE = Explanation("hadolint", "DL1", "low", 2, WHY)


def added(*rules: str) -> Counter[Finding]:
    return Counter(Finding("a", rule) for rule in rules)


@pytest.mark.parametrize("risk", ["low", "medium", "high"])
def test_an_explanation_holds_from_its_risk_on(risk: str) -> None:
    assert unexplained("hadolint", risk, added("DL1", "DL1"), [ONE]) == {}


def test_an_explanation_does_not_hold_below_its_risk() -> None:
    assert unexplained("hadolint", "safe", added("DL1"), [ONE]) == {"DL1": (1, 0)}


def test_an_explanation_does_not_hold_for_another_rule_or_judge() -> None:
    assert unexplained("hadolint", "low", added("DL2"), [ONE]) == {"DL2": (1, 0)}
    assert unexplained("checkov", "low", added("DL1"), [ONE]) == {"DL1": (1, 0)}


def test_more_than_is_explained_is_not_explained() -> None:
    assert unexplained("hadolint", "high", added("DL1", "DL1", "DL1"), [ONE]) == {"DL1": (3, 2)}


def test_an_explanation_that_allows_more_than_came_is_to_be_lowered() -> None:
    assert explained.slack("hadolint", {"DL1": 2}, [ONE]) == []
    [line] = explained.slack("hadolint", {"DL1": 1}, [ONE])
    assert "DL1 is explained 2 times and seen 1 times" in line
    assert explained.slack("checkov", {}, [ONE]) == []


def test_the_explanations_of_the_project_can_be_read_and_name_judges() -> None:
    names = {judge.name for judge in PANEL}
    assert {one.judge for one in load(EXPLAINED)} <= names


@pytest.mark.parametrize(
    "fields",
    [
        f'risk = "maybe"\nmost = 1\nwhy = "{WHY}"',
        f'risk = "low"\nmost = 0\nwhy = "{WHY}"',
        'risk = "low"\nmost = 1\nwhy = "fine"',
    ],
    ids=["unknown risk", "no number", "no sentence"],
)
def test_an_explanation_that_says_nothing_is_a_mistake(tmp_path: Path, fields: str) -> None:
    place = tmp_path / "explained.toml"
    place.write_text(f'[[explained]]\njudge = "hadolint"\nrule = "DL1"\n{fields}\n', encoding="utf-8")
    with pytest.raises(ValueError, match="not complete"):
        load(place)


def test_a_rule_is_explained_once(tmp_path: Path) -> None:
    entry = f'[[explained]]\njudge = "hadolint"\nrule = "DL1"\nrisk = "low"\nmost = 1\nwhy = "{WHY}"\n'
    place = tmp_path / "explained.toml"
    place.write_text(entry * 2, encoding="utf-8")
    with pytest.raises(ValueError, match="twice"):
        explained.load(place)
