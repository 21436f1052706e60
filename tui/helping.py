"""Help and hint in words, made from the bindings with the keys that the user has."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping

from textual.binding import Binding, BindingType
from textual.content import Content

from fixer.review.records import State
from tui import keys
from tui.signs import Signs

_MEANINGS = {
    State.ACCEPTED: "its fix will be written",
    State.REJECTED: "you left it out",
    State.OPEN: "has a fix that nobody has accepted: its risk is too high to do that by itself",
    State.UNFIXABLE: "left to a person; the why panel says what is to be decided",
    State.EXCUSED: "a comment or the configuration lets it pass",
    State.REFUSED: "accepted, but the fix cannot be made or did not pass its proof",
    State.WRITTEN: "is in the file",
}

Display = Callable[[Binding], str]


def help_text(display: Display, keymap: Mapping[str, str], signs: Signs, width: int) -> Content:
    """Return all keys and all signs, in lines of `width` cells."""

    def line(left: str, right: str) -> Content:
        return _line(left, right, 9, width)

    parts: list[Content] = []
    for title, section in keys.SECTIONS:
        parts += [
            Content.styled(title, "bold $primary"),
            *(line(*one) for one in _section(section, display, keymap)),
            Content(""),
        ]

    parts.append(Content.styled("Signs", "bold $primary"))
    parts += [line(getattr(signs, state.value), f"{state.value}: {meaning}") for state, meaning in _MEANINGS.items()]
    parts.append(line(f"{signs.all} {signs.some} {signs.none}", "all, some, none of a group are accepted"))
    parts.append(line(signs.changed, "decided since the last write"))
    parts.append(line("C H M L", "severity: critical, high, medium, low"))
    return Content("\n").join(parts)


def hint_text(signs: Signs, width: int) -> Content:
    """Return what a person should know at the first time, in lines of `width` cells."""
    lines = [
        ("", "Fixes that are safe or of low risk are accepted already; nothing is written before you say so."),
        ("", ""),
        ("space", "accepts or rejects what the cursor is on: a fix, a file, a rule"),
        ("n", "jumps to the next one that waits for you"),
        ("g", "groups by file, rule, severity, risk, environment"),
        ("tab", "goes to the diff and the why panel"),
        ("u", "takes a decision back, as often as you like"),
        ("w", "shows what would be written, then writes it"),
        ("?", "shows all keys"),
        ("", ""),
        (
            "",
            f"{signs.accepted} accepted  {signs.rejected} rejected  {signs.open} open  {signs.unfixable} left to you",
        ),
    ]
    return Content("\n").join(_line(key, words, 5, width) if key else Content(words) for key, words in lines)


def _section(section: list[BindingType], display: Display, keymap: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for binding in section:
        assert isinstance(binding, Binding)
        names = (keymap.get(binding.id or "") or binding.key).split(",")
        shown = " ".join(display(binding.with_key(name, None)) for name in names)
        yield shown, binding.tooltip


def _line(left: str, right: str, column: int, width: int) -> Content:
    """A word with what it means beside it, folded below itself."""
    folded = textwrap.wrap(right, max(width - column - 2, 20))
    return Content.assemble(
        (f"{left:>{column}}  ", "bold $accent"), (f"\n{' ' * (column + 2)}".join(folded), "$foreground")
    )
