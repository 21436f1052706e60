"""A repository in memory, with people in it: commits are trees, and the steps of the bot are carried out on them."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from msgspec.structs import replace

from fixer.bot import memory as memories
from fixer.bot.dashboard import heard, numbered
from fixer.bot.decide import decide
from fixer.bot.limits import writes
from fixer.bot.memory import Memory, memory_of, newest, with_proposed
from fixer.bot.naming import branch_name
from fixer.bot.patch import patch_id
from fixer.bot.records import (
    AppendCommit,
    Branch,
    Change,
    CloseIssue,
    ClosePull,
    Commit,
    CreateBranch,
    CreateIssue,
    CreatePull,
    DeleteBranch,
    DisableAutomerge,
    EditIssue,
    EditPull,
    Group,
    Issue,
    KeepBranch,
    Pull,
    Repository,
    Row,
    SetUp,
    State,
    Step,
    UpdateBranch,
    Wait,
)
from fixer.policy.bot import BotSettings

START = dt.datetime(2026, 11, 21, 12, 0, tzinfo=dt.UTC)
RISKS = ("safe", "low", "medium")
Tree = Mapping[str, bytes]
Hunk = tuple[str, bytes]


@dataclass(frozen=True)
class Made:
    """A commit."""

    tree: tuple[tuple[str, bytes], ...]
    parents: tuple[str, ...]
    ours: bool
    date: dt.datetime


@dataclass
class World:
    """A forge with one repository. A file that starts with `bad` is a finding, and `good` instead of it the fix.

    The folder of a file is its group. `refused` are the hunks that people said no to.
    """

    files: dict[str, bytes]
    settings: BotSettings = field(default_factory=BotSettings)
    now: dt.datetime = START
    forge: bool = True
    force: bool = True
    strict: bool = False
    problem: str = ""
    configured: bool = True
    onboarding: bool = False
    budget: int = 1_000_000
    unanswered: set[str] = field(default_factory=set)
    commits: dict[str, Made] = field(default_factory=dict)
    heads: dict[str, str] = field(default_factory=dict)
    pulls: dict[int, Pull] = field(default_factory=dict)
    dashboard: Issue | None = None
    trouble: Issue | None = None
    refused: set[Hunk] = field(default_factory=set)
    writes: int = 0
    number: int = 0
    pushed: list[dt.datetime] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.heads["main"] = self.commit(self.files, (), ours=False)

    # ---- git

    def commit(self, tree: Tree, parents: tuple[str, ...], *, ours: bool) -> str:
        made = Made(tuple(sorted(tree.items())), parents, ours, self.now)
        sha = hashlib.sha1(f"{made}{len(self.commits)}".encode()).hexdigest()
        self.commits[sha] = made
        return sha

    def tree(self, sha: str) -> dict[str, bytes]:
        return dict(self.commits[sha].tree)

    def history(self, sha: str) -> dict[str, None]:
        """The commit and all before it, nearest first."""
        found, queue = dict[str, None](), [sha]
        while queue:
            one = queue.pop(0)
            if one not in found:
                found[one] = None
                queue += self.commits[one].parents

        return found

    def fork(self, sha: str) -> str:
        """Where it left base: the common ancestor that has the most behind it."""
        base = self.history(self.heads["main"])
        return max((one for one in self.history(sha) if one in base), key=lambda one: len(self.history(one)))

    def merged(self, one: str, other: str) -> dict[str, bytes] | None:
        """The tree of a merge; None for a conflict."""
        old, ours, theirs = self.tree(self.fork(other)), self.tree(one), self.tree(other)
        result = {}
        for path in sorted({*ours, *theirs}):
            sides = ours.get(path), theirs.get(path)
            if sides[0] != sides[1] and old.get(path) not in sides:
                return None

            kept = sides[0] if sides[1] == old.get(path) else sides[1]
            if kept is not None:
                result[path] = kept

        return result

    # ---- what the bot sees

    def state(self) -> State:
        pulls = tuple(replace(pull, head_sha=self.heads.get(pull.branch, "")) for pull in self.pulls.values())
        memory = memory_of(pulls, heard(self.dashboard))
        names = [name for name in self.heads if name != "main"]
        return State(
            Repository(
                "acme/app", "main", self.heads["main"], self.forge, self.strict, self.force, configured=self.configured
            ),
            self.settings,
            self.now,
            tuple(self.groups(self.tree(self.heads["main"]), memory)),
            tuple(self.branch(name, memory) for name in names),
            pulls,
            self.dashboard,
            self.trouble,
            self.problem,
            unfixable=tuple(self.key(path, text) for path, text in self.files_now() if path in self.unanswered),
            onboarding=self.welcome() if self.onboarding else None,
            pushes=sum(when > self.now - dt.timedelta(hours=1) for when in self.pushed),
            budget=self.budget,
        )

    def files_now(self) -> list[Hunk]:
        return sorted(self.tree(self.heads["main"]).items())

    @staticmethod
    def key(path: str, text: bytes) -> str:
        return hashlib.sha256(f"{path} {text!r}".encode()).hexdigest()[:12]

    def welcome(self) -> Group:
        changes = (Change(".fixer.yaml", None, b"version: 1\n"),)
        return Group(
            "configure", "fixer/configure", "Configure fixer", "safe", changes=changes, patch=patch_id(changes)
        )

    def groups(self, tree: Tree, memory: Memory) -> Iterator[Group]:
        for folder in sorted({path.split("/")[0] for path in tree if "/" in path}):
            risk = RISKS[int(folder[1:]) % 3]
            key = f"{risk}-{folder}"
            branch = branch_name(self.settings.branch_prefix, key)
            found = [one for one in tree.items() if one[0].startswith(f"{folder}/") and one[1].startswith(b"bad")]
            found = [one for one in found if one[0] not in self.unanswered]
            out = {one for one in found if memory.refuses(branch, self.key(*one))}
            rows = tuple(self.row(one, risk) for one in found if one not in out)
            changes = tuple(Change(path, text, b"good" + text[3:]) for path, text in found if (path, text) not in out)
            silenced = tuple(self.row(one, risk) for one in sorted(out))
            if rows or silenced:
                yield Group(key, branch, f"Fix {folder}", risk, "low", rows, silenced, changes, patch_id(changes))

    def row(self, hunk: Hunk, risk: str) -> Row:
        path, text = hunk
        return Row(self.key(path, text), "dockerfile/x", path, "", "is bad", "Make it good", 1, "low", risk, "deny")

    def branch(self, name: str, memory: Memory) -> Branch:
        sha = self.heads[name]
        fork = self.fork(sha)
        base = self.history(self.heads["main"])
        own = [one for one in self.history(sha) if one not in base]
        commits = tuple(Commit(one, self.commits[one].ours, self.commits[one].date) for one in own)
        old, new = self.tree(fork), self.tree(sha)
        changes = [Change(p, old.get(p), new.get(p)) for p in sorted({*old, *new}) if old.get(p) != new.get(p)]
        conflict = self.merged(self.heads["main"], sha) is None
        found = Branch(name, sha, fork, commits, patch_id(changes), conflict)
        pull = newest(self.pulls.values(), name)
        if not found.foreign or name.startswith("fixer/kept-"):
            return found

        seen = with_proposed(memory, pull) if pull and pull.state == "open" else memory
        on_top = next((one for one in self.groups(new, seen) if one.branch == name), None)
        return replace(found, on_top=on_top)

    # ---- what the bot does

    def run(self) -> list[Step]:
        """One run: decide, and do it."""
        state = self.state()
        steps = list(decide(state))
        assert list(decide(state)) == steps
        assert writes(steps) <= self.budget
        for step in steps:
            self.do(step)

        return steps

    def state_steps(self) -> list[Step]:
        """The steps of a run that is not made."""
        return list(decide(self.state()))

    def do(self, step: Step) -> None:  # noqa: C901, PLR0912 - one branch for each sort of step
        self.writes += not isinstance(step, Wait)
        match step:
            case CreateBranch():
                assert step.branch not in self.heads
                self.check(step.changes)
                self.heads[step.branch] = self.made(step.parent, step.changes, (step.parent,))
            case UpdateBranch():
                assert self.heads[step.branch] == step.lease
                self.check(step.changes)
                self.heads[step.branch] = self.made(step.parent, step.changes, (step.parent,))
            case AppendCommit():
                assert self.heads[step.branch] == step.lease
                self.check(step.changes)
                parents = (step.lease, step.onto) if step.onto else (step.lease,)
                self.heads[step.branch] = self.made(step.onto or step.lease, step.changes, parents)
            case KeepBranch():
                self.heads[step.branch] = step.sha
            case DeleteBranch():
                assert self.heads.pop(step.branch) == step.lease
            case CreatePull():
                assert not [one for one in self.open() if one.branch.lower() == step.branch.lower()]
                assert self.tree(self.heads[step.branch]) != self.tree(self.fork(self.heads[step.branch]))
                self.number += 1
                made = Pull(self.number, step.branch, "open", step.title, step.body, step.base, created=self.now)
                self.pulls[self.number] = replace(made, draft=step.draft)
            case SetUp():
                pull = next(one for one in self.open() if one.branch == step.branch)
                self.change(pull, labels=step.labels, automerge=bool(step.automerge))
            case EditPull():
                pull = self.pulls[step.number]
                assert pull.state == "open"
                assert pull.body == step.seen
                wanted = {"title": step.title, "body": step.body, "base": step.base}
                self.change(pull, **{name: value for name, value in wanted.items() if value is not None})
            case DisableAutomerge():
                self.change(self.pulls[step.number], automerge=False)
            case ClosePull():
                assert self.pulls[step.number].state == "open"
                self.change(self.pulls[step.number], state="closed", body=step.body)
            case CreateIssue():
                self.issue(step.kind, Issue(900, "open", step.title, self.with_numbers(step.body)))
            case EditIssue():
                self.issue(step.kind, Issue(step.number, "open", "", self.with_numbers(step.body)))
            case CloseIssue():
                kind = "trouble" if self.trouble and self.trouble.state == "open" else "dashboard"
                self.issue(kind, Issue(step.number, "closed", "", step.body))
            case Wait():
                assert step.reason

    def made(self, tree: str, changes: tuple[Change, ...], parents: tuple[str, ...]) -> str:
        self.pushed.append(self.now)
        new = self.tree(tree)
        for change in changes:
            assert new.get(change.path) == change.before
            assert change.after is not None
            new[change.path] = change.after

        return self.commit(new, parents, ours=True)

    def check(self, changes: tuple[Change, ...]) -> None:
        """No hunk that somebody refused is proposed."""
        again = {(change.path, change.before) for change in changes} & self.refused
        assert not again, f"refused, and proposed again: {again}"

    def with_numbers(self, body: str) -> str:
        return numbered(body, {pull.branch: pull.number for pull in self.open()})

    def issue(self, kind: str, issue: Issue) -> None:
        setattr(self, kind, issue)

    # ---- what people do

    def open(self) -> list[Pull]:
        return [pull for pull in self.pulls.values() if pull.state == "open"]

    def change(self, pull: Pull, **fields: object) -> None:
        self.pulls[pull.number] = replace(pull, **fields)

    def edit(self, files: Tree) -> None:
        """A commit of somebody on base."""
        head = self.heads["main"]
        self.heads["main"] = self.commit({**self.tree(head), **files}, (head,), ours=False)

    def push(self, branch: str, files: Tree) -> str:
        """A commit of somebody on a branch of the bot."""
        head = self.heads[branch]
        self.heads[branch] = self.commit({**self.tree(head), **files}, (head,), ours=False)
        return self.heads[branch]

    def proposed(self, pull: Pull) -> set[Hunk]:
        """What a pull request changes, by what it replaces; and what it left out."""
        sha = self.heads[pull.branch]
        old, new = self.tree(self.fork(sha)), self.tree(sha)
        return {(path, text) for path, text in old.items() if text.startswith(b"bad") and new.get(path) != text}

    def close(self, pull: Pull) -> None:
        self.refused |= self.proposed(pull)
        self.change(pull, state="closed", closed_by="ann")

    def merge(self, pull: Pull) -> bool:
        sha, head = self.heads[pull.branch], self.heads["main"]
        tree = self.merged(head, sha)
        if tree is None:
            return False

        self.heads["main"] = self.commit(tree, (head, sha), ours=False)
        self.change(pull, state="merged")
        return True

    def click(self, pull: Pull, word: str, value: str, *, tick: bool = True) -> None:
        self.change(pull, body=clicked(pull.body, word, value, tick=tick))


def clicked(body: str, word: str, value: str, *, tick: bool = True) -> str:
    """The body after a click on one of its boxes."""
    end = f"<!-- fixer:{word}={value} -->"
    lines = body.split("\n")
    hits = [number for number, line in enumerate(lines) if line.endswith(end)]
    assert len(hits) == 1, f"{end} is there {len(hits)} times"
    lines[hits[0]] = ("- [x]" if tick else "- [ ]") + lines[hits[0]][5:]
    return "\n".join(lines)


def boxes(pull: Pull) -> list[memories.Box]:
    """The boxes of a pull request that leave a fix out."""
    return [one for one in memories.boxes(pull.body) if one.word == "skip"]


def kinds(steps: list[Step]) -> list[str]:
    """The sorts of steps that write."""
    return [type(step).__name__ for step in steps if not isinstance(step, Wait)]
