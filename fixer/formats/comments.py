"""Comments that say something to a program, their removal and their correction: alike in every format."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from fixer.finding import Operation
from fixer.formats.format import Lowered
from fixer.text import Edit, Source, apply


class Comment(msgspec.Struct, frozen=True):
    """A comment: its span with the marker, and whether it has its lines to itself."""

    start: int
    end: int
    alone: bool


class RemoveComment(msgspec.Struct, frozen=True):
    """Remove the comment that begins at `start`; with its line when it stands alone. `text` is what stands there."""

    path: str
    start: int
    text: str


class ReplaceInComment(msgspec.Struct, frozen=True):
    """Put `new` in the place of the words `old` of a comment, which begin at `start`; both are of one line."""

    path: str
    start: int
    old: str
    new: str


_OF_COMMENTS = (RemoveComment, ReplaceInComment)


def apart(patches: Mapping[int, Sequence[Operation]]) -> bool:
    """Whether one of the patches changes a comment alone."""
    return any(isinstance(operation, _OF_COMMENTS) for patch in patches.values() for operation in patch)


Patches = Mapping[int, Sequence[Operation]]


def lower(text: str, patches: Patches, write: Callable[[Patches], Lowered]) -> Lowered:
    """Return the edits of the patches: `write` makes those that are about more than a comment.

    Comments go in a round of their own, after the others.
    """
    others = {owner: patch for owner, patch in patches.items() if not apart({owner: patch})}
    if len(others) == len(patches):
        return write(patches)

    if not others:
        return _removed(text, patches)

    lowered = write(others)
    waiting = frozenset(patches) - frozenset(others)
    return msgspec.structs.replace(lowered, deferred=lowered.deferred | waiting)


def above(source: Source, start: int, words: str) -> Edit:
    """Return the edit that puts a comment on a line of its own above the line at `start`, as far right as that."""
    line = source.text.rfind("\n", 0, start) + 1
    before = source.text[line:start]
    indentation = before[: len(before) - len(before.lstrip(" \t"))]
    return Edit(line, line, f"{indentation}{words}{source.newline}")


def _removed(text: str, patches: Patches) -> Lowered:
    """The edits of patches each of which changes comments and does nothing else; others are refused."""
    refused = {owner: reason for owner, patch in patches.items() if (reason := _refusal(patch))}
    done = [owner for owner in patches if owner not in refused]
    effects = [one for owner in done for one in patches[owner]]
    edits = [_edit(text, one, owner) for owner in done for one in patches[owner] if isinstance(one, _OF_COMMENTS)]
    ordered = tuple(sorted(edits, key=lambda edit: edit.start))
    return Lowered(ordered, frozenset(done), frozenset(), refused, tuple(effects))


def _refusal(patch: Sequence[Operation]) -> str | None:
    if not all(isinstance(one, _OF_COMMENTS) for one in patch):
        return "a comment is changed alone"

    new = (one.new for one in patch if isinstance(one, ReplaceInComment))
    return "a comment is one line" if any(words.splitlines() not in ([], [words]) for words in new) else None


def difference(before: str, after: str, effects: Sequence[Operation]) -> str | None:
    """Return how `after` differs from `before` with the comments changed, as a clause; None when it does not."""
    edits = [_edit(before, effect, 0) for effect in effects if isinstance(effect, _OF_COMMENTS)]
    if len(edits) != len(effects):
        return "something else changed along with a comment"

    if _refusal(effects):
        return "a comment would have several lines"

    return None if apply(before, edits) == after else "more than the comment changed"


def _edit(text: str, operation: RemoveComment | ReplaceInComment, owner: int) -> Edit:
    start = operation.start
    if isinstance(operation, ReplaceInComment):
        end = start + len(operation.old)
        assert text[start:end] == operation.old, operation
        return Edit(start, end, operation.new, owner)

    end = start + len(operation.text)
    assert text[start:end] == operation.text, operation
    line = text.rfind("\n", 0, start) + 1
    if text[line:start].strip():
        return Edit(len(text[:start].rstrip(" \t")), end, "", owner)

    after = text.find("\n", end)
    if after >= 0:
        return Edit(line, after + 1, "", owner)

    # The last line, which has no line end: that of the line before goes.
    return Edit(max(line - (2 if text[line - 2 : line] == "\r\n" else 1), 0), len(text), "", owner)
