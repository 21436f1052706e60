"""Passages as the content of a widget."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

from tui.explaining import Passage

_HEADINGS = {"risk": "bold $warning", "reason": "bold $error"}
_STYLES = {"dim": "$foreground 60%", "strong": "bold"}


def told(passages: Iterable[Passage]) -> Content:
    """Return passages one below the other; nothing in them is read as markup."""
    parts: list[Content] = []
    for passage in passages:
        if passage.heading:
            parts.append(Content.styled(passage.heading, _HEADINGS.get(passage.sort, "bold $primary")))

        parts += [_marked(text, _STYLES.get(passage.style, "$foreground")) for text in passage.texts]
        if not passage.close:
            parts.append(Content(""))

    return Content("\n").join(parts[:-1])


def _marked(text: str, style: str) -> Content:
    """A text in which what stands between backticks has a colour of its own."""
    pieces = text.split("`")
    if len(pieces) % 2 == 0:
        return Content.styled(text, style)

    return Content.assemble(*((piece, "$accent" if number % 2 else style) for number, piece in enumerate(pieces)))
