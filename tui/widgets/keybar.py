"""The line at the bottom: the keys that do something now, as many as there is room for."""

from __future__ import annotations

from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.widget import Widget

# Which keys stay when there is little room.
_FIRST = ("help", "decide", "next", "write", "group", "accept", "reject", "search", "ignore", "leave", "undo")


class KeyBar(Widget):
    """Keys of the bindings that apply; a click on one presses it."""

    def on_mount(self) -> None:
        """Draw anew when other keys apply."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self.refresh())

    def entries(self) -> list[tuple[str, str, str]]:
        """Return key, how it is shown, and what it does."""
        found: dict[str, Binding] = {}
        for _, binding, enabled, _ in self.screen.active_bindings.values():
            if binding.show and enabled:
                found.setdefault(binding.action, binding)

        entries = [(one.key, self.app.get_key_display(one), one.description) for one in found.values()]
        order = sorted(range(len(entries)), key=[_rank(one) for one in found.values()].__getitem__)
        width, kept = self.size.width, []
        for number in order:
            width -= _width(*entries[number][1:])
            if width >= 0:
                kept.append(number)

        return [entries[number] for number in sorted(kept)]

    def render(self) -> Content:
        """Draw the line."""
        parts = []
        for _, display, word in self.entries():
            parts += [(f" {display}", "bold $footer-key-foreground"), (f" {word} ", "$footer-description-foreground")]

        return Content.assemble(*parts)

    def on_click(self, event: events.Click) -> None:
        """Press the key that was clicked."""
        position = 0
        for key, display, word in self.entries():
            position += _width(display, word)
            if event.x < position:
                self.app.simulate_key(key)
                return


def _rank(binding: Binding) -> int:
    return _FIRST.index(binding.id) if binding.id in _FIRST else len(_FIRST)


def _width(display: str, word: str) -> int:
    return len(display) + len(word) + 3
