"""What people decided, as pull requests tell: nothing else remembers it.

A body ends with a marker: a comment that is not shown, with what the pull request is about. Each fix has a box to leave
it out. Of the pull requests that know a fix, the open one decides, else the latest: a ticked box is a no, and so is
being closed by a person, and so is being merged when the very same finding is there again: then somebody took it back.
"""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from fixer import __version__
from fixer.bot.naming import same
from fixer.bot.records import Group, Pull

# Together with the text of a body it must stay below what a forge takes.
ROOM = 20_000
_LARGEST = 2_000_000

_MARKER = re.compile(r"<!-- fixer:memory (?P<data>[A-Za-z0-9_=-]+) -->")
_BOX = re.compile(
    r"^\s*[-*] \[(?P<tick>[ xX])\] .*<!-- fixer:(?P<word>[a-z]+)=(?P<value>[A-Za-z0-9/_.-]+) -->\s*$", re.MULTILINE
)


class Known(msgspec.Struct, frozen=True, array_like=True):
    """A fix that a pull request knows: the full id of its rule, its file and its key; `out`: it was left out.

    A box in the body says it as well; where that was cut off, or somebody deleted it, this counts.
    """

    rule: str
    path: str
    key: str
    out: bool = False


class Marker(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a body says about itself.

    `known` are the fixes, those that were left out included; `whole` says that there were too many to list, so that a
    no is one to the whole group. `title` is the one that the bot gave. `closed` is why the bot closed it. `moved` pairs
    old and new keys of findings that it touches.
    """

    tool: str = ""
    group: str = ""
    title: str = ""
    known: tuple[Known, ...] = ()
    whole: bool = False
    closed: str = ""
    moved: tuple[tuple[str, str], ...] = ()


class Box(msgspec.Struct, frozen=True):
    """A checkbox of ours: what it asks for, about what, and whether it is ticked."""

    word: str
    value: str
    ticked: bool


class Refusal(msgspec.Struct, frozen=True):
    """A no of a person: the pull request that tells, and how (`box`, `closed`, `reverted`)."""

    number: int
    how: str


class Memory(msgspec.Struct, frozen=True):
    """What is refused: fixes by key, and groups by branch (small letters) where it is not known which fixes were.

    `lifted` are the branches (small letters) that somebody wants again.
    """

    fixes: Mapping[str, Refusal] = {}
    groups: Mapping[str, Refusal] = {}
    lifted: frozenset[str] = frozenset()

    def refuses(self, branch: str, key: str) -> Refusal | None:
        """Return the no that holds for a fix of the group on `branch`; None when there is none."""
        if branch.lower() in self.lifted:
            return None

        return self.fixes.get(key) or self.groups.get(branch.lower())


# ---- the marker


def marker_of(group: Group, title: str, before: Iterable[Known] = ()) -> Marker:
    """Return the marker of the pull request of a group; `before` are fixes that it knew already, and shall know on."""
    rows = {(one.rule, one.path, one.key): one.out for one in before}
    rows |= {(row.rule, row.path, row.key): False for row in group.rows}
    rows |= {(row.rule, row.path, row.key): True for row in group.silenced}
    known = tuple(Known(*row, out) for row, out in sorted(rows.items()))
    return Marker(__version__, group.key, title, known, moved=group.moved)


def written(marker: Marker) -> str:
    """Return the marker as a comment that is not shown and holds no text of files as such; at most `ROOM` long."""
    text = ""
    for smaller in _smaller(marker):
        packed = zlib.compress(msgspec.json.encode(_plain(smaller)), 9)
        text = f"<!-- fixer:memory {base64.urlsafe_b64encode(packed).decode()} -->"
        if len(text) <= ROOM:
            break

    return text


def read(body: str) -> Marker | None:
    """Return the last marker of a body; None when there is none that can be read."""
    found = _MARKER.findall(body)
    if not found:
        return None

    try:
        data = zlib.decompressobj().decompress(base64.urlsafe_b64decode(found[-1]), _LARGEST)
        return msgspec.json.decode(data, type=Marker)
    except (ValueError, zlib.error, msgspec.MsgspecError):
        return None


def boxes(body: str) -> list[Box]:
    """Return the checkboxes of ours in a body, in order."""
    return [Box(found["word"], found["value"], found["tick"] != " ") for found in _BOX.finditer(body)]


def ticked(body: str, word: str) -> list[str]:
    """Return what the ticked boxes of one sort are about."""
    return [box.value for box in boxes(body) if box.ticked and box.word == word]


def box(word: str, value: str, text: str, *, tick: bool = False) -> str:
    """Return a checkbox; `text` is Markdown on one line."""
    return f"- [{'x' if tick else ' '}] {text} <!-- fixer:{word}={value} -->"


# ---- what follows


def memory_of(pulls: Iterable[Pull], dashboard: str = "") -> Memory:
    """Return what people refused, as the pull requests of one repository tell.

    A ticked box in the body of the dashboard takes a no back.
    """
    fixes: dict[str, Refusal | None] = {}
    groups: dict[str, Refusal | None] = {}
    moved: list[tuple[str, str]] = []
    for pull in sorted(pulls, key=lambda one: (one.state == "open", one.number)):
        marker = read(pull.body)
        by_person = pull.state == "closed" and not (marker and marker.closed)
        groups[pull.branch.lower()] = _of_group(pull, marker) if by_person else None
        if marker is not None:
            fixes.update(_of_fixes(pull, Refusal(pull.number, "closed") if by_person else None))
            moved += marker.moved if pull.state == "merged" else ()

    _carry(fixes, moved)
    return Memory(
        {key: found for key, found in fixes.items() if found},
        {key: found for key, found in groups.items() if found},
        frozenset(branch.lower() for branch in ticked(dashboard, "recreate")),
    )


def with_proposed(memory: Memory, pull: Pull) -> Memory:
    """Return the memory for a branch that people work on: what its pull request proposed is not proposed there again.

    Such a fix is on the branch, or somebody took it out, and did not ask for it again by its box. Where the body does
    not tell what was proposed, nothing more is.
    """
    marker = read(pull.body)
    if marker is None:
        groups = {**memory.groups, pull.branch.lower(): Refusal(pull.number, "reverted")}
        return msgspec.structs.replace(memory, groups=groups)

    wanted = {box.value for box in boxes(pull.body) if box.word == "skip" and not box.ticked}
    fixes: dict[str, Refusal | None] = {
        one.key: Refusal(pull.number, "reverted") for one in marker.known if not (one.out and one.key in wanted)
    }
    fixes |= memory.fixes
    _carry(fixes, marker.moved)
    return msgspec.structs.replace(memory, fixes={key: found for key, found in fixes.items() if found})


def known_to(pull: Pull) -> tuple[Known, ...]:
    """Return the fixes that a pull request knows; `out` is what people want by now, as the boxes tell."""
    marker = read(pull.body)
    left_out = {one.value: one.ticked for one in boxes(pull.body) if one.word == "skip"}
    known = marker.known if marker else ()
    return tuple(msgspec.structs.replace(one, out=left_out.get(one.key, one.out)) for one in known)


def newest(pulls: Iterable[Pull], branch: str) -> Pull | None:
    """Return the open pull request of a branch, or else the latest one; None when it never had one."""
    own = [pull for pull in pulls if same(pull.branch, branch)]
    return max(own, key=lambda one: (one.state == "open", one.number), default=None)


def closed_by_person(pull: Pull) -> bool:
    """Whether a pull request was closed unmerged, and not by the bot."""
    marker = read(pull.body)
    return pull.state == "closed" and not (marker and marker.closed)


def _of_group(pull: Pull, marker: Marker | None) -> Refusal | None:
    return Refusal(pull.number, "closed") if marker is None or marker.whole else None


def _of_fixes(pull: Pull, closed: Refusal | None) -> Iterator[tuple[str, Refusal | None]]:
    for one in known_to(pull):
        if one.out:
            yield one.key, Refusal(pull.number, "box")
        else:
            yield one.key, closed or (Refusal(pull.number, "reverted") if pull.state == "merged" else None)


def _carry(fixes: dict[str, Refusal | None], moved: Iterable[tuple[str, str]]) -> None:
    """Let a no follow its finding, when a merged pull request of ours changed the text it stands on."""
    for old, new in moved:
        refusal = fixes.get(old)
        if refusal is not None:
            fixes.setdefault(new, refusal)


def _plain(marker: Marker) -> Marker:
    """The marker with texts that JSON takes."""

    def text(value: str) -> str:
        return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")

    known = tuple(msgspec.structs.replace(one, path=text(one.path)) for one in marker.known)
    return msgspec.structs.replace(marker, title=text(marker.title), group=text(marker.group), known=known)


def _smaller(marker: Marker) -> Iterator[Marker]:
    """The marker, and what is left of it where it is too long: without the moves, names, and in the end the fixes."""
    yield marker
    bare = msgspec.structs.replace(marker, moved=())
    yield bare
    yield msgspec.structs.replace(bare, known=tuple(Known("", "", one.key, one.out) for one in marker.known))
    yield msgspec.structs.replace(bare, known=(), whole=True, title=marker.title[:200], group=marker.group[:200])
