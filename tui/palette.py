"""Colours of rows: which ground lies under a row, and which ink its pieces are written in.

Both are made of the colours of the theme. A style sheet could say the same, but each of its component styles costs a
millisecond before the first paint.
"""

from __future__ import annotations

from collections.abc import Mapping

from rich.style import Style
from textual.color import Color

Shade = tuple[str, float]  # a colour of the theme, and how much of it

GROUNDS: dict[str, Shade] = {
    "row": ("background", 1),
    "cursor": ("block-cursor-background", 1),
    "blurred": ("block-cursor-blurred-background", 1),
    "hover": ("surface", 1),
    "file": ("surface", 1),
    "void": ("surface", 1),
    "place": ("warning", 0.15),
    "added": ("success", 0.16),
    "removed": ("error", 0.16),
    "added-other": ("success", 0.07),
    "removed-other": ("error", 0.07),
    "added-part": ("success", 0.26),
    "removed-part": ("error", 0.26),
}
INKS: dict[str, Shade] = {
    "": ("foreground", 1),
    "accepted": ("success", 1),
    "written": ("success", 1),
    "rejected": ("error", 1),
    "refused": ("error", 1),
    "open": ("warning", 1),
    "some": ("warning", 1),
    "changed": ("warning", 1),
    "unfixable": ("foreground", 0.5),
    "excused": ("foreground", 0.5),
    "manual": ("foreground", 0.5),
    "dim": ("foreground", 0.58),
    "quiet": ("foreground", 0.58),
    "group": ("foreground", 1),
    "critical": ("error", 1),
    "high": ("error", 0.92),
    "medium": ("warning", 1),
    "low": ("secondary", 1),
    "safe": ("success", 1),
    "plus": ("success", 1),
    "minus": ("error", 1),
    "name": ("primary", 1),
    "note": ("warning", 1),
    "border": ("border-blurred", 1),
    "number-column": ("foreground", 0.4),
    "letter": ("accent", 1),
    "label": ("accent", 0.85),
    "comment": ("foreground", 0.55),
    "key": ("primary", 1),
    "string": ("success", 0.9),
    "number": ("warning", 1),
    "keyword": ("accent", 1),
    "punctuation": ("foreground", 0.58),
}
_BOLD = {"group", "name", "letter", "critical"}
_ITALIC = {"note", "label", "comment"}


def style_of(ground: str, ink: str, colours: Mapping[str, str]) -> Style:
    """Return the style of a piece; `colours` are those of the theme, by name."""
    below = _mixed(Color.parse(colours["background"]), GROUNDS[ground], colours)
    above = _mixed(below, INKS[ink], colours)
    return Style(
        color=above.rich_color, bgcolor=below.rich_color, bold=ink in _BOLD or None, italic=ink in _ITALIC or None
    )


def _mixed(below: Color, shade: Shade, colours: Mapping[str, str]) -> Color:
    name, amount = shade
    colour = Color.parse(colours[name].split()[0])
    if colour.ansi is not None or below.ansi is not None:
        return colour

    return below.blend(colour, amount, alpha=1)
