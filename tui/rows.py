"""What the rows of the tree say."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from rich.cells import cell_len

from fixer.finding import Severity
from fixer.review.records import Item, State
from tui.grouping import Grouping, risk_word
from tui.outline import Counts, Group, Outline, Row
from tui.painting import Piece, cut, cut_path, safe, spread, width_of
from tui.signs import Signs

INDENT = 2
_WIDE, _ROOMY = 6, 36
_SHORT = {"medium": "med", "manual": "man.", "excused": "exc.", "refused": "ref.", "written": "done"}
_SEVERITIES = {severity.name.lower() for severity in Severity}
_QUIET = {State.UNFIXABLE, State.EXCUSED, State.REJECTED}
_LEFT = {State.EXCUSED, State.WRITTEN, State.REFUSED}


class Painter(msgspec.Struct, frozen=True):
    """Makes the pieces of rows that are `width` cells wide; `shown` names files as a person would."""

    outline: Outline
    signs: Signs
    shown: Callable[[str], str]
    width: int

    def pieces(self, row: Row) -> list[Piece]:
        """Return the pieces of a row."""
        if row.item is None:
            return self._group(row.group, row.group.counts(self.outline.book))

        return self._item(row.item, row.group)

    def _group(self, group: Group, counts: Counts) -> list[Piece]:
        signs = self.signs
        opener = signs.opened if self.outline.is_open(group) else signs.closed
        left: list[Piece] = [(f"{' ' * INDENT * group.depth}{opener} ", "dim"), self._mark(counts), (" ", "")]
        tail = f"{counts.accepted}/{counts.total}{' ' * (self.width >= _ROOMY)}"
        changed = f" {signs.changed}" if counts.touched else ""
        name, room = group.name[-1], self.width - width_of(left) - cell_len(tail) - cell_len(changed) - 1
        label = self._path(name, room) if self._names_files(group) else cut(name, room, signs.more)
        style = name if name in _SEVERITIES else "group"
        return spread([*left, (label, style), (changed, "changed")], [(tail, "dim")], self.width)

    def _item(self, item: Item, group: Group) -> list[Piece]:
        state, severity = self.outline.book.state(item.key), item.finding.severity.name.lower()
        left: list[Piece] = [
            (" " * (INDENT * (group.depth + 1)), ""),
            (f"{getattr(self.signs, state.value)} ", state.value),
            (f"{severity[0].upper()} ", severity),
        ]
        word = state.value if state in _LEFT else risk_word(item.risk)
        tail = f" {word:>{_WIDE}} " if self.width >= _ROOMY else f" {_SHORT.get(word, word[:4]):>4}"
        changed = f" {self.signs.changed}" if self.outline.book.touched(item.key) else ""
        room = self.width - width_of(left) - cell_len(tail) - cell_len(changed)
        label = self._label(item, group, room)
        style = "quiet" if state in _QUIET else ""
        return spread([*left, (label[0], style), (label[1], "dim"), (changed, "changed")], [(tail, word)], self.width)

    def _label(self, item: Item, group: Group, room: int) -> tuple[str, str]:
        line = f":{item.line}"
        room -= cell_len(line)
        if self._names_files(group):
            return cut(item.finding.rule, room, self.signs.more), line

        return self._path(item.path, room), line

    def _path(self, path: str, room: int) -> str:
        return cut_path(safe(self.shown(path)), room, self.signs.more)

    def _mark(self, counts: Counts) -> Piece:
        if not counts.fixable:
            return self.signs.unfixable, "unfixable"

        if counts.accepted == counts.fixable:
            return self.signs.all, "accepted"

        return (self.signs.some, "some") if counts.accepted else (self.signs.none, "open")

    def _names_files(self, group: Group) -> bool:
        grouping = self.outline.grouping
        return grouping is Grouping.FILE or (grouping is Grouping.ENVIRONMENT and group.depth == 1)


def mark_column(row: Row) -> int:
    """Return the column of the mark of a row."""
    return INDENT * (row.group.depth + 1)
