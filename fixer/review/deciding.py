"""Deciding about items: accept, reject, undo. Each costs the keys it is about; nothing is planned."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from fixer.errors import UserError
from fixer.finding import Finding, Risk
from fixer.outcome import Choice
from fixer.proof import Identity
from fixer.review.board import Board
from fixer.review.decisions import Change, Params, Step
from fixer.rule import Rule


class Mark(msgspec.Struct, frozen=True):
    """What was decided at some moment: up to which risk, about single findings, and about parameters."""

    risk: Risk
    said: dict[Identity, bool]
    params: Params


class Desk(Board):
    """The board, and what a person decides about its items."""

    def __init__(self, rules: Iterable[Rule], choice: Choice, shown: Callable[[str], str]) -> None:
        super().__init__(rules, choice, shown)
        self._params: Params = {}
        self._at_write: dict[Identity, bool] = {}
        self._done: set[Identity] = set()
        self._failed: dict[str, str] = {}
        self._resumed = False  # whether what is stored are decisions of this review
        self._kept = self._now()

    @property
    def risk(self) -> Risk:
        """Up to which risk fixes are accepted by themselves."""
        return self.decisions.risk

    @property
    def revision(self) -> int:
        """Number that grows with every decision, and with whatever else may change a plan."""
        return self.decisions.revision

    # ---- single findings

    def accept(self, keys: Iterable[Identity]) -> int:
        """Accept fixes, whatever their risk; return of how many items that changed the state."""
        return self._decide(keys, accepted=True)

    def reject(self, keys: Iterable[Identity]) -> int:
        """Leave fixes out; return of how many items that changed the state."""
        return self._decide(keys, accepted=False)

    def reset(self, keys: Iterable[Identity]) -> int:
        """Take back what was said about findings: risk and level decide again; return how many that changed."""
        with self._lock:
            changes = self.decisions.change(dict.fromkeys(keys))
            return self._take("leave", changes)

    def toggle(self, keys: Iterable[Identity]) -> int:
        """Take the fixes back when all of them are accepted, else accept all; return how many that changed.

        What nobody had accepted is open again then, and nothing is said about it.
        """
        with self._lock:
            able = [finding for finding in map(self._finding, keys) if finding and _decidable(finding)]
            if not able or not all(self.decisions.accepts(finding) for finding in able):
                return self._decide([finding.identity for finding in able], accepted=True)

            wanted = {one.identity: False if self.decisions.by_itself(one) else None for one in able}
            return self._take("leave out", self.decisions.change(wanted))

    def accept_up_to(self, risk: Risk) -> int:
        """Accept by itself what `fixer fix --risk` would; what was said about single findings stays.

        Returns of how many items that changed the state.
        """
        with self._lock:
            before = self.totals
            if risk is self.decisions.risk:
                return 0

            step = Step(f"accept up to risk {risk.name.lower()}", risk=(self.decisions.risk, risk))
            self.decisions.take(step)
            self._tallies.all_changed()
            return abs(self.totals.accepted - before.accepted)

    # ---- undo

    @property
    def can_undo(self) -> bool:
        """Whether there is a decision to take back."""
        return bool(self.decisions.past)

    @property
    def can_redo(self) -> bool:
        """Whether there is a decision to make again."""
        return bool(self.decisions.future)

    @property
    def last(self) -> str:
        """What undo would take back, in words; "" when there is nothing."""
        return self.decisions.past[-1].words if self.decisions.past else ""

    @property
    def next(self) -> str:
        """What redo would do again, in words; "" when there is nothing."""
        return self.decisions.future[-1].words if self.decisions.future else ""

    def undo(self) -> tuple[Identity, ...] | None:
        """Take the last decision back; return the keys it was about, None when there was none.

        Slow where the decision was about a parameter or wrote a comment: files are then found anew. A comment is taken
        out of a file that has changed since, when it is in it still. Raises UserError when that cannot be: what cannot
        be taken back is no step any more, so that the ones before it can.
        """
        with self._lock:
            if not self.decisions.past:
                return None

            step = self.decisions.past[-1]

        done = self._carried(step.reverse, self.decisions.past).reverse
        with self._lock:
            self.decisions.past[-1] = done
            self.decisions.undo()
            self._after(step)

        self._refind(step.reverse)
        return tuple(one.key for one in step.changes)

    def redo(self) -> tuple[Identity, ...] | None:
        """Make the decision again that was taken back last; see `undo`."""
        with self._lock:
            if not self.decisions.future:
                return None

            step = self.decisions.future[-1]

        done = self._carried(step, self.decisions.future)
        with self._lock:
            self.decisions.future[-1] = done
            self.decisions.redo()
            self._after(step)

        self._refind(step)
        return tuple(one.key for one in step.changes)

    def _carried(self, step: Step, steps: list[Step]) -> Step:
        """Do what the last of some steps does outside of the decisions; it is one no more when that is not possible."""
        try:
            return self._before(step, anyway=True)
        except UserError as error:
            with self._lock:
                rest = msgspec.structs.replace(steps.pop(), file=None, params=None)
                steps += [rest] if rest.changes or rest.risk else []

            raise UserError(f"{error}; '{step.words}' stays as it is, and undo goes on beside it") from None

    def _before(self, step: Step, *, anyway: bool = False) -> Step:
        """Do what a step does outside of the decisions, which may not be possible; return it as it was done."""
        del anyway
        return step

    def _refind(self, step: Step) -> list[str]:
        """Find anew what a step concerns; return the paths where something is other than before."""
        del step
        return []

    def _after(self, step: Step) -> None:
        if step.risk:
            self._tallies.all_changed()

        self._tallies.decided(one.key for one in step.changes)

    # ---- what is new

    @property
    def unsaved(self) -> bool:
        """Whether something is decided that is neither stored nor written."""
        return self._now() != self._kept

    def touched(self, key: Identity) -> bool:
        """Whether something else is said about a finding than when files were written last."""
        return self.decisions.said(key) != self._at_write.get(key)

    def _now(self) -> Mark:
        """What is decided now, to be noted as stored or written later: others may decide meanwhile."""
        with self._lock:
            return Mark(self.risk, dict(self.decisions.all()), self._params)

    def _stored(self, mark: Mark) -> None:
        """Note that what was decided then is stored."""
        self._kept = mark

    def _settled(self, mark: Mark, done: Iterable[Identity], *, complete: bool) -> None:
        """Note that what was decided then about some findings is written, or, where it is `complete`, all accepted."""
        with self._lock:
            found = set(done)
            said = {key: value for key, value in self._kept.said.items() if key not in found}
            said |= {key: mark.said[key] for key in found if key in mark.said}
            self._kept = Mark(mark.risk if complete else self._kept.risk, said, self._kept.params)
            self._at_write = mark.said
            self._done |= found

    def _pending(self, mark: Mark) -> bool:
        """Whether something was decided then that was never written."""
        return bool(mark.params) or not mark.said.keys() <= self._done

    # ----

    def _decide(self, keys: Iterable[Identity], *, accepted: bool) -> int:
        with self._lock:
            wanted: dict[Identity, bool | None] = {}
            for finding in map(self._finding, keys):
                if finding and _decidable(finding) and (not accepted or not self.decisions.accepts(finding)):
                    default = self.decisions.by_itself(finding)
                    wanted[finding.identity] = None if accepted and default else accepted

            return self._take("accept" if accepted else "reject", self.decisions.change(wanted))

    def _take(self, verb: str, changes: tuple[Change, ...]) -> int:
        if changes:
            self.decisions.take(Step(f"{verb} {len(changes)} fix{'es' if len(changes) > 1 else ''}", changes))
            self._tallies.decided(one.key for one in changes)

        return len(changes)

    def _finding(self, key: Identity) -> Finding | None:
        item = self._index.get(key) or self._later_item(key)
        return item.finding if item else None


def _decidable(finding: Finding) -> bool:
    return finding.fix is not None and not finding.excuse
