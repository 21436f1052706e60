"""The review: findings as they are found, what a person decides about them, and what follows. Front ends show it.

Threads: `scan` runs in one thread while others look and decide. What is looked at and decided is under one lock, held
for moments only; finding and planning take turns under a second one (`Turn`), and decisions never wait for it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence

import msgspec

from fixer.errors import UserError
from fixer.outcome import Choice, Outcome
from fixer.policy.policy import Policy
from fixer.policy.writing import Ignore, present
from fixer.proof import Identity
from fixer.report.forms import Context
from fixer.review import committing, exporting, ignoring, params, scanning, session, telling
from fixer.review.deciding import Mark
from fixer.review.decisions import Params, Rewritten, Step
from fixer.review.outlook import Outlook
from fixer.review.placing import place
from fixer.review.planning import Progress
from fixer.review.records import (
    Committed,
    Item,
    Preview,
    Setting,
    Summary,
    WriteResult,
)
from fixer.review.repository import Repository
from fixer.review.telling import together
from fixer.review.writing import applied_in, lines_after, refusals, summary_of, write_outcomes
from fixer.text import Source


class Review(Outlook):
    """All that a front end needs of a run: it looks, decides, and has files written. Methods marked slow plan or read.

    `choice` is what is accepted at first: by risk and level, as `fixer fix` does it.
    """

    # ---- writing

    def summary(self, tell: Progress | None = None) -> Summary:
        """Return what writing would do (slow); nothing is written."""
        return summary_of(self.outcomes(tell), self.stale(), self.scanned)

    def write(self, tell: Progress | None = None) -> WriteResult:
        """Write what was decided (slow), and find anew what was written; files that changed since are left alone."""
        with self._turn.ahead():
            mark = self._now()
            outcomes = self.outcomes(tell)
            result = write_outcomes(self.disk, outcomes)
            done = [one for one in outcomes if one.path in result.written]
            self._wrote(done)
            self._failed |= result.failed
            self._again([*result.written, *result.failed])
            self._settle(mark, done, complete=not (result.failed or result.refused))
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
                self.written(outcome.path, applied_in([outcome]), lines_after(outcome))
                self._changed[outcome.path] = together(self._changed.get(outcome.path), outcome)
                self._failed.pop(outcome.path, None)

    def _settle(self, mark: Mark, outcomes: Sequence[Outcome], *, complete: bool) -> None:
        """Note what needs no saving any more. What the fix of another finding mended is written too."""
        paths = {outcome.path for outcome in outcomes}
        gone = {key for key, said in mark.said.items() if said and key[1] in paths and key not in self._index}
        self._settled(mark, applied_in(outcomes) | gone, complete=complete)
        if complete and self._resumed and not self._pending(mark):
            self._resumed = False
            session.remove(self.root)

    # ---- ignoring

    def ignore_preview(self, keys: Iterable[Identity], said: Ignore, *, central: bool = False) -> Preview:
        """Return what a comment (or, with `central`, the configuration) would say (slow); nothing is written.

        Raises UserError, with what to do instead, where the findings would not be excused by it.
        """
        findings = [item.finding for key in keys if (item := self.item(key)) and not item.later]
        with self._turn.ahead():
            if central:
                return ignoring.exemption(self._planner, findings, said, self.shown, self._policy_under)

            return ignoring.comment(self._planner, findings, said, self.shown)

    def ignore(self, preview: Preview) -> list[str]:
        """Write what was previewed (slow), and find anew; return the paths where something is other than before.

        Undo takes it back. Raises UserError when the file is other than in the preview, or cannot be written.
        """
        count = len(preview.keys)
        words = f"ignore {count} finding{'s' * (count != 1)}"
        return self._carry_out(Step(words, file=Rewritten(preview.path, preview.before, preview.data)), preview.keys)

    def _policy_under(self, source: Source) -> Policy:
        return params.with_params(ignoring.with_text(self._configured, source, self.shown), self._params)

    # ---- parameters

    def settings(self, item: Item) -> tuple[Setting, ...]:
        """Return the parameters of an item's rule, with their values."""
        rule = self.rule(item)
        return tuple(params.settings_of(rule, self._planner.project.policy)) if rule else ()

    def set_parameter(self, rule_id: str, name: str, text: str) -> list[str]:
        """Set a parameter for this review (slow) as a person typed it; return the paths with other findings now.

        Undo takes it back. Raises UserError, with what is wanted, for a value that does not fit.
        """
        rule = next((one for one in self.rules if one.id == rule_id), None)
        if rule is None:
            raise UserError(f"there is no rule {rule_id!r} in this run")

        value = params.typed(rule, name, text)
        after = {**self._params, rule_id: {**self._params.get(rule_id, {}), name: value}}
        return self._carry_out(Step(f"set {name} of {rule.name} to {text.strip()}", params=(self._params, after)))

    # ---- steps that do more than decide

    def _carry_out(self, step: Step, keys: Iterable[Identity] = ()) -> list[str]:
        step = self._before(step)
        with self._lock:
            self.decisions.take(step)
            self._after(step)

        return self._refind(step, keys)

    def _before(self, step: Step, *, anyway: bool = False) -> Step:
        if step.file:
            step = msgspec.structs.replace(step, file=place(self.root, step.file, anyway=anyway))

        if step.params:
            with self._turn.ahead():
                self._set(step.params[1])

        return step

    def _refind(self, step: Step, keys: Iterable[Identity] = ()) -> list[str]:
        changed: list[str] = []
        if not step.file and not step.params:
            return changed

        with self._turn.ahead():
            if step.params:
                changed += self._found_anew(step.params)

            if step.file:
                changed += self._reread(step.file.path, keys)

        return changed

    def _set(self, wanted: Params) -> None:
        """Work under these parameters. Raises UserError, with nothing changed, for a value that does not fit."""
        before = self._params
        self._params = wanted
        try:
            self._configure(self._configured)
            self._planner.use(self._planner.project)
        except UserError:
            self._params = before
            self._configure(self._configured)
            raise

        self.decisions.renew()

    def _found_anew(self, change: tuple[Params, Params]) -> list[str]:
        before, after = change
        ids = {rule for rule in {**before, **after} if before.get(rule) != after.get(rule)}
        rules = [rule for rule in self.rules if rule.id in ids]
        changed = scanning.look_again(self, self._planner, params.concerned(self._planner, rules))
        self.decisions.touch(changed)
        return changed

    def _reread(self, path: str, keys: Iterable[Identity]) -> list[str]:
        if path != ignoring.configuration_path(self._configured):
            return self._again([path])

        source = present(self.root, path)
        self._configure(ignoring.with_text(self._configured, source, self.shown) if source else Policy())
        self._planner.use(self._planner.project)
        self.decisions.renew()
        concerned = sorted({key[1] for key in keys}) or list(self._planner.seen)
        return scanning.look_again(self, self._planner, concerned)

    # ---- leaving

    def commit_problem(self, branch: str) -> str:
        """Return why nothing can be committed on a new branch, as a sentence; "" when it can."""
        try:
            return Repository(self.root).problem(branch)
        except UserError as error:
            return str(error)

    def commit(
        self, branch: str, message: str = "", *, per_rule: bool = False, tell: Progress | None = None
    ) -> tuple[WriteResult, Committed]:
        """Write what was decided and commit it on a new branch (slow): as one commit, or one for each rule.

        Only the files written are committed; what else is staged stays staged. Hooks run. Raises UserError with
        everything as it was when something hinders it.
        """
        repository = Repository(self.root)
        if problem := repository.problem(branch):
            raise UserError(problem)

        with self._turn.ahead():
            mark = self._now()
            outcomes = self.outcomes(tell)
            changed = [outcome for outcome in outcomes if outcome.changed]
            self._check_ready(repository, changed)
            steps = (
                list(committing.step_for_each_rule(outcomes, self._planner, self.decisions, self._titles, message))
                if per_rule
                else committing.one_step(outcomes, self._titles, message)
            )
            committed = committing.carry_out(repository, self.disk, branch, steps)
            paths = tuple(outcome.path for outcome in changed)
            left = refusals(outcomes)
            self._wrote(changed)
            self._again(paths)
            self._settle(mark, changed, complete=not left)
            return WriteResult(paths, len(applied_in(changed)), {}, left), committed

    def _check_ready(self, repository: Repository, changed: Sequence[Outcome]) -> None:
        if not changed:
            raise UserError("nothing is accepted: there is nothing to commit")

        stale = next(((one.path, problem) for one in changed if (problem := self.disk.stale(one.path))), None)
        if stale is not None:
            raise UserError(f"{self.shown(stale[0])}: {stale[1]}; look at it again first")

        there = [one.path for one in changed if not one.new]
        if problem := repository.unclean(there, [one.path for one in changed if one.new]):
            raise UserError(problem)

    def export_patch(self, path: str) -> int:
        """Write what was decided as a patch for `git apply` (slow); return the number of files in it."""
        return exporting.write_patch(path, self.outcomes())

    def export_report(self, form: str, path: str) -> None:
        """Write a report (slow) into a file that is not there yet, in one of `fixer.report.forms.FORMS`.

        Only what was written counts as fixed in it, and files that the scan did not come to are named. Raises UserError
        when it cannot be written.
        """
        exporting.write_new_report(form, path, *self._reported())

    def deliver_report(self, form: str, path: str) -> None:
        """Write a report as `export_report` does, in the place of an older one."""
        exporting.write_report(form, path, *self._reported())

    def _reported(self) -> tuple[Sequence[Outcome], Choice, exporting.Exported]:
        with self._turn.ahead():
            seen = {path: alone.outcome for path, alone in self._planner.seen.items()}
            outcomes = telling.told(self.outcomes(), seen, self._changed)

        missing = [(path, telling.NOT_SEEN) for path in self.files if path not in seen]
        about = exporting.Exported(
            self.root,
            self.rules,
            Context(self.rules, self._planner.project.policy, self.shown, self._everything),
            (*self.skipped, *missing),
            self.ignored,
            exporting.full_paths(self.root, self.files),
            self._failed,
            bool(self._changed),
        )
        return outcomes, self.decisions.choice, about

    def _everything(self) -> Sequence[Outcome]:
        if self._changed:
            return ()

        with self._turn.ahead():
            return self._planner.under(self._planner.seen, exporting.everything())

    # ---- going on later

    def has_session(self) -> bool:
        """Whether decisions are stored."""
        return session.exists(self.root)

    def save(self) -> str:
        """Store the decisions; return a line that says so. Raises UserError when that cannot be."""
        with self._lock:
            mark = self._now()
            stored = session.session_of(self.decisions.risk, mark.said.items(), self._params)

        name = session.store(self.root, stored)
        self._stored(mark)
        self._resumed = True
        return f"{session.counted(stored)} stored in {name}"

    def resume(self) -> str:
        """Take the stored decisions up (slow where parameters were set); return a line that says so.

        They hold also for findings that the scan has not come to yet. Undo takes them back. Raises UserError for a
        session that cannot be read; it is left alone.
        """
        stored = session.load(self.root)
        wanted, lost = session.params_in(stored, self.rules)
        with self._lock:
            changes = self.decisions.change({one.key: one.accepted for one in stored.decisions})
            now, then = self.decisions.risk, session.risk_of(stored)

        step = Step(
            f"take up what was decided on {stored.day}",
            changes,
            (now, then) if now is not then else None,
            (self._params, {**self._params, **wanted}) if wanted else None,
        )
        self._carry_out(step)
        self._stored(self._now())
        self._resumed = True
        return f"{session.counted(stored)} of {stored.day} taken up again{lost}"
