"""The scan: finds file by file and tells about it while it runs, and finds files anew that changed."""

from __future__ import annotations

import posixpath
import threading
import time
from collections.abc import Callable, Iterable, Sequence

from fixer.kinds import KUSTOMIZATIONS
from fixer.outcome import Outcome
from fixer.project import Project
from fixer.review.board import Board
from fixer.review.disk import Snapshot
from fixer.review.planning import Planner, Progress
from fixer.review.records import Item, Scanned
from fixer.review.turn import Turn
from fixer.sweep import look_up

Tell = Callable[[Scanned], None]

# How often progress is told, in seconds; the first findings are told at once.
EVERY = 0.1

# Up to this number of files everything is found anew when one changes that others may be about: it takes a moment.
FEW = 300


class Teller:
    """Gathers what is new, and tells it now and then."""

    def __init__(self, tell: Tell, done: int, total: int) -> None:
        self._tell = tell
        self._total = total
        self._paths: list[str] = []
        self._items: list[Item] = []
        self._last = 0.0
        self._found = False
        self.done = done

    def add(self, path: str, items: Sequence[Item]) -> None:
        """Note a file that is done; tell when it is time."""
        self.done += 1
        self._paths.append(path)
        self._items += items
        first = bool(items) and not self._found
        self._found = self._found or bool(items)
        if first or time.monotonic() - self._last >= EVERY:
            self.say()

    def say(self, *, finished: bool = False, stopped: bool = False) -> None:
        """Tell what is new."""
        self._tell(Scanned(self.done, self._total, tuple(self._paths), tuple(self._items), finished, stopped))
        self._paths, self._items, self._last = [], [], time.monotonic()


def scan(board: Board, planner: Planner, turn: Turn, tell: Tell, stop: threading.Event) -> None:
    """Look at each file that was not looked at yet, until all are done or `stop` is set."""
    files = planner.project.files
    with turn.behind():
        waiting = [path for path in files if path not in planner.seen]
        if planner.project.book.online:
            look_up(planner.project, planner.rules)

    teller = Teller(tell, len(files) - len(waiting), len(files))
    for path in waiting:
        if stop.is_set():
            break

        with turn.behind():
            alone = planner.look(path)
            planner.note(alone)

        teller.add(path, board.put(alone.outcome))

    finished = teller.done == len(files)
    teller.say(finished=finished, stopped=not finished)


def again(board: Board, planner: Planner, paths: Iterable[str], tell: Progress | None = None) -> list[str]:
    """Read files again and find what is wrong in them, and in the files that are about them.

    Returns the paths whose findings, or whose text, are others now. The caller has the turn.
    """
    wanted = list(dict.fromkeys(paths))
    disk = planner.project.disk
    assert isinstance(disk, Snapshot)
    before = planner.dependants(wanted)
    local = all(map(_own_affair, (planner.seen[path].outcome for path in wanted if path in planner.seen)))
    local = local and len(planner.project.files) > FEW
    for path in wanted:
        disk.renew(path)

    if local:
        for path in wanted:
            _replace(planner.project, path)
    else:
        project = planner.project
        files = (*project.files, *(path for path in wanted if path not in project.files))
        planner.use(Project(disk, files, project.policy, project.book))

    whole = planner.project.files if not local else ()
    concerned = dict.fromkeys([*wanted, *sorted(before | planner.dependants(wanted)), *whole])
    return look_again(board, planner, [path for path in concerned if path in planner.seen or path in wanted], tell)


def look_again(board: Board, planner: Planner, paths: Iterable[str], tell: Progress | None = None) -> list[str]:
    """Find what is wrong in files whose texts are known; return those where something is other than before."""
    changed = []
    for path in paths:
        alone, known = planner.look(path), planner.seen.get(path)
        if tell:
            tell(1)

        if known is None or alone != known:
            planner.note(alone)

        if known is None or alone.outcome != known.outcome:
            board.put(alone.outcome)
            changed.append(path)

    return changed


def _own_affair(outcome: Outcome) -> bool:
    """Whether what a file says is no matter of how other files are read, but for what their rules asked about."""
    return outcome.kind == "kubernetes" and posixpath.basename(outcome.path) not in KUSTOMIZATIONS


def _replace(project: Project, path: str) -> None:
    from fixer.text import TextError

    try:
        project.replace(path, project.disk.source(path))
    except TextError:
        project.remove(path)
        project.files = (*project.files, path)
