"""Builds the state that the decision rests on: from a commit, the branches beside it, and what a forge knows."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from fixer.bot.blobs import changed, difference
from fixer.bot.codeowners import PLACES
from fixer.bot.dashboard import heard
from fixer.bot.forge import History
from fixer.bot.git import Git, GitProblem
from fixer.bot.grouping import onboarding, unfixable
from fixer.bot.memory import Memory, memory_of, newest, with_proposed
from fixer.bot.naming import same
from fixer.bot.problems import ForgeProblem
from fixer.bot.records import Branch, Commit, Group, Issue, Pull, Repository, State
from fixer.bot.survey import Configured, Order, Planned, configured, groups, planned, proposed
from fixer.bot.tree import above
from fixer.bot.worktree import Worktree
from fixer.errors import UserError
from fixer.policy.bot import BotSettings

_PROBLEMS = 50
_BRANCHES = 300


class View(Protocol):
    """What is around a commit: a forge, or nothing but git. Methods raise ForgeProblem and GitProblem."""

    git: Git
    lazy: bool

    def start(self, base: str) -> str:
        """Return the commit of a branch to start from; "" when there is none."""

    def branches(self, prefix: str) -> dict[str, str]:
        """Return branches by name that begin with `prefix` or are called like it without the slash."""

    def bring(self, sha: str) -> None:
        """See to it that a commit is there."""

    def history(self, base_sha: str, sha: str) -> History:
        """Return what the commit `sha` has that `base_sha` does not."""

    def conflict(self, base_sha: str, sha: str, pull: Pull | None) -> bool | None:
        """Return whether merging `sha` into `base_sha` would stop; None when nobody knows."""

    def pulls(self, prefix: str, branches: Sequence[str]) -> tuple[Pull, ...]:
        """Return the pull requests of such branches, in any state."""

    def issues(self) -> Sequence[Issue]:
        """Return the issues that the bot made."""

    def repository(self, settings: BotSettings, base: str, head: str, paths: Sequence[str]) -> Repository:
        """Return what is known of the repository; `paths` are the files that groups change."""


class _Seen(msgspec.Struct, frozen=True):
    """What was found before anything around it was looked up; `problem` is a mistake of the configuration."""

    worktree: Worktree
    base: str
    head: str
    said: Configured
    found: Planned | None = None
    problem: str = ""


def state_of(view: View, base: str, head: str, order: Order, folder: str) -> State:
    """Return the state of one repository. `folder` takes files; `base` is the branch, `head` its commit.

    Raises ForgeProblem and GitProblem.
    """
    seen = _looked(_started(view, base, head, order, folder), order)
    settings, found = seen.said.settings, seen.found
    first = proposed(found, settings, Memory()) if found else ()
    names, passed = _chosen(view.branches(settings.branch_prefix), seen.base, [one.branch for one in first])
    pulls = view.pulls(settings.branch_prefix, [*names, *(one.branch for one in first)])
    dashboard, trouble = _issues(view.issues())
    memory = memory_of(pulls, heard(dashboard))
    made, excess = _limited(groups(found, settings, memory, _modes(seen.worktree)) if found else ())
    branches = [_branch(view, name, names[name], seen.head, pulls) for name in names]
    branches = [_on_top(view, one, made, pulls, memory, seen, order, folder) for one in branches]
    return State(
        _repository(view, seen, made),
        settings,
        order.now,
        made,
        tuple(branches),
        pulls,
        dashboard,
        trouble,
        problem=seen.problem,
        unfixable=unfixable(found.outcomes, found.rules) if found else (),
        problems=(*(list(found.problems)[:_PROBLEMS] if found else ()), *excess, *passed),
        onboarding=_onboarding(seen, order),
    )


def _started(view: View, base: str, head: str, order: Order, folder: str) -> _Seen:
    """Look at the configuration, and go to the branch that it or the order names."""
    worktree = Worktree(view.git, head, _fresh(folder, "base"), lazy=view.lazy)
    said = configured(worktree, order)
    wanted = order.base or said.settings.base
    if said.problem or not wanted or wanted == base:
        return _Seen(worktree, base, head, said, problem=said.problem)

    try:
        other = view.start(wanted)
    except GitProblem as problem:
        if "remote ref" not in problem.said:
            raise

        other = ""

    if not other:
        return _Seen(worktree, base, head, said, problem=f"bot.base: there is no branch {wanted}")

    worktree = Worktree(view.git, other, _fresh(folder, "other"), lazy=view.lazy)
    worktree.bring(worktree.telling())
    return _Seen(worktree, wanted, other, said)


def _looked(seen: _Seen, order: Order) -> _Seen:
    if seen.problem or not seen.said.settings.enabled:
        return seen

    try:
        return msgspec.structs.replace(seen, found=planned(seen.worktree, seen.said, order))
    except UserError as error:
        return msgspec.structs.replace(seen, problem=str(error))


def _chosen(found: Mapping[str, str], base: str, ours: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """The branches that are looked at: each costs a request, and there is no end to what somebody may push."""
    known = {name.lower() for name in ours}
    names = sorted(found.keys() - {base}, key=lambda name: (name.lower() not in known, len(name), name))
    more = len(names[_BRANCHES:])
    said = [f"{more} more branches have names like those of the bot and are not looked at"] if more else []
    return {name: found[name] for name in names[:_BRANCHES]}, said


def _repository(view: View, seen: _Seen, made: Sequence[Group]) -> Repository:
    paths = sorted({change.path for group in made for change in group.changes})
    known = view.repository(seen.said.settings, seen.base, seen.head, paths)
    return msgspec.structs.replace(known, configured=seen.said.there, codeowners=_owners(seen.worktree))


def _onboarding(seen: _Seen, order: Order) -> Group | None:
    if not order.onboarding or seen.said.there:
        return None

    return onboarding(seen.said.settings, order.onboarding.encode())


def _branch(view: View, name: str, sha: str, head: str, pulls: Sequence[Pull]) -> Branch:
    view.bring(sha)
    try:
        history = view.history(head, sha)
    except (ForgeProblem, GitProblem) as problem:
        if "common" not in problem.clause:
            raise

        # It has nothing in common with base, so it is none of ours, whatever its name.
        return Branch(name, sha, sha, (Commit(sha, ours=False),), conflict=True)

    view.bring(history.base_sha)
    patch = _patch(view, history.base_sha, sha)
    conflict: bool | None = False
    if history.base_sha != head and _overlap(view, history.base_sha, head, sha):
        pull = newest(pulls, name)
        conflict = view.conflict(head, sha, pull if pull and pull.state == "open" else None)

    return Branch(name, sha, history.base_sha, history.commits, patch, conflict)


def _patch(view: View, base_sha: str, sha: str) -> str:
    from fixer.bot.patch import patch_id

    return patch_id(difference(view.git, base_sha, sha, lazy=view.lazy))


def _overlap(view: View, old: str, one: str, other: str) -> bool:
    """Whether both sides changed the same file, or one has a file where the other has a folder."""
    left = {path for path, *_ in changed(view.git, old, one)}
    right = {path for path, *_ in changed(view.git, old, other)}
    return not (left.isdisjoint(right | above(right)) and right.isdisjoint(above(left)))


def _on_top(  # noqa: PLR0913 - one thing for each of what it rests on
    view: View,
    branch: Branch,
    made: Sequence[Group],
    pulls: Sequence[Pull],
    memory: Memory,
    seen: _Seen,
    order: Order,
    folder: str,
) -> Branch:
    """Look what there is to do on a branch that somebody else works on."""
    group = next((one for one in made if same(one.branch, branch.name)), None)
    pull = newest(pulls, branch.name)
    if group is None or not branch.foreign or pull is None or pull.state != "open" or seen.found is None:
        return branch

    worktree = Worktree(view.git, branch.sha, _fresh(folder, branch.sha), lazy=view.lazy)
    said = configured(worktree, order)
    try:
        found = planned(worktree, said, order)
    except UserError:
        return branch

    own = groups(found, seen.said.settings, with_proposed(memory, pull), _modes(worktree))
    return msgspec.structs.replace(branch, on_top=next((one for one in own if one.key == group.key), None))


def _issues(found: Sequence[Issue]) -> tuple[Issue | None, Issue | None]:
    """The dashboard and the issue about the configuration: by what their bodies say, else by title; open ones first."""
    if not found:
        return None, None

    from fixer.bot.dashboard import TITLE, TROUBLE_TITLE, is_dashboard, is_trouble

    ordered = sorted(found, key=lambda one: (one.state != "open", -one.number))
    boards = [one for one in ordered if is_dashboard(one.body)]
    boards += [one for one in ordered if one.title == TITLE and not is_trouble(one.body)]
    troubles = [one for one in ordered if is_trouble(one.body)]
    troubles += [one for one in ordered if one.title == TROUBLE_TITLE and not is_dashboard(one.body)]
    return next(iter(boards), None), next(iter(troubles), None)


def _limited(made: tuple[Group, ...]) -> tuple[tuple[Group, ...], tuple[str, ...]]:
    """Two groups never share a branch: where names differ in case only, the first one counts."""
    known: dict[str, Group] = {}
    for group in made:
        known.setdefault(group.branch.lower(), group)

    left = [f"{group.key}: another group has its branch" for group in made if group not in known.values()]
    return tuple(known.values()), tuple(left)


def _modes(worktree: Worktree) -> Mapping[str, str]:
    return {path: blob.mode for path, blob in worktree.tree.blobs.items()}


def _owners(worktree: Worktree) -> str:
    found = next((path for path in PLACES if path in worktree.tree.blobs), None)
    return (worktree.content(found) or b"").decode("utf-8", "replace") if found else ""


def _fresh(folder: str, name: str) -> str:
    place = os.path.join(folder, posixpath.basename(name))
    os.makedirs(place, exist_ok=True)
    return place
