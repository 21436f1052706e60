"""A repository on this machine, without a forge: branches are made beside the work tree, which is not touched."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from fixer.bot.blobs import lines_of, references
from fixer.bot.commits import Person, Put, Signed, commit, move
from fixer.bot.forge import History
from fixer.bot.git import Git, GitProblem, gitpython_module, is_branch
from fixer.bot.identity import commits_between
from fixer.bot.records import (
    AppendCommit,
    CreateBranch,
    DeleteBranch,
    Issue,
    KeepBranch,
    Pull,
    Repository,
    Step,
    UpdateBranch,
)
from fixer.errors import UserError
from fixer.policy.bot import BotSettings

PERSON = Person("fixer bot", "fixer-bot@users.noreply.invalid")
_SUBJECTS = 20


class Local:
    """See `fixer.bot.observe.View`. `path` lies in the repository, `scratch` is an empty folder of ours.

    Raises UserError when there is no repository, or no branch to start from.
    """

    lazy = False

    def __init__(self, path: str, scratch: str, base: str = "") -> None:
        self.git, self.top = _opened(path, scratch)
        self.name = os.path.basename(self.top)
        self._scratch = scratch
        self.base, self.head = self._start(base)

    def branches(self, prefix: str) -> dict[str, str]:
        """See `View.branches`."""
        found = references(self.git, "refs/heads")
        bare = prefix.rstrip("/").lower()
        return {
            name: sha
            for name, sha in found.items()
            if (name.lower().startswith(prefix.lower()) or name.lower() == bare) and name != self.base
        }

    def start(self, base: str) -> str:
        """See `View.start`."""
        return self.git.sha(f"refs/heads/{base}")

    def bring(self, sha: str) -> None:
        """See `View.bring`."""

    def history(self, base_sha: str, sha: str) -> History:
        """See `View.history`."""
        return history_in(self.git, base_sha, sha, PERSON)

    def conflict(self, base_sha: str, sha: str, pull: Pull | None) -> bool | None:
        """See `View.conflict`."""
        del pull
        return conflict_in(self.git, base_sha, sha, self._scratch)

    def pulls(self, prefix: str, branches: Sequence[str]) -> tuple[Pull, ...]:
        """See `View.pulls`: there are none."""
        del prefix, branches
        return ()

    def issues(self) -> Sequence[Issue]:
        """See `View.issues`: there are none."""
        return ()

    def repository(self, settings: BotSettings, base: str, head: str, paths: Sequence[str]) -> Repository:
        """See `View.repository`."""
        del settings, paths
        subjects = lines_of(self.git.ask("log", f"--max-count={_SUBJECTS}", "--format=%s", head))
        return Repository(self.name, base, head, forge=False, issues=False, drafts=False, subjects=tuple(subjects))

    # ---- writing

    def perform(self, step: Step) -> str:
        """Make, move or remove a branch; return a note. Raises GitProblem."""
        if isinstance(step, (CreateBranch, UpdateBranch, AppendCommit)):
            self._check_free(step.branch)
            return self._commit(step)

        if isinstance(step, KeepBranch):
            if self.git.sha(f"refs/heads/{step.branch}") != step.sha:
                move(self.git, step.branch, step.sha, "")

            return step.sha[:12]

        if isinstance(step, DeleteBranch):
            self._check_free(step.branch)
            move(self.git, step.branch, "", step.lease)
            return "removed"

        return "there is no forge"

    def _commit(self, step: CreateBranch | UpdateBranch | AppendCommit) -> str:
        puts = [Put(change.path, change.after, change.mode) for change in step.changes]
        lease = "" if isinstance(step, CreateBranch) else step.lease
        start, parents = grown(step, lambda old, new: history_in(self.git, old, new, PERSON).base_sha == old)
        new = commit(self.git, start, parents, puts, Signed(step.message, PERSON))
        move(self.git, step.branch, new, lease)
        return new[:12]

    def _check_free(self, branch: str) -> None:
        """Refuse a branch that is checked out somewhere: its work tree would not fit it any more."""
        listed = lines_of(self.git.ask("worktree", "list", "--porcelain"))
        if f"branch refs/heads/{branch}" in listed:
            raise GitProblem(f"the branch {branch} is checked out: check out another one first")

    def _start(self, base: str) -> tuple[str, str]:
        """The branch that the bot's branches start from, and its commit."""
        if not base:
            try:
                base = self.git.ask("symbolic-ref", "--quiet", "--short", "HEAD")
            except GitProblem:
                raise UserError("no branch is checked out: name one with --base") from None

        if not is_branch(base):
            raise UserError(f"--base {base}: this is no name of a branch")

        sha = self.git.sha(f"refs/heads/{base}")
        if not sha:
            raise UserError(f"the branch {base} does not exist, or has no commit yet")

        return base, sha


def grown(
    step: CreateBranch | UpdateBranch | AppendCommit, holds: Callable[[str, str], bool]
) -> tuple[str, tuple[str, ...]]:
    """Return the commit whose tree the commit of a step starts from, and its parents.

    `holds` says whether its first commit is an ancestor of its second one.
    """
    if not isinstance(step, AppendCommit):
        return step.parent, (step.parent,)

    if not step.onto:
        return step.lease, (step.lease,)

    return step.onto, (step.lease,) if holds(step.onto, step.lease) else (step.lease, step.onto)


def history_in(git: Git, base_sha: str, sha: str, person: Person) -> History:
    """Return what a commit has that another one does not, in a repository that has both whole. Raises GitProblem."""
    try:
        start = git.ask("merge-base", base_sha, sha)
    except GitProblem:
        raise GitProblem("a branch of the bot has nothing in common with its base") from None

    return History(start, commits_between(git, base_sha, sha, person))


def conflict_in(git: Git, base_sha: str, sha: str, scratch: str) -> bool | None:
    """Return whether a merge of two commits would stop; objects that come of trying it are thrown away."""
    objects = os.path.join(scratch, "objects")
    os.makedirs(objects, exist_ok=True)
    alternate = os.path.join(git.ask("rev-parse", "--git-common-dir"), "objects")
    if not os.path.isabs(alternate):
        alternate = os.path.join(git.folder, alternate)

    env = {"GIT_OBJECT_DIRECTORY": objects, "GIT_ALTERNATE_OBJECT_DIRECTORIES": alternate}
    try:
        git.ask("merge-tree", "--write-tree", "--no-messages", base_sha, sha, env=env)
    except GitProblem as problem:
        # It says nothing when it stops at a conflict, and something when it could not begin.
        return True if problem.status == 1 and not problem.said else None

    return False


def _opened(path: str, scratch: str) -> tuple[Git, str]:
    module = gitpython_module()
    try:
        with module.Repo(path, search_parent_directories=True, expand_vars=False) as found:
            folder, top = str(found.git_dir), str(found.working_tree_dir or found.git_dir)
    except module.exc.NoSuchPathError:
        raise UserError(f"{path}: it does not exist") from None
    except (module.exc.GitError, OSError, ValueError):
        raise UserError(f"{path}: it lies in no git repository") from None

    home = os.path.join(scratch, "home")
    os.makedirs(home, exist_ok=True)
    return Git(folder, home), os.path.realpath(top)
