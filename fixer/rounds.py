"""Apply accepted fixes in rounds until nothing is left, prove each round, and find the culprit when a proof fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from fixer.attempt import Attempt, attempt_of
from fixer.engine import Engine, crash_of
from fixer.finding import Finding
from fixer.formats.format import FormatError, Lowered
from fixer.formats.yaml import NewFile, render_file
from fixer.kinds import kind_named
from fixer.outcome import Choice, Outcome, Refused, crosses
from fixer.pieces import Pieces
from fixer.policy.markers import INVALID
from fixer.proof import Identity, check_bytes, check_effects, check_gone, check_meaning, check_newlines
from fixer.text import Edit, Source, TextError

MAX_ROUNDS = 10
MAX_RESTARTS = 20


def fix(
    engine: Engine,
    paths: Sequence[str],
    choice: Choice,
    *,
    local: bool = False,
    progress: Callable[[int], None] | None = None,
) -> list[Outcome]:
    """Return what becomes of the files when the accepted fixes are applied; nothing is written.

    The project is left in the new state. With `local`, fixes that touch a second file are left out. Files that fixes
    made, or that fixes of other files changed, follow behind the ones asked for. `progress` is told of each file.
    """
    rounds = Rounds(engine, choice, local=local)
    for path in paths:
        rounds.settle(path)
        if progress:
            progress(1)

    return rounds.outcomes(paths)


class State:
    """What has become of one file so far; `expected` are findings that fixes bring along by their nature."""

    def __init__(self, outcome: Outcome, findings: Sequence[Finding]) -> None:
        self.start = outcome
        self.first = frozenset(finding.identity for finding in findings)
        self.refused: dict[Identity, Refused] = {}
        self.failed: dict[Identity, Refused] = {}
        self.crashes = {(crash.rule, crash.error): crash for crash in outcome.crashes}
        self.begin(findings)

    def begin(self, findings: Sequence[Finding]) -> None:
        """Go back to the file as it was read."""
        self.findings = list(findings)
        self.initial = self.findings
        self.pieces = Pieces(len(self.start.before.text) if self.start.before else 0)
        self.applied: list[Finding] = []
        self.origin: dict[Identity, Round] = {}
        self.expected: set[Identity] = set()


class Round(msgspec.Struct, frozen=True):
    """One round of a file: the text before it, and the fixes it applied."""

    before: Source
    fixes: tuple[Finding, ...]


class Rounds:
    """Brings the files of a project to the state in which no accepted fix is left."""

    def __init__(self, engine: Engine, choice: Choice, *, local: bool) -> None:
        self._engine = engine
        self._project = engine.project
        self._choice = choice
        self._local = local
        self._states: dict[str, State] = {}
        self._excluded: set[Identity] = set()

    def settle(self, path: str) -> None:
        """Apply what is accepted in the file until nothing is left, and prove the whole.

        A crash of our own leaves the file as it was and is reported as such.
        """
        state = self._state(path)
        try:
            self._settle(state)
        except Exception as error:  # noqa: BLE001 - one file's bug must not stop the run
            self._restart(state, again=False)
            state.crashes["engine", repr(error)] = crash_of("engine", path, error)

    def _settle(self, state: State) -> None:
        for _ in range(MAX_RESTARTS):
            ended = self._run(state)
            culprits = self._culprits(state) if ended else []
            if ended and not culprits:
                return

            for finding, reason in culprits:
                self._fail(state, finding, reason)

            self._restart(state)

    def outcomes(self, paths: Sequence[str]) -> list[Outcome]:
        """Return what became of the files asked for, and behind them of others that changed."""
        asked = set(paths)
        others = sorted(path for path, state in self._states.items() if path not in asked and state.applied)
        return [self._outcome(self._states[path]) for path in [*paths, *others]]

    # ---- one file

    def _state(self, path: str) -> State:
        if path not in self._states:
            outcome = self._engine.check(path)
            self._states[path] = State(outcome, outcome.findings)

        return self._states[path]

    def _run(self, state: State) -> bool:
        """Apply fixes until none is left; return whether that end was reached. Fixes that prevent it are failed."""
        hopeless: set[Identity] = set()
        for _ in range(MAX_ROUNDS):
            # What was refused in one round may be possible in the next, on another text.
            state.refused.clear()
            candidates = self._candidates(state)
            ready = self._ready(state, candidates, hopeless)
            if self._round(state, ready):
                continue

            if len(ready) == len(candidates) or state.refused.keys() <= hopeless:
                return True

            hopeless |= state.refused.keys()

        for finding in self._candidates(state):
            if finding.identity not in state.refused:
                self._fail(state, finding, f"no end was reached in {MAX_ROUNDS} rounds")

        return False

    def _candidates(self, state: State) -> list[Finding]:
        found: dict[Identity, Finding] = {}
        for finding in state.findings:
            wanted = self._choice.accepts(finding) and finding.identity not in self._excluded
            if wanted and not (self._local and crosses(finding)):
                found.setdefault(finding.identity, finding)

        return list(found.values())

    @staticmethod
    def _ready(state: State, candidates: list[Finding], hopeless: set[Identity]) -> list[Finding]:
        """The candidates that need not wait for the fix of another rule in the file; nobody waits for a refused one."""
        waits = kind_named(state.start.kind).waits if state.start.kind else {}
        awaited = {finding.rule for finding in candidates if finding.identity not in hopeless}
        return [finding for finding in candidates if awaited.isdisjoint(waits.get(finding.rule, ()))]

    def _round(self, state: State, candidates: Sequence[Finding]) -> bool:
        """Apply what can be applied of the candidates; return whether there may be more to do."""
        attempt = attempt_of(self._project, dict(enumerate(candidates)))
        for owner, reason in attempt.refused.items():
            self._refuse(state, candidates[owner], reason)

        if not attempt.done:
            return False

        if self._apply(attempt) is not None:
            self._isolate(state, attempt)

        return True

    def _isolate(self, state: State, attempt: Attempt) -> None:
        """The fixes of a round do not pass together: find those that fail alone, apply one of the others."""
        for owner, finding in attempt.done.items():
            alone = attempt_of(self._project, {owner: finding})
            if not alone.done:
                continue

            reason = self._apply(alone)
            if reason is None:
                return

            self._fail(state, finding, reason)

    # ---- applying

    def _apply(self, attempt: Attempt) -> str | None:
        """Apply and prove the attempt in every file it touches; return why it cannot stay, and then leave no trace."""
        before = {path: self._project.source(path) for path in attempt.lowered}
        for path in attempt.lowered:
            self._state(path)  # of a file that only the fix of another one touches: before it changes

        for path, operation in attempt.made.items():
            self._project.replace(path, Source(render_file(operation.value)))

        found = self._proven_all(before, attempt)
        if isinstance(found, str):
            for path in attempt.made:
                self._project.remove(path)

            self._revert(before)
            return found

        for path, findings in found.items():
            edits = attempt.lowered[path].edits if path in attempt.lowered else ()
            self._record(path, before.get(path) or self._project.source(path), edits, findings, attempt.done)

        for path, operation in attempt.made.items():
            self._make(path, operation, attempt.done)

        return None

    def _proven_all(self, before: Mapping[str, Source], attempt: Attempt) -> dict[str, list[Finding]] | str:
        """Return the findings of each file whose fixes or text are in the attempt, or why the attempt must not stay."""
        found: dict[str, list[Finding]] = {}
        for path, lowered in attempt.lowered.items():
            result = self._proven(path, before[path], lowered, attempt.done.values())
            if isinstance(result, str):
                return result

            found[path] = result

        crossing = {finding.path for finding in attempt.done.values() if crosses(finding)}
        for path in sorted(crossing):
            self._project.forget(path)
            found[path] = self._found(path)
            present = {finding.identity for finding in found[path]}
            fixed = [finding.identity for finding in attempt.done.values() if finding.path == path]
            if reason := check_gone(fixed, present):
                return reason

        return found

    def _found(self, path: str) -> list[Finding]:
        file = self._project.load(path)
        assert file is not None, path
        findings, crashes = self._engine.find(file, self._project.kind(path) or "")
        self._state(path).crashes.update({(crash.rule, crash.error): crash for crash in crashes})
        return findings

    def _proven(self, path: str, before: Source, lowered: Lowered, fixes: Iterable[Finding]) -> list[Finding] | str:
        """Put the result in place of the file; return its findings, or why it must not stay."""
        old = self._project.load(path)
        assert old is not None, path
        try:
            after = before.edited(lowered.edits)
        except TextError as error:
            return str(error)

        self._project.replace(path, after)
        planned = [one for finding in fixes if finding.fix for one in finding.fix.patch if one.path == path]
        reason = (
            check_bytes(before, after, lowered.edits)
            or check_newlines(before.text, after.text)
            or check_effects(old.parsed, planned, lowered.effects)
        )
        if reason:
            return reason

        try:
            new = self._project.load(path)
        except FormatError as error:
            return f"the result cannot be read: {error.reason}"

        if new is None:
            return "the result is no longer a file of its kind"

        if reason := check_meaning(old.parsed, new.parsed, lowered):
            return reason

        findings = self._found(path)
        fixed = {finding.identity for finding in fixes if finding.path == path and not crosses(finding)}
        return check_gone(fixed, {finding.identity for finding in findings}) or findings

    def _revert(self, before: Mapping[str, Source]) -> None:
        for path, source in before.items():
            self._project.replace(path, source)

    def _record(
        self, path: str, before: Source, edits: Sequence[Edit], findings: list[Finding], done: Mapping[int, Finding]
    ) -> None:
        state = self._state(path)
        owners = {edit.owner for edit in edits}
        mine = [owner for owner, finding in done.items() if finding.path == path or owner in owners]
        numbers = {owner: len(state.applied) + number for number, owner in enumerate(mine)}
        fixes = tuple(done[owner] for owner in mine)
        state.applied += fixes
        state.pieces.apply([msgspec.structs.replace(edit, owner=numbers[edit.owner]) for edit in edits])
        state.findings = findings
        brought = {name for finding in fixes for name in self._brings_along(state, finding)}
        state.expected |= {finding.identity for finding in findings if finding.rule in brought}
        for finding in findings:
            known = finding.identity in state.first or finding.identity in state.expected
            if not known and finding.rule != INVALID:
                state.origin.setdefault(finding.identity, Round(before, fixes))

    @staticmethod
    def _brings_along(state: State, finding: Finding) -> tuple[str, ...]:
        return kind_named(state.start.kind).brings.get(finding.rule, ()) if state.start.kind else ()

    def _make(self, path: str, operation: NewFile, done: Mapping[int, Finding]) -> None:
        owner = next(finding for finding in done.values() if operation in (finding.fix.patch if finding.fix else ()))
        after = self._project.source(path)
        state = State(Outcome(path, kind=self._project.kind(path) or "", before=Source(""), new=True), ())
        state.applied.append(owner)
        state.pieces.apply([Edit(0, 0, after.text)])
        self._states[path] = state

    # ---- what must not stay

    def _culprits(self, state: State) -> list[tuple[Finding, str]]:
        """Return the fixes that brought in findings which are still there, each with its reason."""
        present = {finding.identity: finding for finding in state.findings}
        brought = [identity for identity in state.origin if identity in present]
        if not brought:
            return []

        identity = brought[0]
        origin = state.origin[identity]
        reason = f"the result would have the finding of {identity[0]}: {identity[3]}"
        guilty = [finding for finding in origin.fixes if self._brings(state, origin.before, finding, identity)]
        return [(finding, reason) for finding in guilty or origin.fixes]

    def _brings(self, state: State, before: Source, finding: Finding, identity: Identity) -> bool:
        path = state.start.path
        self._project.replace(path, before)
        attempt = attempt_of(self._project, {0: finding})
        if path not in attempt.lowered or not attempt.done:
            return False

        result = self._proven(path, before, attempt.lowered[path], (finding,))
        return not isinstance(result, str) and any(one.identity == identity for one in result)

    def _restart(self, state: State, *, again: bool = True) -> None:
        """Go back to the file as it was read; files that its fixes touched go back with it."""
        touched = {operation.path for finding in state.applied if finding.fix for operation in finding.fix.patch}
        for path in touched | {state.start.path}:
            other = self._states.get(path)
            if other is None or other.start.before is None:
                continue

            if other.start.new:
                del self._states[path]
                self._project.remove(path)
                continue

            self._project.replace(path, other.start.before)
            other.begin(other.start.findings)

        for path in touched - {state.start.path}:
            if again and path in self._states:
                self._run(self._states[path])

    def _fail(self, state: State, finding: Finding, reason: str) -> None:
        self._excluded.add(finding.identity)
        state.failed[finding.identity] = Refused(finding, reason)

    def _refuse(self, state: State, finding: Finding, reason: str) -> None:
        state.refused[finding.identity] = Refused(finding, reason)

    def _outcome(self, state: State) -> Outcome:
        after = None if state.start.before is None else self._project.source(state.start.path)
        return msgspec.structs.replace(
            state.start,
            after=after,
            remaining=tuple(sorted(state.findings, key=lambda finding: finding.start)),
            applied=tuple(state.applied),
            edits=tuple(state.pieces.edits()) if state.applied else (),
            refused=tuple(state.refused.values()),
            failed=tuple(state.failed.values()),
            crashes=tuple(state.crashes.values()),
        )
