"""Files as they are on disk: edit one, look for those that changed."""

from __future__ import annotations

import asyncio
import os
import subprocess
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from tui.editor import command
from tui.messages import Decided

if TYPE_CHECKING:
    from fixer.review.review import Review
    from tui.app import FixerApp


async def edit(app: FixerApp) -> None:
    """Open the file of what is looked at, and scan it anew afterwards."""
    review, row, item = app.review, app.main.workbench.row, app.main.workbench.item
    if review is None or row is None or not row.items:
        return

    first = item or row.items[0]
    words = command(app.environ, os.path.join(review.root, first.path), first.line)
    try:
        lend(app, words)
    except SuspendNotSupported:
        app.say("this terminal cannot be lent to an editor", bad=True)
        return

    app.refresh(layout=True)
    await scan_anew(app, review, [first.path])


def lend(app: FixerApp, words: list[str]) -> None:
    """Lend the terminal to a program until it ends."""
    with app.suspend():
        subprocess.run(words, check=False)  # noqa: S603 - the editor of the user


async def rescan(app: FixerApp) -> None:
    """Scan files anew that changed on disk, and go on with a scan that was stopped."""
    review = app.review
    if review is None or app.main.busy:
        return

    if not await refresh(app, review):
        app.say("no file has changed")

    done, total = review.scanned
    if done < total:
        app.main.scan(review)


async def look_quietly(app: FixerApp) -> None:
    """Scan files anew that changed on disk; say nothing when there are none."""
    if app.review is not None:
        await refresh(app, app.review)


async def refresh(app: FixerApp, review: Review) -> bool:
    """Scan files anew that changed on disk; return whether there were any."""
    stale = await asyncio.to_thread(review.stale)
    if stale:
        await scan_anew(app, review, list(stale))
        app.say("scanned anew: " + ", ".join(review.shown(path) for path in list(stale)[:5]))

    return bool(stale)


async def scan_anew(app: FixerApp, review: Review, paths: list[str]) -> None:
    """Scan these files anew."""
    async with app.working("scanning"):
        await asyncio.to_thread(review.rescan, paths)

    app.main.post_message(Decided())
