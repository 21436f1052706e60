"""How much may be done: open pull requests, those of an hour and of a run, pushes of an hour, writes of a run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from fixer.bot import schedule
from fixer.bot.records import AppendCommit, ClosePull, CreateBranch, CreatePull, State, Step, UpdateBranch, Wait

_PUSHES = (CreateBranch, UpdateBranch, AppendCommit)


class Ledger:
    """What is spent, and what is left. Sentences hold no numbers that change by the hour."""

    def __init__(self, state: State) -> None:
        hour = state.now - dt.timedelta(hours=1)
        self._settings = state.settings
        self._in_window = schedule.open_now(state.settings.schedule, state.now)
        self._open = sum(pull.state == "open" for pull in state.pulls)
        self._of_hour = sum(pull.created is not None and pull.created > hour for pull in state.pulls)
        self._of_run = 0
        seen = sum(
            commit.ours and commit.date is not None and commit.date > hour
            for branch in state.branches
            for commit in branch.commits
        )
        self._pushed = max(seen, state.pushes)
        self._budget = state.budget

    def against_pull(self) -> str:
        """Return why no pull request may be opened now, as a clause; "" when one may."""
        limits = self._settings.limits
        if limits.open and self._open >= limits.open:
            return f"{limits.open} are open, which is the limit"

        if limits.per_hour and self._of_hour >= limits.per_hour:
            return f"no more than {limits.per_hour} are opened per hour"

        if limits.per_run and self._of_run >= limits.per_run:
            return f"no more than {limits.per_run} are opened in one run"

        return self.against_push()

    def against_push(self) -> str:
        """Return why nothing may be pushed now, as a clause; "" when it may."""
        if not self._in_window:
            return f"the schedule says {schedule.said(self._settings.schedule)}"

        limit = self._settings.limits.commits_per_hour
        return f"no more than {limit} pushes per hour" if limit and self._pushed >= limit else ""

    def affords(self, steps: Iterable[Step], reserve: int = 0) -> bool:
        """Whether the writes of this run are enough for some steps, with a reserve left."""
        return writes(steps) + reserve <= self._budget

    def spend(self, steps: Iterable[Step]) -> None:
        """Count steps that will be done."""
        for step in steps:
            self._budget -= writes((step,))
            self._pushed += isinstance(step, _PUSHES)
            self._open -= isinstance(step, ClosePull)
            if isinstance(step, CreatePull):
                self._open += 1
                self._of_hour += 1
                self._of_run += 1


def writes(steps: Iterable[Step]) -> int:
    """Return how many writes steps cost."""
    return sum(not isinstance(step, Wait) for step in steps)
