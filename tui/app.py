"""The application: wires the review to its screens."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.screen import Screen

from fixer.errors import UserError
from tui import keys
from tui.commands import commands
from tui.flows import deciding, files, helping, leaving
from tui.messages import Opened, Said, Wanted
from tui.screens.review import ReviewScreen
from tui.settings import load
from tui.signs import ASCII, UNICODE, Signs, speaks_unicode
from tui.themes import DARK, LIGHT, THEMES

if TYPE_CHECKING:
    from fixer.review.review import Review

Opening = Callable[[], "Review"]
Flow = Callable[["FixerApp"], Awaitable[object]]

EXIT_BUG = 3
EXIT_INTERRUPTED = 130

FLOWS: dict[str, Flow] = {
    "batch": deciding.batch,
    "ignore": deciding.ignore,
    "parameter": deciding.parameter,
    "filter": deciding.choose_filter,
    "write": leaving.write,
    "export": leaving.export,
    "leave": leaving.leave,
    "edit": files.edit,
    "rescan": files.look,
    "help": helping.show_help,
    "troubles": helping.show_troubles,
}


def run(opening: Opening) -> int:
    """Show the review that `opening` makes until a person leaves; return the exit code.

    Raises UserError without a terminal, for a mistake in the settings, and for what `opening` raises.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UserError("fixer tui needs a terminal; `fixer check` and `fixer fix` work without one")

    app = FixerApp(opening, dict(os.environ))
    app.run()
    if app.failure is not None:
        raise app.failure

    if app.return_code == 1:  # a bug of ours: what happened is on the screen, and what was decided is kept
        app.keep()
        return EXIT_BUG

    return app.return_code or 0


class FixerApp(App[None]):
    """Themes, keys, dialogs; one review."""

    TITLE = "fixer"
    CSS_PATH = "styles.tcss"
    BINDINGS: ClassVar[list[BindingType]] = keys.LEAVE
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (72, "-small"), (110, "-large"), (172, "-huge")]  # noqa: RUF012 - Textual's
    VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-high")]  # noqa: RUF012 - likewise

    def __init__(self, opening: Opening, environ: dict[str, str]) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)

        self.opening = opening
        self.environ = environ
        self.settings = load(environ, self.available_themes, keys.ids())
        plain = not speaks_unicode(environ) if self.settings.ascii is None else self.settings.ascii
        self.signs: Signs = ASCII if plain else UNICODE
        self.set_class(plain, "-ascii")
        self.theme = self.settings.theme or DARK.name
        self.main = ReviewScreen(self.signs)
        self.failure: UserError | None = None
        self.review: Review | None = None

    def get_default_screen(self) -> Screen[None]:
        """Begin with the main screen: nothing is painted before it."""
        return self.main

    def on_mount(self) -> None:
        """Paint first, then look for files."""
        self.set_keymap(dict(self.settings.keys))
        self.call_after_refresh(self.begin)

    @work(thread=True, group="open")
    def begin(self) -> None:
        """Make the review, in a thread of its own."""
        try:
            self.post_message(Opened(self.opening()))
        except UserError as error:
            self.failure = error
            self.call_from_thread(self.exit, return_code=2)

    @on(Opened)
    def opened(self, event: Opened) -> None:
        """Show the review, and greet."""
        self.review = event.review
        self.main.header.place = os.path.basename(event.review.root)
        self.main.open(event.review)
        self._stop_on_signals()
        self._flow(lambda app: helping.begin(app, event.review))

    # ---- dialogs

    @on(Wanted)
    def want(self, event: Wanted) -> None:
        """Begin what was asked for, unless a dialog is open."""
        if self.screen is self.main:
            self._flow(FLOWS[event.name])

    @work(group="flow")
    async def _flow(self, flow: Flow) -> None:
        """Run a dialog; what a person can do something about is said in one line."""
        try:
            await flow(self)
        except UserError as error:
            self.say(str(error), bad=True)

    def say(self, text: str, *, bad: bool = False) -> None:
        """Say a sentence."""
        from tui.painting import safe

        self.notify(safe(text), severity="error" if bad else "information", markup=False, timeout=8 if bad else 4)

    @on(Said)
    def pass_on(self, event: Said) -> None:
        """Say it."""
        self.say(event.text, bad=event.bad)

    @asynccontextmanager
    async def working(self, words: str) -> AsyncIterator[None]:
        """Say in the header that something is going on."""
        self.main.header.work = words
        try:
            yield
        finally:
            self.main.header.work = ""

    # ---- keys

    def action_dark(self) -> None:
        """Change between the dark and the light theme."""
        self.theme = LIGHT.name if self.current_theme.dark else DARK.name

    def action_write(self) -> None:
        """Write."""
        self.post_message(Wanted("write"))

    def action_export(self) -> None:
        """Export."""
        self.post_message(Wanted("export"))

    def action_edit(self) -> None:
        """Edit."""
        self.post_message(Wanted("edit"))

    def action_rescan(self) -> None:
        """Look for files that changed."""
        self.post_message(Wanted("rescan"))

    def action_help(self) -> None:
        """Show all keys."""
        self.post_message(Wanted("help"))

    def action_leave(self) -> None:
        """Quit, with a question where something would be lost."""
        self.post_message(Wanted("leave"))

    async def action_quit(self) -> None:
        """Quit: the key of Textual asks as well."""
        self.action_leave()

    def leave(self) -> None:
        """End: the scan stops, the terminal is as it was."""
        self.main.stop.set()
        self.exit(return_code=0)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Offer every binding in the palette."""
        del screen
        return commands(self)

    def _stop_on_signals(self) -> None:
        """Keep the decisions when the terminal goes away."""
        if self.is_headless or self._loop is None:
            return

        for number in (signal.SIGTERM, signal.SIGHUP):
            self._loop.add_signal_handler(number, self.interrupted)

    def interrupted(self) -> None:
        """Store what was decided, and end."""
        self.keep()
        self.main.stop.set()
        self.exit(return_code=EXIT_INTERRUPTED)

    def keep(self) -> None:
        """Store what was decided where nobody can be asked."""
        if self.review is not None and self.review.unsaved:
            with suppress(UserError):
                self.review.save()
