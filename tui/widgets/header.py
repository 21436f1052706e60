"""The line at the top: what is looked at, the totals, and how far the scan has come."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from fixer.review.records import Totals
from tui.painting import cut, safe
from tui.signs import UNICODE, Signs

_BAR = 12


class Header(Widget):
    """Totals of the review."""

    totals: reactive[Totals] = reactive(Totals())
    scanned: reactive[tuple[int, int]] = reactive((0, 0))
    scanning: reactive[bool] = reactive(default=True)
    place: reactive[str] = reactive("")
    work: reactive[str] = reactive("")

    def __init__(self, signs: Signs = UNICODE) -> None:
        super().__init__(id="header")
        self.signs = signs

    def render(self) -> Content:
        """Draw the line: the totals to the right, shorter words where there is less room."""
        width = self.size.width
        left = Content.assemble((" fixer ", "bold $primary"), (" ", ""))
        right = self._right(long=width >= 100, longest=width >= 78)
        room = width - left.cell_length - right.cell_length - 1
        name = cut(safe(self.place), room, self.signs.more)
        return Content.assemble(left, (name, "$foreground 60%"), " " * (room - cell_len(name)), right, " ")

    def _right(self, *, long: bool, longest: bool) -> Content:
        signs, totals = self.signs, self.totals
        there = totals.findings - totals.written
        parts = [(f"{there:,}", f"finding{'s' * (there != 1)}" if longest else "", "$foreground")]
        parts += [(f"{signs.accepted} {totals.accepted:,}", "accepted" if longest else "", "$success")]
        parts += [(f"{signs.open} {totals.open:,}", "open", "$warning")] if long else []
        parts += [
            (
                f"{signs.changed} {totals.files:,}",
                f"file{'s' * (totals.files != 1)} to write" if long else "to write",
                "$primary",
            )
        ]
        parts += [(f"{signs.refused} {totals.refused:,}", "refused", "$error")] if totals.refused or long else []
        found = [
            Content.assemble((number, f"bold {colour}"), (f" {word}" if word else "", "$foreground 70%"))
            for number, word, colour in parts
        ]
        work = [Content.styled(f"{self.work}{signs.more}", "bold $accent")] if self.work else []
        done, total = self.scanned
        part = [Content.styled(f"{done}/{total} files scanned" if long else f"{done}/{total}", "bold $warning")]
        left = [self._progress()] if self.scanning else [*(part if done < total else []), *work]
        return Content("  ").join([*left, *found])

    def _progress(self) -> Content:
        done, total = self.scanned
        if not total:
            return Content.styled(f"looking for files{self.signs.more}", "$accent")

        filled = _BAR * done // total
        return Content.assemble(
            (self.signs.full * filled, "$accent"),
            (self.signs.rest * (_BAR - filled), "$foreground 30%"),
            (f" {done}/{total}", "$foreground 70%"),
        )
