"""What a person decided, with undo and redo without limit. Nothing is planned here: a decision costs its keys."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from fixer.finding import Finding, Level, Risk
from fixer.outcome import Choice
from fixer.proof import Identity

# Parameters set for this review: by the full name of the rule, by name.
Params = Mapping[str, Mapping[str, Any]]


class Change(msgspec.Struct, frozen=True):
    """What is said about one finding, before and after: accepted, rejected, or nothing (None)."""

    key: Identity
    before: bool | None
    after: bool | None


class Rewritten(msgspec.Struct, frozen=True):
    """A file that a decision wrote at once: its bytes before and after (None: there is no file)."""

    path: str
    before: bytes | None
    after: bytes | None


class Step(msgspec.Struct, frozen=True):
    """One decision, as undo takes it back: `words` say what was done.

    `risk` is the risk up to which fixes are accepted by themselves, before and after; `params` the parameters set,
    and `file` what was written, where the decision is about these.
    """

    words: str
    changes: tuple[Change, ...] = ()
    risk: tuple[Risk, Risk] | None = None
    params: tuple[Params, Params] | None = None
    file: Rewritten | None = None

    @property
    def reverse(self) -> Step:
        """The step that takes this one back."""
        return Step(
            self.words,
            tuple(Change(one.key, one.after, one.before) for one in self.changes),
            (self.risk[1], self.risk[0]) if self.risk else None,
            (self.params[1], self.params[0]) if self.params else None,
            Rewritten(self.file.path, self.file.after, self.file.before) if self.file else None,
        )


class Decisions:
    """What is said about single findings, over what is accepted by itself: up to a risk, from a level on.

    `revision` grows with every change. What `version` returns of a file changes whenever its plan may.
    """

    def __init__(self, choice: Choice) -> None:
        self._base = msgspec.structs.replace(choice, rejected=frozenset(), accepted=frozenset())
        self._said: dict[str, dict[Identity, bool]] = {}
        self._versions: Counter[str] = Counter()
        self._epoch = 0
        self._whole: Choice | None = None
        # A plan reads what is said while a person goes on deciding.
        self._lock = threading.RLock()
        self.past: list[Step] = []
        self.future: list[Step] = []
        self.revision = 0
        for said, keys in ((False, choice.rejected), (True, choice.accepted)):
            for key in keys:
                self._say(key, said)

    # ---- looking

    @property
    def risk(self) -> Risk:
        """Up to which risk fixes are accepted by themselves."""
        return self._base.risk

    @property
    def level(self) -> Level:
        """From which level on fixes are accepted by themselves."""
        return self._base.level

    def said(self, key: Identity) -> bool | None:
        """Return whether a person accepted (True) or rejected (False) a fix; None when nothing was said."""
        return self._said.get(key[1], {}).get(key)

    def accepts(self, finding: Finding) -> bool:
        """Whether the fix of a finding is to be made."""
        said = self.said(finding.identity)
        if finding.fix is None or finding.excuse:
            return False

        return self.by_itself(finding) if said is None else said

    def by_itself(self, finding: Finding) -> bool:
        """Whether the fix of a finding is accepted when nobody says anything about it."""
        fix, base = finding.fix, self._base
        if fix is None or finding.excuse or fix.risk > base.risk or finding.level < base.level:
            return False

        return base.only is None or finding.identity in base.only

    def version(self, path: str) -> tuple[int, int]:
        """Return what changes whenever a decision may change what becomes of a file."""
        return self._epoch, self._versions[path]

    @property
    def choice(self) -> Choice:
        """All decisions as one choice."""
        with self._lock:
            if self._whole is None:
                everything = self.all()
                self._whole = msgspec.structs.replace(
                    self._base,
                    rejected=frozenset(key for key, said in everything if not said),
                    accepted=frozenset(key for key, said in everything if said),
                )

            return self._whole

    def all(self) -> list[tuple[Identity, bool]]:
        """Return what is said about single findings."""
        with self._lock:
            return [one for said in self._said.values() for one in said.items()]

    # ---- deciding

    def take(self, step: Step) -> None:
        """Carry a step out, so that it can be undone."""
        self._do(step)
        self.past.append(step)
        self.future.clear()

    def undo(self) -> None:
        """Take the last step back; there must be one."""
        step = self.past.pop()
        self._do(step.reverse)
        self.future.append(step)

    def redo(self) -> None:
        """Carry the step out again that was taken back last; there must be one."""
        step = self.future.pop()
        self._do(step)
        self.past.append(step)

    def change(self, wanted: Mapping[Identity, bool | None]) -> tuple[Change, ...]:
        """Return the changes that lead to what is wanted; what is so already is left out."""
        found = ((key, self.said(key), said) for key, said in wanted.items())
        return tuple(Change(key, before, after) for key, before, after in found if before != after)

    def touch(self, paths: Iterable[str]) -> None:
        """Note that what becomes of these files may change."""
        self._versions.update(set(paths))
        self.revision += 1

    def renew(self) -> None:
        """Note that what becomes of any file may change."""
        self._epoch += 1
        self.revision += 1

    def _do(self, step: Step) -> None:
        with self._lock:
            for one in step.changes:
                self._say(one.key, one.after)

            if step.risk and step.risk[0] != step.risk[1]:
                self._base = msgspec.structs.replace(self._base, risk=step.risk[1])
                self._whole = None
                self._epoch += 1

            # Last: who sees the new number sees what was decided.
            self.revision += 1

    def _say(self, key: Identity, said: bool | None) -> None:  # noqa: FBT001 - the value itself
        self._whole = None
        self._versions[key[1]] += 1
        if said is not None:
            self._said.setdefault(key[1], {})[key] = said
        else:
            self._said.get(key[1], {}).pop(key, None)
