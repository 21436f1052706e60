"""Help, the hint of the first run, the question whether to go on where one left off."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tui.explaining import about_troubles
from tui.helping import help_text, hint_text
from tui.messages import Decided
from tui.screens.choose import Answer, Choose
from tui.screens.tell import Tell
from tui.settings import hint_seen, remember_hint
from tui.telling import told

if TYPE_CHECKING:
    from tui.app import FixerApp


async def help(app: FixerApp) -> None:  # noqa: A001 - the name of the key
    """Show all keys."""
    text = help_text(app.get_key_display, app.settings.keys, app.signs, Tell.room(app.size.width, wide=True))
    await app.push_screen_wait(Tell("Keys and signs", text, wide=True))


async def troubles(app: FixerApp) -> None:
    """Name the files that were not looked at, and the rules that crashed."""
    if app.review is not None:
        text = told(about_troubles(app.review.troubles, app.signs))
        await app.push_screen_wait(Tell("Messages", text, wide=True))


async def begin(app: FixerApp) -> None:
    """Greet who is here for the first time, and offer the decisions of the last time."""
    review = app.review
    if review is None:
        return

    if not hint_seen(app.environ):
        await app.push_screen_wait(Tell("Welcome", hint_text(app.signs, Tell.room(app.size.width))))
        remember_hint(app.environ)

    if not review.has_session():
        return

    answers = [
        Answer("resume", "Go on", "with the decisions of the last time", "g"),
        Answer("new", "Begin anew", "they stay in .fixer/session until you keep others", "b"),
    ]
    if await app.push_screen_wait(Choose("Decisions", "There are decisions of an earlier time.", answers)) == "resume":
        line = await asyncio.to_thread(review.resume)
        if line:
            app.say(line)

        app.main.post_message(Decided())
