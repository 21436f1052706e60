"""The git repository around a project, through `repo.git` of GitPython: what hinders a commit, and making commits."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import msgspec

from fixer.errors import UserError

if TYPE_CHECKING:
    from git import Repo

# What is there while something is going on that a commit would disturb.
_GOING_ON = {
    "MERGE_HEAD": "a merge",
    "CHERRY_PICK_HEAD": "a cherry-pick",
    "REVERT_HEAD": "a revert",
    "rebase-merge": "a rebase",
    "rebase-apply": "a rebase",
    "BISECT_LOG": "a bisection",
}
# What GitPython puts around the output of a command.
_QUOTES = re.compile(r"^\s*std(?:err|out): '|'\s*\Z")
# Hooks get it too: nothing that would change how they work.
_ENVIRONMENT = {"GIT_TERMINAL_PROMPT": "0", "GIT_EDITOR": "true"}


class Head(msgspec.Struct, frozen=True):
    """Where HEAD was: the full name of its branch ("" when detached) and its commit."""

    branch: str
    commit: str


class Repository:
    """The repository that holds `root`. Raises UserError when there is none, or nothing that can work with it."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._repo = _opened(root)
        top = self._repo.working_tree_dir
        if top is None:
            raise UserError("the repository has no work tree")

        self._prefix = os.path.relpath(os.path.realpath(root), os.path.realpath(top))
        self._repo.git.update_environment(**_ENVIRONMENT)

    # ---- what hinders

    def problem(self, branch: str) -> str:
        """Return why there can be no commit on a new branch, as a sentence; "" when there can."""
        for name, what in _GOING_ON.items():
            if self._has(name):
                return f"{what} is going on in this repository: finish or abort it first"

        if self._has("index.lock"):
            return "git is at work in this repository, or left its index.lock behind: try again, or remove that file"

        if not self._answers("rev-parse", "--verify", "--quiet", "HEAD^{commit}"):
            return "the repository has no commit yet: make the first one without us"

        if not self._answers("var", "GIT_COMMITTER_IDENT"):
            return "git does not know who you are: set user.name and user.email"

        return self._branch_problem(branch)

    def _has(self, name: str) -> bool:
        return os.path.exists(os.path.join(self._root, self._ask("rev-parse", "--git-path", name)))

    def _branch_problem(self, branch: str) -> str:
        if branch.startswith("-") or not self._answers("check-ref-format", f"refs/heads/{branch}"):
            return f"{branch!r} is no name of a branch"

        if self._answers("show-ref", "--verify", "--quiet", f"refs/heads/{branch}"):
            return f"there is a branch {branch} already: choose another name"

        names = self._ask("for-each-ref", "--format=%(refname:short)", "refs/heads").splitlines()
        near = next((one for one in names if one.startswith(f"{branch}/") or branch.startswith(f"{one}/")), "")
        return f"the branch {near} leaves no room for {branch}: choose another name" if near else ""

    def unclean(self, paths: Sequence[str], new: Sequence[str]) -> str:
        """Return why files are not ready to be committed, as a sentence, or ""; `new` ones are not there yet."""
        words = ("status", "--porcelain=v1", "-z", "--untracked-files=all", "--ignored=matching", "--no-renames")
        found = self._ask(*words, "--", *self._named(paths)) if paths else ""
        for entry in filter(None, found.split("\0")):
            name = os.path.relpath(entry[3:], self._prefix)
            if entry.startswith("??"):
                return f"{name} is not tracked by git: commit it first, or write without a commit"

            if entry.startswith("!!"):
                return f"{name} is ignored by git: write without a commit"

            return f"{name} has changes that are not committed: commit or stash them first, or write without a commit"

        ignored = next((one for one in new if self._answers("check-ignore", "-q", "--", self._path(one))), "")
        return f"{ignored} would be a new file that git ignores: write without a commit" if ignored else ""

    # ---- committing

    def begin(self, branch: str) -> Head:
        """Make a branch at HEAD and go to it; index and work tree stay as they are. Returns where HEAD was."""
        try:
            name = self._ask("symbolic-ref", "--quiet", "HEAD")
        except UserError:
            name = ""

        head = Head(name, self._ask("rev-parse", "HEAD"))
        self._ask("update-ref", f"refs/heads/{branch}", head.commit, "0" * len(head.commit))
        self._ask("symbolic-ref", "-m", "fixer: new branch", "HEAD", f"refs/heads/{branch}")
        return head

    def commit(self, paths: Iterable[str], new: Iterable[str], message: str) -> str:
        """Commit these files as they are, and nothing else that is staged; hooks run. Returns the short id."""
        named = self._named(paths)
        if added := self._named(new):
            self._ask("add", "--intent-to-add", "--", *added)

        self._ask("commit", "--only", "--quiet", "--cleanup=whitespace", "-m", message, "--", *named)
        return self._ask("rev-parse", "--short", "HEAD")

    def back(self, head: Head, branch: str, paths: Sequence[str]) -> None:
        """Go back to where HEAD was and take the branch away; in the index only these files go back."""
        if head.branch:
            self._ask("symbolic-ref", "-m", "fixer: back", "HEAD", head.branch)
        else:
            self._ask("update-ref", "--no-deref", "-m", "fixer: back", "HEAD", head.commit)

        self._ask("update-ref", "-d", f"refs/heads/{branch}")
        if paths:
            self._ask("reset", "--quiet", "--", *self._named(paths))

    def _path(self, path: str) -> str:
        return os.path.normpath(os.path.join(self._prefix, path))

    def _named(self, paths: Iterable[str]) -> list[str]:
        """Paths as git matches them: no letter in a name means anything else."""
        return [f":(top,literal){self._path(path)}" for path in paths]

    def _answers(self, *words: str) -> bool:
        try:
            self._ask(*words)
        except UserError:
            return False

        return True

    def _ask(self, *words: str) -> str:
        import git

        try:
            command = [git.Git.GIT_PYTHON_GIT_EXECUTABLE, *words]
            found = self._repo.git.execute(command, strip_newline_in_stdout=True, with_extended_output=False)
        except git.exc.GitCommandNotFound:
            raise UserError("git is needed, and is not installed") from None
        except git.exc.GitCommandError as error:
            raise UserError(_said(words[0], error)) from None

        return str(found)


def _opened(root: str) -> Repo:
    # Without git on the machine the import alone would fail.
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
    try:
        import git
    except ImportError:
        raise UserError("GitPython is needed for commits, and is not installed: pip install GitPython") from None

    try:
        return git.Repo(root, search_parent_directories=True)
    except git.exc.InvalidGitRepositoryError:
        raise UserError("this folder is in no git repository") from None
    except (git.exc.GitError, OSError, ValueError) as error:
        raise UserError(f"the git repository cannot be opened: {error}") from None


def _said(verb: str, error: Exception) -> str:
    """What git, or a hook, said: its first lines."""
    said = [_QUOTES.sub("", str(getattr(error, name, ""))) for name in ("stderr", "stdout")]
    lines = [line.strip() for text in said for line in text.splitlines()]
    told = [line.removeprefix("fatal: ").removeprefix("error: ") for line in lines if line and line[:5] != "hint:"]
    what = "git commit, or a hook of it, refused" if verb == "commit" else f"git {verb} refused"
    return f"{what}: {' '.join(told[:4])}" if told else what
