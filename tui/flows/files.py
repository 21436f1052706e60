"""Files as they are on disk: edit one, look for those that changed."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from fixer.errors import UserError, clause
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
        code = lend(app, words)
    except SuspendNotSupported:
        app.say("this terminal cannot be lent to an editor", bad=True)
        return

    app.refresh(layout=True)
    if code:
        app.say(f"{words[0]} ended with code {code}", bad=True)

    await scan_anew(app, review, [first.path])


def lend(app: FixerApp, words: list[str]) -> int:
    """Lend the terminal to a program until it ends; return its exit code. Raises UserError when it cannot be run."""
    try:
        with app.suspend(), deaf():
            return subprocess.run(words, check=False).returncode  # noqa: S603 - the editor of the user
    except OSError as error:
        raise UserError(f"{words[0]} cannot be run: {clause(error)}") from None


@contextmanager
def deaf() -> Iterator[None]:
    """Leave what the keyboard interrupts to the program that has the terminal: it reaches all of the group."""
    # A function, not SIG_IGN, which the program would take over.
    before = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGINT, signal.SIGQUIT)}
    # The loop hears of signals by itself, through a descriptor.
    heard = signal.set_wakeup_fd(-1)
    try:
        yield
    finally:
        signal.set_wakeup_fd(heard)
        for number, handler in before.items():
            signal.signal(number, handler)


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

    troubles = [trouble for trouble in review.troubles if trouble.path in paths]
    for trouble in troubles[:1]:
        more = f" (and {len(troubles) - 1} more: m names them)" if len(troubles) > 1 else ""
        app.say(f"{review.shown(trouble.path)}: {trouble.reason}{more}", bad=True)

    app.main.post_message(Decided())
