"""What goes to standard output and standard error, whatever is at their other end."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

Paint = Callable[[str, str], str]

_CODES = {"bold": 1, "dim": 2, "red": 31, "green": 32, "yellow": 33, "blue": 34}


def emit(text: str | bytes, *, err: bool = False) -> None:
    """Write `text` as it is. A reader who has gone (`| head`) is no error; what the encoding lacks is escaped.

    Names of files may hold bytes that are no text: they come out as they are.
    """
    stream = sys.stderr if err else sys.stdout
    if isinstance(text, str):
        encoding = stream.encoding or "utf-8"
        utf8 = encoding.lower().replace("-", "") == "utf8"
        text = text.encode(encoding, "surrogateescape" if utf8 else "backslashreplace")

    try:
        stream.flush()
        stream.buffer.write(text)
        stream.buffer.flush()
    except BrokenPipeError:
        # Python flushes once more when it ends: that must not fail either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def painter(*, err: bool = False) -> Paint:
    """Return what colours a text: nothing, unless the output goes to a terminal and NO_COLOR is not set."""
    terminal = (sys.stderr if err else sys.stdout).isatty()
    if not terminal or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return lambda text, _: text

    return lambda text, colour: f"\x1b[{_CODES[colour]}m{text}\x1b[0m"
