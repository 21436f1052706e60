"""The application: wires the review to its screens."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from importlib import import_module
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.command import CommandPalette
from textual.screen import Screen
from textual.scrollbar import ScrollBar, ScrollBarRender

from fixer.errors import UserError
from tui import keys
from tui.messages import Opened, Said, Wanted
from tui.screens.review import ReviewScreen
from tui.settings import load
from tui.signs import ASCII, UNICODE, Signs, speaks_unicode
from tui.themes import DARK, LIGHT, THEMES

if TYPE_CHECKING:
    from fixer.review.review import Review

Opening = Callable[[], "Review"]
Flow = Callable[["FixerApp"], Awaitable[object]]

_PAINTED = 0.03  # seconds: by then the empty screen is painted
EXIT_BUG = 3
EXIT_INTERRUPTED = 130

# Where each dialog is: they are imported when they are wanted, which the first paint does not wait for.
FLOWS = {
    "batch": "deciding",
    "ignore": "deciding",
    "parameter": "deciding",
    "filter": "deciding",
    "write": "leaving",
    "export": "leaving",
    "leave": "leaving",
    "edit": "files",
    "rescan": "files",
    "look_quietly": "files",
    "help": "helping",
    "troubles": "helping",
    "begin": "helping",
}


class PlainBar(ScrollBarRender):
    """A scroll bar without the blocks of Unicode at its ends."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "] * 8
    HORIZONTAL_BARS: ClassVar[list[str]] = [" "] * 8


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
        ScrollBar.renderer = PlainBar if plain else ScrollBarRender
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
        self.set_timer(_PAINTED, self.begin)

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
        self._flow("begin")

    # ---- dialogs

    @on(Wanted)
    def want(self, event: Wanted) -> None:
        """Begin what was asked for, unless a dialog is open."""
        if self.screen is not self.main:
            return

        if (work := self.main.header.work) and event.name not in {"help", "troubles"}:
            self.say(f"{work}: one moment")
            return

        self._flow(event.name)

    @work(group="flow")
    async def _flow(self, name: str) -> None:
        """Run a dialog; what a person can do something about is said in one line."""
        flow: Flow = getattr(import_module(f"tui.flows.{FLOWS[name]}"), name)
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

    def on_app_focus(self) -> None:
        """Look for files that changed while a person was elsewhere."""
        if self.review is not None and self.screen is self.main and not (self.main.busy or self.main.header.work):
            self._flow("look_quietly")

    # ---- keys

    def action_dark(self) -> None:
        """Change between the dark and the light theme."""
        self.theme = LIGHT.name if self.current_theme.dark else DARK.name

    def action_want(self, name: str) -> None:
        """Open a dialog."""
        self.post_message(Wanted(name))

    async def action_quit(self) -> None:
        """Quit: the keys of Textual ask as well."""
        self.action_help_quit()

    def action_help_quit(self) -> None:
        """Quit, or say how to."""
        if self.screen is self.main:
            self.action_want("leave")
        else:
            self.say("escape closes this; then q quits")

    def leave(self) -> None:
        """End: the scan stops, the terminal is as it was."""
        self.main.stop.set()
        self.exit(return_code=0)

    def action_command_palette(self) -> None:
        """Show the palette, in the letters that the terminal has."""
        if not isinstance(self.screen, CommandPalette):
            placeholder = f"Search for commands{self.signs.more}"
            self.push_screen(CommandPalette(placeholder=placeholder, id="--command-palette"))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Offer every binding in the palette."""
        del screen
        from tui.commands import commands

        return commands(self)

    def _stop_on_signals(self) -> None:
        """Keep the decisions when the terminal goes away, or somebody ends the program."""
        if self.is_headless or self._loop is None:
            return

        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
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
