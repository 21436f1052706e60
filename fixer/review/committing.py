"""Writing as commits on a new branch: one for all, or one for each rule. What fails leaves everything as it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from fixer.errors import UserError
from fixer.kinds import KINDS
from fixer.outcome import Outcome
from fixer.plan import write
from fixer.project import Disk
from fixer.review.decisions import Decisions
from fixer.review.items import Titles
from fixer.review.planning import Planner
from fixer.review.records import Committed
from fixer.review.repository import Head, Repository
from fixer.text import Source

_TITLE = 72


class Step(msgspec.Struct, frozen=True):
    """One commit: its message, and the outcomes that it writes."""

    message: str
    outcomes: tuple[Outcome, ...]


def one_step(outcomes: Sequence[Outcome], titles: Titles, message: str) -> list[Step]:
    """Return the single commit of all changes."""
    changed = [outcome for outcome in outcomes if outcome.changed]
    said = message.strip() or f"{_count(changed)}\n\n{_body(changed, titles)}"
    return [Step(said, tuple(changed))]


def step_for_each_rule(
    outcomes: Sequence[Outcome], planner: Planner, decisions: Decisions, titles: Titles, message: str
) -> Iterator[Step]:
    """Yield a commit for each rule, in the order of fixes; each state is planned and proven for itself.

    A fix that only works on top of a later rule's goes with that one.
    """
    changed = {outcome.path: outcome for outcome in outcomes if outcome.changed}
    rules = _rules_in(list(changed.values()), planner)
    current: dict[str, Source | None] = {path: one.before for path, one in changed.items() if not one.new}
    for number, rule in enumerate(rules):
        last = number == len(rules) - 1
        found = list(changed.values()) if last else _up_to(rules[: number + 1], changed, planner, decisions)
        todo = [one for one in found if one.path in changed and one.changed and one.after != current.get(one.path)]
        current |= {one.path: one.after for one in todo}
        if todo:
            yield Step(_message(rule, todo, titles, message), tuple(todo))


def carry_out(repository: Repository, disk: Disk, branch: str, steps: Sequence[Step]) -> Committed:
    """Write and commit the steps on a new branch. Raises UserError, and then all is as before."""
    head = repository.begin(branch)
    done: dict[str, Outcome] = {}
    commits = []
    try:
        for step in steps:
            new = [one.path for one in step.outcomes if one.new and one.path not in done]
            _write(disk, step, done)
            paths = [one.path for one in step.outcomes]
            commits.append((repository.commit(paths, new, step.message), step.message.partition("\n")[0]))
    except BaseException as error:
        left = _undo(repository, disk, head, branch, done)
        if isinstance(error, UserError) and left:
            raise UserError(f"{error}; {', '.join(left)} was changed meanwhile and is left as it is") from None

        raise

    return Committed(branch, tuple(commits))


def _write(disk: Disk, step: Step, done: dict[str, Outcome]) -> None:
    """Write a step, and note in `done` how each file was before the first one."""
    results = {one.path: one.problem for one in write(disk, step.outcomes)}
    for outcome in step.outcomes:
        if results[outcome.path] is None:
            done.setdefault(outcome.path, outcome)

    wrong = next((path for path, problem in results.items() if problem is not None), None)
    if wrong is not None:
        raise UserError(f"{wrong}: {results[wrong]}")


def _undo(repository: Repository, disk: Disk, head: Head, branch: str, done: Mapping[str, Outcome]) -> list[str]:
    """Put all back; return the files that cannot be, because something else changed them."""
    left = []
    for path, outcome in done.items():
        assert outcome.before is not None
        if outcome.new and not disk.exists(path):
            continue

        problem = disk.remove(path) if outcome.new else disk.write(path, outcome.before.encoded())
        left += [path] if problem else []

    repository.back(head, branch, list(done))
    return left


def _up_to(
    rules: Sequence[tuple[str, str]], changed: Mapping[str, Outcome], planner: Planner, decisions: Decisions
) -> list[Outcome]:
    wanted = set(rules)
    only = frozenset(
        finding.identity
        for outcome in changed.values()
        for finding in outcome.applied
        if (_kind(planner, finding.path, outcome), finding.rule) in wanted
    )
    return planner.under({key[1] for key in only}, msgspec.structs.replace(decisions.choice, only=only))


def _rules_in(outcomes: Sequence[Outcome], planner: Planner) -> list[tuple[str, str]]:
    """The rules whose fixes are in some outcomes, by kind and in the order of their fixes."""
    found = {
        (_kind(planner, finding.path, outcome), finding.rule) for outcome in outcomes for finding in outcome.applied
    }
    known = [(kind, rule.name) for kind in KINDS for rule in planner.engine.rules(kind)]
    order = {rule: number for number, rule in enumerate(known)}
    return sorted(found, key=lambda rule: (order.get(rule, len(known)), rule))


def _kind(planner: Planner, path: str, outcome: Outcome) -> str:
    seen = planner.seen.get(path)
    return seen.outcome.kind if seen else outcome.kind


def _message(rule: tuple[str, str], outcomes: Sequence[Outcome], titles: Titles, message: str) -> str:
    kind, name = rule
    head = f"{kind}/{name}: {titles.title(kind, name)}".rstrip(".")
    head = head if len(head) <= _TITLE else f"{head[: _TITLE - 1].rstrip()}…"
    files = "\n".join(f"- {outcome.path}" for outcome in outcomes)
    return "\n\n".join(filter(None, (head, message.strip(), files)))


def _count(changed: Sequence[Outcome]) -> str:
    fixes = len({finding.identity for outcome in changed for finding in outcome.applied})
    return f"Fix {fixes} finding{'s' * (fixes != 1)} in {len(changed)} file{'s' * (len(changed) != 1)}"


def _body(changed: Sequence[Outcome], titles: Titles) -> str:
    found = {finding.identity: (outcome.kind, finding.rule) for outcome in changed for finding in outcome.applied}
    counts = Counter(found.values())
    return "\n".join(
        f"- {kind}/{name} ({number}): {titles.title(kind, name)}" for (kind, name), number in sorted(counts.items())
    )
