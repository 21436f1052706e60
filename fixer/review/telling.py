"""What a report says after a review: only what was written is fixed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from fixer.outcome import Outcome
from fixer.report.rows import Report, Row

NOT_WRITTEN = "accepted, not written"
NOT_SEEN = "it was not looked at: the scan was stopped"


class Reviewed(Report, frozen=True):
    """A report in which a fix that is accepted and not written is held."""

    def rows(self, outcome: Outcome) -> list[Row]:
        """Return the rows of one file; see `Report.rows`."""
        return [self._held(row) for row in super().rows(outcome)]

    def _held(self, row: Row) -> Row:
        if row.status != "held" or self.choice is None or not self.choice.accepts(row.finding):
            return row

        return msgspec.structs.replace(row, reason=NOT_WRITTEN, option="")


def told(planned: Iterable[Outcome], seen: Mapping[str, Outcome], written: Mapping[str, Outcome]) -> list[Outcome]:
    """Return what is reported of each file, by path.

    `planned` is what would become of files, `seen` what was found in them as they are now, `written` what was written
    into them before. A file that nobody made yet is left out.
    """
    outcomes = {one.path: one for one in planned if one.path in seen or one.path in written}
    return [_of_file(outcomes[path], seen.get(path), written.get(path)) for path in sorted(outcomes)]


def _of_file(planned: Outcome, seen: Outcome | None, written: Outcome | None) -> Outcome:
    now = seen or planned
    now = msgspec.structs.replace(now, refused=planned.refused, failed=planned.failed, crashes=planned.crashes)
    if written is None:
        return now

    excuses = {finding.identity: finding.excuse for finding in now.findings}
    return msgspec.structs.replace(
        written,
        findings=tuple(
            msgspec.structs.replace(one, excuse=excuses.get(one.identity, one.excuse)) for one in written.findings
        ),
        remaining=now.findings,
        refused=now.refused,
        failed=now.failed,
        crashes=now.crashes,
        problem=now.problem,
        problem_line=now.problem_line,
    )


def together(before: Outcome | None, now: Outcome) -> Outcome:
    """Return what was written into a file in all: the text before is that of the first time."""
    if before is None:
        return now

    return msgspec.structs.replace(before, applied=(*before.applied, *now.applied))
