"""What the bot wants of a forge: questions, and writes of one request each. Nothing here knows GitHub."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, Protocol, TypeAlias

import msgspec

from fixer.bot.commits import Person
from fixer.bot.records import Commit, CreateIssue, CreatePull, EditPull, Issue, Pull, SetUp

Source: TypeAlias = Literal["owner", "installation", "named"]


class Found(msgspec.Struct, frozen=True):
    """A repository as the forge lists it. `name` is `owner/name` as it is now; `url` is where git finds it."""

    name: str
    url: str = ""
    base: str = ""
    archived: bool = False
    disabled: bool = False
    fork: bool = False
    template: bool = False
    empty: bool = False
    push: bool = True
    issues: bool = True
    automerge: bool = False
    topics: tuple[str, ...] = ()


class Rules(msgspec.Struct, frozen=True):
    """What rules of the forge say: base wants branches that are up to date; branches of ours may be pushed over."""

    strict: bool = False
    force: bool = True


class History(msgspec.Struct, frozen=True):
    """What a branch has that base does not: where it left base, and its commits, the oldest first."""

    base_sha: str
    commits: tuple[Commit, ...] = ()


class Forge(Protocol):
    """One forge, one login. Every method raises ForgeProblem; those that write also Exhausted.

    A write looks first whether it is done already, and looks again when nobody knows what became of it: making it
    twice never makes two of it.
    """

    def who(self) -> tuple[str, Person]:
        """Return the login of the bot, and what its commits say."""

    def token(self, name: str, *, fresh: bool = False) -> str:
        """Return a token for git that holds now, for one repository; a new one where there are new ones, if `fresh`."""

    def listed(self, source: Source, owner: str) -> Iterable[Found]:
        """Return the repositories of an owner, or those of all installations of the App."""

    def found(self, name: str) -> Found:
        """Return a repository; its name may be a new one."""

    # ---- questions about a repository

    def rules(self, name: str, base: str, ours: str) -> Rules:
        """Return what holds for the base branch, and for a branch of ours."""

    def subjects(self, name: str, base: str) -> tuple[str, ...]:
        """Return the first lines of the last commits of a branch."""

    def history(self, name: str, base_sha: str, sha: str, person: Person) -> History:
        """Return what the commit `sha` has that `base_sha` does not."""

    def pulls(self, name: str, prefix: str, branches: Sequence[str]) -> tuple[Pull, ...]:
        """Return all pull requests of the repository's own branches that begin with `prefix`, in any state."""

    def conflict(self, name: str, number: int) -> bool | None:
        """Return whether a pull request cannot be merged; None when the forge does not know it yet."""

    def issues(self, name: str, login: str) -> Iterator[Issue]:
        """Yield the issues that the bot made, pull requests left out."""

    def pull(self, name: str, number: int) -> Pull:
        """Return a pull request as it is now."""

    def issue(self, name: str, number: int) -> Issue:
        """Return an issue as it is now."""

    def open_pull(self, name: str, branch: str) -> int | None:
        """Return the open pull request of a branch; None when there is none."""

    # ---- writes

    def create_pull(self, name: str, wanted: CreatePull) -> int:
        """Open a pull request; return its number."""

    def set_up(self, name: str, number: int, wanted: SetUp) -> list[str]:
        """Label, assign and ask for reviews; return notes about what could not be done."""

    def edit_pull(self, name: str, wanted: EditPull) -> None:
        """Write title, body and base of a pull request (None: as it is)."""

    def close_pull(self, name: str, number: int, body: str) -> None:
        """Close a pull request and write its body."""

    def disable_automerge(self, name: str, number: int) -> None:
        """Take automatic merging back."""

    def create_issue(self, name: str, wanted: CreateIssue) -> int:
        """Open an issue; return its number."""

    def edit_issue(self, name: str, number: int, body: str) -> None:
        """Write the body of an issue."""

    def close_issue(self, name: str, number: int, body: str) -> None:
        """Close an issue and write its body ("": as it is)."""

    def commit(self, name: str, wanted: Signable) -> str:
        """Make a commit that the forge signs and that no branch leads to; "" where it does not sign ours."""

    def create_branch(self, name: str, branch: str, sha: str) -> None:
        """Make a branch; ForgeProblem of kind `conflict` when there is another one of that name."""

    def move_branch(self, name: str, branch: str, sha: str, lease: str) -> bool:
        """Let a branch lead to a commit that the forge has, if it leads to `lease` now; False: the forge cannot do it.

        ForgeProblem of kind `conflict` when it leads elsewhere.
        """

    def write_done(self) -> None:
        """Count one write that was made without the forge's interface, such as a push; may raise Exhausted."""


class Signable(msgspec.Struct, frozen=True):
    """A commit for the forge to make: the tree of `start` with files as (path, mode, content or None)."""

    start: str
    parents: tuple[str, ...]
    files: tuple[tuple[str, str, bytes | None], ...]
    message: str
