"""Text for the HTML page. Names and values come from files of other people: whatever is no plain text is shown."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

import msgspec

# What does not show, or shows other text in a wrong order: controls, soft hyphens, zero widths, bidirectional controls,
# line separators, fillers, tags, bytes that are no text, noncharacters. A tab stays.
_HIDDEN = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ud800-\udfff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U000e0000-\U000e0fff]"
)
# How it is shown; the page gives it a colour of its own.
_SHOWN = re.compile(r"⟦(?:U\+[0-9A-F]{4,6}|byte [0-9A-F]{2})⟧")
_MARKUP = re.compile(r"`([^`\n]+)`|(https?://[^\s<>`\"']+[^\s<>`\"'.,;:)])")

LIMIT = 2_000


def visible(text: str, limit: int = LIMIT) -> str:
    """Return `text` with every character that does not show spelled out, and cut where it is too long for a page."""
    cut = len(text) - limit
    return _HIDDEN.sub(_spelled, text[:limit]) + (f" … ({cut} more characters)" if cut > 0 else "")


def escaped(text: str, limit: int = LIMIT) -> str:
    """Return `text` for HTML, as content or as the value of an attribute in quotes."""
    return html.escape(visible(text, limit))


def inline(text: str, limit: int = LIMIT) -> str:
    """Return `text` as HTML content in which spelled-out characters stand out."""
    return _SHOWN.sub(r'<span class="hidden-char">\g<0></span>', escaped(text, limit))


def paragraphs(text: str) -> str:
    """Return the Markdown that pages of rules are written in as HTML: paragraphs, lists, `code` and addresses."""
    return "".join(_block(block) for block in re.split(r"\n\s*\n", text.strip()) if block.strip())


def embedded(data: Any) -> str:
    """Return `data`, whose texts are visible ones, as JSON that may stand in a script element."""
    text = msgspec.json.encode(data).decode()
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")

    return text


def _spelled(match: re.Match[str]) -> str:
    code = ord(match[0])
    # Bytes that are no UTF-8 are carried along as low surrogates.
    return f"⟦byte {code - 0xDC00:02X}⟧" if 0xDC80 <= code <= 0xDCFF else f"⟦U+{code:04X}⟧"


def _block(block: str) -> str:
    if not block.startswith("- "):
        return f"<p>{_marked(block)}</p>"

    items = "".join(f"<li>{_marked(item)}</li>" for item in re.split(r"\n- ", block[2:]))
    return f"<ul>{items}</ul>"


def _marked(text: str) -> str:
    return "".join(_pieces(" ".join(text.split())))


def _pieces(text: str) -> Iterator[str]:
    position = 0
    for match in _MARKUP.finditer(text):
        yield inline(text[position : match.start()], len(text))
        code, address = match[1], match[2]
        if code:
            yield f"<code>{inline(code)}</code>"
        else:
            yield f'<a href="{escaped(address)}" rel="noopener noreferrer">{inline(address)}</a>'

        position = match.end()

    yield inline(text[position:], len(text))
