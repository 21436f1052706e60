"""Accept more at once, ignore, change a value, filter."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from fixer.finding import Risk
from fixer.policy.writing import Ignore
from fixer.review.records import Item, Preview, Setting
from tui.messages import Decided
from tui.screens.choose import Answer, Choose
from tui.screens.filter import FilterDialog
from tui.screens.ignore import IgnoreDialog
from tui.screens.parameter import ParameterDialog

if TYPE_CHECKING:
    from fixer.review.review import Review
    from tui.app import FixerApp


async def batch(app: FixerApp) -> None:
    """Accept or reject a rule, a file, or all up to a risk."""
    review, item = app.review, app.main.workbench.item
    if review is None:
        return

    answers = [*(_around(item, review) if item else ()), *_risks(review)]
    chosen = await app.push_screen_wait(Choose("Accept more", "", answers))
    if chosen is None:
        return

    how, _, what = chosen.partition(" ")
    if how == "risk":
        changed = review.accept_up_to(Risk[what])
    else:
        wanted = [one.key for one in review.items if item and _same(one, item, what)]
        changed = review.accept(wanted) if how == "accept" else review.reject(wanted)

    app.say(f"{changed} fix{'es' * (changed != 1)} changed; u takes it back")
    app.main.post_message(Decided())


def _same(one: Item, item: Item, what: str) -> bool:
    return one.finding.rule == item.finding.rule if what == "rule" else one.path == item.path


def _around(item: Item, review: Review) -> list[Answer]:
    rule, path = item.finding.rule, item.path
    fixes = [one for one in review.items if one.risk is not None]
    same = sum(one.finding.rule == rule for one in fixes)
    here = sum(one.path == path for one in fixes)
    return [
        Answer("accept rule", f"Accept all of {rule}", _fixes(same), "a"),
        Answer("accept file", f"Accept all in {review.shown(path)}", _fixes(here), "f"),
        Answer("reject rule", f"Reject all of {rule}", _fixes(same), "r"),
        Answer("reject file", f"Reject all in {review.shown(path)}", _fixes(here), "x"),
    ]


def _risks(review: Review) -> list[Answer]:
    counts = Counter(item.risk for item in review.items if item.risk is not None)
    return [
        Answer(
            f"risk {risk.name}",
            f"Accept all up to risk {risk.name.lower()}",
            _fixes(sum(number for one, number in counts.items() if one <= risk)) + " (now)" * (risk is review.risk),
            str(risk + 1),
        )
        for risk in Risk
    ]


def _fixes(number: int) -> str:
    return f"{number:,} fix{'es' * (number != 1)}"


async def ignore(app: FixerApp) -> None:
    """Ask for a reason and an end, show what would be written, write it."""
    review, item = app.review, app.main.workbench.item
    if review is None or item is None:
        return

    def previewing(said: Ignore, central: bool) -> Preview:  # noqa: FBT001 - the form of the dialog
        assert review is not None
        assert item is not None
        return review.ignore_preview([item.key], said, central=central)

    what = f"{item.finding.rule} in {review.shown(item.path)}:{item.line}\n{item.finding.message}"
    preview = await app.push_screen_wait(IgnoreDialog(what, previewing))
    if preview is None:
        return

    async with app.working("writing"):
        await asyncio.to_thread(review.ignore, preview)

    app.say(f"ignored: {review.shown(preview.path)} was written")
    app.main.post_message(Decided())


async def parameter(app: FixerApp) -> None:
    """Change a value of the rule."""
    review, item = app.review, app.main.workbench.item
    if review is None or item is None:
        return

    settings: Sequence[Setting] = review.settings(item)
    if not settings:
        return

    def setter(setting: Setting, text: str) -> None:
        assert review is not None
        review.set_parameter(setting.rule, setting.name, text)

    if await app.push_screen_wait(ParameterDialog(item.finding.rule, settings, setter)):
        app.main.post_message(Decided())


async def filter(app: FixerApp) -> None:  # noqa: A001 - the name of the key
    """Ask what is to be shown."""
    wanted = await app.push_screen_wait(FilterDialog(app.main.findings.outline.filter))
    if wanted is not None:
        app.main.show_only(wanted)
