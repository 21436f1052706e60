"""The command palette: every binding under the words of its help."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.dom import DOMNode

from tui import keys

if TYPE_CHECKING:
    from tui.app import FixerApp


def commands(app: FixerApp) -> Iterator[SystemCommand]:
    """Yield what can be done now."""
    places: list[tuple[DOMNode, list[BindingType]]] = [
        (app.main.workbench, keys.DECIDE),
        (app.main.lookout, keys.LOOK),
        (app.main, keys.FIND),
        (app, keys.LEAVE),
        (app.main.findings, keys.TREE),
    ]
    for place, section in places:
        for binding in section:
            assert isinstance(binding, Binding)
            if place.check_action(binding.action, ()):
                yield SystemCommand(binding.description, binding.tooltip, _runner(app, binding.action, place))

    yield SystemCommand("Theme", "Choose among all themes", app.search_themes)


def _runner(app: FixerApp, action: str, place: DOMNode) -> Callable[[], None]:
    def run() -> None:
        app.call_later(app.run_action, action, place)

    return run
