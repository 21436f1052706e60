"""Frozen records of the bot: what is known of a repository, and what is to be done there.

All can be encoded by msgspec. Times are aware and in UTC; commits are named by their full hexadecimal id. Texts that
come from files or people are kept as they are and escaped where they are written (`fixer.bot.markup`).
"""

from __future__ import annotations

import datetime as dt
from typing import Literal, TypeAlias

import msgspec

from fixer.policy.bot import BotSettings

# ---- what is proposed


class Row(msgspec.Struct, frozen=True):
    """One fix as people judge it: a line of the table, and what the memory knows it by.

    `key` is what the memory knows it by (`fixer.bot.keys`): it changes with the text that the finding is about, and
    with what the rule does. `rule` is the full id. `line` counts from 1. `before` and `after` are the lines that the
    fix takes away and puts there, without the last line end ("" for none). `ignore` is the comment that would excuse
    the finding.
    """

    key: str
    rule: str
    path: str
    place: str
    message: str
    title: str
    line: int
    severity: str
    risk: str
    level: str
    before: str = ""
    after: str = ""
    because: tuple[str, ...] = ()
    ignore: str = ""


class Left(msgspec.Struct, frozen=True):
    """A finding that the change does not fix, and why, as a clause."""

    rule: str
    path: str
    line: int
    message: str
    reason: str


class Page(msgspec.Struct, frozen=True):
    """What the page of a rule says: why it matters, what its fix does, what may break. Markdown of ours."""

    rule: str
    title: str
    why: str = ""
    fix: str = ""
    risk: str = ""
    references: tuple[str, ...] = ()


class Change(msgspec.Struct, frozen=True):
    """One file of a change, as bytes; `before` is None for a new file, `after` None for a removed one.

    `mode` is that of git (`100644`, `100755`); a change keeps it.
    """

    path: str
    before: bytes | None
    after: bytes | None
    mode: str = "100644"


class Group(msgspec.Struct, frozen=True):
    """What becomes one pull request.

    `key` has no date and no counter in it; `branch` follows from it. `silenced` are the fixes of the group that people
    do not want, which are not in `changes`. `patch` is `fixer.bot.patch.patch_id(changes)`. `checks` is the proof that
    every file passed. `counts` are the findings of the changed files before and after. `moved` pairs the old and the
    new key of each other finding whose text the change touches.
    """

    key: str
    branch: str
    title: str
    risk: str
    severity: str = "low"
    rows: tuple[Row, ...] = ()
    silenced: tuple[Row, ...] = ()
    changes: tuple[Change, ...] = ()
    patch: str = ""
    pages: tuple[Page, ...] = ()
    left: tuple[Left, ...] = ()
    checks: tuple[str, ...] = ()
    counts: tuple[int, int] = (0, 0)
    moved: tuple[tuple[str, str], ...] = ()


# ---- what is there


class Commit(msgspec.Struct, frozen=True):
    """A commit of a branch that base does not have. `ours`: author and committer are both the bot."""

    sha: str
    ours: bool
    date: dt.datetime | None = None
    author: str = ""


class Branch(msgspec.Struct, frozen=True):
    """A branch below the prefix, in the repository that pull requests come from.

    `base_sha` is where it left base. `patch` is `patch_id` of its changes since there. `conflict` says whether it can
    be merged into the head of base; None when that is not known. `on_top` is only looked up for a branch with commits
    of others: the group as planned on the tree of the branch, with the fixes that its pull request never proposed.
    """

    name: str
    sha: str
    base_sha: str
    commits: tuple[Commit, ...] = ()
    patch: str = ""
    conflict: bool | None = None
    on_top: Group | None = None

    @property
    def foreign(self) -> bool:
        """Whether it has a commit of somebody else."""
        return any(not commit.ours for commit in self.commits)


class Pull(msgspec.Struct, frozen=True):
    """A pull request whose branch lies in the same repository (never in a fork of somebody else).

    `closed_by` is a login, "" when it is not known: whether the bot closed it is read from the body.
    """

    number: int
    branch: str
    state: Literal["open", "closed", "merged"]
    title: str = ""
    body: str = ""
    base: str = ""
    head_sha: str = ""
    labels: tuple[str, ...] = ()
    draft: bool = False
    automerge: bool = False
    closed_by: str = ""
    created: dt.datetime | None = None


class Issue(msgspec.Struct, frozen=True):
    """An issue that the bot made (its author is the bot); others are none of its business."""

    number: int
    state: Literal["open", "closed"]
    title: str = ""
    body: str = ""


class Repository(msgspec.Struct, frozen=True):
    """What is known of a repository.

    `head` is the commit of `base` that the groups were made on. `strict`: base wants branches that are up to date.
    `force`: a branch may be pushed over. `forge` is false for a bare local repository, which has branches only.
    `configured` says whether base has a configuration file. `login` is the bot's name, for what may not be asked of
    the author of a pull request. `codeowners` is the text of that file, `subjects` are those of the last commits.
    """

    name: str
    base: str
    head: str
    forge: bool = True
    strict: bool = False
    force: bool = True
    automerge: bool = True
    drafts: bool = True
    issues: bool = True
    configured: bool = True
    login: str = ""
    codeowners: str = ""
    subjects: tuple[str, ...] = ()


class State(msgspec.Struct, frozen=True):
    """All that the decision rests on.

    `branches` are those below the prefix, and the one that is called like the prefix without its slash. `pulls` are
    all from such branches, in any state. `problem` is the mistake in the configuration ("" for none), `problems` are
    clauses about what went wrong, for the dashboard. `unfixable` are the keys of findings that are there without a fix
    (`fixer.bot.grouping.unfixable`): a pull request for one of them is not given up. `onboarding` is the
    change that adds a configuration; None when none is wanted. `pushes` counts those of the last hour that the journal
    knows of: what was pushed over cannot be seen. `budget` is how many writes are left in this run.
    """

    repository: Repository
    settings: BotSettings
    now: dt.datetime
    groups: tuple[Group, ...] = ()
    branches: tuple[Branch, ...] = ()
    pulls: tuple[Pull, ...] = ()
    dashboard: Issue | None = None
    trouble: Issue | None = None
    problem: str = ""
    problems: tuple[str, ...] = ()
    unfixable: tuple[str, ...] = ()
    onboarding: Group | None = None
    pushes: int = 0
    budget: int = 1_000_000


# ---- what is to be done; `reason` is a sentence for the log and for `fixer bot plan`


class Action(msgspec.Struct, frozen=True, tag=True):
    """One step. They are done in order; when one of a group fails, the later ones of that group are left out."""

    reason: str
    group: str = ""


class CreateBranch(Action, frozen=True):
    """Make a branch with one commit on `parent`; it must not exist."""

    branch: str = ""
    parent: str = ""
    message: str = ""
    changes: tuple[Change, ...] = ()


class UpdateBranch(Action, frozen=True):
    """Rebuild a branch as one commit on `parent`, by force, only if it still is at `lease`."""

    branch: str = ""
    lease: str = ""
    parent: str = ""
    message: str = ""
    changes: tuple[Change, ...] = ()


class AppendCommit(Action, frozen=True):
    """Add a commit on top of `lease`, without force, only if the branch still is there.

    Its tree is that of `onto` with the changes; `onto` is its second parent, unless it is an ancestor of the branch.
    Without `onto` its tree is that of `lease` with the changes.
    """

    branch: str = ""
    lease: str = ""
    message: str = ""
    changes: tuple[Change, ...] = ()
    onto: str = ""


class KeepBranch(Action, frozen=True):
    """Give a commit one more branch, so that work of people is not lost; fine when it is there already."""

    branch: str = ""
    sha: str = ""


class DeleteBranch(Action, frozen=True):
    """Delete a branch, only if it still is at `lease`."""

    branch: str = ""
    lease: str = ""


class CreatePull(Action, frozen=True):
    """Open a pull request, unless there is an open one from the branch."""

    branch: str = ""
    base: str = ""
    title: str = ""
    body: str = ""
    draft: bool = False


class SetUp(Action, frozen=True):
    """Label, assign, ask for reviews, and merge when green (`automerge`: the method, "" for no): once, when made.

    What the forge does not know (a label that cannot be made, a person without rights) is left out with a note.
    `teams` are `organisation/team`.
    """

    branch: str = ""
    labels: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    automerge: Literal["", "merge", "squash", "rebase"] = ""


class EditPull(Action, frozen=True):
    """Write title and body, and let it go to another base (None: as it is), only if the body still is `seen`."""

    number: int = 0
    title: str | None = None
    body: str | None = None
    seen: str = ""
    base: str | None = None


class DisableAutomerge(Action, frozen=True):
    """Take automatic merging back: the branch holds commits that are not ours."""

    number: int = 0


class ClosePull(Action, frozen=True):
    """Close a pull request and write `body`, which says why, in one request."""

    number: int = 0
    body: str = ""


class CreateIssue(Action, frozen=True):
    """Open an issue: the dashboard, or the one about the configuration."""

    kind: Literal["dashboard", "trouble"] = "dashboard"
    title: str = ""
    body: str = ""


class EditIssue(Action, frozen=True):
    """Write the body of an issue, only if it still is `seen`."""

    kind: Literal["dashboard", "trouble"] = "dashboard"
    number: int = 0
    body: str = ""
    seen: str = ""


class CloseIssue(Action, frozen=True):
    """Close an issue and write `body`, in one request."""

    number: int = 0
    body: str = ""


class Wait(Action, frozen=True):
    """Nothing is done for a group now: no write, only the reason."""


Step: TypeAlias = (
    CreateBranch
    | UpdateBranch
    | AppendCommit
    | KeepBranch
    | DeleteBranch
    | CreatePull
    | SetUp
    | EditPull
    | DisableAutomerge
    | ClosePull
    | CreateIssue
    | EditIssue
    | CloseIssue
    | Wait
)


class Decided(msgspec.Struct, frozen=True):
    """What `fixer bot plan` prints of a repository, and `run` does: the state decided upon, without what is secret."""

    repository: str
    base: str
    head: str
    steps: tuple[Step, ...] = ()
    problem: str = ""
