"""New instructions as text."""

from __future__ import annotations

import re

import msgspec

from fixer.formats.dockerfile.instruction import KEYWORDS
from fixer.formats.dockerfile.operations import Line
from fixer.formats.dockerfile.style import INDENT, Style
from fixer.formats.format import Refusal

_PLAIN_VALUE = re.compile(r"[\w./:@%+,=~-]+", re.ASCII)
_PLAIN_FLAG = re.compile(r"[^\s'\"\\`]*")
_FLAG_NAME = re.compile(r"[a-z][a-z0-9-]*")
_WITH_HEREDOC = frozenset({"ADD", "COPY", "ONBUILD", "RUN"})
_KEY = re.compile(r"[^\s'\"\\`=$#]+")


def render(line: Line, style: Style) -> str:
    """Return a new instruction without its line end; Refusal when it cannot be written down."""
    keyword = line.keyword.upper()
    if keyword not in KEYWORDS:
        raise Refusal(f"{line.keyword} is no instruction")

    parts = [flag(name, value) for name, value in line.flags]
    parts += [part for part in (line.text, *_arguments(line, keyword, style)) if part]
    if len(parts) == len(line.flags):
        raise Refusal(f"there is nothing to write behind {keyword}")

    for text in (line.text, *line.commands):
        require_line(text, style.escape)
        if "<<" in text and keyword in _WITH_HEREDOC:
            raise Refusal("a new line cannot have a heredoc")

    return " ".join([style.keyword(keyword), *parts])


def _arguments(line: Line, keyword: str, style: Style) -> list[str]:
    if line.argv:
        return [exec_form(line.argv)]

    if line.commands:
        # Other instructions than RUN may indent by tables of names; a command stands as commands usually do.
        joint = f" && {style.escape}{style.newline}{INDENT if style.indent.startswith(' ') else style.indent}"
        return [joint.join(line.commands)]

    return [f"{key(name)}={value(text, style.escape, always=keyword == 'LABEL')}" for name, text in line.pairs]


def require_line(text: str, escape: str) -> None:
    """Refuse text that would not stay on its line."""
    if "\n" in text or "\r" in text:
        raise Refusal("an argument has a line break")

    bare = text.rstrip(" \t")
    if bare.endswith(escape):
        raise Refusal(f"an argument ends with {escape}, which continues the line")


def exec_form(argv: tuple[str, ...]) -> str:
    """Return the JSON array of `argv`."""
    try:
        return "[" + ", ".join(msgspec.json.encode(word).decode() for word in argv) + "]"
    except UnicodeEncodeError:
        raise Refusal("an argument has bytes that are no UTF-8") from None


def flag(name: str, text: str) -> str:
    """Return `--name=value`, or `--name` when there is no value."""
    if not _FLAG_NAME.fullmatch(name) or not _PLAIN_FLAG.fullmatch(text):
        raise Refusal(f"the flag --{name} has a value that needs quotes")

    return f"--{name}={text}" if text else f"--{name}"


def key(text: str) -> str:
    """Return the key of a pair."""
    if not _KEY.fullmatch(text):
        raise Refusal("a key has blanks, quotes or an equals sign")

    return text


def value(text: str, escape: str, *, always: bool = False) -> str:
    """Return a value that reads back as `text`, literally; in double quotes when it needs them, or `always`."""
    if _PLAIN_VALUE.fullmatch(text) and not always:
        return text

    return f'"{escaped(text, escape, dollar=True)}"'


def escaped(text: str, escape: str, *, dollar: bool) -> str:
    """Return `text` as it stands in double quotes; with `dollar` variables lose their meaning."""
    if "\n" in text or "\r" in text:
        raise Refusal("a value has a line break")

    text = text.replace(escape, escape * 2).replace('"', f'{escape}"')
    return text.replace("$", f"{escape}$") if dollar else text
