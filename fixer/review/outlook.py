"""What there is to see of a run: findings as they are found, and what becomes of files under the decisions made."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from fixer.outcome import Choice, Outcome
from fixer.policy.policy import Policy
from fixer.project import Project
from fixer.proof import Identity
from fixer.review import params, scanning
from fixer.review.deciding import Desk
from fixer.review.diffs import diff_of, excerpt_of
from fixer.review.disk import Snapshot
from fixer.review.planning import Planner, Progress
from fixer.review.records import FileDiff, Item, Scanned, Why
from fixer.review.turn import Turn
from fixer.review.why import why_of
from fixer.rule import Rule


class Origin(msgspec.Struct, frozen=True):
    """Where a review comes from, beside its project.

    `shown` turns a path into the one a person would type. `skipped` are paths that were not looked at, each with its
    reason, `ignored` counts what ignore files leave out. `renew` returns the policy as it is now; it is asked after
    files changed, where policy depends on them (`--since`).
    """

    shown: Callable[[str], str] = str
    skipped: tuple[tuple[str, str], ...] = ()
    ignored: int = 0
    renew: Callable[[], Policy] | None = None


class Outlook(Desk):
    """What is found and what is decided, and what follows from it. Methods marked slow plan, or read files.

    `choice` is what is accepted at first: by risk and level, as `fixer fix` does it. Raises UserError for a lock file
    that cannot be read, and for a parameter that does not fit.
    """

    def __init__(
        self,
        project: Project,
        rules: Sequence[Rule],
        choice: Choice,
        origin: Origin = Origin(),  # noqa: B008 - frozen
    ) -> None:
        super().__init__(rules, choice, origin.shown)
        self.ignored = origin.ignored
        self.skipped = origin.skipped
        self._renew = origin.renew
        self._configured = project.policy
        self._inherits: dict[Identity, tuple[int, tuple[str, ...]]] = {}
        self._turn = Turn()
        disk = Snapshot(project.disk)
        for path in project.files:
            disk.take(path, project.known(path))

        project.disk = disk
        self.disk = disk
        # Here, so that a lock file that cannot be read ends the run before it starts.
        self.book = project.book
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
    def files(self) -> Sequence[str]:
        """The paths of the files of the run, whether they were looked at yet or not."""
        return self._planner.project.files

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
            wanted = list(paths)
            others = [path for path in wanted if self.disk.moved(path)]
            changed = self._again(wanted, tell)
            for path in others:
                self.unwritten(path)

            return changed

    def _again(self, paths: Sequence[str], tell: Progress | None = None) -> list[str]:
        if self._renew is not None:
            self._configure(self._renew())

        changed = scanning.again(self, self._planner, paths, tell)
        self.decisions.touch(changed)
        return changed

    def stale(self) -> dict[str, str]:
        """Return the files that changed on disk since they were read, each with the reason as a clause."""
        moved = [path for path in list(self._planner.seen) if self.disk.moved(path)]
        return {path: problem for path in moved if (problem := self.disk.stale(path))}

    # ---- what follows

    def outcome(self, path: str) -> Outcome:
        """Return what becomes of a file (slow unless `is_planned`), also of one that a fix of another file makes.

        Raises KeyError for one that nothing is known about.
        """
        with self._turn.ahead():
            if (known := self._planner.known(path)) is not None:
                return known

            if path not in self._planner.seen:
                return self._planner.made(path)

            version = self.decisions.version(path)
            outcome = self._planner.outcome(path)
            self.planned(outcome, version)
            return outcome

    def is_planned(self, path: str) -> bool:
        """Whether `outcome` and `diff` of a file are there at once. Never waits: while others are planned, it is no."""
        with self._turn.at_once() as mine:
            return mine and self._planner.known(path) is not None

    def diff(self, path: str) -> FileDiff:
        """Return the diff of a file under the decisions made; slow as `outcome` is."""
        return diff_of(self.outcome(path))

    def glance(self, path: str) -> FileDiff:
        """Return the diff of a file beside the others as they are; what their fixes change about it may be missing.

        It takes a moment, also for a file that depends on a thousand others: for showing something while `diff` runs.
        """
        with self._turn.ahead():
            if (known := self._planner.known(path)) is not None:
                return diff_of(known)

            seen = path in self._planner.seen
            return diff_of(self._planner.glance(path) if seen else self._planner.made(path))

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
        """Return all there is to say about an item; who inherits from it only once `inherits` was asked."""
        generation, found = self._inherits.get(item.key, (-1, ()))
        known = found if generation == self.generation else ()
        return why_of(item, self.rule(item), self.reason(item.key), known)

    def inherits(self, key: Identity) -> tuple[str, ...]:
        """Return, as clauses, who else takes over what a fix changes, and what builds on the file (slow)."""
        item = self.item(key)
        if item is None:
            return ()

        with self._turn.ahead():
            generation = self.generation
            found = (*self._gone_with(item), *self._planner.users(item.path))

        self._inherits[key] = generation, found
        return found

    def _gone_with(self, item: Item) -> Iterator[str]:
        """The other findings that go with the fix of one."""
        if item.finding.fix is None or item.later or item.path not in self._planner.seen:
            return

        choice = Choice(only=frozenset([item.key]), accepted=frozenset([item.key]))
        for outcome in self._planner.under([item.path], choice):
            left = {finding.identity for finding in outcome.remaining}
            for one in dict.fromkeys(finding.identity for finding in outcome.findings):
                if one[0] == item.finding.rule and one not in left and one != item.key and outcome.changed:
                    yield f"{one[2]}{f' in {self.shown(one[1])}' if one[1] != item.path else ''} takes it over"

    def outcomes(self, tell: Progress | None = None) -> list[Outcome]:
        """Plan all files (slow) and return what becomes of them, by path; `tell` hears of each file."""
        with self._turn.ahead():
            versions = {path: self.decisions.version(path) for path in self._planner.seen}
            found = self._planner.everything(tell)
            for outcome in found:
                if outcome.path in versions:
                    self.planned(outcome, versions[outcome.path])

            return found

    def _configure(self, policy: Policy) -> None:
        self._configured = policy
        self._planner.project.policy = params.with_params(policy, self._params)
