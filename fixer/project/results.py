"""Names of images that are built here, where a part of a name may be known only when the build runs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from fixer.registry.reference import Reference, parse_reference

_DEFAULT = re.compile(r"\$\{\w+:?-([^${}]+)\}")
_HOLE = re.compile(r"\$\{\{[^{}]*\}\}|\{\{[^{}]*\}\}|\$\{[^}]*\}|\$\([^)]*\)|\$\w+")
_LONGEST = 600
_STAND_IN = "zz{}hole"
_STANDS_IN = re.compile(r"zz(\d+)hole")
_ANYTHING = ".*"
# `origin` of git: the last part of a path, without `.git`.
_REMOTE = re.compile(r"^\s*url\s*=\s*\S*[/:]([\w.-]+?)(?:\.git)?/?\s*$", re.MULTILINE)


class Results:
    """The names of what is built, each with the file that says so."""

    def __init__(self, named: Iterable[tuple[str, str]], repositories: Collection[str]) -> None:
        """`named` are paths with the texts of references; `repositories` the names that this repository may have."""
        self._names: dict[str, str] = {}
        self._patterns: dict[str, str] = {}
        for path, text in named:
            self._add(path, text.strip().strip("\"'"), repositories)

        self._compiled = [(re.compile(pattern), path) for pattern, path in self._patterns.items()]

    def of(self, reference: Reference) -> str:
        """Which file builds an image of that name, whatever its tag; "" when none does."""
        if found := self._names.get(reference.name):
            return found

        return next((path for pattern, path in self._compiled if pattern.fullmatch(reference.name)), "")

    def _add(self, path: str, text: str, repositories: Collection[str]) -> None:
        text = _DEFAULT.sub(r"\1", text)
        if len(text) > _LONGEST or _HOLE.match(text):
            # What stands in front decides the registry.
            return

        holes = _HOLE.findall(text)
        numbers = iter(range(len(holes)))
        name = _name(_HOLE.sub(lambda _: _STAND_IN.format(next(numbers)), text))
        if not _STANDS_IN.search(name):
            self._names.setdefault(name, path)
        elif pattern := _pattern(name, holes, repositories):
            self._patterns.setdefault(pattern, path)


def repositories_of(git_config: str) -> frozenset[str]:
    """Return the names that the remotes of git give to this repository."""
    return frozenset(name.lower() for name in _REMOTE.findall(git_config))


def _pattern(name: str, holes: Sequence[str], repositories: Collection[str]) -> str:
    """A pattern for a name with holes; "" for one of which nothing but the registry is known."""
    parts = [_any(hole, repositories) for hole in holes]
    known = _STANDS_IN.sub("", name.partition("/")[2]).strip("/")
    if not known and _ANYTHING in parts:
        return ""

    return _STANDS_IN.sub(lambda found: parts[int(found[1])], re.escape(name))


def _any(hole: str, repositories: Collection[str]) -> str:
    """A pattern for what may stand in a hole."""
    inner = "".join(hole.split()).strip("${}")
    if inner == "github.repository_owner":
        return "[^/]+"

    own = "|".join(map(re.escape, sorted(repositories))) or "[^/]+"
    if inner == "github.event.repository.name":
        return f"(?:{own})"

    # Whose copy of the repository this is, nobody can tell; what it is called, git can.
    return f"[^/]+/(?:{own})" if inner == "github.repository" else _ANYTHING


def _name(text: str) -> str:
    """The full name of a reference, without its tag."""
    bare, _, _ = text.lower().partition("@")
    folder, slash, last = bare.rpartition("/")
    parsed = parse_reference(folder + slash + last.partition(":")[0])
    return parsed.name if parsed else ""
