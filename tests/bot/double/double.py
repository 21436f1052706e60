"""A forge to test against: its truth is bare git repositories, and people act on it beside the bot."""

from __future__ import annotations

import copy
import datetime as dt
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from bot.double.bare import Bare, Who
from bot.double.faults import Fault
from bot.double.judge import Deviation
from bot.double.place import Place
from bot.double.programs import need_git
from bot.double.records import Account, App, Installation, Repository, Store, Token
from bot.double.server import Sent, Server

BOT = "fixer-bot"
PERSON = "octocat"


@dataclass(frozen=True)
class Saved:
    """What a double has kept: see `Double.saved`."""

    folder: Path
    accounts: dict[str, Account]
    repositories: dict[str, Repository]


class Double:
    """One forge with the accounts `fixer-bot` and `octocat`; a context manager that serves while it is entered."""

    def __init__(self, root: Path, clock: Callable[[], dt.datetime] | None = None) -> None:
        need_git()
        self.store = Store(root, clock)
        self.server = Server(self.store)
        self.url = self.server.url
        self.api = f"{self.url}/api/v3"
        self.graphql = f"{self.url}/api/graphql"
        self.token = self.issue_token(BOT).value
        self.person = self.issue_token(PERSON).value

    def __enter__(self) -> Self:
        self.server.thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.server.thread.join()

    def issue_token(self, login: str, *, left: int | None = None, until: float | None = None) -> Token:
        """Return a personal token; it is good for `left` requests, or until a time."""
        account = self.store.account(login)
        token = Token(f"ghp_{login}_{len(self.store.tokens)}", account, left=left, until=until)
        self.store.tokens[token.value] = token
        return token

    def organisation(self, login: str) -> None:
        self.store.account(login).kind = "Organization"

    def app(self, number: int, slug: str, public_key: str, owner: str = "acme") -> None:
        self.store.app = App(number, slug, self.store.account(owner), public_key)

    def install(self, login: str, permissions: Mapping[str, str]) -> Installation:
        number = self.store.next_id()
        made = Installation(number, self.store.account(login), dict(permissions))
        self.store.installations[number] = made
        return made

    def add(
        self, full_name: str, files: Mapping[str, str | bytes] | None = None, *, branch: str = "main", **more: object
    ) -> Place:
        """Make a repository; `more` are fields of its record. The bot may write, octocat administers."""
        owner, _, name = full_name.partition("/")
        with self.store.lock:
            made = self.store.add(owner, name, branch)
            made.roles = {BOT: "write", PERSON: "admin"}
            for field, value in more.items():
                assert field in Repository.__dataclass_fields__, field
                setattr(made, field, value)

        place = Place(self.store, made)
        if files:
            place.commit(files, message="Begin", by=PERSON)

        return place

    def saved(self, folder: Path) -> Saved:
        """Keep all repositories, and what is known of them, for doubles that begin from there."""
        with self.store.lock:
            shutil.copytree(self.store.root, folder)
            return Saved(folder, *copy.deepcopy((self.store.accounts, self.store.repositories)))

    def load(self, saved: Saved) -> None:
        """Begin from what another double has kept."""
        store = self.store
        shutil.copytree(saved.folder, store.root, dirs_exist_ok=True)
        store.accounts, store.repositories = copy.deepcopy((saved.accounts, saved.repositories))
        for repository in store.repositories.values():
            repository.bare = Bare(store.root / repository.owner.login / f"{repository.name}.git")

        for token in store.tokens.values():
            token.account = store.account(token.account.login)

    def place(self, full_name: str) -> Place:
        found = self.store.repository(full_name)
        assert found, full_name
        return Place(self.store, found)

    def rename(self, old: str, new: str) -> Place:
        """Give a repository another name; the old one redirects."""
        with self.store.lock:
            found = self.store.repositories.pop(old.lower())
            owner, _, found.name = new.partition("/")
            found.owner = self.store.account(owner)
            self.store.repositories[new.lower()] = found
            self.store.renamed[old.lower()] = found

        return Place(self.store, found)

    def fault(self, fault: Fault) -> Fault:
        return self.server.script.add(fault)

    @property
    def sent(self) -> list[Sent]:
        return self.server.sent

    def writes(self, login: str = BOT) -> list[Sent]:
        """Return the requests of an account that were made to change something, refused ones too."""
        return [each for each in self.sent if each.write and each.login == login]

    @property
    def deviations(self) -> list[Deviation]:
        return self.server.judge.deviations

    def check(self) -> None:
        """Fail when a request or an answer was not as described, or the double itself broke."""
        if self.server.problems:
            raise self.server.problems[0]

        assert not self.deviations, "\n".join(map(str, self.deviations))

    def wait(self, until: Callable[[], bool], seconds: float = 10.0) -> None:
        end = time.monotonic() + seconds
        while not until():
            assert time.monotonic() < end, "what was waited for did not come"
            time.sleep(0.01)


__all__ = ["BOT", "PERSON", "Double", "Fault", "Place", "Who"]
