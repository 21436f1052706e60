"""What becomes of files under the decisions made: planned when it is asked for, kept until something about it changes.

A plan of some files is that of `fixer.sweep` restricted to them and to all files they depend on: what their rules asked
about, and what their fixes tie to them. Files outside of this set change nothing about the result, so that it is, byte
for byte, what a sweep over everything gives.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

import msgspec

from fixer.engine import Engine
from fixer.kinds import KINDS
from fixer.outcome import Choice, Outcome, crosses
from fixer.project import Project
from fixer.review.decisions import Decisions
from fixer.rounds import fix
from fixer.rule import Rule
from fixer.sweep import Alone, Task, each_alone, joined, second_look
from fixer.text import Source

Version = tuple[tuple[int, int], int]
Progress = Callable[[int], None]

# Rules ask about a handful of files; the most for one of 2,500 public ones is 20.
MANY = 30

# Up to this number of files a file's plan is made with what it depends on alone.
FEW = 20


class Kept(msgspec.Struct, frozen=True):
    """The plan of one file beside the others as they were, and what it holds for."""

    alone: Alone
    version: Version
    changed: Mapping[str, Source]


class Run(msgspec.Struct, frozen=True):
    """A plan of files that depend on nothing outside.

    Each outcome holds as long as no file is found anew, and the versions are the same of all that its file depends on.
    """

    versions: Mapping[str, Version]
    generation: int
    revision: int
    outcomes: Mapping[str, Outcome]


class Planner:
    """Plans over one project. Not for several threads at once: the review lets in one at a time."""

    def __init__(self, project: Project, rules: Sequence[Rule], decisions: Decisions) -> None:
        self.rules = tuple(rules)
        self._decisions = decisions
        self.seen: dict[str, Alone] = {}
        self.generation = 0
        self._stamps: dict[str, int] = {}
        self._ties: dict[str, set[str]] = {}
        self._kept: dict[str, Kept] = {}
        self._runs: dict[str, Run] = {}
        self._checked: dict[str, int] = {}
        self._closures: tuple[int, dict[str, set[str]]] = (0, {})
        self.use(project)

    def use(self, project: Project) -> None:
        """Work over this project from now on. Raises UserError for a parameter that does not fit."""
        self.engine = Engine(project, self.rules)
        self.project = project
        self._order = {path: number for number, path in enumerate(project.files)}
        self._kept.clear()
        self._runs.clear()
        self.generation += 1

    # ---- finding

    def look(self, path: str) -> Alone:
        """Return what is found in a file, and what its rules asked about."""
        if path in self.seen:
            self.project.forget(path)

        alone = self._look(path)
        if len(alone.asked) <= MANY:
            return alone

        # Who is the first to need an index of the project is charged with all that building it asked about.
        self.project.forget(path)
        return self._look(path)

    def _look(self, path: str) -> Alone:
        # Of a file whose parsed form is at hand rules may know already what they asked before.
        project = self.project
        project.asked.clear()
        project.asked_objects.clear()
        outcome = self.engine.check(path)
        return Alone(outcome, frozenset(project.asked), frozenset(project.asked_objects))

    def note(self, alone: Alone) -> None:
        """Take over what was found in a file."""
        path = alone.outcome.path
        self.seen[path] = alone
        self._order.setdefault(path, len(self._order))
        self._stamps[path] = self._stamps.get(path, 0) + 1
        self.generation += 1
        for finding in alone.outcome.findings:
            if crosses(finding) and finding.fix:
                for operation in finding.fix.patch:
                    self._ties.setdefault(path, set()).add(operation.path)
                    self._ties.setdefault(operation.path, set()).add(path)

    def drop(self, path: str) -> None:
        """Forget a file that is no longer there."""
        self.seen.pop(path, None)
        self._kept.pop(path, None)
        self._runs.pop(path, None)
        self.generation += 1

    def dependants(self, paths: Collection[str]) -> set[str]:
        """Return the files whose findings may change when these do."""
        wanted = set(paths)
        kinds = {kind for alone in self.seen.values() for kind in alone.asked_objects}
        moved = {kind for kind in kinds if any(one.path in wanted for one in self.project.objects(kind))}
        return {
            path
            for path, alone in self.seen.items()
            if not alone.asked.isdisjoint(wanted) or not alone.asked_objects.isdisjoint(moved)
        }

    def users(self, path: str) -> list[str]:
        """Return what builds on a file, as clauses: kustomizations that list it, and files that ask about it."""
        listing = {one.path for one in self.project.kustomizations(path)}
        asking = {one for one, alone in self.seen.items() if path in alone.asked and len(alone.asked) <= MANY}
        found = [f"{one} uses the file" for one in sorted(listing)]
        return found + [f"{one} depends on the file" for one in sorted(asking - listing - {path})]

    # ---- planning

    def known(self, path: str) -> Outcome | None:
        """Return the outcome of a file if it was planned and holds still; nothing is planned."""
        run = self._runs.get(path)
        return run.outcomes.get(path) if run and self._holds(run, path) else None

    def outcome(self, path: str) -> Outcome:
        """Return what becomes of a file. Raises KeyError for one in which nothing was looked for yet."""
        if path not in self.seen:
            raise KeyError(path)

        if (known := self.known(path)) is not None:
            return known

        paths = self._closure([path])
        if len(paths) > FEW and not self._planned_before(path):
            # Many files depend on these: to plan each with them costs more than to plan all of them at once.
            paths = self._closure([*paths, *(one for one in self.seen if not self._near(one).isdisjoint(paths))])

        return self._run(paths).outcomes[path]

    def _planned_before(self, path: str) -> bool:
        run = self._runs.get(path)
        return run is not None and run.generation == self.generation

    def made(self, path: str) -> Outcome:
        """Return what fixes of other files make of a file that is not among those looked at.

        Raises KeyError when no fix is about it.
        """
        sources = sorted(one for one in self._ties[path] if one in self.seen)
        run = self._runs.get(sources[0]) if sources else None
        if run is None or not all(self._runs.get(one) is run and self._holds(run, one) for one in sources):
            run = self._run(self._closure(sources))

        return run.outcomes.get(path) or Outcome(path)

    def glance(self, path: str) -> Outcome:
        """Return what becomes of a file beside the others as they are: at once, and nearly always the outcome."""
        if path not in self.seen:
            raise KeyError(path)

        if (known := self.known(path)) is not None:
            return known

        return self._planned(path, self._decisions.choice, self._version(path), {}).outcome

    def everything(self, tell: Progress | None = None) -> list[Outcome]:
        """Return what becomes of all files, new ones included, by path."""
        run = self._run(set(self.seen), tell)
        return [run.outcomes[path] for path in sorted(run.outcomes)]

    def under(self, paths: Iterable[str], choice: Choice) -> list[Outcome]:
        """Return what another choice than the one made would make of some files and of those these depend on."""
        return joined(list(self._swept(self._closure(paths), choice, None, lambda _: None)))

    def _holds(self, run: Run, path: str) -> bool:
        if run.generation != self.generation:
            return False

        now = self._decisions.revision
        if now in {run.revision, self._checked.get(path)}:
            return True

        if any(run.versions.get(one) != self._version(one) for one in self._depends(path)):
            return False

        self._checked[path] = now
        return True

    def _depends(self, path: str) -> set[str]:
        """What a file depends on; remembered until a file is found anew."""
        generation, found = self._closures
        if generation != self.generation:
            self._closures = self.generation, (found := {})

        if path not in found:
            found[path] = self._closure([path])

        return found[path]

    def _version(self, path: str) -> Version:
        return self._decisions.version(path), self._stamps.get(path, 0)

    def _run(self, paths: Iterable[str], tell: Progress | None = None) -> Run:
        wanted = sorted(paths, key=lambda path: self._order.get(path, 0))
        versions, revision = {path: self._version(path) for path in wanted}, self._decisions.revision
        outcomes = joined(list(self._swept(wanted, self._decisions.choice, versions, tell or (lambda _: None))))
        run = Run(versions, self.generation, revision, {one.path: one for one in outcomes})
        for path in versions:
            self._runs[path] = run
            self._checked.pop(path, None)
            self._closures[1].pop(path, None)

        return run

    def _closure(self, paths: Iterable[str]) -> set[str]:
        """The files, and all that they depend on."""
        found: set[str] = set()
        waiting = [path for path in paths if path in self.seen]
        kinds: set[str] = set()
        while waiting:
            path = waiting.pop()
            if path in found:
                continue

            found.add(path)
            near = {*self._asked(path), *self._ties.get(path, ())}
            for kind in self._asked_objects(path) - kinds:
                kinds.add(kind)
                near |= {one.path for one in self.project.objects(kind)}

            waiting += [one for one in near if one in self.seen and one not in found]

        return found

    def _near(self, path: str) -> set[str]:
        """What the rules of a file asked about, and what its fixes tie to it."""
        objects = {one.path for kind in self._asked_objects(path) for one in self.project.objects(kind)}
        return {*self._asked(path), *self._ties.get(path, ()), *objects}

    def _asked(self, path: str) -> frozenset[str]:
        kept = self._kept.get(path)
        return self.seen[path].asked | kept.alone.asked if kept else self.seen[path].asked

    def _asked_objects(self, path: str) -> frozenset[str]:
        kept = self._kept.get(path)
        return self.seen[path].asked_objects | kept.alone.asked_objects if kept else self.seen[path].asked_objects

    # ---- the sweep over a part

    def _swept(
        self, paths: Iterable[str], choice: Choice, versions: Mapping[str, Version] | None, tell: Progress
    ) -> Iterator[Outcome]:
        """What `fixer.sweep` does, over some of the files; afterwards the project is as it was.

        With `versions` the plans of single files are kept for them.
        """
        wanted = sorted(paths, key=lambda path: self._order.get(path, 0))
        of = versions or {}
        before = {path: self.seen[path].outcome.before for path in wanted}
        files = set(self.project.files)
        changed: dict[str, Source] = {}
        try:
            for group in self._phases(wanted):
                found = []
                for path in group:
                    found.append(self._planned(path, choice, of.get(path), changed))
                    tell(1)

                yield from (alone.outcome for alone in found)
                yield from self._together(found, choice, changed, before)
        finally:
            self._restore(before, files)

    def _phases(self, paths: Iterable[str]) -> Iterator[list[str]]:
        groups: dict[str, list[str]] = {}
        for path in paths:
            kind = self.seen[path].outcome.kind
            groups.setdefault(kind if kind in KINDS else "", []).append(path)

        return (groups[name] for name in ("", *KINDS) if name in groups)

    def _together(
        self, found: Sequence[Alone], choice: Choice, changed: dict[str, Source], before: dict[str, Source | None]
    ) -> Iterator[Outcome]:
        """Put the results in their places, and work again on the files that they concern."""
        for alone in found:
            if alone.outcome.changed and alone.outcome.after:
                changed[alone.outcome.path] = alone.outcome.after
                self.project.replace(alone.outcome.path, alone.outcome.after)

        again = second_look(self.project, found, choice)
        for path in again:
            self.project.forget(path)

        for outcome in fix(self.engine, again, choice):
            before.setdefault(outcome.path, None if outcome.new else outcome.before)
            if outcome.after:
                changed[outcome.path] = outcome.after

            yield outcome

    def _planned(self, path: str, choice: Choice, version: Version | None, changed: Mapping[str, Source]) -> Alone:
        """The plan of a file beside the others as they were."""
        kept = self._kept.get(path)
        if version is not None and kept and kept.version == version and kept.changed == self._moved(path, changed):
            return kept.alone

        seen = self.seen[path]
        if not self._moved(path, changed) and not any(choice.accepts(one) for one in seen.outcome.findings):
            return seen

        # What its parsed form remembers of other files may be old, and must not stay for the next plan either.
        if self._asked(path):
            self.project.forget(path)

        [alone] = each_alone(self.engine, Task((path,), choice, {}))
        if self._asked(path):
            self.project.forget(path)

        if version is not None:
            moved = {one: changed[one] for one in alone.asked & changed.keys()}
            self._kept[path] = Kept(alone, version, moved)

        return alone

    def _moved(self, path: str, changed: Mapping[str, Source]) -> dict[str, Source]:
        return {one: changed[one] for one in self._asked(path) if one in changed}

    def _restore(self, before: Mapping[str, Source | None], files: set[str]) -> None:
        project = self.project
        for path in [path for path in project.files if path not in files]:
            project.remove(path)

        for path, source in before.items():
            if source is not None and project.known(path) not in {None, source}:
                project.replace(path, source)
            elif path in self.seen and (self._asked(path) or self._asked_objects(path)):
                # What its parsed form remembers of others is what they were in the plan.
                project.forget(path)
