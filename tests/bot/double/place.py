"""One repository of the double, as the people who work in it see it and change it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.double.bare import Commit, Who
from bot.double.records import Account, Issue, Label, Pull, Repository, Store
from bot.double.settle import close, merge, reopen, settle

PERSON = "octocat"


class Place:
    """What is here, and what people do; nothing of it goes over HTTP."""

    def __init__(self, store: Store, repository: Repository) -> None:
        self.store = store
        self.repository = repository
        self.bare = repository.bare

    @property
    def name(self) -> str:
        return self.repository.full_name

    def commit(  # noqa: PLR0913 - all of this is a commit
        self,
        files: Mapping[str, str | bytes | None],
        *,
        branch: str = "",
        message: str = "Change",
        by: str = PERSON,
        email: str = "",
        modes: Mapping[str, str] | None = None,
    ) -> str:
        """Commit as a person with a clone would, and push; None removes a file. Returns the commit's sha.

        A branch that is not there begins at the default branch.
        """
        account = self.store.account(by)
        who = Who(by, email) if email else account.who
        raw = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
        with self.store.lock:
            name = branch or self.repository.default_branch
            if self.bare.branch(name) is None and (begin := self.bare.branch(self.repository.default_branch)):
                self.bare.move(name, begin, "")

            made = self.bare.commit(name, raw, message, who, modes=modes)
            settle(self.store, self.repository, account)

        return made

    def amend(self, branch: str, files: Mapping[str, str], by: str = PERSON) -> str:
        """Replace the branch's last commit by one with the same author and other content, and force-push."""
        account = self.store.account(by)
        raw = {path: text.encode() for path, text in files.items()}
        with self.store.lock:
            old = self.bare.one(self.head(branch))
            changed = self.bare.commit(branch, raw, "change", account.who)
            tree = self.bare.one(changed).tree
            made = self.bare.sealed(tree, old.parents, old.message, old.author, account.who)
            self.bare.move(branch, made, changed)
            settle(self.store, self.repository, account)

        return made

    def move(self, branch: str, sha: str, by: str = PERSON) -> None:
        """Force-push."""
        with self.store.lock:
            self.bare.move(branch, sha, self.bare.branch(branch) or "")
            settle(self.store, self.repository, self.store.account(by))

    def remove_branch(self, branch: str, by: str = PERSON) -> None:
        with self.store.lock:
            self.bare.remove(branch)
            settle(self.store, self.repository, self.store.account(by))

    def read(self, path: str, branch: str = "") -> str:
        content = self.bare.blob(f"refs/heads/{branch or self.repository.default_branch}", path)
        assert content is not None, path
        return content.decode()

    def branches(self) -> dict[str, str]:
        return self.bare.branches()

    def head(self, branch: str = "") -> str:
        sha = self.bare.branch(branch or self.repository.default_branch)
        assert sha, branch
        return sha

    def log(self, branch: str, *, beyond: str = "") -> list[Commit]:
        """Return the commits of a branch, newest first, without those of another branch."""
        return self.bare.log(f"refs/heads/{branch}", *([f"^refs/heads/{beyond}"] if beyond else []), "--")

    def issue(self, number: int) -> Issue:
        return self.repository.issues[number]

    def issues(self, state: str = "all") -> list[Issue]:
        """Return issues that are no pull requests."""
        found = self.repository.issues.values()
        return [each for each in found if each.pull is None and state in {"all", each.state}]

    def pulls(self, state: str = "all") -> list[Issue]:
        return [each for each in self.repository.pulls() if state in {"all", each.state}]

    def pull_of(self, branch: str) -> Issue:
        """Return the one pull request of a branch."""
        found = [each for each in self.pulls() if each.pull and each.pull.head == branch]
        assert len(found) == 1, f"{len(found)} pull requests of {branch}"
        return found[0]

    def close(self, number: int, by: str = PERSON) -> None:
        with self.store.lock:
            close(self.store, self.issue(number), self.store.account(by))

    def reopen(self, number: int, by: str = PERSON) -> None:
        with self.store.lock:
            reopen(self.store, self.repository, self.issue(number), self.store.account(by))

    def merge(self, number: int, by: str = PERSON, method: str = "merge") -> str:
        with self.store.lock:
            return merge(self.store, self.repository, self.issue(number), self.store.account(by), method)

    def checks_end(self) -> list[int]:
        """End the required checks well; return the numbers of pull requests that are merged for it."""
        done = []
        with self.store.lock:
            self.repository.checks = False
            for issue in self.pulls("open"):
                wanted = issue.pull.auto_merge if issue.pull else None
                if wanted:
                    actor = self.store.account(wanted["enabled_by"]["login"])
                    merge(self.store, self.repository, issue, actor, wanted["merge_method"])
                    done.append(issue.number)

        return done

    def open_pull(self, head: str, title: str, body: str = "", by: str = PERSON) -> Issue:
        """Open a pull request from a branch of the repository."""
        with self.store.lock:
            base = self.repository.default_branch
            pull = Pull(self.repository, head, base, self.head(head), self.head(base))
            return self._add(title, body, by, pull)

    def open_issue(self, title: str, body: str = "", by: str = PERSON) -> Issue:
        with self.store.lock:
            return self._add(title, body, by, None)

    def _add(self, title: str, body: str, by: str, pull: Pull | None) -> Issue:
        number = len(self.repository.issues) + 1
        now = self.store.now()
        issue = Issue(self.store.next_id(), number, self._account(by), title, body, now, now, pull=pull)
        self.repository.issues[number] = issue
        return issue

    def _account(self, login: str) -> Account:
        return self.store.account(login)

    def edit(self, number: int, body: str) -> None:
        with self.store.lock:
            issue = self.issue(number)
            issue.body = body
            issue.updated = self.store.now()

    def tick(self, number: int, text: str) -> None:
        """Set the one empty checkbox of the body whose line holds the text."""
        body = self.issue(number).body or ""
        lines = body.split("\n")
        found = [at for at, line in enumerate(lines) if re.match(r"\s*[-*] \[ \]", line) and text in line]
        assert len(found) == 1, f"{len(found)} checkboxes with {text!r} in:\n{body}"
        lines[found[0]] = lines[found[0]].replace("[ ]", "[x]", 1)
        self.edit(number, "\n".join(lines))

    def label(self, number: int, name: str, by: str = PERSON) -> None:
        with self.store.lock:
            issue = self.issue(number)
            known = self.repository.labels.setdefault(name.lower(), Label(self.store.next_id(), name))
            issue.labels = [*issue.labels, known]
            self.store.event(issue, "labeled", self._account(by), label={"name": name, "color": known.color})

    def unlabel(self, number: int, name: str, by: str = PERSON) -> None:
        with self.store.lock:
            issue = self.issue(number)
            issue.labels = [each for each in issue.labels if each.name != name]
            self.store.event(issue, "unlabeled", self._account(by), label={"name": name, "color": "ededed"})
