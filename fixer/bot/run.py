"""A run over many repositories: workers look, one writer writes, and what happened is reported."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from urllib.parse import urlsplit

import msgspec

from fixer.bot.auth import Login
from fixer.bot.budget import Budget
from fixer.bot.budget import Limits as Writes
from fixer.bot.discovery import Discovered, Selection, check, discover
from fixer.bot.engines import engine, spread
from fixer.bot.executor import Carried, Done, carry_out, owed
from fixer.bot.git import Git, GitProblem, Limits, clean_up, workspace
from fixer.bot.github import GitHub
from fixer.bot.journal import Journal
from fixer.bot.problems import ForgeProblem
from fixer.bot.records import SetUp, State, Step
from fixer.bot.remote import Performer, git_of
from fixer.bot.survey import Order
from fixer.bot.transport import Pace
from fixer.bot.work import Job, Looked, forge_here, look
from fixer.errors import UserError

_PUSHES = {"CreateBranch", "UpdateBranch", "AppendCommit"}


class Running(msgspec.Struct, frozen=True):
    """How a run is carried out. `state` is the folder of journal and write budget; "" keeps them in memory.

    `dry`: nothing is written anywhere. `ahead` is how many repositories may be looked at before what they need is
    written; 0 decides by itself.
    """

    login: Login
    order: Order
    state: str = ""
    engine: str = "threads"
    workers: int = 0
    ahead: int = 0
    dry: bool = False
    pace: Pace = Pace()
    writes: Writes = Writes()
    limits: Limits = Limits()


class Repository(msgspec.Struct, frozen=True):
    """What a run came to in one repository.

    `steps` are those decided upon, `done` what became of them (none in a dry run). `skipped`, `failed` and `bug` are as
    in `Looked`; `left` says that it is left for the next run.
    """

    name: str
    steps: tuple[Step, ...] = ()
    done: tuple[Done, ...] = ()
    base: str = ""
    head: str = ""
    skipped: str = ""
    failed: str = ""
    bug: str = ""
    left: bool = False
    before: bool = False
    seconds: float = 0.0
    requests: int = 0

    @property
    def bad(self) -> bool:
        """Whether something could not be done that should have been."""
        return bool(self.failed) or any(one.became == "failed" for one in self.done)


class Report(msgspec.Struct, frozen=True):
    """What a run came to. `stopped` says why it ended early ("": it did not).

    `writes` were made, `budget` is left of this hour (-1: nobody counts).
    """

    repositories: tuple[Repository, ...]
    discovered: Discovered
    stopped: str = ""
    resumed: bool = False
    writes: int = 0
    budget: int = -1
    requests: int = 0
    seconds: float = 0.0

    @property
    def code(self) -> int:
        """Return the exit code: 3 for a bug of ours, 1 when something could not be done, else 0."""
        if any(one.bug for one in self.repositories):
            return 3

        return int(bool(self.discovered.failed) or any(one.bad for one in self.repositories))


def run(selection: Selection, running: Running, tell: Callable[[Repository], None] = lambda _: None) -> Report:
    """Look at repositories and do what is to be done there; `tell` hears of each when it is done.

    Raises UserError for what the user can put right, such as a token that is not accepted.
    """
    check(selection)
    clean_up()
    began = time.monotonic()
    budget = Budget(_place(running, "writes"), running.writes)
    journal = Journal(_place(running, "journal"))
    try:
        journal.begin(_key(selection, running), running.order.now.timestamp())
        forge = forge_here(running.login, running.pace, budget)
        discovered = _discovered(forge, selection)
        writer = _Writer(forge, budget, journal, running)
        found = tuple(_each(writer, discovered.names, running, tell))
        if not writer.stopped:
            journal.end()
    finally:
        journal.close()

    requests = forge.access.requests + sum(one.requests for one in found)
    return Report(
        tuple(sorted(found, key=lambda one: one.name.lower())),
        discovered,
        writer.stopped,
        journal.resumed,
        writer.writes,
        budget.left(),
        requests,
        time.monotonic() - began,
    )


def _place(running: Running, name: str) -> str:
    """A file of the state folder, one for each forge; "" for none."""
    host = urlsplit(running.login.api).netloc.replace(":", "_")
    return os.path.join(running.state, f"{host}.{name}") if running.state and not running.dry else ""


def run_local(path: str, order: Order, *, dry: bool = False) -> Repository:
    """Make the branches in a repository on this machine; nothing but references and objects is written there.

    Raises UserError when there is no repository, and when its configuration is wrong.
    """
    from fixer.bot.decide import decided
    from fixer.bot.local import Local
    from fixer.bot.observe import state_of

    began = time.monotonic()
    with workspace() as folder:
        local = Local(path, folder, order.base)
        try:
            state = state_of(local, local.base, local.head, order, os.path.join(folder, "tree"))
        except GitProblem as problem:
            raise UserError(problem.clause) from None

        if state.problem:
            raise UserError(state.problem)

        steps = decided(state).steps
        done = () if dry else carry_out(local.name, steps, local.perform, Journal()).done

    result = Repository(local.name, steps, done, state.repository.base, state.repository.head)
    return msgspec.structs.replace(result, seconds=time.monotonic() - began)


class _Writer:
    """The one who writes: what was seen comes in, repository by repository."""

    def __init__(self, forge: GitHub, budget: Budget, journal: Journal, running: Running) -> None:
        self._forge = forge
        self._budget = budget
        self._journal = journal
        self._running = running
        self._at_first = budget.left()
        self.stopped = ""

    @property
    def writes(self) -> int:
        """How many writes were made."""
        return max(self._at_first - self._budget.left(), 0)

    def known(self, name: str) -> bool:
        """Whether a repository was finished by the run that this one goes on with."""
        return self._journal.finished(name.lower())

    def take(self, looked: Looked) -> Repository:
        """Do what is to be done in one repository."""
        found = looked.found
        result = Repository(
            looked.name,
            skipped=looked.skipped,
            failed=looked.failed,
            bug=looked.bug,
            seconds=looked.seconds,
            requests=looked.requests,
        )
        if looked.lasting or looked.limited:
            self.stopped = looked.failed

        if looked.limited:
            return msgspec.structs.replace(result, failed="", left=True)

        if looked.state is None or found is None:
            return result

        steps = self._decided(looked.state)
        repository = looked.state.repository
        result = msgspec.structs.replace(result, steps=steps, base=repository.base, head=repository.head)
        if self._running.dry:
            return result

        carried = self._written(looked, steps)
        # What was written need not be kept: many repositories are a lot of text.
        bare = tuple(_bare(step) for step in steps)
        return msgspec.structs.replace(result, steps=bare, done=carried.done, left=carried.left > 0)

    def _written(self, looked: Looked, steps: Sequence[Step]) -> Carried:
        with workspace() as folder:
            carried = self._carried(looked, steps, folder)

        self.stopped = carried.stop
        for done in carried.done:
            if done.became == "done" and done.action in _PUSHES:
                self._journal.push(looked.name.lower(), self._running.order.now.timestamp())

        if not (carried.failed or carried.left):
            self._journal.finish(looked.name.lower())

        return carried

    def _decided(self, state: State) -> tuple[Step, ...]:
        from fixer.bot.decide import decided

        budget = min(self._budget.left(), state.budget) if not self._running.dry else state.budget
        name, now = state.repository.name.lower(), self._running.order.now.timestamp()
        return decided(msgspec.structs.replace(state, budget=budget, pushes=self._journal.pushes(name, now))).steps

    def _carried(self, looked: Looked, steps: Sequence[Step], folder: str) -> Carried:
        found = looked.found
        assert found is not None

        def git() -> Git:
            return git_of(self._forge, found, self._running.login.server, folder, self._running.limits)

        again = {step.branch for step in steps if isinstance(step, SetUp)}
        late = [one for one in owed(found.name, self._journal) if one.branch not in again]
        if not late and not steps:
            return Carried(())

        try:
            perform = Performer(self._forge, found.name, git)
        except ForgeProblem as problem:
            return Carried((Done("Login", "", "failed", problem.clause),), problem.clause)

        return carry_out(found.name, (*late, *steps), perform, self._journal)


def _bare(step: Step) -> Step:
    return msgspec.structs.replace(step, changes=()) if getattr(step, "changes", ()) else step


def _each(
    writer: _Writer, names: Sequence[str], running: Running, tell: Callable[[Repository], None]
) -> Iterator[Repository]:
    """Yield what came of each repository; when the run stops early, the rest are left."""
    todo = [name for name in names if not writer.known(name)]
    for name in names:
        if writer.known(name):
            yield Repository(name, before=True)

    jobs = [Job(name, running.order, running.pace, running.limits) for name in todo]
    left = {job.name for job in jobs}
    with engine(running.engine, running.workers or _workers(running, len(jobs))) as start:
        for job, future in spread(look, jobs, start, running.ahead or 2 * _workers(running, len(jobs))):
            left.discard(job.name)
            result = writer.take(_result(job, future))
            tell(result)
            yield result
            if writer.stopped:
                break

    for name in sorted(left):
        yield Repository(name, left=True)


def _result(job: Job, future: Future[Looked]) -> Looked:
    if not future.cancelled() and future.exception() is None:
        return future.result()

    return Looked(job.name, failed="its worker was lost, three times")


def _workers(running: Running, jobs: int) -> int:
    if running.workers:
        return running.workers

    return max(min(jobs, 8 if running.engine == "threads" else os.cpu_count() or 1), 1)


def _discovered(forge: GitHub, selection: Selection) -> Discovered:
    try:
        forge.who()
        return discover(forge, selection)
    except ForgeProblem as problem:
        raise UserError(problem.clause) from None


def _key(selection: Selection, running: Running) -> str:
    """What makes a run the same as an earlier one that was not ended: what it is about."""
    told = msgspec.structs.replace(running.order, now=running.order.now.min)
    text = msgspec.json.encode([selection, msgspec.to_builtins(told, str_keys=True)])
    return hashlib.sha256(text).hexdigest()[:16]
