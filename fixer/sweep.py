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
from fixer.pieces import Pieces
from fixer.project import Disk, Project
from fixer.rounds import fix
from fixer.rule import Rule, rule_in
from fixer.text import Source, TextError

if TYPE_CHECKING:
    from concurrent.futures import Executor

Progress = Callable[[int], None]

# Below this number of files a second process costs more than it saves (process start is about 0.15 s).
PARALLEL_FROM = 200
CHUNK = 20


class Task(msgspec.Struct, frozen=True):
    """A share of the files for one worker: what to do with them, and the files that changed before."""

    paths: tuple[str, ...]
    choice: Choice | None
    changed: Mapping[str, Source]


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
    if count <= 1 or project.disk.given:
        outcomes = list(_serial(engine, choice, tell))
    else:
        outcomes = list(_parallel(engine, rules, choice, count, tell))

    return sorted(_joined(outcomes), key=lambda outcome: outcome.path)


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
        except TextError:
            name = None

        found.setdefault(name, []).append(path)

    return found


def _serial(engine: Engine, choice: Choice | None, tell: Progress) -> Iterator[Outcome]:
    for paths in phases(engine.project):
        if choice is None:
            for path in paths:
                yield engine.check(path)
                tell(1)
        else:
            yield from fix(engine, paths, choice, progress=tell)


def _parallel(
    engine: Engine, rules: Sequence[Rule], choice: Choice | None, jobs: int, tell: Progress
) -> Iterator[Outcome]:
    project = engine.project
    changed: dict[str, Source] = {}
    with _pool(project, rules, jobs) as pool:
        for paths in phases(project):
            shares = [tuple(paths[at : at + CHUNK]) for at in range(0, len(paths), CHUNK)]
            crossing = []
            for outcomes in _mapped(pool, [Task(share, choice, dict(changed)) for share in shares]):
                tell(len(outcomes))
                yield from outcomes
                for outcome in outcomes:
                    if outcome.changed and outcome.after:
                        changed[outcome.path] = outcome.after
                        project.replace(outcome.path, outcome.after)

                    if choice and any(crosses(finding) and choice.accepts(finding) for finding in outcome.remaining):
                        crossing.append(outcome.path)

            if choice and crossing:
                yield from fix(engine, crossing, choice)


@contextmanager
def _pool(project: Project, rules: Sequence[Rule], jobs: int) -> Iterator[Executor]:
    """Yield worker processes; whatever goes wrong, none of them is left behind, and none is waited for."""
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import active_children

    modules = tuple(rule.check.__module__ for rule in rules)
    pool = ProcessPoolExecutor(jobs, initializer=_open, initargs=(project.disk.root, project.files, modules))
    try:
        yield pool
    except BrokenProcessPool:
        raise UserError(
            "a worker process was ended from outside (out of memory?) and nothing is written; "
            "--jobs 1 needs the least memory"
        ) from None
    except BaseException:
        for child in active_children():
            child.terminate()

        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _mapped(pool: Executor, tasks: Sequence[Task]) -> Iterator[list[Outcome]]:
    """Outcomes of the tasks in their order, so that the number of processes does not show."""
    futures = [pool.submit(_work, task) for task in tasks]
    for future in futures:
        yield future.result()


_engine: Engine | None = None


def _open(root: str, files: tuple[str, ...], modules: tuple[str, ...]) -> None:
    """Prepare a worker process."""
    import signal

    global _engine  # noqa: PLW0603 - a worker process has one engine for its life
    # An interrupt reaches the whole group of processes: the first one ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _engine = Engine(Project(Disk(root), files), [rule_in(import_module(module)) for module in modules])


def _work(task: Task) -> list[Outcome]:
    assert _engine is not None
    for path, source in task.changed.items():
        if _engine.project.known(path) != source:
            _engine.project.replace(path, source)

    if task.choice is None:
        return [_engine.check(path) for path in task.paths]

    return fix(_engine, task.paths, task.choice, local=True)


def _joined(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """One outcome for each file: what a later step did to a file is put behind what an earlier one did."""
    found: dict[str, Outcome] = {}
    for outcome in outcomes:
        earlier = found.get(outcome.path)
        found[outcome.path] = outcome if earlier is None else _behind(earlier, outcome)

    return list(found.values())


def _behind(first: Outcome, second: Outcome) -> Outcome:
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
        refused=first.refused + second.refused,
        failed=first.failed + second.failed,
        crashes=tuple({(crash.rule, crash.error): crash for crash in (*first.crashes, *second.crashes)}.values()),
    )
