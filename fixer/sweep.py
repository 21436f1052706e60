"""One run over the files of a project, in one process or in several; the result does not depend on how many."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING

import msgspec

from fixer.engine import Engine
from fixer.errors import UserError
from fixer.kinds import KINDS
from fixer.outcome import Choice, Outcome, crosses
from fixer.policy.policy import Policy
from fixer.project import Disk, Project
from fixer.registry.book import Book
from fixer.rule import Rule, rule_in
from fixer.text import Source

if TYPE_CHECKING:
    from concurrent.futures import Executor

Progress = Callable[[int], None]

# Below this number of files a second process costs more than it saves (process start is about 0.15 s).
PARALLEL_FROM = 200
CHUNK = 10


class Task(msgspec.Struct, frozen=True):
    """A share of the files for one worker: what to do with them, and the files that changed before."""

    paths: tuple[str, ...]
    choice: Choice | None
    changed: Mapping[str, Source]


class Alone(msgspec.Struct, frozen=True):
    """The outcome of a file beside the others as they were; what its rules asked about: files, and kinds of objects."""

    outcome: Outcome
    asked: frozenset[str]
    asked_objects: frozenset[str]


Workers = Callable[[Sequence[Task]], Iterator[list[Alone]]]


def sweep(
    project: Project, rules: Sequence[Rule], choice: Choice | None, *, jobs: int = 0, progress: Progress | None = None
) -> list[Outcome]:
    """Return the outcome of every file of the project, by path; nothing is written.

    Without a `choice` files are only checked. `jobs` is the number of processes, 0 lets the number of files and of
    processors decide. `progress` is told how many files were finished each time. Raises UserError when a process ends
    before its work is done.
    """
    count = min(jobs or (os.cpu_count() or 1 if len(project.files) >= PARALLEL_FROM else 1), len(project.files))
    tell = progress or (lambda _: None)
    engine = Engine(project, rules)
    if project.book.online:
        look_up(project, rules)

    if count <= 1 or project.disk.given:
        outcomes = list(_swept(engine, choice, lambda tasks: (each_alone(engine, task) for task in tasks), tell))
    else:
        with _pool(project, rules, count) as pool:
            # In the order of the tasks, so that the number of processes does not show.
            outcomes = list(_swept(engine, choice, lambda tasks: pool.map(_work, tasks), tell))

    return sorted(joined(outcomes), key=lambda outcome: outcome.path)


def look_up(project: Project, rules: Sequence[Rule], *, platforms: bool = False) -> None:
    """Look up all the tags and revisions that the rules will ask about, at once; `platforms` as in `Book.look_up`."""
    gather(project, rules)
    project.book.look_up(platforms=platforms)


def gather(project: Project, rules: Sequence[Rule]) -> list[Outcome]:
    """Let the rules ask about tags and revisions, and note in the book of the project what it cannot answer.

    Only what a finding that counts waits for is noted. Returns the outcomes of files that were not looked at, and of
    those over which a rule crashed.
    """
    engine = Engine(project, [rule for rule in rules if rule.online])
    book = project.book
    book.gathers = True
    trouble = []
    try:
        for path in project.files:
            outcome = engine.check(path)
            for finding in outcome.findings:
                if finding.unfixable and not finding.excuse:
                    book.want(finding.unfixable)

            trouble += [outcome] if outcome.problem or outcome.crashes else []
            # Of a large run only the texts stay.
            project.forget(path)
    finally:
        book.gathers = False

    return trouble


def phases(project: Project) -> list[list[str]]:
    """Return the files in the order they are worked on: by kind, since facts of Dockerfiles feed the other kinds."""
    found = _by_kind(project)
    return [found[name] for name in (None, *KINDS) if name in found]


def kinds_of(project: Project) -> list[str]:
    """Return the names of the kinds that files of the project are of."""
    found = _by_kind(project)
    return [name for name in KINDS if name in found]


def _by_kind(project: Project) -> dict[str | None, list[str]]:
    found: dict[str | None, list[str]] = {}
    for path in project.files:
        try:
            name = project.kind(path)
        except Exception:  # noqa: BLE001 - unreadable, or a bug: the engine meets it again and reports it
            name = None

        found.setdefault(name, []).append(path)

    return found


def _swept(engine: Engine, choice: Choice | None, workers: Workers, tell: Progress) -> Iterator[Outcome]:
    """Outcomes kind by kind: of each file alone, beside the others as they were, then of those that others concern."""
    project = engine.project
    changed: dict[str, Source] = {}
    for paths in phases(project):
        shares = [Task(tuple(paths[at : at + CHUNK]), choice, dict(changed)) for at in range(0, len(paths), CHUNK)]
        found: list[Alone] = []
        for share in workers(shares):
            tell(len(share))
            found += share

        yield from (alone.outcome for alone in found)
        for alone in found:
            if alone.outcome.changed and alone.outcome.after:
                changed[alone.outcome.path] = alone.outcome.after
                project.replace(alone.outcome.path, alone.outcome.after)

        if choice is None:
            continue

        from fixer.rounds import fix

        again = second_look(project, found, choice)
        for path in again:
            project.forget(path)

        for outcome in fix(engine, again, choice):
            if outcome.after:
                changed[outcome.path] = outcome.after

            yield outcome


def second_look(project: Project, found: Sequence[Alone], choice: Choice) -> list[str]:
    """Return files with accepted fixes that touch a second file, and those whose rules asked about what changed."""
    touched = {alone.outcome.path for alone in found if alone.outcome.changed}
    kinds = {kind for alone in found for kind in alone.asked_objects} if touched else set()
    moved = {kind for kind in kinds if any(item.path in touched for item in project.objects(kind))}
    return [
        alone.outcome.path
        for alone in found
        if any(crosses(finding) and choice.accepts(finding) for finding in alone.outcome.remaining)
        or not alone.asked.isdisjoint(touched - {alone.outcome.path})
        or not alone.asked_objects.isdisjoint(moved)
    ]


def each_alone(engine: Engine, task: Task) -> list[Alone]:
    """Work on each file of a share and return what became of it; afterwards the project is as it was."""
    project = engine.project
    found = []
    for path in task.paths:
        project.asked.clear()
        project.asked_objects.clear()
        outcome = engine.check(path) if task.choice is None else _fixed(engine, path, task.choice)
        found.append(Alone(outcome, frozenset(project.asked), frozenset(project.asked_objects)))

    return found


def _fixed(engine: Engine, path: str, choice: Choice) -> Outcome:
    # Only here: who checks does not wait for what fixes.
    from fixer.rounds import fix

    [outcome] = fix(engine, [path], choice, local=True)
    if outcome.changed and outcome.before:
        engine.project.replace(path, outcome.before)

    return outcome


@contextmanager
def _pool(project: Project, rules: Sequence[Rule], jobs: int) -> Iterator[Executor]:
    """Yield worker processes; whatever goes wrong, none of them is left behind, and none is waited for."""
    import threading
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import active_children

    modules = tuple(rule.check.__module__ for rule in rules)
    pool = ProcessPoolExecutor(
        jobs, initializer=_open, initargs=(project.disk.root, project.files, modules, project.policy, project.book)
    )
    try:
        yield pool
    except BrokenProcessPool:
        raise UserError(
            "a worker process was ended from outside (out of memory?) and nothing is written; "
            "--jobs 1 needs the least memory"
        ) from None
    except BaseException:
        # The pool's own thread stumbles over work that was cancelled before its process ended (CPython 3.11). The run
        # is over, and the traceback would stand in front of its last line.
        threading.excepthook = lambda _: None
        for child in active_children():
            child.terminate()

        raise
    finally:
        pool.shutdown(cancel_futures=True)


_engine: Engine | None = None


def _open(root: str, files: tuple[str, ...], modules: tuple[str, ...], policy: Policy, book: Book) -> None:
    """Prepare a worker process."""
    import signal

    global _engine  # noqa: PLW0603 - a worker process has one engine for its life
    # An interrupt reaches the whole group of processes: the first one ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    project = Project(Disk(root), files, policy, book)
    _engine = Engine(project, [rule_in(import_module(module)) for module in modules])


def _work(task: Task) -> list[Alone]:
    assert _engine is not None
    for path, source in task.changed.items():
        if _engine.project.known(path) != source:
            _engine.project.replace(path, source)

    return each_alone(_engine, task)


def joined(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Return one outcome for each file: what a later step did to a file is put behind what an earlier one did."""
    found: dict[str, Outcome] = {}
    for outcome in outcomes:
        earlier = found.get(outcome.path)
        found[outcome.path] = outcome if earlier is None else _behind(earlier, outcome)

    return list(found.values())


def _behind(first: Outcome, second: Outcome) -> Outcome:
    from fixer.pieces import Pieces

    assert first.before is not None
    pieces = Pieces(len(first.before.text))
    pieces.apply(first.edits)
    shift = len(first.applied)
    pieces.apply([msgspec.structs.replace(edit, owner=edit.owner + shift) for edit in second.edits])
    return msgspec.structs.replace(
        first,
        after=second.after,
        remaining=second.remaining,
        applied=first.applied + second.applied,
        edits=tuple(pieces.edits()),
        refused=second.refused,
        failed=tuple({one.finding.identity: one for one in (*first.failed, *second.failed)}.values()),
        crashes=tuple({(crash.rule, crash.error): crash for crash in (*first.crashes, *second.crashes)}.values()),
    )
