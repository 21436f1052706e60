"""Where repositories are looked at: threads, processes, or a Dask cluster; each is a `concurrent.futures.Executor`.

Work that is lost with a worker is done again elsewhere. That is safe, because workers only look: whatever is written is
written by the one process that asked.
"""

from __future__ import annotations

import contextlib
import os
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

from fixer.errors import UserError

if TYPE_CHECKING:
    from fixer.bot.work import Job, Looked

T = TypeVar("T")
Work = Callable[["Job"], "Looked"]
_THREADS = 8
_TRIES = 3
_REACHED = 5.0


@contextlib.contextmanager
def engine(name: str, workers: int) -> Iterator[Callable[[], Executor]]:
    """Yield what gives the executor of a name: `threads`, `processes`, `dask`, `dask://HOST:PORT`.

    It is asked again when the executor has broken. `workers` is how many there are; 0 decides by itself. Raises
    UserError for a name that is none, and when a cluster cannot be reached.
    """
    with contextlib.ExitStack() as stack:
        yield lambda: stack.enter_context(_executor(name, workers))


def spread(
    work: Work, jobs: Sequence[Job], start: Callable[[], Executor], ahead: int
) -> Iterator[tuple[Job, Future[Looked]]]:
    """Yield each job with its result, in the order in which they end; at most `ahead` are under way or wait.

    A job whose worker died is tried again, three times in all. When the caller stops, what has not begun is given up.
    """
    line = _Line(jobs)
    executor = start()
    try:
        while line.waiting or line.running:
            if not line.filled(executor, work, ahead):
                executor = start()
                continue

            ended, _ = wait(line.running, return_when=FIRST_COMPLETED)
            for future in ended:
                if not _lost(future):
                    yield line.running.pop(future), future
                    continue

                if given_up := line.broken():
                    yield given_up, future

                executor = start()
                break
    finally:
        for future in line.running:
            future.cancel()


class _Line:
    """Jobs that wait and jobs that run.

    When an executor breaks, all that it had is lost, and nobody knows by whose fault: each of these is tried alone.
    """

    def __init__(self, jobs: Sequence[Job]) -> None:
        self.waiting = deque(jobs)
        self.running: dict[Future[Looked], Job] = {}
        self._suspects: set[str] = set()
        self._tries: Counter[str] = Counter()

    def filled(self, executor: Executor, work: Work, ahead: int) -> bool:
        """Begin what may begin now; return whether anything is running."""
        while job := self._next(ahead):
            try:
                self.running[executor.submit(work, job)] = job
            except BrokenExecutor:
                # It broke since: those that were running will tell, or there are none.
                self.waiting.appendleft(job)
                break

        return bool(self.running)

    def _next(self, ahead: int) -> Job | None:
        """Return the job to begin now; None when there is none."""
        if not self.waiting or len(self.running) >= ahead:
            return None

        alone = self.waiting[0].name in self._suspects or any(
            one.name in self._suspects for one in self.running.values()
        )
        return None if alone and self.running else self.waiting.popleft()

    def broken(self) -> Job | None:
        """Take the jobs back that were running; return the one that was alone and has broken too many executors."""
        lost = list(self.running.values())
        self.running.clear()
        if len(lost) == 1:
            self._tries[lost[0].name] += 1
            if self._tries[lost[0].name] >= _TRIES:
                return lost[0]

        self._suspects |= {job.name for job in lost}
        self.waiting.extendleft(reversed(lost))
        return None


def _lost(future: Future[Looked]) -> bool:
    return future.cancelled() or isinstance(future.exception(), BrokenExecutor)


def _executor(name: str, workers: int) -> contextlib.AbstractContextManager[Executor]:
    if name == "threads":
        from concurrent.futures import ThreadPoolExecutor

        return ThreadPoolExecutor(workers or _THREADS, thread_name_prefix="fixer")

    if name == "processes":
        return _processes(workers or os.cpu_count() or 1)

    if name == "dask" or name.startswith(("dask://", "dask+tls://")):
        return _dask(name, workers)

    raise UserError(f"--engine {name}: threads, processes, dask, or dask://HOST:PORT is wanted")


def _processes(workers: int) -> contextlib.AbstractContextManager[Executor]:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # A fork of a process with threads may stand still.
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"), max_tasks_per_child=50)


@contextlib.contextmanager
def _dask(name: str, workers: int) -> Iterator[Executor]:
    try:
        distributed: Any = import_module("distributed")
    except ImportError:
        raise UserError("--engine dask needs distributed, which is not installed: pip install 'fixer[dask]'") from None

    with contextlib.ExitStack() as stack:
        address = (
            "tls://" + name.removeprefix("dask+tls://") if "+tls" in name else "tcp://" + name.removeprefix("dask://")
        )
        if name == "dask":
            count = workers or os.cpu_count() or 1
            address = stack.enter_context(
                distributed.LocalCluster(n_workers=count, threads_per_worker=1, dashboard_address=None)
            )

        try:
            client = stack.enter_context(distributed.Client(address, set_as_default=False, timeout=_REACHED))
        except (OSError, TimeoutError):
            raise UserError(f"--engine {name}: the cluster cannot be reached") from None

        yield client.get_executor(pure=False, retries=_TRIES - 1)
