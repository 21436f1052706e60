"""The plan of a run: findings, accepted fixes, and for each file the text, the diff and the proof that follow.

Every front end is a view of it: it accepts and rejects, looks at what follows, and has the result written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from fixer.diff import Hunk, hunks, unified
from fixer.finding import Finding
from fixer.outcome import Choice, Outcome
from fixer.project import Disk, Project
from fixer.proof import Identity, Proof
from fixer.rule import Rule
from fixer.sweep import sweep


class Held(msgspec.Struct, frozen=True):
    """A finding with a fix that is not in the result, and why, as a clause."""

    finding: Finding
    reason: str


class Written(msgspec.Struct, frozen=True):
    """A file that was to be written; `problem` says why it was not, as a clause."""

    path: str
    problem: str | None = None


class Plan:
    """Accepted fixes and what follows from them. Decisions can be undone and redone without limit."""

    def __init__(
        self,
        project: Project,
        rules: Sequence[Rule],
        choice: Choice,
        *,
        jobs: int = 0,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        self._disk = project.disk
        self._files = project.files
        self._policy = project.policy
        self._book = project.book
        self._rules = tuple(rules)
        self._jobs = jobs
        self._past: list[Choice] = []
        self._future: list[Choice] = []
        self.choice = choice
        self._outcomes = sweep(project, self._rules, choice, jobs=jobs, progress=progress)

    @property
    def outcomes(self) -> Sequence[Outcome]:
        """The outcome of every file, by path."""
        return self._outcomes

    @property
    def changed(self) -> list[Outcome]:
        """The files whose text differs from what was read, and the new ones."""
        return [outcome for outcome in self._outcomes if outcome.changed]

    def outcome(self, path: str) -> Outcome:
        """Return the outcome of one file. Raises KeyError when it is not in the run."""
        found = next((outcome for outcome in self._outcomes if outcome.path == path), None)
        if found is None:
            raise KeyError(path)

        return found

    # ---- deciding

    def reject(self, identities: Iterable[Identity]) -> None:
        """Leave these fixes out."""
        self._decide(msgspec.structs.replace(self.choice, rejected=self.choice.rejected | frozenset(identities)))

    def accept(self, identities: Iterable[Identity]) -> None:
        """Take these fixes back in that were rejected."""
        self._decide(msgspec.structs.replace(self.choice, rejected=self.choice.rejected - frozenset(identities)))

    def undo(self) -> bool:
        """Take the last decision back; return whether there was one."""
        if not self._past:
            return False

        self._future.append(self.choice)
        self.choice = self._past.pop()
        self._outcomes = self._sweep()
        return True

    def redo(self) -> bool:
        """Make the decision again that was taken back last; return whether there was one."""
        if not self._future:
            return False

        self._past.append(self.choice)
        self.choice = self._future.pop()
        self._outcomes = self._sweep()
        return True

    def _decide(self, choice: Choice) -> None:
        self._past.append(self.choice)
        self._future.clear()
        self.choice = choice
        self._outcomes = self._sweep()

    def _sweep(self) -> list[Outcome]:
        """Look at the files anew: a fix leaves its project in the new state."""
        project = Project(self._disk, self._files, self._policy, self._book)
        return sweep(project, self._rules, self.choice, jobs=self._jobs)

    # ---- what follows

    def held(self) -> Iterator[Held]:
        """Findings whose fix is not in the result, each with the reason."""
        for outcome in self._outcomes:
            reasons = {one.finding.identity: one.reason for one in (*outcome.refused, *outcome.failed)}
            for finding in outcome.remaining:
                if finding.fix is not None:
                    yield Held(finding, reasons.get(finding.identity) or why_held(finding, self.choice))

    def diff(self, path: str, name: str = "") -> str:
        """Return the unified diff of a file, called `name` in it or `path`; "" when it does not change."""
        outcome = self.outcome(path)
        if not outcome.changed or outcome.before is None or outcome.after is None:
            return ""

        return unified(name or path, outcome.before.text, outcome.after.text, outcome.edits, new=outcome.new)

    def hunks(self, path: str) -> list[Hunk]:
        """Return the hunks of a file's diff; the owner of a line is an index into `outcome(path).applied`."""
        outcome = self.outcome(path)
        if outcome.before is None or outcome.after is None:
            return []

        return hunks(outcome.before.text, outcome.after.text, outcome.edits)

    def proof(self, path: str) -> Proof | None:
        """Return the proof of a changed file; None when it does not change."""
        return Proof() if self.outcome(path).changed else None

    def write(self) -> list[Written]:
        """Write the changed files, each whole or not at all; of files that one fix ties together, all or none."""
        return write(self._disk, self.changed)


def write(disk: Disk, changed: Iterable[Outcome]) -> list[Written]:
    """Write changed files, each whole or not at all; of files that one fix ties together, all or none."""
    return [result for group in _tied(changed) for result in _write_group(disk, group)]


def _write_group(disk: Disk, group: Sequence[Outcome]) -> list[Written]:
    stale = next((problem for outcome in group if (problem := disk.stale(outcome.path))), None)
    if stale is None:
        stale = _write_all(disk, sorted(group, key=lambda outcome: not outcome.new))

    return [Written(outcome.path, stale) for outcome in group]


def _write_all(disk: Disk, group: Sequence[Outcome]) -> str | None:
    """Write the files; return why that did not work, and then the ones written before are as they were."""
    done: list[Outcome] = []
    problem = None
    try:
        for outcome in group:
            assert outcome.after is not None
            problem = disk.write(outcome.path, outcome.after.encoded())
            if problem is not None:
                break

            done.append(outcome)
    except BaseException:
        _restore(disk, done)
        raise

    if problem is None:
        return None

    failed = group[len(done)].path
    lost = _restore(disk, done)
    left = f"; {', '.join(lost)} could not be put back" if lost else ""
    return f"{problem}{left}" if len(group) == 1 else f"{failed}: {problem}{left}"


def _restore(disk: Disk, done: Sequence[Outcome]) -> list[str]:
    """Put files back as they were read; return those where that did not work."""
    lost = []
    for outcome in reversed(done):
        assert outcome.before is not None
        gone = disk.remove(outcome.path) if outcome.new else disk.write(outcome.path, outcome.before.encoded())
        lost += [outcome.path] if gone else []

    return lost


def why_held(finding: Finding, choice: Choice) -> str:
    """Return why the fix of a finding was not accepted, as a clause."""
    assert finding.fix is not None
    if finding.identity in choice.rejected:
        return "rejected"

    if finding.fix.risk > choice.risk:
        return f"risk {finding.fix.risk.name.lower()}"

    if finding.level < choice.level:
        return f"level {finding.level.name.lower()}"

    return "not chosen"


def _tied(outcomes: Iterable[Outcome]) -> list[list[Outcome]]:
    """Groups of files that share a fix; each other file is a group of its own."""
    groups: list[tuple[set[str], list[Outcome]]] = []
    for outcome in outcomes:
        paths = {outcome.path}
        for finding in outcome.applied:
            paths |= {operation.path for operation in finding.fix.patch} if finding.fix else set()

        members = [outcome]
        for group in [group for group in groups if not group[0].isdisjoint(paths)]:
            groups.remove(group)
            paths |= group[0]
            members = group[1] + members

        groups.append((paths, members))

    return [members for _, members in groups]
