"""Signs that say without colour what a row is: Unicode where the terminal has it, else ASCII."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class Signs(msgspec.Struct, frozen=True):
    """One sign for each meaning; all marks of a set are equally wide."""

    accepted: str = "✓"
    rejected: str = "✗"
    open: str = "○"
    unfixable: str = "–"
    excused: str = "~"
    written: str = "●"
    refused: str = "!"
    all: str = "■"
    some: str = "◧"
    none: str = "□"
    changed: str = "•"
    opened: str = "▾"
    closed: str = "▸"
    bar: str = "▎"
    dash: str = "─"
    full: str = "━"
    rest: str = "─"
    more: str = "…"
    middle: str = "·"
    arrow: str = "→"
    owner: str = "◂"


UNICODE = Signs()
ASCII = Signs(
    accepted="+",
    rejected="x",
    open="o",
    unfixable="-",
    excused="~",
    written="=",
    refused="!",
    all="#",
    some="%",
    none=".",
    changed="*",
    opened="v",
    closed=">",
    bar="|",
    dash="-",
    full="#",
    rest="-",
    more="...",
    middle="-",
    arrow="->",
    owner="<",
)


def speaks_unicode(environ: Mapping[str, str]) -> bool:
    """Whether the locale is one of UTF-8.

    Python itself turns the locale C into C.UTF-8 for a process and says so in LC_CTYPE: that is no word of the user.
    """
    ctype = environ.get("LC_CTYPE", "")
    coerced = ctype == "C.UTF-8" and environ.get("LANG", "C") in {"", "C", "POSIX"}
    said = environ.get("LC_ALL") or ("" if coerced else ctype) or environ.get("LANG", "")
    return "utf" in said.lower()
