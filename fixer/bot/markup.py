"""Values of other people in Markdown of a forge: shown as they are, without any effect."""

from __future__ import annotations

import re

from fixer.report.escape import readable
from fixer.report.text import plain

# Each as a character reference: shown as itself, and no part of Markdown or HTML any more.
_MARKS = {ord(mark): f"&#{ord(mark)};" for mark in "\\`*_{}[]<>#!|&~$"}

# What calls a person, names an issue or becomes a link: the forge looks for it in the page, behind the references.
_BREAK = "&#8203;"
_CALLS = (("@", f"@{_BREAK}"), ("www.", f"www{_BREAK}."), ("&#35;", f"&#35;{_BREAK}"), ("://", f":{_BREAK}//"))
_BEGINS = re.compile(r"([0-9]*)([-+=.)])")
_HANDS = ("GH-", "gh-", "Gh-", "gH-")


def words(text: str, longest: int = 300) -> str:
    """Return a value as text on one line: no markup, no link, no call of a person. Longer ones are cut, with a `…`."""
    text = _first(cut(plain(readable(text)).strip(), longest).translate(_MARKS))
    for call, broken in _CALLS:
        text = text.replace(call, broken)

    for hand in _HANDS:
        text = text.replace(hand, f"{hand[:2]}{_BREAK}-")

    return text


def code(text: str, longest: int = 300) -> str:
    """Return a value as code on one line."""
    return f"<code>{words(text, longest)}</code>"


def lines(text: str, most: int = 8, longest: int = 100) -> str:
    """Return some lines as code in a cell of a table: the blanks that they share at the left are left out."""
    rows = text.split("\n")
    margin = min((len(row) - len(row.lstrip(" ")) for row in rows if row.strip()), default=0)
    shown = [_indented(row[margin:].rstrip(), longest) for row in rows[:most]]
    more = [f"<i>and {len(rows) - most} more</i>"] if len(rows) > most else []
    return "<br>".join([*shown, *more])


def title(text: str) -> str:
    """Return a value for a title: one line of plain text that calls nobody."""
    return plain(readable(text)).replace("@", "@\u200b").replace("`", "'").strip()


def cut(text: str, longest: int) -> str:
    """Return a text, cut with a `…` where it is longer."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _first(text: str) -> str:
    """The text without the effect that it would have at the beginning of a line: that of a list or of a heading."""
    match = _BEGINS.match(text)
    return text if match is None else f"{match[1]}&#{ord(match[2])};{text[match.end() :]}"


def _indented(row: str, longest: int) -> str:
    bare = row.lstrip(" ")
    blanks = "&nbsp;" * min(len(row) - len(bare), 40)
    return f"<code>{blanks}{words(bare, longest)}</code>" if bare else ""
