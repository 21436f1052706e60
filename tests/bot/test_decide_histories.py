"""Random histories of people, crashes and a bot on one repository: what holds after each run of the bot."""

from __future__ import annotations

import datetime as dt

from bot.simulated import Hunk, World, boxes, clicked, kinds
from formats.examples import examples
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from msgspec.structs import replace

from fixer.bot import memory as memories
from fixer.bot.decide import decide
from fixer.bot.limits import writes
from fixer.bot.records import CreatePull, Pull, Step, Wait
from fixer.policy.bot import BotLimits, BotSettings

PATHS = ("g0/a", "g0/b", "g1/a", "g1/b", "g2/a")
TEXTS = (b"good1", b"bad1", b"bad2", b"bad3")
LIMITS = (
    BotLimits(open=0, per_hour=0, per_run=0),
    BotLimits(open=2, per_hour=0, per_run=0),
    BotLimits(open=0, per_hour=2, per_run=0),
    BotLimits(open=0, per_hour=0, per_run=1),
    BotLimits(open=0, per_hour=0, per_run=0, commits_per_hour=2),
)
pick = st.integers(0, 100)
paths = st.sampled_from(PATHS)


class Histories(RuleBasedStateMachine):
    """People do what they like; the bot runs now and then, and sometimes dies in the middle."""

    def __init__(self) -> None:
        super().__init__()
        self.human: set[str] = set()
        self.reverted: set[Hunk] = set()

    @initialize(
        limits=st.sampled_from(LIMITS),
        append=st.booleans(),
        strict=st.booleans(),
        forge=st.sampled_from((True,) * 5 + (False,)),
    )
    def start(self, limits: BotLimits, *, append: bool, strict: bool, forge: bool) -> None:
        files = dict.fromkeys(PATHS, b"bad1") | {"other": b"0"}
        chosen = BotSettings(limits=limits, append_only=append, automerge="safe")
        self.world = World(files, settings=chosen, strict=strict, forge=forge)

    # ---- the bot

    @rule()
    def run_bot(self) -> None:
        self.run()

    def run(self) -> None:
        world = self.world
        stopped = [(pull, world.heads.get(pull.branch)) for pull in world.open() if "fixer-stop" in pull.labels]
        open_before, made_before = len(world.open()), set(world.pulls)
        asked = self.asked()
        steps = world.run()
        self.check_limits(steps, open_before, made_before, asked)
        for pull, head in stopped:
            assert world.pulls[pull.number] == pull
            assert world.heads.get(pull.branch) == head

        branches = [pull.branch for pull in world.open()]
        assert len(branches) == len(set(branches))
        reachable = {sha for head in world.heads.values() for sha in world.history(head)}
        assert self.human <= reachable, "work of people is lost"
        if not any(isinstance(step, Wait) and "in one run" in step.reason for step in steps):
            again = world.run()
            assert kinds(again) == [], "a second run writes"

    @rule()
    def run_often(self) -> None:
        self.run()

    @rule(path=paths)
    def run_on_new(self, path: str) -> None:
        self.world.edit({path: b"bad2"})
        self.run()

    def asked(self) -> int:
        body = self.world.dashboard.body if self.world.dashboard else ""
        return len(memories.ticked(body, "create")) + len(memories.ticked(body, "recreate"))

    def check_limits(self, steps: list[Step], open_before: int, made_before: set[int], asked: int) -> None:
        world, limits = self.world, self.world.settings.limits
        new = sum(isinstance(step, CreatePull) for step in steps)
        closed = sum(kind == "ClosePull" for kind in kinds(steps))
        if limits.open:
            assert new <= asked + max(0, limits.open - (open_before - closed))

        if limits.per_run:
            assert new <= asked + limits.per_run

        if limits.per_hour:
            hour = world.now - dt.timedelta(hours=1)
            recent = sum(pull.created is not None and pull.created > hour for pull in world.pulls.values())
            assert new <= asked + max(0, limits.per_hour - (recent - len(set(world.pulls) - made_before)))

    @rule(steps=st.integers(0, 6))
    def die(self, steps: int) -> None:
        """The bot is killed after some of its steps."""
        for step in decide(self.world.state())[:steps]:
            self.world.do(step)

    @rule(budget=st.integers(0, 6))
    def hurry(self, budget: int) -> None:
        """A run that may write little."""
        self.world.budget = budget
        steps = self.world.run()
        assert writes(steps) <= budget
        self.world.budget = 1_000_000

    # ---- base

    @rule(path=paths, text=st.sampled_from(TEXTS))
    def edit_base(self, path: str, text: bytes) -> None:
        self.world.edit({path: text})

    @rule(text=st.sampled_from((b"1", b"2")))
    def edit_beside(self, text: bytes) -> None:
        self.world.edit({"other": text})

    @rule(minutes=st.sampled_from((1, 30, 61)))
    def pass_time(self, minutes: int) -> None:
        self.world.now += dt.timedelta(minutes=minutes)

    @rule(path=paths)
    def toggle_answers(self, path: str) -> None:
        self.world.unanswered ^= {path}

    # ---- pull requests

    def chosen(self, number: int) -> Pull | None:
        found = self.world.open()
        return found[number % len(found)] if found else None

    @rule(number=pick)
    def close(self, number: int) -> None:
        if (pull := self.chosen(number)) and pull.branch in self.world.heads:
            self.refuse(pull)
            self.world.change(pull, state="closed", closed_by="ann")

    def refuse(self, pull: Pull) -> None:
        marker = memories.read(pull.body)
        known = {one.key for one in marker.known} if marker else None
        self.world.refused |= {
            hunk for hunk in self.world.proposed(pull) if known is None or self.world.key(*hunk) in known
        }

    @rule(number=pick)
    def merge(self, number: int) -> None:
        if pull := self.chosen(number):
            hunks = self.world.proposed(pull)
            if self.world.merge(pull):
                marker = memories.read(pull.body)
                known = {one.key for one in (marker.known if marker else ())}
                self.world.refused |= {hunk for hunk in hunks if self.world.key(*hunk) in known}

    @rule(number=pick)
    def delete_branch(self, number: int) -> None:
        if pull := self.chosen(number):
            self.refuse(pull)
            self.human -= set(self.world.history(self.world.heads.pop(pull.branch)))
            self.world.change(pull, state="closed", closed_by="ann")
            self.human &= {sha for head in self.world.heads.values() for sha in self.world.history(head)}

    @rule(number=pick)
    def reopen(self, number: int) -> None:
        world = self.world
        closed = [one for one in world.pulls.values() if one.state == "closed" and one.branch in world.heads]
        closed = [one for one in closed if one.branch not in {pull.branch for pull in world.open()}]
        # The forge refuses for a branch that has nothing base has not.
        closed = [
            one
            for one in closed
            if world.tree(world.heads[one.branch]) != world.tree(world.fork(world.heads[one.branch]))
        ]
        if closed:
            pull = closed[number % len(closed)]
            world.change(pull, state="open")
            self.forgive(pull.branch)

    def forgive(self, branch: str) -> None:
        folder = branch.rpartition("-")[2]
        self.world.refused = {hunk for hunk in self.world.refused if not hunk[0].startswith(f"{folder}/")}
        self.reverted = {hunk for hunk in self.reverted if not hunk[0].startswith(f"{folder}/")}

    @rule(number=pick, which=pick)
    def tick(self, number: int, which: int) -> None:
        pull = self.chosen(number)
        if pull is None or not (found := boxes(pull)):
            return

        box = found[which % len(found)]
        self.world.click(pull, "skip", box.value, tick=not box.ticked)
        hunks = {(path, text) for path in PATHS for text in TEXTS if self.world.key(path, text) == box.value}
        if box.ticked:
            self.world.refused -= hunks
            self.reverted -= hunks
        else:
            self.world.refused |= hunks

    @rule(number=pick)
    def ask_for_rebuild(self, number: int) -> None:
        pull = self.chosen(number)
        found = [box for box in memories.boxes(pull.body) if box.word == "do"] if pull else []
        if pull and found:
            self.world.click(pull, "do", found[0].value)
            if found[0].value == "handback":
                self.world.refused -= self.reverted
                self.reverted = set()

    @rule(number=pick)
    def blank(self, number: int) -> None:
        """Somebody empties a body; with a no in it that no would be gone, which is a person's right."""
        if pull := self.chosen(number):
            marker = memories.read(pull.body)
            if marker and not any(one.out for one in marker.known) and not memories.ticked(pull.body, "skip"):
                self.world.change(pull, body="")
                # Merged like that, nothing tells what was taken out on the branch.
                self.world.refused -= self.reverted
                self.reverted = set()

    @rule(number=pick)
    def stop(self, number: int) -> None:
        if pull := self.chosen(number):
            self.world.change(pull, labels=() if "fixer-stop" in pull.labels else ("fixer-stop",))

    # ---- branches

    @rule(number=pick, path=paths, text=st.sampled_from((b"bad1", b"bad2", b"fine")))
    def push(self, number: int, path: str, text: bytes) -> None:
        branches = sorted(name for name in self.world.heads if name != "main" and "kept-" not in name)
        if branches:
            branch = branches[number % len(branches)]
            if self.world.tree(self.world.heads[branch])[path] != text:
                self.take_out(branch, path, text)
                self.human.add(self.world.push(branch, {path: text}))

    def take_out(self, branch: str, path: str, text: bytes) -> None:
        pull = next((one for one in self.world.open() if one.branch == branch), None)
        marker = memories.read(pull.body) if pull else None
        hunk = (path, text)
        if marker and self.world.key(*hunk) in {one.key for one in marker.known} and path.startswith(branch[-2:]):
            self.world.refused.add(hunk)
            self.reverted.add(hunk)

    # ---- the dashboard

    @precondition(lambda self: self.world.dashboard is not None)
    @rule(number=pick)
    def click(self, number: int) -> None:
        world = self.world
        assert world.dashboard is not None
        found = [box for box in memories.boxes(world.dashboard.body) if not box.ticked]
        if found:
            box = found[number % len(found)]
            world.dashboard = replace(world.dashboard, body=clicked(world.dashboard.body, box.word, box.value))
            if box.word == "recreate":
                self.forgive(box.value)

    @precondition(lambda self: self.world.dashboard is not None)
    @rule()
    def blank_dashboard(self) -> None:
        assert self.world.dashboard is not None
        self.world.dashboard = replace(self.world.dashboard, body="")

    @rule(wrong=st.booleans())
    def break_configuration(self, *, wrong: bool) -> None:
        self.world.problem = "wrong" if wrong else ""


def test_histories() -> None:
    chosen = settings(examples(80), stateful_step_count=25, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Histories, settings=chosen)
