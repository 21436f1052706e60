"""Parameters set for a review: the files that they concern are found anew, and the text follows."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from review.conftest import Opened, contents, fixed

from fixer.errors import UserError
from fixer.outcome import Choice
from fixer.review.records import Setting
from fixer.review.review import Review

LOGGING = "compose/missing-logging"


def of(review: Review, rule: str) -> dict[str, Setting]:
    item = next(item for item in review.items if (found := review.rule(item)) and found.id == rule)
    return {one.name: one for one in review.settings(item)}


def test_a_rule_says_what_may_be_set(shop: Path, opened: Opened) -> None:
    found = of(opened(shop), LOGGING)
    assert list(found) == ["driver", "max_size", "max_file"]
    assert found["max_size"] == Setting(LOGGING, "max_size", "10m", "10m", "size at which a file is rotated")
    items = opened(shop).items
    bare = next(item for item in items if item.finding.rule == "privileged-container")
    assert opened(shop).settings(bare) == ()


def test_the_text_follows_and_equals_that_of_a_configuration(shop: Path, opened: Opened) -> None:
    review = opened(shop)
    assert "64m" not in review.diff("compose.yaml").after
    assert review.set_parameter(LOGGING, "max_size", " 64m ") == ["compose.yaml"]
    assert "64m" in review.diff("compose.yaml").after
    assert of(review, LOGGING)["max_size"].value == "64m"
    twin = shop.with_name("twin")
    shutil.copytree(shop, twin)
    (twin / ".fixer.yaml").write_text("rules:\n  missing-logging:\n    params: {max_size: 64m}\n")
    review.write()
    expected = fixed(twin, Choice())
    del expected[".fixer.yaml"]
    assert contents(shop) == expected


def test_undo_and_redo(shop: Path, opened: Opened) -> None:
    review = opened(shop)
    before = review.diff("compose.yaml")
    review.set_parameter(LOGGING, "max_size", "64m")
    review.set_parameter(LOGGING, "max_file", "7")
    after = review.diff("compose.yaml")
    assert review.last == "set max_file of missing-logging to 7"
    review.undo()
    review.undo()
    assert review.diff("compose.yaml") == before
    review.redo()
    review.redo()
    assert review.diff("compose.yaml") == after
    assert of(review, LOGGING)["max_file"].value == "7"


def test_what_is_configured_comes_back_with_undo(shop: Path, opened: Opened) -> None:
    (shop / ".fixer.yaml").write_text("rules:\n  missing-logging:\n    params: {max_size: 33m}\n")
    review = opened(shop)
    assert of(review, LOGGING)["max_size"].value == "33m"
    review.set_parameter(LOGGING, "max_size", "64m")
    assert of(review, LOGGING)["max_size"].value == "64m"
    review.undo()
    assert of(review, LOGGING)["max_size"].value == "33m"
    assert "33m" in review.diff("compose.yaml").after


def test_lists_numbers_switches_and_tables_are_typed(shop: Path, opened: Opened) -> None:
    review = opened(shop)
    review.set_parameter("compose/unbound-port", "public_ports", "80, 443, 8080")
    assert of(review, "compose/unbound-port")["public_ports"].value == (80, 443, 8080)
    review.set_parameter("compose/missing-resource-limits", "reservations", "no")
    assert of(review, "compose/missing-resource-limits")["reservations"].value is False
    assert of(review, "compose/unbound-port")["public_ports"].sort == "list"
    assert of(review, "compose/missing-resource-limits")["reservations"].sort == "switch"


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ((LOGGING, "max_size", "a lot"), "missing-logging: max_size: .* is wanted"),
        ((LOGGING, "max_sice", "1m"), "compose/missing-logging has no parameter 'max_sice'"),
        (("compose/nothing", "x", "1"), "there is no rule 'compose/nothing' in this run"),
        (("compose/unbound-port", "public_ports", "web"), "unbound-port: public_ports"),
    ],
)
def test_what_does_not_fit_is_refused(shop: Path, opened: Opened, typed: tuple[str, str, str], message: str) -> None:
    review = opened(shop)
    before = review.diff("compose.yaml")
    with pytest.raises(UserError, match=message):
        review.set_parameter(*typed)

    assert review.diff("compose.yaml") == before
    assert not review.can_undo
