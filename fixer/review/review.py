"""The review: findings as they are found, what a person decides about them, and what follows. Front ends show it.

Threads: `scan` runs in one thread while others look and decide. What is looked at and decided is under one lock, held for
moments only; finding and planning take turns under a second one (`Turn`), and decisions never wait for it.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence

from fixer.outcome import Choice, Outcome
from fixer.policy.policy import Policy
from fixer.policy.writing import Ignore
from fixer.project import Project
from fixer.proof import Identity
from fixer.review import scanning
from fixer.review.deciding import Desk
from fixer.review.diffs import diff_of, excerpt_of
from fixer.review.disk import Snapshot
from fixer.review.planning import Planner, Progress
from fixer.review.records import FileDiff, Item, Scanned, Summary, Why, WriteResult
from fixer.review.turn import Turn
from fixer.review.why import why_of
from fixer.review.writing import applied_in, summary_of, write_outcomes
from fixer.rule import Rule


class Review(Desk):
    """All that a front end needs of a run: it looks, decides, and has files written. Methods marked slow plan or read.

    `shown` turns a path into the one a person would type. `skipped` are paths that were not looked at, each with its
    reason, `ignored` counts what ignore files leave out. `renew` returns the policy as it is now; it is asked after files
    changed where policy depends on them (`--since`).
    """

    def __init__(
        self,
        project: Project,
        rules: Sequence[Rule],
        choice: Choice,
        *,
        shown: Callable[[str], str] = str,
        skipped: Iterable[tuple[str, str]] = (),
        ignored: int = 0,
        renew: Callable[[], Policy] | None = None,
    ) -> None:
        super().__init__(rules, choice, shown)
        self.ignored = ignored
        self.skipped = tuple(skipped)
        self._renew = renew
        self._turn = Turn()
        disk = Snapshot(project.disk)
        for path in project.files:
            disk.take(path, project.known(path))

        project.disk = disk
        self.disk = disk
        self._planner = Planner(project, rules, self.decisions)
        for path, reason in self.skipped:
            self.skip(path, reason)

    # ---- finding

    @property
    def root(self) -> str:
        """The folder that paths are relative to."""
        return self.disk.root

    @property
    def rules(self) -> Sequence[Rule]:
        """The rules of the run."""
        return self._planner.rules

    @property
    def scanned(self) -> tuple[int, int]:
        """How many files were looked at, and how many there are."""
        return len(self._planner.seen), len(self._planner.project.files)

    def scan(self, tell: Callable[[Scanned], None], stop: threading.Event) -> None:
        """Look at the files that were not looked at yet. Blocks: call it in a thread; `tell` is called in that thread.

        Setting `stop` ends it after the file at hand; calling it again goes on.
        """
        scanning.scan(self, self._planner, self._turn, tell, stop)

    def rescan(self, paths: Iterable[str], tell: Progress | None = None) -> list[str]:
        """Read files again (slow); return the paths where something is other than before. Decisions are kept."""
        with self._turn.ahead():
            return self._again(list(paths), tell)

    def _again(self, paths: Sequence[str], tell: Progress | None = None) -> list[str]:
        if self._renew is not None:
            self._planner.project.policy = self._renew()

        changed = scanning.again(self, self._planner, paths, tell)
        self.decisions.touch(changed)
        return changed

    def stale(self) -> dict[str, str]:
        """Return the files that changed on disk since they were read, each with the reason as a clause."""
        moved = [path for path in list(self._planner.seen) if self.disk.moved(path)]
        return {path: problem for path in moved if (problem := self.disk.stale(path))}

    # ---- what follows

    def outcome(self, path: str) -> Outcome:
        """Return what becomes of a file (slow unless `planned`). Raises KeyError for one not looked at yet."""
        if (known := self._planner.known(path)) is not None:
            return known

        with self._turn.ahead():
            version = self.decisions.version(path)
            outcome = self._planner.outcome(path)
            self.planned(outcome, version)
            return outcome

    def is_planned(self, path: str) -> bool:
        """Whether `outcome` and `diff` of a file are there at once."""
        return self._planner.known(path) is not None

    def diff(self, path: str) -> FileDiff:
        """Return the diff of a file under the decisions made; slow as `outcome` is."""
        return diff_of(self.outcome(path))

    def glance(self, path: str) -> FileDiff:
        """Return the diff of a file beside the others as they are; what their fixes change about it may be missing.

        It takes a moment, also for a file that depends on a thousand others: for showing something while `diff` runs.
        """
        if (known := self._planner.known(path)) is not None:
            return diff_of(known)

        with self._turn.ahead():
            return diff_of(self._planner.glance(path))

    def diffs(self, paths: Iterable[str]) -> Iterator[FileDiff]:
        """Yield the diffs of some files, one after the other; those that do not change are left out."""
        for path in paths:
            found = self.diff(path)
            if found.hunks or found.problem or found.refused:
                yield found

    def alone(self, key: Identity) -> tuple[FileDiff, ...]:
        """Return what the fix of one finding alone would do (slow): the diff of each file it touches."""
        choice = Choice(only=frozenset([key]), accepted=frozenset([key]))
        with self._turn.ahead():
            if key[1] not in self._planner.seen:
                return ()

            outcomes = self._planner.under([key[1]], choice)

        return tuple(diff_of(one) for one in outcomes if one.changed or one.refused or one.failed)

    def excerpt(self, key: Identity) -> FileDiff:
        """Return the lines around a finding as they are, its own marked."""
        item = self.item(key)
        return excerpt_of(item.finding, self.text(item.path)) if item else FileDiff(key[1])

    def why(self, item: Item) -> Why:
        """Return all there is to say about an item."""
        return why_of(item, self.rule(item), self.reason(item.key))

    # ---- writing

    def outcomes(self, tell: Progress | None = None) -> list[Outcome]:
        """Plan all files (slow) and return what becomes of them, by path; `tell` hears of each file."""
        with self._turn.ahead():
            versions = {path: self.decisions.version(path) for path in self._planner.seen}
            found = self._planner.everything(tell)
            for outcome in found:
                if outcome.path in versions:
                    self.planned(outcome, versions[outcome.path])

            return found

    def summary(self, tell: Progress | None = None) -> Summary:
        """Return what writing would do (slow); nothing is written."""
        return summary_of(self.outcomes(tell), self.stale())

    def write(self, tell: Progress | None = None) -> WriteResult:
        """Write what was decided (slow), and find anew what was written; files that changed meanwhile are left alone."""
        with self._turn.ahead():
            outcomes = self.outcomes(tell)
            result = write_outcomes(self.disk, outcomes)
            self._wrote([one for one in outcomes if one.path in result.written])
            self._again([*result.written, *result.failed])
            for path in sorted({one.finding.path for one in result.refused}):
                self._replanned(path)

            return result

    def _replanned(self, path: str) -> None:
        """Plan a file whose accepted fixes were refused, so that this is not forgotten."""
        with contextlib.suppress(KeyError):
            self.outcome(path)

    def _wrote(self, outcomes: Sequence[Outcome]) -> None:
        with self._lock:
            for outcome in outcomes:
                self.written(outcome.path, applied_in([outcome]))

            self._settled()
