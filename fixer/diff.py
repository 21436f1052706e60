"""Unified diffs made from edits, so that a diff shows what was edited and nothing else."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence

import msgspec

from fixer.text import Edit, line_starts

CONTEXT = 3
NL = "\n"
NO_NEWLINE = "\n\\ No newline at end of file\n"


class Line(msgspec.Struct, frozen=True):
    """A line of a diff: its mark (" ", "-" or "+"), its text with its line end, and the fix it belongs to.

    `number` is the line's number in the text it is taken from: the old one for "-" and " ", the new one for "+".
    """

    mark: str
    text: str
    number: int
    owner: int | None = None


class Change(msgspec.Struct, frozen=True):
    """Neighbouring lines that change: old lines from `old` up to `old_end` become new lines `new` to `new_end`.

    Line numbers count from 0. `owners` holds the fixes of the new lines, or of the removed ones when nothing is new.
    """

    old: int
    old_end: int
    new: int
    new_end: int
    owners: tuple[int, ...]


class Hunk(msgspec.Struct, frozen=True):
    """A stretch of a diff with its context."""

    old: int
    old_count: int
    new: int
    new_count: int
    lines: tuple[Line, ...]


def unified(path: str, before: str, after: str, edits: Sequence[Edit], *, new: bool = False) -> str:
    """Return the unified diff of one file; `edits` lead from `before` to `after`. A new file comes from /dev/null."""
    parts = [f"--- {'/dev/null' if new else 'a/' + path}\n", f"+++ b/{path}\n"]
    for hunk in hunks(before, after, edits):
        parts.append(f"@@ -{_range(hunk.old, hunk.old_count)} +{_range(hunk.new, hunk.new_count)} @@\n")
        parts += [f"{line.mark}{line.text}{'' if line.text.endswith(NL) else NO_NEWLINE}" for line in hunk.lines]

    return "".join(parts)


def between(path: str, before: str, after: str) -> str:
    """Return the unified diff of two texts of one file; a text that comes from nothing is that of a new file."""
    return unified(path, before, after, [Edit(0, len(before), after)], new=not before)


def hunks(before: str, after: str, edits: Sequence[Edit]) -> list[Hunk]:
    """Return the hunks of the diff from `before` to `after`, with up to three lines of context around each change."""
    old, new = split_lines(before), split_lines(after)
    groups: list[list[Change]] = []
    for change in changes(before, after, edits):
        if groups and change.old - groups[-1][-1].old_end <= 2 * CONTEXT:
            groups[-1].append(change)
        else:
            groups.append([change])

    return [_hunk(group, old, new) for group in groups]


def changes(before: str, after: str, edits: Sequence[Edit]) -> list[Change]:
    """Return the changed lines of both texts, with the fix that each new line belongs to."""
    old, new = split_lines(before), split_lines(after)
    found = (_trimmed(change, old, new) for change in _touched(before, after, edits))
    return [
        part
        for change in found
        if change.old < change.old_end or change.new < change.new_end
        for part in _split(change, old, new)
    ]


def split_lines(text: str) -> list[str]:
    r"""Return the lines of `text`, each with its "\n"; a text that ends with one has no empty last line."""
    lines = [line + NL for line in text.split(NL)]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines


def _touched(before: str, after: str, edits: Sequence[Edit]) -> Iterator[Change]:
    """Lines touched by each group of edits that share a line, in both texts."""
    old_lines, new_lines = _Finder(before), _Finder(after)
    shift = 0
    group: list[tuple[Edit, int]] = []
    for edit in edits:
        if group and old_lines.line(edit.start) > old_lines.line(group[-1][0].end):
            yield _change(group, old_lines, new_lines)
            group = []

        group.append((edit, edit.start + shift))
        shift += len(edit.text) - (edit.end - edit.start)

    if group:
        yield _change(group, old_lines, new_lines)


def _change(group: list[tuple[Edit, int]], old_lines: _Finder, new_lines: _Finder) -> Change:
    (first, start), (last, last_start) = group[0], group[-1]
    old, old_end = old_lines.line(first.start), old_lines.line(last.end) + 1
    new, new_end = new_lines.line(start), new_lines.line(last_start + len(last.text)) + 1
    return Change(old, old_end, new, new_end, _owners(group, new, new_end, new_lines))


def _owners(group: list[tuple[Edit, int]], new: int, new_end: int, new_lines: _Finder) -> tuple[int, ...]:
    """Owner of each new line: the first edit that put something on it, else the first one at all."""
    owners = [group[0][0].owner] * max(new_end - new, 1)
    for edit, start in reversed(group):
        body = len(edit.text) - len(edit.text.lstrip("\r\n"))
        first = new_lines.line(start + (body if body < len(edit.text) else 0))
        last = new_lines.line(start + len(edit.text.rstrip("\r\n")))
        for line in range(first, max(first, last) + 1):
            owners[min(line - new, len(owners) - 1)] = edit.owner

    return tuple(owners)


def _trimmed(change: Change, old: list[str], new: list[str]) -> Change:
    """The change without the lines at its edges that are the same in both texts."""
    start, end = change.old, min(change.old_end, len(old))
    new_start, new_end = change.new, min(change.new_end, len(new))
    owners = list(change.owners)
    while start < end and new_start < new_end and old[start] == new[new_start]:
        start, new_start = start + 1, new_start + 1
        owners = owners[1:] or owners

    while start < end and new_start < new_end and old[end - 1] == new[new_end - 1]:
        end, new_end = end - 1, new_end - 1

    return Change(start, end, new_start, new_end, tuple(owners[: max(new_end - new_start, 1)]))


def _split(change: Change, old: list[str], new: list[str]) -> Iterator[Change]:
    """The parts of a change, without the lines between them that are the same in both texts."""
    removed, added = old[change.old : change.old_end], new[change.new : change.new_end]
    if set(removed).isdisjoint(added):
        yield change
        return

    from difflib import SequenceMatcher

    for tag, start, end, new_start, new_end in SequenceMatcher(None, removed, added, autojunk=False).get_opcodes():
        if tag != "equal":
            at = change.new + new_start
            owners = change.owners[new_start:new_end] or (change.owners[min(new_start, len(change.owners) - 1)],)
            yield Change(change.old + start, change.old + end, at, change.new + new_end, owners)


def _hunk(group: list[Change], old: list[str], new: list[str]) -> Hunk:
    start = max(group[0].old - CONTEXT, 0)
    end = min(group[-1].old_end + CONTEXT, len(old))
    new_start = group[0].new - (group[0].old - start)
    lines, position = [], start
    for change in group:
        lines += [Line(" ", old[number], number) for number in range(position, change.old)]
        lines += [Line("-", old[number], number, change.owners[0]) for number in range(change.old, change.old_end)]
        pairs = zip(range(change.new, change.new_end), change.owners, strict=False)
        lines += [Line("+", new[number], number, owner) for number, owner in pairs]
        position = change.old_end

    lines += [Line(" ", old[number], number) for number in range(position, end)]
    count = sum(line.mark != "-" for line in lines)
    return Hunk(start, end - start, new_start, count, tuple(lines))


def _range(start: int, count: int) -> str:
    first = start + 1 if count else start
    return str(first) if count == 1 else f"{first},{count}"


class _Finder:
    """Line of an offset, counted from 0."""

    def __init__(self, text: str) -> None:
        self._starts = line_starts(text)

    def line(self, offset: int) -> int:
        return bisect.bisect_right(self._starts, offset) - 1
