"""Suppressions in comments: ours, and those of other tools that concern our rules (rules/README 4.4 and 4.5)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from fixer.formats.comments import Comment
from fixer.policy.markers import in_comments
from fixer.policy.shape import date_of
from fixer.text import Lines

_OURS = re.compile(r"#+\s*fixer:\s*(?P<word>[a-z-]+)\s*(?:\[(?P<names>[^\]]*)\])?\s*(?P<rest>.*)")
_FIELD = re.compile(r"(?:^|\s)(?P<key>expires|issue)=(?P<value>\S+)")
_HADOLINT = re.compile(r"#\s*hadolint\s+(?P<scope>global\s+)?ignore\s*=\s*(?P<names>[A-Za-z0-9, ]+)")
_BUILDKIT = re.compile(r"#\s*check\s*=\s*(?:[^;]*;)*\s*skip\s*=\s*(?P<names>[A-Za-z, ]+)")
_TRIVY = re.compile(r"trivy:ignore:(?P<name>[A-Za-z0-9-]+)")
_CHECKOV = re.compile(r"checkov:skip=(?P<name>[A-Za-z0-9_]+)(?::(?P<reason>.*))?")
_KICS = re.compile(r"#\s*kics-scan\s+(?P<word>ignore-line|ignore-block|ignore)\b")
_DCLINT = re.compile(r"#\s*dclint\s+disable(?P<line>-line)?(?P<names>(?:\s+[a-z-]+)*)")
_ZIZMOR = re.compile(r"#\s*zizmor:\s*ignore\[(?P<names>[^\]]+)\]")


class Suppression(msgspec.Struct, frozen=True):
    """What a comment says: which rules (none: all) it lets pass from `first` to `last` line, and why.

    `by` is `comment` or `annotation` for ours, and `foreign` for those of other tools. `line` is where it is written;
    an annotation has no `comment`. `problem` says why ours does not hold.
    """

    by: str
    names: tuple[str, ...]
    first: int
    last: int
    line: int
    comment: Comment | None
    reason: str = ""
    expires: str = ""
    issue: str = ""
    problem: str = ""


def suppressions(
    text: str, comments: Sequence[Comment], blocks: Blocks, *, own: bool, foreign: bool
) -> list[Suppression]:
    """Return what the comments of a file say; `blocks` tells which lines belong to what stands on a line."""
    found: list[Suppression] = []
    position = Lines(text).position
    for comment in comments:
        words = text[comment.start : comment.end]
        if not in_comments(words):
            continue

        line = position(comment.start)[0]
        target = blocks(line, alone=comment.alone)
        if own and (match := _OURS.match(words)):
            found.append(_ours(match, comment, line, target))
        elif foreign:
            found += _foreign(words, comment, line, target)

    return found


class Blocks:
    """Which lines are meant by a comment: those of what follows it, or of what stands beside it."""

    def __init__(self, text: str, spans: Sequence[tuple[int, int]] | None = None) -> None:
        self._lines = text.split("\n")
        self._spans = spans

    def __call__(self, line: int, *, alone: bool) -> tuple[int, int]:
        """Return the first and the last line that a comment on `line` is about, counted from 1."""
        if self._spans is not None:
            return next(((first, last) for first, last in self._spans if last >= line), (line, line))

        start = line
        while alone and start < len(self._lines) and self._lines[start - 1].lstrip()[:1] in {"#", ""}:
            start += 1

        return start, self._end(start)

    def _end(self, start: int) -> int:
        """Last line of the block that begins on a line: all that stands further right, and items at its own column."""
        head = self._lines[start - 1]
        column = len(head) - len(head.lstrip())
        opens = head.split(" #")[0].rstrip().endswith(":") and not head.lstrip().startswith("- ")
        last = start
        for number in range(start, len(self._lines)):
            line = self._lines[number]
            bare = line.lstrip()
            if not bare.strip() or bare.startswith("#"):
                continue

            inner = len(line) - len(bare)
            if inner < column or (inner == column and not (opens and bare.startswith("- "))):
                break

            last = number + 1

        return last


EVERYWHERE = (1, 1 << 30)
# Every rule that another tool has under a name of its own, told by how that tool spells its names.
ALL_OF_KICS = "all of kics"
ALL_OF_DCLINT = "all of dclint"
ALL_OF_POLARIS = "all of polaris"
ALL_OF_KUBE_LINTER = "all of kube-linter"


def _ours(match: re.Match[str], comment: Comment, line: int, target: tuple[int, int]) -> Suppression:
    word, rest = match["word"], match["rest"]
    fields = {found["key"]: found["value"] for found in _FIELD.finditer(rest)}
    reason = _FIELD.sub("", rest).strip()
    names = tuple(name.strip() for name in (match["names"] or "").split(",") if name.strip())
    first, last = EVERYWHERE if word == "ignore-file" else target
    expires = fields.get("expires", "")
    problem = next(_problems(word, names, reason, expires), "")
    said = Suppression("comment", names, first, last, line, comment, reason, expires, fields.get("issue", ""))
    return msgspec.structs.replace(said, expires="", problem=problem) if problem else said


def _problems(word: str, names: tuple[str, ...], reason: str, expires: str) -> Iterator[str]:
    if word not in {"ignore", "ignore-file"}:
        yield f"there is no `fixer: {word}`: write `fixer: ignore[rule] reason`, or ignore-file for the whole file"

    if not names:
        yield "it names no rule: write `fixer: ignore[rule] reason`"

    if not reason:
        yield "it gives no reason: write one behind the bracket"

    if expires and date_of(expires) is None:
        yield f"{expires} is no date: write expires=2027-03-31"


def _foreign(words: str, comment: Comment, line: int, target: tuple[int, int]) -> Iterator[Suppression]:
    def one(names: tuple[str, ...], lines: tuple[int, int], reason: str = "") -> Suppression:
        return Suppression("foreign", names, *lines, line, comment, reason or words.lstrip("# ").strip())

    if match := _HADOLINT.match(words):
        yield one(_names(match["names"]), EVERYWHERE if match["scope"] else target)

    if match := _BUILDKIT.match(words):
        yield one(_names(match["names"]), EVERYWHERE)

    for match in _TRIVY.finditer(words):
        yield one((match["name"],), target)

    if match := _CHECKOV.search(words):
        yield one((match["name"],), EVERYWHERE, (match["reason"] or "").strip())

    if match := _KICS.match(words):
        yield one((ALL_OF_KICS,), EVERYWHERE if match["word"] == "ignore" else target)

    if match := _DCLINT.match(words):
        yield one(tuple(match["names"].split()) or (ALL_OF_DCLINT,), target if match["line"] else EVERYWHERE)

    if match := _ZIZMOR.match(words):
        yield one(_names(match["names"]), target)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for name in re.split(r"[\s,]+", text.strip()) if name)
