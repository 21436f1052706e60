"""Which commands of workflows and scripts rewrite references: `sed`, `yq`, `kubectl set image`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from fixer.registry.reference import Reference

# A command that writes what it is given into files or objects, up to the end of its line.
_COMMAND = re.compile(r"\b(sed|yq|perl|kubectl\s+set\s+image|oc\s+set\s+image)\s[^\n]*")
_BARE_SLASH = re.compile(r"(?<!\\)/")
_WORD = re.compile(r"\w[\w./:-]*")


class Command(msgspec.Struct, frozen=True):
    """One command: the file it stands in, its name, and its words."""

    path: str
    name: str
    words: frozenset[str]


class Rewriting:
    """The commands of a project that rewrite text, by the words that they name."""

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        """`texts` are paths with what stands in the files."""
        self._by_word: dict[str, Command] = {}
        for command in (found for path, text in texts for found in _commands(path, text)):
            for word in command.words:
                self._by_word.setdefault(word, command)

    def of(self, reference: Reference) -> str:
        """Which file rewrites the reference and by what, as a clause; "" when none does."""
        last = reference.repository.rpartition("/")[2]
        tagged = f"{last}:{reference.tag}" if reference.tag else ""
        for word in (reference.bare, reference.name, tagged):
            if found := self._by_word.get(word):
                return f"{found.path} changes it by `{found.name}`"

        return ""


def _commands(path: str, text: str) -> Iterator[Command]:
    for found in _COMMAND.finditer(text.replace("\\\n", " ")):
        # In `s/a\\/b/c/` the bare slashes are not those of a name.
        line = _BARE_SLASH.sub(" ", found[0]) if "\\/" in found[0] else found[0]
        line = line.replace("\\", "")
        yield Command(path, " ".join(found[1].split()), frozenset(_words(line)))


def _words(line: str) -> Iterator[str]:
    """The names with a folder, and the last parts of names with their tag; a short name alone may be any word."""
    for word in _WORD.findall(line):
        if "/" in (name := word.partition(":")[0].rstrip("./-")):
            yield name

        yield from (part.rstrip(".-") for part in word.split("/") if ":" in part)
