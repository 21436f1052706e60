"""GitHub and GitHub Enterprise as a `Forge`: raw JSON over the transport, writes looked up before and after."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal, TypeVar
from urllib.parse import quote

import msgspec

from fixer.bot.auth import Access
from fixer.bot.budget import Budget
from fixer.bot.commits import Person
from fixer.bot.forge import Found, History, Rules, Signable, Source
from fixer.bot.problems import ForgeProblem
from fixer.bot.records import Commit, CreateIssue, CreatePull, EditPull, Issue, Pull, SetUp
from fixer.bot.transport import Transport

T = TypeVar("T")
_COMMITS = 1000
_MERGEABLE_TRIES = 3
_WEB_FLOW = ("GitHub", "noreply@github.com")


class GitHub:
    """See `fixer.bot.forge.Forge`. `budget` is asked before each write."""

    def __init__(self, access: Access, budget: Budget, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self.access = access
        self.budget = budget
        self._sleep = sleep

    # ---- who, and which repositories

    def who(self) -> tuple[str, Person]:
        """See `Forge.who`."""
        return self.access.who()

    def token(self, name: str, *, fresh: bool = False) -> str:
        """See `Forge.token`."""
        return self.access.token(_owner(name), fresh=fresh)

    def listed(self, source: Source, owner: str) -> Iterable[Found]:
        """See `Forge.listed`."""
        if source == "installation":
            return self._installed()

        return self._owned(owner)

    def found(self, name: str) -> Found:
        """See `Forge.found`."""
        return self._known(_found(self._at(name).get(_path(name))))

    def _installed(self) -> Iterator[Found]:
        login = self.access.login
        owners = [""] if login.token or login.installation else [owner for owner, _ in self.access.installations()]
        for owner in owners:
            for one in self.access.transport(owner).pages("/installation/repositories"):
                yield self._known(_found(one))

    def _owned(self, owner: str) -> Iterator[Found]:
        transport = self.access.transport(owner)
        account = transport.get(f"/users/{quote(owner, safe='')}")
        kind = "orgs" if account.get("type") == "Organization" else "users"
        for one in transport.pages(f"/{kind}/{quote(owner, safe='')}/repos"):
            yield self._known(_found(one))

    def _known(self, found: Found) -> Found:
        """What a forge says about rights is about people; the rights of an App are those of its installation."""
        bot = self.access.login.app or self.who()[0].endswith("[bot]")
        return msgspec.structs.replace(found, push=True) if bot else found

    # ---- questions

    def rules(self, name: str, base: str, ours: str) -> Rules:
        """See `Forge.rules`; what cannot be asked is taken for allowed."""
        path = f"{_path(name)}/rules/branches/"
        found = self._at(name).optional(path + quote(base, safe="")) or ()
        checks = [one.get("parameters") or {} for one in found if one.get("type") == "required_status_checks"]
        strict = any(one.get("strict_required_status_checks_policy") for one in checks)
        own = self._at(name).optional(path + quote(ours, safe="")) or ()
        return Rules(strict, not any(one.get("type") == "non_fast_forward" for one in own))

    def subjects(self, name: str, base: str) -> tuple[str, ...]:
        """See `Forge.subjects`."""
        found = self._at(name).page(f"{_path(name)}/commits", sha=base, per_page=20)[0]
        return tuple(str(one["commit"]["message"]).partition("\n")[0] for one in found)

    def history(self, name: str, base_sha: str, sha: str, person: Person) -> History:
        """See `Forge.history`."""
        path = f"{_path(name)}/compare/{base_sha}...{sha}"
        found = self._at(name).get(path, per_page=100)
        commits = list(found["commits"])
        page = 1
        while len(commits) < min(int(found["total_commits"]), _COMMITS):
            page += 1
            more = self._at(name).get(path, per_page=100, page=page)["commits"]
            if not more:
                break

            commits += more

        login = self.who()[0]
        known = [_commit(one, person, login) for one in commits]
        if len(commits) < int(found["total_commits"]):
            # What is not seen may be anybody's.
            known.append(Commit(sha, ours=False))

        return History(found["merge_base_commit"]["sha"], tuple(known))

    def pulls(self, name: str, prefix: str, branches: Sequence[str]) -> tuple[Pull, ...]:
        """See `Forge.pulls`.

        Where the repository has more pull requests than fit one page, those of the known branches and those that the
        bot made are looked up.
        """
        first, whole = self._at(name).page(f"{_path(name)}/pulls", state="all", sort="created", direction="desc")
        if not whole:
            first = [*first, *self._looked_up(name, prefix, branches)]

        own = {int(one["number"]): one for one in first if _is_own(one, name, prefix)}
        return tuple(_pull(one) for _, one in sorted(own.items()))

    def _looked_up(self, name: str, prefix: str, branches: Sequence[str]) -> Iterator[Any]:
        transport, seen = self._at(name), set()
        for branch in branches:
            for one in transport.pages(f"{_path(name)}/pulls", state="all", head=f"{_owner(name)}:{branch}"):
                seen.add(int(one["number"]))
                yield one

        for one in transport.pages(f"{_path(name)}/issues", state="all", creator=self.who()[0]):
            if "pull_request" in one and int(one["number"]) not in seen:
                found = transport.get(f"{_path(name)}/pulls/{int(one['number'])}")
                if _is_own(found, name, prefix):
                    yield found

    def conflict(self, name: str, number: int) -> bool | None:
        """See `Forge.conflict`; GitHub finds it out when it is asked, so it is asked again."""
        for attempt in range(_MERGEABLE_TRIES):
            mergeable = self._at(name).get(f"{_path(name)}/pulls/{number}").get("mergeable")
            if mergeable is not None:
                return not mergeable

            if attempt + 1 < _MERGEABLE_TRIES:
                self._sleep(self.access.pace.pause * (1.0 + attempt))

        return None

    def issues(self, name: str, login: str) -> Iterator[Issue]:
        """See `Forge.issues`."""
        for one in self._at(name).pages(f"{_path(name)}/issues", state="all", creator=login):
            author = (one.get("user") or {}).get("login", "")
            if "pull_request" not in one and author.lower() == login.lower():
                yield _issue(one)

    def pull(self, name: str, number: int) -> Pull:
        """See `Forge.pull`."""
        return _pull(self._at(name).get(f"{_path(name)}/pulls/{number}"))

    def issue(self, name: str, number: int) -> Issue:
        """See `Forge.issue`."""
        return _issue(self._at(name).get(f"{_path(name)}/issues/{number}"))

    def open_pull(self, name: str, branch: str) -> int | None:
        """See `Forge.open_pull`."""
        found = self._at(name).page(f"{_path(name)}/pulls", state="open", head=f"{_owner(name)}:{branch}")[0]
        own = [int(one["number"]) for one in found if str(one["head"]["ref"]).lower() == branch.lower()]
        return min(own, default=None)

    # ---- writes

    def create_pull(self, name: str, wanted: CreatePull) -> int:
        """See `Forge.create_pull`."""
        body: dict[str, Any] = {"title": wanted.title, "body": wanted.body, "head": wanted.branch, "base": wanted.base}
        body |= {"draft": True} if wanted.draft else {}

        def send() -> int:
            try:
                return int(self._at(name).send("POST", f"{_path(name)}/pulls", body)["number"])
            except ForgeProblem as problem:
                if problem.kind == "invalid" and "draft" in body and "draft" in problem.clause.lower():
                    # Older servers and some plans have no drafts.
                    del body["draft"]
                    return send()

                raise

        return self._written(name, send, lambda: self.open_pull(name, wanted.branch))

    def set_up(self, name: str, number: int, wanted: SetUp) -> list[str]:
        """See `Forge.set_up`."""
        from fixer.bot.github_setup import set_up

        return set_up(self._at(name), self.budget, _path(name), number, wanted)

    def edit_pull(self, name: str, wanted: EditPull) -> None:
        """See `Forge.edit_pull`."""
        texts = {"title": wanted.title, "body": wanted.body, "base": wanted.base}
        self._patch(name, f"pulls/{wanted.number}", {key: text for key, text in texts.items() if text is not None})

    def close_pull(self, name: str, number: int, body: str) -> None:
        """See `Forge.close_pull`."""
        self._patch(name, f"pulls/{number}", {"state": "closed", "body": body})

    def disable_automerge(self, name: str, number: int) -> None:
        """See `Forge.disable_automerge`."""
        path = f"{_path(name)}/pulls/{number}"

        def done() -> bool | None:
            return None if self._at(name).get(path).get("auto_merge") else True

        def send() -> bool:
            node = self._at(name).get(path)["node_id"]
            self._at(name).mutate("disablePullRequestAutoMerge", {"pullRequestId": node}, "clientMutationId")
            return True

        self._written(name, send, done)

    def create_issue(self, name: str, wanted: CreateIssue) -> int:
        """See `Forge.create_issue`; one of the same title that is open and ours is the one."""
        login = self.who()[0]

        def send() -> int:
            body = {"title": wanted.title, "body": wanted.body}
            return int(self._at(name).send("POST", f"{_path(name)}/issues", body)["number"])

        def done() -> int | None:
            own = self.issues(name, login)
            return next((one.number for one in own if one.state == "open" and one.title == wanted.title), None)

        return self._written(name, send, done)

    def edit_issue(self, name: str, number: int, body: str) -> None:
        """See `Forge.edit_issue`."""
        self._patch(name, f"issues/{number}", {"body": body})

    def close_issue(self, name: str, number: int, body: str) -> None:
        """See `Forge.close_issue`."""
        self._patch(name, f"issues/{number}", {"state": "closed", **({"body": body} if body else {})})

    def commit(self, name: str, wanted: Signable) -> str:
        """See `Forge.commit`: GitHub signs what an App commits when it does not say who it is."""
        from fixer.bot.github_commits import commit, signs

        if not signs(self.who()[0], wanted):
            return ""

        return commit(self._at(name), self.budget, _path(name), wanted)

    def create_branch(self, name: str, branch: str, sha: str) -> None:
        """See `Forge.create_branch`."""
        path = f"{_path(name)}/git/ref/heads/{quote(branch, safe='/')}"

        def done() -> bool | None:
            found = self._at(name).optional(path)
            if found is None or not isinstance(found, dict):
                return None

            if found["object"]["sha"] != sha:
                raise ForgeProblem("conflict", f"there is a branch {branch} already")

            return True

        def send() -> bool:
            self._at(name).send("POST", f"{_path(name)}/git/refs", {"ref": f"refs/heads/{branch}", "sha": sha})
            return True

        self._written(name, send, done)

    def move_branch(self, name: str, branch: str, sha: str, lease: str) -> bool:
        """See `Forge.move_branch`."""
        from fixer.bot.github_commits import move

        return move(self._at(name), self.budget, _path(name), branch, (sha, lease))

    def write_done(self) -> None:
        """See `Forge.write_done`."""
        self.budget.take()

    def _patch(self, name: str, place: str, wanted: dict[str, str]) -> None:
        path = f"{_path(name)}/{place}"

        def done() -> bool | None:
            now = self._at(name).get(path)
            return True if all(_value(now, key) == text for key, text in wanted.items()) else None

        def send() -> bool:
            self._at(name).send("PATCH", path, wanted)
            return True

        self._written(name, send, done)

    def _written(self, name: str, send: Callable[[], T], done: Callable[[], T | None]) -> T:
        return self._at(name).write(self.budget, send, done)

    def _at(self, name: str) -> Transport:
        return self.access.transport(_owner(name))


def _value(now: Any, key: str) -> str:
    found = now.get(key) or ""
    return str(found["ref"]) if isinstance(found, dict) else str(found)


def _owner(name: str) -> str:
    return name.partition("/")[0]


def _path(name: str) -> str:
    owner, _, rest = name.partition("/")
    return f"/repos/{quote(owner, safe='')}/{quote(rest, safe='')}"


def _found(one: Any) -> Found:
    rights = one.get("permissions") or {}
    return Found(
        str(one["full_name"]),
        str(one.get("clone_url") or ""),
        str(one.get("default_branch") or ""),
        archived=bool(one.get("archived")),
        disabled=bool(one.get("disabled")),
        fork=bool(one.get("fork")),
        template=bool(one.get("is_template")),
        empty=one.get("size") == 0 and not one.get("pushed_at"),
        push=bool(rights.get("push", True)),
        issues=bool(one.get("has_issues", True)),
        automerge=bool(one.get("allow_auto_merge")),
        topics=tuple(one.get("topics") or ()),
    )


def _commit(one: Any, person: Person, login: str) -> Commit:
    author, committer = one["commit"].get("author") or {}, one["commit"].get("committer") or {}
    who = str((one.get("author") or {}).get("login") or author.get("name") or "")
    people = [(str(side.get("name")), str(side.get("email")).lower()) for side in (author, committer)]
    own = people[0][1] == person.email.lower() or (login.endswith("[bot]") and who == login)
    ours = own and (people[1][1] == person.email.lower() or people[1] == _WEB_FLOW)
    return Commit(str(one["sha"]), ours, _time(committer.get("date")), who)


def _is_own(one: Any, name: str, prefix: str) -> bool:
    head = one["head"]
    place = str((head.get("repo") or {}).get("full_name") or "")
    # Of a repository that is gone, GitHub still says whose branch it was.
    own = (
        place.lower() == name.lower()
        if place
        else str(head.get("label", "")).partition(":")[0].lower() == _owner(name).lower()
    )
    return own and str(head["ref"]).lower().startswith(prefix.lower())


def _pull(one: Any) -> Pull:
    state: Literal["open", "closed", "merged"] = "open" if one["state"] == "open" else "closed"
    return Pull(
        int(one["number"]),
        str(one["head"]["ref"]),
        "merged" if one.get("merged_at") else state,
        str(one.get("title") or ""),
        str(one.get("body") or ""),
        str(one["base"]["ref"]),
        str(one["head"]["sha"]),
        tuple(str(label["name"]) for label in one.get("labels") or ()),
        draft=bool(one.get("draft")),
        automerge=bool(one.get("auto_merge")),
        created=_time(one.get("created_at")),
    )


def _issue(one: Any) -> Issue:
    state: Literal["open", "closed"] = "open" if one["state"] == "open" else "closed"
    return Issue(int(one["number"]), state, str(one.get("title") or ""), str(one.get("body") or ""))


def _time(text: Any) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if isinstance(text, str) else None
