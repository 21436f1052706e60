"""What the double knows beside git: accounts, tokens, issues and pull requests, labels, comments, events."""

from __future__ import annotations

import datetime as dt
import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from bot.double.bare import Bare, Who

_IDS = itertools.count(1001)


@dataclass
class Account:
    """A user, a bot or an organisation."""

    id: int
    login: str
    kind: str = "User"

    @property
    def who(self) -> Who:
        return Who(self.login, f"{self.id}+{self.login}@users.noreply.github.com")


@dataclass
class Label:
    id: int
    name: str
    color: str = "ededed"
    description: str = ""


@dataclass
class Comment:
    id: int
    user: Account
    body: str
    created: str
    updated: str


@dataclass
class Event:
    id: int
    name: str
    actor: Account
    created: str
    more: dict[str, Any] = field(default_factory=dict)


@dataclass
class Pull:
    """What makes an issue a pull request; `head_sha` follows the branch until it is closed."""

    source: Repository | None
    head: str
    base: str
    head_sha: str
    base_sha: str
    draft: bool = False
    maintainer_can_modify: bool = False
    reviewers: list[Account] = field(default_factory=list)
    merged_at: str | None = None
    merged_by: Account | None = None
    merge_sha: str | None = None
    auto_merge: dict[str, Any] | None = None


@dataclass
class Issue:
    id: int
    number: int
    user: Account
    title: str
    body: str | None
    created: str
    updated: str
    state: str = "open"
    labels: list[Label] = field(default_factory=list)
    assignees: list[Account] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    closed_at: str | None = None
    closed_by: Account | None = None
    pull: Pull | None = None


@dataclass
class Repository:
    """One repository; `roles` are the permissions of accounts: read, triage, write, maintain or admin.

    `checks`: there are required checks that have not ended, so that a pull request cannot be merged yet.
    `strict`: a branch must be up to date with its base. `no_push` and `no_force` are patterns of whole names.
    """

    id: int
    owner: Account
    name: str
    bare: Bare
    default_branch: str
    created: str
    roles: dict[str, str] = field(default_factory=dict)
    labels: dict[str, Label] = field(default_factory=dict)
    issues: dict[int, Issue] = field(default_factory=dict)
    topics: list[str] = field(default_factory=list)
    parent: Repository | None = None
    archived: bool = False
    disabled: bool = False
    template: bool = False
    private: bool = False
    has_issues: bool = True
    allow_auto_merge: bool = False
    strict_labels: bool = False
    checks: bool = False
    strict: bool = False
    no_push: list[str] = field(default_factory=list)
    no_force: list[str] = field(default_factory=list)
    seen: dict[str, str] = field(default_factory=dict)
    asked: set[tuple[str, str]] = field(default_factory=set)

    @property
    def full_name(self) -> str:
        return f"{self.owner.login}/{self.name}"

    def guards(self, branch: str) -> bool:
        """Whether nobody may push to a branch."""
        return any(fnmatch(f"refs/heads/{branch}", pattern) for pattern in self.no_push)

    def keeps(self, branch: str) -> bool:
        """Whether nobody may force-push to a branch."""
        return any(fnmatch(f"refs/heads/{branch}", pattern) for pattern in self.no_force)

    def pulls(self) -> list[Issue]:
        return [issue for issue in self.issues.values() if issue.pull]


@dataclass
class Installation:
    """A GitHub App on an account; `permissions` by area: {"contents": "write"}."""

    id: int
    account: Account
    permissions: dict[str, str]


@dataclass
class Token:
    """Who sends requests. `left` is the number of requests for which it is good; `until` seconds since the epoch."""

    value: str
    account: Account
    installation: Installation | None = None
    permissions: dict[str, str] | None = None
    left: int | None = None
    until: float | None = None

    def dead(self) -> bool:
        return (self.left is not None and self.left <= 0) or (self.until is not None and time.time() >= self.until)


@dataclass
class App:
    id: int
    slug: str
    account: Account
    public_key: str


class Store:
    """All records; hold `lock` while reading or changing them."""

    def __init__(self, root: Path, clock: Callable[[], dt.datetime] | None = None) -> None:
        self.root = root
        self.lock = threading.RLock()
        self.clock = clock or (lambda: dt.datetime.now(dt.UTC))
        self.accounts: dict[str, Account] = {}
        self.repositories: dict[str, Repository] = {}
        self.renamed: dict[str, Repository] = {}
        self.tokens: dict[str, Token] = {}
        self.installations: dict[int, Installation] = {}
        self.app: App | None = None
        self.token_seconds = 3600.0
        self.token_requests: int | None = None
        # Above those of any other store of the process, for what is loaded from there.
        self._ids = _IDS

    def now(self) -> str:
        return self.clock().strftime("%Y-%m-%dT%H:%M:%SZ")

    def next_id(self) -> int:
        return next(self._ids)

    def account(self, login: str, kind: str = "User") -> Account:
        """Return the account of this name; it is made when there is none."""
        key = login.lower()
        if key not in self.accounts:
            self.accounts[key] = Account(self.next_id(), login, kind)

        return self.accounts[key]

    def repository(self, full_name: str) -> Repository | None:
        return self.repositories.get(full_name.lower())

    def by_id(self, number: int) -> Repository | None:
        return next((each for each in self.repositories.values() if each.id == number), None)

    def add(self, owner: str, name: str, branch: str, parent: Repository | None = None) -> Repository:
        path = self.root / owner / f"{name}.git"
        account = self.account(owner)
        made = Repository(
            self.next_id(), account, name, Bare.made(path, branch), branch, self.now(), {account.login: "admin"}
        )
        made.parent = parent
        self.repositories[made.full_name.lower()] = made
        return made

    def by_email(self, email: str) -> Account | None:
        return next((each for each in self.accounts.values() if each.who.email == email), None)

    def event(self, issue: Issue, name: str, actor: Account, **more: Any) -> None:
        issue.updated = self.now()
        issue.events.append(Event(self.next_id(), name, actor, issue.updated, more))
