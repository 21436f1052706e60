"""A repository of a forge: what is around a commit of it, and the steps that are done there."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from typing import TypeAlias, TypeVar

import msgspec

from fixer.bot.auth import is_own_host
from fixer.bot.blobs import fetch, lines_of, references, spec
from fixer.bot.commits import Person, Put, Signed, commit, push
from fixer.bot.executor import Skip
from fixer.bot.forge import Forge, Found, History, Signable
from fixer.bot.git import Git, GitProblem, Limits, is_branch, is_sha
from fixer.bot.local import grown
from fixer.bot.problems import ForgeProblem
from fixer.bot.records import (
    AppendCommit,
    CloseIssue,
    ClosePull,
    CreateBranch,
    CreateIssue,
    CreatePull,
    DeleteBranch,
    DisableAutomerge,
    EditIssue,
    EditPull,
    Issue,
    KeepBranch,
    Pull,
    Repository,
    SetUp,
    Step,
    UpdateBranch,
)
from fixer.policy.bot import BotSettings

_PREFIX = "fixer/"
_FORCE = re.compile(r"force[- ]push|non-fast-forward|protected branch|rule violations", re.IGNORECASE)
Commits: TypeAlias = CreateBranch | UpdateBranch | AppendCommit
IssueStep = TypeVar("IssueStep", CreateIssue, EditIssue)


def git_of(forge: Forge, found: Found, server: str, scratch: str, limits: Limits | None = None) -> Git:
    """Return an empty repository that may talk to the forge. Raises ForgeProblem when its address is another host."""
    if not is_own_host(found.url, server):
        raise ForgeProblem("other", "the forge names an address for git on another host")

    folder, home = os.path.join(scratch, "repository.git"), os.path.join(scratch, "home")
    return Git(folder, home, url=found.url, token=lambda fresh: forge.token(found.name, fresh=fresh), limits=limits)


class Remote:
    """See `fixer.bot.observe.View`."""

    lazy = True

    def __init__(self, forge: Forge, found: Found, git: Git) -> None:
        self.git = git
        self._forge = forge
        self._found = found
        self._login, self._person = forge.who()
        self._fetched = {""}

    def start(self, base: str) -> str:
        """See `View.start`; the bot's branches come along."""
        if not is_branch(base):
            raise GitProblem(f"{base!r} is no name of a branch")

        fetch(self.git, [spec(base), spec(f"{_PREFIX.rstrip('/')}*")])
        self._fetched.add(_PREFIX)
        return self.git.sha(f"refs/remotes/origin/{base}")

    def branches(self, prefix: str) -> dict[str, str]:
        """See `View.branches`."""
        if prefix not in self._fetched:
            fetch(self.git, [spec(f"{prefix.rstrip('/')}*")])
            self._fetched.add(prefix)

        bare = prefix.rstrip("/").lower()
        found = references(self.git, "refs/remotes/origin")
        return {
            name: sha for name, sha in found.items() if name.lower().startswith(prefix.lower()) or name.lower() == bare
        }

    def bring(self, sha: str) -> None:
        """See `View.bring`."""
        bring(self.git, sha)

    def history(self, base_sha: str, sha: str) -> History:
        """See `View.history`."""
        return self._forge.history(self._found.name, base_sha, sha, self._person)

    def conflict(self, base_sha: str, sha: str, pull: Pull | None) -> bool | None:
        """See `View.conflict`."""
        del base_sha, sha
        return self._forge.conflict(self._found.name, pull.number) if pull else None

    def pulls(self, prefix: str, branches: Sequence[str]) -> tuple[Pull, ...]:
        """See `View.pulls`."""
        return self._forge.pulls(self._found.name, prefix, branches)

    def issues(self) -> Sequence[Issue]:
        """See `View.issues`."""
        return tuple(self._forge.issues(self._found.name, self._login)) if self._found.issues else ()

    def repository(self, settings: BotSettings, base: str, head: str, paths: Sequence[str]) -> Repository:
        """See `View.repository`."""
        del paths
        name = self._found.name
        rules = self._forge.rules(name, base, f"{settings.branch_prefix}any")
        wanted = settings.commits.conventional == "auto"
        return Repository(
            name,
            base,
            head,
            strict=rules.strict,
            force=rules.force,
            automerge=self._found.automerge,
            issues=self._found.issues,
            login=self._login,
            subjects=self._forge.subjects(name, base) if wanted else (),
        )


class Performer:
    """Does steps in one repository. A clone is only made for what needs one, by `git`."""

    def __init__(self, forge: Forge, name: str, git: Callable[[], Git]) -> None:
        self._forge = forge
        self._name = name
        self._make = git
        self._git: Git | None = None
        self._person: Person = forge.who()[1]
        self._numbers: dict[str, int] = {}

    def __call__(self, step: Step) -> str:
        """Do one step; return a note. Raises ForgeProblem, GitProblem, Exhausted, and Skip."""
        if isinstance(step, (CreateBranch, UpdateBranch, AppendCommit)):
            return self._commit(step)

        if isinstance(step, KeepBranch):
            self._forge.create_branch(self._name, step.branch, step.sha)
            return step.sha[:12]

        if isinstance(step, DeleteBranch):
            return self._delete(step)

        if isinstance(step, CreatePull):
            self._numbers[step.branch] = self._forge.create_pull(self._name, step)
            return f"#{self._numbers[step.branch]}"

        if isinstance(step, SetUp):
            number = self._forge.open_pull(self._name, step.branch)
            if number is None:
                raise Skip("the pull request is not open any more")

            return "; ".join(self._forge.set_up(self._name, number, step))

        return self._pulls(step)

    def _pulls(self, step: Step) -> str:
        if isinstance(step, EditPull):
            self._check_seen(self._forge.pull(self._name, step.number).body, step.seen, step.body)
            self._forge.edit_pull(self._name, step)
        elif isinstance(step, ClosePull):
            if self._forge.pull(self._name, step.number).state != "open":
                raise Skip("it is closed already")

            self._forge.close_pull(self._name, step.number, step.body)
        elif isinstance(step, DisableAutomerge):
            self._forge.disable_automerge(self._name, step.number)
        elif isinstance(step, CreateIssue):
            return f"#{self._forge.create_issue(self._name, self._numbered(step))}"
        elif isinstance(step, EditIssue):
            body = self._numbered(step).body
            self._check_seen(self._forge.issue(self._name, step.number).body, step.seen, body)
            self._forge.edit_issue(self._name, step.number, body)
        elif isinstance(step, CloseIssue):
            self._forge.close_issue(self._name, step.number, step.body)

        return ""

    def _numbered(self, step: IssueStep) -> IssueStep:
        """The step with the numbers of pull requests that were opened just now."""
        from fixer.bot.dashboard import numbered

        return msgspec.structs.replace(step, body=numbered(step.body, self._numbers))

    def _check_seen(self, now: str, seen: str, wanted: str | None) -> None:
        if now not in {seen, wanted}:
            raise Skip("somebody edited it meanwhile; the next run looks again")

    # ---- commits

    def _commit(self, step: Commits) -> str:
        lease = "" if isinstance(step, CreateBranch) else step.lease
        start, parents = grown(step, self._holds)
        files = tuple((change.path, change.mode, change.after) for change in step.changes)
        signed = self._forge.commit(self._name, Signable(start, parents, files, step.message))
        if signed and self._take(step.branch, signed, lease):
            return f"{signed[:12]}, signed by the forge"

        git = self._cloned((*parents, start))
        puts = [Put(path, content, mode) for path, mode, content in files]
        new = commit(git, start, parents, puts, Signed(step.message, self._person))
        try:
            self._push(git, step.branch, new, lease)
        except GitProblem as problem:
            if not isinstance(step, UpdateBranch) or problem.stale or not _FORCE.search(problem.said):
                raise

            # Rules that cannot be asked about forbid it: the same content, without force.
            grow = AppendCommit(
                step.reason, step.group, step.branch, step.lease, step.message, step.changes, step.parent
            )
            return self._commit(grow)

        return new[:12]

    def _holds(self, old: str, new: str) -> bool:
        return self._forge.history(self._name, old, new, self._person).base_sha == old

    def _take(self, branch: str, sha: str, lease: str) -> bool:
        """Let a branch lead to a commit that the forge made; False when only a push can do it."""
        if lease:
            return self._forge.move_branch(self._name, branch, sha, lease)

        self._forge.create_branch(self._name, branch, sha)
        return True

    def _delete(self, step: DeleteBranch) -> str:
        git = self._cloned(())
        now = remote_sha(git, step.branch)
        if not now:
            return "it is gone already"

        if now != step.lease:
            raise Skip("the branch moved meanwhile; the next run looks again")

        self._push(git, step.branch, "", step.lease)
        return "removed"

    def _push(self, git: Git, branch: str, new: str, lease: str) -> None:
        """Push once; when nobody knows what became of it, look, and push once more."""
        for last in (False, True):
            self._forge.write_done()
            try:
                push(git, branch, new, lease)
            except GitProblem as problem:
                now = remote_sha(git, branch)
                if now == new:
                    return

                if now != lease:
                    raise GitProblem(problem.clause, problem.said, stale=True) from None

                if last or problem.stale or not is_passing(problem):
                    raise
            else:
                return

    def _cloned(self, parents: Sequence[str]) -> Git:
        if self._git is None:
            self._git = self._make()
            fetch(self._git, list(dict.fromkeys(parents))) if parents else _empty(self._git)

        for sha in parents:
            bring(self._git, sha)

        return self._git


def bring(git: Git, sha: str) -> None:
    """Fetch a commit that is not there. Raises GitProblem."""
    if not is_sha(sha):
        raise GitProblem(f"{sha!r} is no commit")

    try:
        git.ask("cat-file", "-e", f"{sha}^{{tree}}", env={"GIT_NO_LAZY_FETCH": "1"})
    except GitProblem:
        fetch(git, [sha])


def remote_sha(git: Git, branch: str) -> str:
    """Return where a branch of the forge is now; "" when there is none. Raises GitProblem."""
    name = f"refs/heads/{branch}"
    lines = lines_of(git.remote("ls-remote", "--refs", "origin", name))
    found = (line.partition("\t") for line in lines)
    return next((sha for sha, _, ref in found if ref == name), "")


def is_passing(problem: GitProblem) -> bool:
    """Whether a push failed in a way that may pass: the connection broke, or a server behind it failed."""
    words = (
        "HTTP 5",
        "error: 5",
        "hung up",
        "Empty reply",
        "Connection",
        "timed out",
        "early EOF",
        "unexpected disconnect",
    )
    return any(word in problem.said for word in words) or "did not end" in problem.clause


def _empty(git: Git) -> None:
    git.ask("init", "--quiet", "--bare", "--template=", git.folder)
