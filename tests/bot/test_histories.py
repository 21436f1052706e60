"""Random histories of a repository in which people and the bot work: what must hold at any time, holds.

FIXER_HISTORIES is how many histories are tried; without it only a few.
"""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

import pytest
from bot.double.bot import Bot, Clock, told
from bot.double.double import Double, Place
from bot.double.faults import REPLIES, Fault
from bot.double.records import Issue
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

FOLDERS = ("a", "b")
CONFIGURATION = "bot:\n  risk: safe\n  group_by: directory\n"
BEGIN = ("FROM python:3.12", "WORKDIR /app", "ADD one.py .", "RUN make", "USER 1000")
LINES = ("ADD one.py two.py", "RUN true", "ADD one.py /srv/", "# a note")
HISTORIES = int(os.environ.get("FIXER_HISTORIES", "3"))
_KEY = re.compile(r"fixer:skip=([0-9a-f]+)")


class History(RuleBasedStateMachine):
    """What people do, what the bot does, and what goes wrong on the way."""

    def __init__(self) -> None:
        super().__init__()
        self.scratch = tempfile.TemporaryDirectory()
        folder = Path(self.scratch.name)
        self.patch = pytest.MonkeyPatch()
        self.double = Double(folder / "forge").__enter__()
        clock = self.double.store.clock = Clock()
        self.clock = clock
        self.bot = Bot(self.double, clock, folder / "state", self.patch)
        self.place: Place = self.double.add("acme/app", {".fixer.yaml": CONFIGURATION, "one.py": "x\n"})
        self.place.commit({f"{name}/Dockerfile": "\n".join(BEGIN) + "\n" for name in FOLDERS})
        self.theirs: dict[str, str] = {}
        self.refused: set[str] = set()

    def teardown(self) -> None:
        self.patch.undo()
        self.double.__exit__()
        self.double.check()
        self.scratch.cleanup()

    # ---- the bot

    @initialize()
    def begin(self) -> None:
        self.run()

    # Twice, so that it is chosen as often as what people do.
    @rule()
    def run(self) -> None:
        report = self.bot.run()
        assert report.code == 0, told(report)
        self.bot.quiet()

    @rule(hours=st.integers(0, 3))
    def run_later(self, hours: int) -> None:
        self.clock.pass_by(hours=hours)
        self.run()

    @rule(
        number=st.integers(0, 5),
        name=st.sampled_from(["502", "503", "dropped", "403 secondary, long"]),
        after=st.booleans(),
    )
    def run_and_fail(self, number: int, name: str, after: bool) -> None:
        reply = REPLIES.get(name)
        path = "/repos/|git-receive-pack"
        fault = Fault(
            "POST|PATCH", path, reply, drop=reply is None, after=after and "403" not in name, skip=number, times=4
        )
        self.double.fault(fault)
        report = self.bot.run()
        self.double.server.script.clear()
        assert report.code in {0, 1}, told(report)

    # ---- people, on the base

    @rule(folder=st.sampled_from(FOLDERS), line=st.sampled_from(LINES), at=st.integers(2, 4))
    def add_line(self, folder: str, line: str, at: int) -> None:
        lines = self.lines(folder)
        lines.insert(min(at, len(lines) - 1), line)
        self.write(folder, lines)

    @rule(folder=st.sampled_from(FOLDERS), at=st.integers(2, 4))
    def change_line(self, folder: str, at: int) -> None:
        lines = self.lines(folder)
        at = min(at, len(lines) - 2)
        lines[at] = f"RUN make {len(self.place.log('main'))}"
        self.write(folder, lines)

    @rule(folder=st.sampled_from(FOLDERS))
    def fix_by_hand(self, folder: str) -> None:
        self.write(folder, [line.replace("ADD", "COPY") for line in self.lines(folder)])

    @rule(folder=st.sampled_from(FOLDERS))
    def begin_again(self, folder: str) -> None:
        self.write(folder, list(BEGIN))

    def lines(self, folder: str) -> list[str]:
        return self.place.read(f"{folder}/Dockerfile").splitlines()

    def write(self, folder: str, lines: list[str]) -> None:
        if lines != self.lines(folder):
            self.place.commit({f"{folder}/Dockerfile": "\n".join(lines) + "\n"})

    # ---- people, on pull requests

    def some(self, pick: int) -> Issue | None:
        opened = self.place.pulls("open")
        return opened[pick % len(opened)] if opened else None

    @rule(pick=st.integers(0, 1), amend=st.booleans())
    def work_on_a_branch(self, pick: int, amend: bool) -> None:
        issue = self.some(pick)
        if issue is None or issue.pull is None:
            return

        text = f"work {len(self.theirs)}\n"
        if amend:
            sha = self.place.amend(issue.pull.head, {"work.txt": text})
            self.theirs = {old: branch for old, branch in self.theirs.items() if self.holds(old)}
        else:
            sha = self.place.commit({"work.txt": text}, branch=issue.pull.head)

        self.theirs[sha] = issue.pull.head

    @rule(pick=st.integers(0, 1), amend=st.booleans(), folder=st.sampled_from(FOLDERS), at=st.integers(2, 4))
    def work_while_the_base_moves(self, pick: int, amend: bool, folder: str, at: int) -> None:
        self.work_on_a_branch(pick, amend)
        self.add_line(folder, LINES[0], at)
        self.change_line(folder, at + 1)
        self.run()

    @rule(pick=st.integers(0, 1))
    def close(self, pick: int) -> None:
        issue = self.some(pick)
        if issue:
            self.refused |= set(_KEY.findall(issue.body or ""))
            self.place.close(issue.number)

    @rule(pick=st.integers(0, 1))
    def merge(self, pick: int) -> None:
        issue = self.some(pick)
        if issue and issue.pull and self.place.bare.mergeable(self.place.head(), issue.pull.head_sha):
            self.place.merge(issue.number)

    @rule(pick=st.integers(0, 1))
    def remove_branch(self, pick: int) -> None:
        issue = self.some(pick)
        if issue and issue.pull:
            self.refused |= set(_KEY.findall(issue.body or ""))
            self.place.remove_branch(issue.pull.head)
            self.theirs = {sha: branch for sha, branch in self.theirs.items() if self.holds(sha)}

    @rule(pick=st.integers(0, 1))
    def stop_or_go(self, pick: int) -> None:
        issue = self.some(pick)
        if issue and any(label.name == "fixer-stop" for label in issue.labels):
            self.place.unlabel(issue.number, "fixer-stop")
        elif issue:
            self.place.label(issue.number, "fixer-stop")

    @rule(pick=st.integers(0, 3), board=st.booleans())
    def tick(self, pick: int, board: bool) -> None:
        issues = self.place.issues("open") if board else self.place.pulls("open")
        boxes = [
            (issue, line)
            for issue in issues
            for line in (issue.body or "").splitlines()
            if line.startswith("- [ ]") and "<!-- fixer:" in line and "recreate" not in line
        ]
        if boxes:
            issue, line = boxes[pick % len(boxes)]
            self.refused |= set(_KEY.findall(line))
            self.place.edit(issue.number, (issue.body or "").replace(line, line.replace("[ ]", "[x]", 1), 1))

    @rule()
    def blank_the_dashboard(self) -> None:
        for issue in self.place.issues("open"):
            self.place.edit(issue.number, "")

    # ---- what holds

    def holds(self, sha: str) -> bool:
        return any(self.place.bare.is_ancestor(sha, head) for head in self.place.branches().values())

    @invariant()
    def nothing_is_there_twice(self) -> None:
        heads = [issue.pull.head.lower() for issue in self.place.pulls("open") if issue.pull]
        assert len(heads) == len(set(heads)), heads
        assert len(self.place.issues("open")) <= 1
        assert all(not issue.comments for issue in self.place.repository.issues.values())

    @invariant()
    def no_work_of_people_is_lost(self) -> None:
        lost = [sha for sha in self.theirs if not self.holds(sha)]
        assert lost == []

    @invariant()
    def people_are_not_asked_twice(self) -> None:
        """What was refused is in no body of an open pull request as something that it does."""
        for issue in self.place.pulls("open"):
            asked = {
                key
                for line in (issue.body or "").splitlines()
                if line.startswith("- [ ]")
                for key in _KEY.findall(line)
            }
            assert not asked & self.refused, issue.body


TestHistories = History.TestCase
TestHistories.settings = settings(
    max_examples=HISTORIES,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    # To make a history shorter takes minutes: only where histories are asked for.
    phases=[each for each in Phase if each is not Phase.shrink or "FIXER_HISTORIES" in os.environ],
    print_blob=True,
)
