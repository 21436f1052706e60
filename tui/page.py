"""The rows of a diff: its lines with their numbers, colours and the fix that owns them."""

from __future__ import annotations

import enum
import string
from collections.abc import Collection, Iterator, Sequence

import msgspec

from fixer.finding import Finding
from fixer.proof import Identity
from fixer.review.records import DiffHunk, DiffLine, FileDiff
from tui.grouping import risk_word
from tui.painting import Piece, safe
from tui.syntax import coloured


class View(enum.Enum):
    """How a diff is laid out."""

    UNIFIED = "unified"
    SPLIT = "side by side"

    @property
    def other(self) -> View:
        """The one that the key leads to."""
        return View.SPLIT if self is View.UNIFIED else View.UNIFIED


class Side(msgspec.Struct, frozen=True):
    """A line of one text: its mark (" ", "-", "+"), its number from 1, its pieces, and the part that changed."""

    mark: str
    number: int
    pieces: tuple[Piece, ...]
    changed: tuple[int, int] = (0, 0)


class DiffRow(msgspec.Struct, frozen=True):
    """A row of the diff.

    `sort` is "file" (a heading), "gap" (between hunks), "line", "pair" (old beside new) or "note". `own` tells that the
    line belongs to what is selected; `letter` stands for its fix, and `label` names it in its first line.
    """

    sort: str
    path: str = ""
    text: str = ""
    tail: str = ""
    left: Side | None = None
    right: Side | None = None
    owner: Identity | None = None
    own: bool = False
    letter: str = " "
    label: str = ""


def note(text: str, tail: str = "") -> DiffRow:
    """Return a row with a sentence."""
    return DiffRow("note", text=safe(text), tail=tail)


def rows_of(diff: FileDiff, view: View, keys: Collection[Identity] | None, name: str, *, only: bool) -> list[DiffRow]:
    """Return the rows of a file's diff, called `name`.

    Lines of the fixes `keys` are marked as own (all when None); with `only` stretches without such a line are left out.
    """
    return list(_Page(diff, view, keys, name).rows(only=only))


class _Page:
    """Makes the rows of one file."""

    def __init__(self, diff: FileDiff, view: View, keys: Collection[Identity] | None, name: str) -> None:
        self.diff = diff
        self.view = view
        self.keys = keys
        self.name = name
        self.fixes = {finding.identity: (number, finding) for number, finding in enumerate(diff.owners)}
        self.last: Identity | None = None

    def rows(self, *, only: bool) -> Iterator[DiffRow]:
        diff = self.diff
        changed = f"{'new file  ' if diff.new else ''}+{diff.added} -{diff.removed}"
        yield DiffRow("file", diff.path, safe(self.name), changed if diff.added or diff.removed else "")
        if diff.problem:
            yield note(diff.problem)

        for hunk in diff.hunks:
            if not only or any(self.own(line) for line in hunk.lines):
                first = next((line.old or line.new for line in hunk.lines), 0)
                yield DiffRow("gap", diff.path, f"line {first}")
                yield from self.hunk(hunk)

        for refused in diff.refused:
            yield note(f"refused: {refused.finding.rule}: {refused.reason}")

    def own(self, line: DiffLine) -> bool:
        return line.own or (line.owner is not None and (self.keys is None or line.owner in self.keys))

    def hunk(self, hunk: DiffHunk) -> Iterator[DiffRow]:
        pieces = _pieces(hunk, self.diff.path)
        self.last = None
        for old, new in _runs(hunk.lines):
            parts = _changed([hunk.lines[one].text for one in old], [hunk.lines[one].text for one in new])
            sides = {
                number: _side(hunk.lines[number], pieces[number], part)
                for number, part in zip((*old, *new), parts, strict=True)
            }
            if self.view is View.SPLIT:
                yield from self.pairs(hunk.lines, sides, old, new)
            else:
                yield from (self.row(hunk.lines[number], right=sides[number]) for number in (*old, *new))

    def pairs(
        self, lines: Sequence[DiffLine], sides: dict[int, Side], old: Sequence[int], new: Sequence[int]
    ) -> Iterator[DiffRow]:
        if old and not new and lines[old[0]].mark == " ":
            for number in old:
                line = lines[number]
                left = Side(" ", line.old, sides[number].pieces)
                yield self.row(line, left, sides[number])

            return

        for number in range(max(len(old), len(new))):
            before = old[number] if number < len(old) else None
            after = new[number] if number < len(new) else None
            line = lines[next(one for one in (after, before) if one is not None)]
            yield self.row(line, None if before is None else sides[before], None if after is None else sides[after])

    def row(self, line: DiffLine, left: Side | None = None, right: Side | None = None) -> DiffRow:
        sort = "line" if self.view is View.UNIFIED else "pair"
        if line.owner is None:
            self.last = None
            return DiffRow(sort, self.diff.path, left=left, right=right, own=line.own)

        number, finding = self.fixes.get(line.owner, (0, None))
        label = _label(finding) if finding and line.owner != self.last else ""
        self.last = line.owner
        return DiffRow(sort, self.diff.path, "", "", left, right, line.owner, self.own(line), _letter(number), label)


def _side(line: DiffLine, pieces: tuple[Piece, ...], changed: tuple[int, int]) -> Side:
    return Side(line.mark, line.old if line.mark == "-" else line.new, pieces, changed)


def _pieces(hunk: DiffHunk, path: str) -> list[tuple[Piece, ...]]:
    """The lines of a hunk, coloured as parts of their text."""
    old = iter(coloured([safe(line.text) for line in hunk.lines if line.mark != "+"], path))
    new = iter(coloured([safe(line.text) for line in hunk.lines if line.mark != "-"], path))
    found = []
    for line in hunk.lines:
        before = next(old) if line.mark != "+" else ()
        after = next(new) if line.mark != "-" else ()
        found.append(after or before)

    return found


def _runs(lines: Sequence[DiffLine]) -> Iterator[tuple[list[int], list[int]]]:
    """Numbers of the lines that belong together: removed ones with the added ones behind, or some of the context."""
    old: list[int] = []
    new: list[int] = []
    before = ""
    for number, line in enumerate(lines):
        if before and ((line.mark == " ") != (before == " ") or (before == "+" and line.mark == "-")):
            yield old, new
            old, new = [], []

        (new if line.mark == "+" else old).append(number)
        before = line.mark

    if old or new:
        yield old, new


def _changed(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Which part of each line differs, for lines that were replaced one by one; (0, 0) where nearly all of it does."""
    if not old or len(old) != len(new):
        return [(0, 0)] * (len(old) + len(new))

    parts = [_parts(safe(one), safe(other)) for one, other in zip(old, new, strict=True)]
    return [first for first, _ in parts] + [second for _, second in parts]


def _parts(old: str, new: str) -> tuple[tuple[int, int], tuple[int, int]]:
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    if (start + end) * 3 < min(len(old.strip()), len(new.strip())):
        return (0, 0), (0, 0)

    longer = max(old, new, key=len)
    while start and min(len(old), len(new)) == start + end and longer[start - 1] == longer[-end - 1] != " ":
        start, end = start - 1, end + 1  # a part that came or went begins with its word

    return (start, len(old) - end), (start, len(new) - end)


def _common(first: str, second: str) -> int:
    """Length of the beginning that both have."""
    pairs = enumerate(zip(first, second, strict=False))
    return next((number for number, (one, other) in pairs if one != other), min(len(first), len(second)))


def _letter(number: int) -> str:
    letters = string.ascii_lowercase
    return letters[number % len(letters)]


def _label(finding: Finding) -> str:
    return f"{finding.rule} {risk_word(finding.fix.risk if finding.fix else None)}"
