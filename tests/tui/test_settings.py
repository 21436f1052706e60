"""The user's settings: theme, keys, signs; each wrong word is one clear line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from fixer.errors import UserError
from tui import keys
from tui.app import FixerApp
from tui.settings import load
from tui.signs import ASCII, UNICODE, speaks_unicode

Driving = Callable[..., AbstractAsyncContextManager[Any]]

THEMES = ("fixer-dark", "fixer-light", "nord")


def written(environ: dict[str, str], text: str) -> Path:
    path = Path(environ["XDG_CONFIG_HOME"]) / "fixer" / "tui.toml"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('theme = "norf"', "there is no theme 'norf'; did you mean 'nord'?"),
        ("colour = 1", "there is no setting 'colour'; there are ascii, keys, theme"),
        ("theme = 1", "theme: the name of a theme in quotes is wanted"),
        ("ascii = 1", "ascii: true or false is wanted"),
        ("keys = 1", 'keys: a table is wanted, such as [keys] with accept = "y"'),
        ('[keys]\nacept = "y"', "there is no key 'acept'; did you mean 'accept'?"),
        ('[keys]\naccept = "ctrl+plum"', "keys: accept: there is no key 'ctrl+plum'"),
        ("[keys]\naccept = 1", 'keys: accept: a key in quotes is wanted, such as "ctrl+a"'),
        ('[keys]\naccept = "r"', "keys: accept: 'r' is the key of 'reject'"),
        ("theme =", "Invalid value (at end of document)"),
    ],
)
def test_a_mistake_is_one_line(environ: dict[str, str], text: str, wanted: Any) -> None:
    path = written(environ, text)
    with pytest.raises(UserError) as error:
        load(environ, THEMES, keys.ids())

    assert str(error.value) == f"{path}: {wanted}"


def test_no_file_means_what_is_usual(environ: dict[str, str]) -> None:
    assert load(environ, THEMES, keys.ids()).theme == ""


def test_every_key_has_an_id_and_help_and_no_two_panels_fight() -> None:
    for binding in keys.bindings():
        assert binding.id
        assert binding.tooltip

    everywhere = [
        key
        for section in (keys.DECIDE, keys.LOOK, keys.FIND, keys.LEAVE)
        for one in section
        for key in one.key.split(",")
    ]
    assert len(everywhere) == len(set(everywhere))
    for section in (keys.TREE, keys.DIFF):
        own = {key for one in (*section, *keys.MOVE) for key in one.key.split(",")}
        assert own.isdisjoint(everywhere)


async def test_theme_and_keys_of_the_user(
    environ: dict[str, str], small: Path, few: Sequence[str], driving: Driving
) -> None:
    written(environ, 'theme = "nord"\nascii = true\n[keys]\nreject = "y"\nwrite = "ctrl+w,f2"\n')
    async with driving(small, select=few) as driver:
        assert driver.app.theme == "nord"
        assert driver.app.signs is ASCII
        await driver.press("r")
        assert driver.review.totals.rejected == 0
        await driver.press("y")
        assert driver.review.totals.rejected > 0
        await driver.press("question_mark")
        assert " y  Reject the fix" in driver.screen()
        await driver.press("escape", "f2")
        await driver.press("enter")

    assert "restart: unless-stopped" in (small / "compose.yaml").read_text()


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({"LANG": "C.UTF-8"}, True),
        ({"LANG": "de_DE.utf8"}, True),
        ({"LANG": "C"}, False),
        ({}, False),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, False),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "C"}, False),
        ({"LANG": "en_US.ISO-8859-1", "LC_CTYPE": "en_US.UTF-8"}, True),
    ],
)
def test_which_terminals_have_unicode(said: dict[str, str], wanted: Any) -> None:
    assert speaks_unicode(said) is wanted


def test_marks_are_equally_wide_and_differ() -> None:
    for signs in (UNICODE, ASCII):
        marks = [
            signs.accepted,
            signs.rejected,
            signs.open,
            signs.unfixable,
            signs.excused,
            signs.written,
            signs.refused,
        ]
        assert {len(mark) for mark in (*marks, signs.all, signs.some, signs.none)} == {1}
        assert len(set(marks)) == len(marks)


def test_a_mistake_ends_before_the_screen(environ: dict[str, str]) -> None:
    written(environ, "theme = 1")
    with pytest.raises(UserError):
        FixerApp(lambda: None, environ)
