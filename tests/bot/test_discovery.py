"""Which repositories a run is about."""

from __future__ import annotations

import pytest
from bot.double.double import Double

from fixer.bot.auth import login_of
from fixer.bot.budget import Budget
from fixer.bot.discovery import Selection, check, discover, fits
from fixer.bot.github import GitHub
from fixer.bot.transport import Pace
from fixer.bot.work import forge_here
from fixer.errors import UserError


def forge_of(double: Double) -> GitHub:
    login = login_of({"FIXER_TOKEN": double.token, "FIXER_API_URL": double.api})
    return forge_here(login, Pace(pause=0.01), Budget())


@pytest.mark.parametrize(
    ("name", "pattern", "wanted"),
    [
        ("acme/shop", "acme/*", True),
        ("acme/shop", "shop", True),
        ("acme/shop", "sh?p", True),
        ("acme/shop", "acme", False),
        ("Acme/Shop", "acme/sh*", True),
        ("acme/shop", "/^acme/(shop|web)$/", True),
        ("acme/shops", "/^acme/(shop|web)$/", False),
        ("acme/shop-api", "*-api", True),
        ("other/shop", "acme/*", False),
    ],
)
def test_patterns(name: str, pattern: str, *, wanted: bool) -> None:
    assert fits(name, pattern) is wanted


@pytest.mark.parametrize(
    "selection",
    [
        Selection(),
        Selection(repositories=("acme",)),
        Selection(repositories=("acme/../x",)),
        Selection(repositories=("acme/..",)),
        Selection(repositories=("-x/y",)),
        Selection(owners=("acme/shop",)),
        Selection(owners=("acme",), include=("/(/",)),
        Selection(owners=("acme",), exclude=("",)),
        Selection(owners=("acme",), exclude=("x" * 300,)),
    ],
)
def test_what_is_no_selection(selection: Selection) -> None:
    with pytest.raises(UserError):
        check(selection)


def test_an_organisation_is_listed_over_pages_and_sorted_out(double: Double) -> None:
    double.organisation("acme")
    for number in range(105):
        double.add(f"acme/plain-{number:03}", {"a": "a"})

    double.add("acme/old", {"a": "a"}, archived=True)
    double.add("acme/off", {"a": "a"}, disabled=True)
    double.add("acme/copy", {"a": "a"}, parent=double.store.repository("acme/plain-000"))
    double.add("acme/secret-plan", {"a": "a"})
    double.add("other/one", {"a": "a"})
    found = discover(forge_of(double), Selection(owners=("acme",), exclude=("secret-*",)))
    assert found.names == tuple(f"acme/plain-{number:03}" for number in range(105))
    reasons = dict(found.left_out)
    assert reasons["acme/old"] == "it is archived"
    assert reasons["acme/off"] == "it is disabled"
    assert reasons["acme/copy"] == "it is a fork"
    assert reasons["acme/secret-plan"] == "--exclude secret-*"
    assert len(reasons) == 4


def test_named_ones_are_taken_once_whatever_their_case(double: Double) -> None:
    found = discover(
        forge_of(double), Selection(repositories=("acme/One", "acme/one", "acme/two"), include=("acme/o*",))
    )
    assert found.names == ("acme/One",)
    assert found.left_out == (("acme/two", "no --include is about it"),)


def test_an_owner_that_cannot_be_listed_does_not_stop_the_others(double: Double) -> None:
    double.organisation("acme")
    double.add("acme/one", {"a": "a"})
    found = discover(forge_of(double), Selection(owners=("nobody-there", "acme")))
    assert found.names == ("acme/one",)
    assert [owner for owner, _ in found.failed] == ["nobody-there"]


def test_a_token_that_is_refused_is_a_mistake_of_the_user(double: Double) -> None:
    login = login_of({"FIXER_TOKEN": "ghp_not_a_token", "FIXER_API_URL": double.api})
    with pytest.raises(UserError, match="does not accept the token") as caught:
        discover(forge_here(login, Pace(pause=0.01), Budget()), Selection(owners=("acme",)))

    assert "ghp_not_a_token" not in str(caught.value)
