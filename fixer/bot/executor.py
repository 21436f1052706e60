"""Carries out what was decided, step by step; when one fails, the later ones of its group are left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, TypeAlias

import msgspec

from fixer.bot.budget import Exhausted
from fixer.bot.git import GitProblem
from fixer.bot.journal import Journal
from fixer.bot.problems import ForgeProblem
from fixer.bot.records import SetUp, Step, Wait
from fixer.bot.redact import REDACTOR

Became: TypeAlias = Literal["done", "waits", "skipped", "failed", "left"]
# With these, nothing else can succeed in the repository either.
_HOPELESS = {"login", "archived", "limited"}


class Skip(Exception):
    """A step that is not to be done any more, because things changed since; the text says how, as a clause."""


class Done(msgspec.Struct, frozen=True):
    """What became of a step: `waits` was decided, `skipped` is for the next run, `left` found no write left."""

    action: str
    subject: str
    became: Became
    reason: str
    group: str = ""
    note: str = ""


class Carried(msgspec.Struct, frozen=True):
    """What became of all steps of a repository. `stop`: no repository can be written to any more, and why."""

    done: tuple[Done, ...]
    stop: str = ""

    @property
    def failed(self) -> bool:
        """Whether a step failed."""
        return any(one.became == "failed" for one in self.done)

    @property
    def left(self) -> int:
        """How many steps are left for the next run because of the write budget."""
        return sum(one.became == "left" for one in self.done)


def carry_out(repository: str, steps: Sequence[Step], perform: Callable[[Step], str], journal: Journal) -> Carried:
    """Do steps in order. `perform` makes one write, and returns a note.

    It raises ForgeProblem, GitProblem, Exhausted, or Skip.
    """
    owe(repository, steps, journal)
    done: list[Done] = []
    failed: set[str] = set()
    for number, step in enumerate(steps):
        if isinstance(step, Wait):
            done.append(_done(step, "waits"))
            continue

        if step.group and step.group in failed:
            done.append(_done(step, "skipped", "an earlier step of the group was not done"))
            continue

        try:
            one = _one(repository, step, perform, journal)
        except Exhausted as error:
            return Carried((*done, *_left(steps[number:])), str(error))
        except ForgeProblem as problem:
            if problem.kind in _HOPELESS:
                return Carried((*done, *_given_up(steps[number:], problem)), _stop(problem))

            one = _done(step, "failed", problem.clause)

        done.append(one)
        if one.became in {"failed", "skipped"}:
            failed |= {step.group} - {""}

    return Carried(tuple(done))


def _given_up(steps: Sequence[Step], problem: ForgeProblem) -> list[Done]:
    if problem.kind == "limited":
        return _left(steps)

    return [_done(step, "skipped" if number else "failed", problem.clause) for number, step in enumerate(steps)]


def _stop(problem: ForgeProblem) -> str:
    return "" if problem.kind == "archived" else problem.clause


def _left(steps: Sequence[Step]) -> list[Done]:
    return [_done(step, "waits" if isinstance(step, Wait) else "left") for step in steps]


def owe(repository: str, steps: Sequence[Step], journal: Journal) -> None:
    """Note what would be missed when the run dies between opening a pull request and setting it up."""
    for step in steps:
        if isinstance(step, SetUp):
            journal.owe(repository, step.branch, msgspec.json.encode(step).decode())


def owed(repository: str, journal: Journal) -> list[SetUp]:
    """Return what earlier runs did not come to. None of it hinders anything else: it is of no group."""
    found = (msgspec.json.decode(text, type=SetUp) for text in journal.owed(repository).values())
    return [msgspec.structs.replace(one, group="") for one in found]


def subject_of(step: Step) -> str:
    """Return what a step is about: a branch, the number of a pull request or an issue, a title."""
    for name in ("branch", "number", "title"):
        found = getattr(step, name, None)
        if found:
            return f"#{found}" if name == "number" else str(found)

    return step.group


def _one(repository: str, step: Step, perform: Callable[[Step], str], journal: Journal) -> Done:
    action = type(step).__name__
    try:
        with journal.intending(repository, f"{action} {subject_of(step)}"):
            note = perform(step)
    except Skip as skip:
        if isinstance(step, SetUp):
            journal.pay(repository, step.branch)

        return _done(step, "skipped", str(skip))
    except (GitProblem, ForgeProblem) as problem:
        if isinstance(problem, ForgeProblem) and problem.kind != "conflict":
            raise

        if isinstance(problem, ForgeProblem) or problem.stale:
            return _done(step, "skipped", "something else happened at the same time; the next run looks again")

        return _done(step, "failed", problem.clause)

    if isinstance(step, SetUp):
        journal.pay(repository, step.branch)

    return _done(step, "done", note)


def _done(step: Step, became: Became, note: str = "") -> Done:
    return Done(type(step).__name__, subject_of(step), became, step.reason, step.group, REDACTOR.text(note))
