"""What the rules find in a commit, and which groups follow: work for a processor, without a forge."""

from __future__ import annotations

import datetime as dt
import os
import threading
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from fixer.bot.grouping import Proposal, choice_of, group_of, proposals
from fixer.bot.memory import Memory
from fixer.bot.records import Group
from fixer.bot.settings import settle
from fixer.bot.worktree import TreeDisk, Worktree
from fixer.errors import UserError
from fixer.files import discover
from fixer.outcome import Outcome
from fixer.policy.bot import BotSettings
from fixer.policy.policy import Policy
from fixer.policy.settings import NOTHING, Configuration
from fixer.project import Project
from fixer.project.tags import book_of
from fixer.registry.book import Book
from fixer.review.decisions import Decisions
from fixer.review.planning import Planner
from fixer.rule import Rule
from fixer.sweep import kinds_of, look_up

NAME = ".fixer.yaml"
BASELINE = ".fixer-baseline.json"
MOST_FILES = 20_000
# Rules are made for one thread, and more would not be faster: this is work for a processor.
_ONE_AT_A_TIME = threading.Lock()
Layer = Mapping[str, Any]


class Order(msgspec.Struct, frozen=True):
    """What a run is told, the same for all repositories. Picklable; holds nothing secret.

    `defaults` and `force` are `bot:` blocks below and above a repository's own. `now` is the one clock of the run.
    `onboarding` is the text of the configuration that is proposed to a repository without one ("": none is
    proposed). `base` is the branch to start from ("": what the configuration or the forge says). `online`: tags are
    looked up, at the registries they name and not at those that a repository's file tells.
    """

    now: dt.datetime
    defaults: Mapping[str, Any] = {}
    force: Mapping[str, Any] = {}
    onboarding: str = ""
    online: bool = False
    base: str = ""


class Configured(msgspec.Struct, frozen=True):
    """What a repository says: its policy, how the bot behaves there, and what is wrong with that ("" for nothing)."""

    policy: Policy
    settings: BotSettings
    there: bool = True
    problem: str = ""


class Planned:
    """What the rules found in one commit, file by file, and what makes plans of parts of it.

    `problems` are clauses about files that were not looked at, and about rules that crashed or failed their proof.
    """

    def __init__(self, planner: Planner, problems: Sequence[str]) -> None:
        self._planner = planner
        self.rules = planner.rules
        self.outcomes = tuple(one.outcome for _, one in sorted(planner.seen.items()))
        self.problems = dict.fromkeys((*problems, *_problems(self.outcomes)))

    def group(self, proposal: Proposal, modes: Mapping[str, str]) -> Group:
        """Return what a proposal comes to. Only the files are planned that its fixes have to do with."""
        with _ONE_AT_A_TIME:
            outcomes = self._planner.under(proposal.paths, proposal.choice)

        self.problems |= dict.fromkeys(_problems(outcomes))
        return group_of(proposal, outcomes, self.rules, modes)


def configured(worktree: Worktree, order: Order) -> Configured:
    """Return what the configuration at the root of a commit says. Only policy is read from it. Raises GitProblem."""
    # With all that a name promises, in one request: a second one costs more than what the configuration leaves out.
    worktree.bring([*worktree.telling(), *worktree.candidates()])
    there = NAME in worktree.tree.blobs
    try:
        return _configured(worktree, order, there=there)
    except UserError as error:
        settings = settle([("organisation", order.defaults), ("force", order.force)])
        return Configured(Policy(NOTHING, order.now.date()), settings, there, str(error))


def _configured(worktree: Worktree, order: Order, *, there: bool) -> Configured:
    from fixer.policy.baseline import load as load_baseline
    from fixer.policy.reading import load

    if NAME in (refused := dict(worktree.tree.refused)):
        raise UserError(f"{NAME}: {refused[NAME]}")

    configuration = load(worktree.root, NAME, NAME) if there else NOTHING
    baseline = os.path.normpath(configuration.settings.baseline or BASELINE)
    if os.path.isabs(baseline) or baseline.startswith(".."):
        raise UserError(f"{NAME}: the baseline {baseline} lies outside of the repository")

    worktree.bring([baseline, os.path.normpath(configuration.settings.registry.lock)])
    known = load_baseline(worktree.root, baseline) if baseline in worktree.tree.blobs else frozenset()
    own = _own_layer(worktree, configuration) if there else {}
    settings = settle([("organisation", order.defaults), (NAME, own), ("force", order.force)])
    return Configured(Policy(configuration, order.now.date(), known), settings, there)


def _own_layer(worktree: Worktree, configuration: Configuration) -> Layer:
    """What the file itself says about the bot, without the defaults."""
    from fixer.formats.yaml import Habits, Profile, parse
    from fixer.text import Source

    if configuration.settings.bot == BotSettings():
        return {}

    text = (worktree.content(NAME) or b"").decode("utf-8-sig")
    document = parse(Source(text), NAME, Habits(Profile.COMPOSE, lambda _: (), indented_lists=True)).documents[0]
    found = document.data.get("bot") if isinstance(document.data, dict) else None
    return found if isinstance(found, dict) else {}


def planned(worktree: Worktree, said: Configured, order: Order) -> Planned:
    """Return what the rules find in a commit.

    Raises UserError for what is wrong with the configuration, and for a repository with too many files.
    """
    wanted = worktree.candidates(said.policy.wanted)
    if len(wanted) > MOST_FILES:
        raise UserError(f"the repository has more than {MOST_FILES} files that may be of a kind of ours")

    worktree.bring(wanted)
    found = discover([worktree.root], worktree.root, said.policy.wanted)
    disk = TreeDisk(worktree)
    project = Project(disk, found.files, said.policy, _book(disk, said.policy, order))
    rules = _rules(project)
    if project.book.online:
        look_up(project, rules)

    with _ONE_AT_A_TIME:
        planner = Planner(project, rules, Decisions(choice_of(said.settings)))
        for path in project.files:
            planner.note(planner.look(path))
            project.forget(path)

    return Planned(planner, [f"{path}: {why}" for path, why in sorted(worktree.skipped.items())])


def groups(found: Planned, settings: BotSettings, memory: Memory, modes: Mapping[str, str]) -> tuple[Group, ...]:
    """Return what is to be proposed: groups with changes, and those that hold nothing but refused fixes."""
    made = (found.group(one, modes) for one in proposed(found, settings, memory))
    return tuple(group for group in made if group.changes or group.silenced)


def proposed(found: Planned, settings: BotSettings, memory: Memory) -> Sequence[Proposal]:
    """Return which fixes go together."""
    return proposals(found.outcomes, found.rules, settings, memory)


def _rules(project: Project) -> tuple[Rule, ...]:
    from fixer.cli.catalogue import catalogue

    present = catalogue(kinds_of(project))
    if any(said.params for said in project.policy.settings.rules.values()):
        from fixer.policy.parameters import check

        check(project.policy, present, catalogue)

    return tuple(present)


def _book(disk: TreeDisk, policy: Policy, order: Order) -> Book:
    """The lock file of the repository; what is looked up besides is looked up as the bot is told."""
    book = book_of(disk, policy)
    if not order.online:
        return book

    from fixer.registry.answer import Online

    return Book(book.lock, Online(today=order.now.date().isoformat()), book.shown)


def _problems(outcomes: Sequence[Outcome]) -> list[str]:
    said: list[str] = []
    for outcome in outcomes:
        said += [f"{outcome.path}: {outcome.problem}"] if outcome.problem else []
        said += [f"{outcome.path}: rule {crash.rule} crashed ({crash.error})" for crash in outcome.crashes]
        said += [f"{outcome.path}: rule {one.finding.rule} failed its proof: {one.reason}" for one in outcome.failed]

    return said
