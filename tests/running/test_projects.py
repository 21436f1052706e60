"""Each project before its fixes, and after those of each risk: built, started, asked, looked at, stopped."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest
from running.engine import Broken
from running.fixing import RISKS, Applied, exempt, fix, fixer, fixes, reaches, same_as_at_the_risk_before
from running.look import Look
from running.projects import EXPORTERS, GATEWAY, GUESTBOOK, PROJECTS, SITE, STATUS, WORKER, Break, Project
from running.promises import LAST, PROMISES, Change
from running.stack import Stack, Stop, stack


@dataclass(frozen=True)
class Run:
    """What was seen of a project while it ran."""

    looks: Mapping[str, Look]
    stops: Mapping[str, Stop]


class Runs:
    """What is done with each project. A class is run by one process: the ports of its runs are the same."""

    project: ClassVar[Project]

    @pytest.mark.parametrize("risk", RISKS)
    def test_the_fixed_project_works_and_is_what_the_fixes_promise(self, risk: str, tmp_path: Path) -> None:
        project = self.project
        folder = copy(project, tmp_path / "project")
        exempt(folder, [one for broken in project.breaks for one in affected(folder, broken, risk)])
        if same_as_at_the_risk_before(folder, risk, *project.options):
            return

        with stack(folder, f"{project.name}-{risk}") as running:
            before = first_run(project, running)
            applied = fix(folder, risk, *project.options)
            assert applied
            # The fixed project takes over the data that it left before.
            after = works(project, running, before)
            for answer in project.kept:
                answer.hold(running)

            seen(applied, running, before.looks, after)
            holds(project, running)
            stops = running.stop()
            assert {service for service, stop in stops.items() if not stop.as_good_as(before.stops[service])} == set()
            running.down()
            works(project, running, before)


class Breaks(Runs):
    """What is done beside with a project that risky fixes break."""

    def test_a_risky_fix_alone_breaks_the_project_for_the_reason_its_rule_gives(self, tmp_path: Path) -> None:
        assert self.project.breaks
        for number, broken in enumerate(self.project.breaks):
            breaks(self.project, broken, tmp_path / str(number))


class TestGuestbook(Runs):
    project = GUESTBOOK


class TestSite(Runs):
    project = SITE


class TestWorker(Breaks):
    project = WORKER


class TestStatus(Breaks):
    project = STATUS


class TestGateway(Runs):
    project = GATEWAY


class TestExporters(Runs):
    project = EXPORTERS


def test_every_project_is_run() -> None:
    assert {test.project for test in (*Runs.__subclasses__(), *Breaks.__subclasses__()) if test is not Breaks} == set(
        PROJECTS
    )


def copy(project: Project, folder: Path) -> Path:
    """Return a fresh copy of a project."""
    shutil.copytree(project.folder, folder)
    return folder


def affected(folder: Path, broken: Break, risk: str) -> list[Applied]:
    """Return the findings whose fix is known to break the project at a risk."""
    found = [one for _, one in fixes(fixer("check", folder=folder))]
    return [
        one
        for one in found
        if broken.excusable and one.rule == broken.rule and one.where == broken.where and reaches(risk, one.risk)
    ]


def first_run(project: Project, running: Stack) -> Run:
    """Run a project as its developer wrote it, and leave something in its data."""
    running.build()
    running.up(wait=False)
    looks = holds(project, running)
    return Run(looks, running.stop())


def holds(project: Project, running: Stack) -> Mapping[str, Look]:
    """Ask a project all there is to ask, and look at it when no health is open any more."""
    for answer in (*project.answers, *project.write, *project.kept):
        answer.hold(running)

    return running.looks()


def works(project: Project, running: Stack, before: Run) -> Mapping[str, Look]:
    """Build and start a project, which has to answer and to get healthy; what was unhealthy before may stay so."""
    running.build()
    sick = {service for service, look in before.looks.items() if look.health == "unhealthy"}
    running.up(wait=not sick)
    looks = holds(project, running)
    for service, look in looks.items():
        allowed = {None, "healthy"} if service not in sick else {None, "healthy", "unhealthy"}
        if look.health not in allowed or look.restarts:
            raise Broken(f"{service} is {look.health}, started again {look.restarts} times\n{running.said()}")

    return looks


def seen(applied: Sequence[Applied], running: Stack, before: Mapping[str, Look], after: Mapping[str, Look]) -> None:
    """See on the containers what the fixes promise."""
    for one in sorted(applied, key=lambda one: one.rule in LAST):
        services = [one.service] if one.service else built_from(running, one)
        assert services, one
        for service in services:
            PROMISES[one.rule](Change(before[service], after[service], one))


def built_from(running: Stack, one: Applied) -> list[str]:
    """Return the services whose image is built from the file of a fix."""
    path = (running.folder / one.path).resolve()
    return [
        service for service in running.services if (found := running.dockerfile(service)) and found.resolve() == path
    ]


def breaks(project: Project, broken: Break, place: Path) -> None:
    """See that one fix alone breaks a project, and that its rule says so."""
    assert broken.risk in {"medium", "high"}
    assert broken.reason in risk_section(broken.rule)

    folder = copy(project, place / "project")
    others = [one for _, one in fixes(fixer("check", folder=folder)) if one.where != broken.where]
    exempt(folder, [one for one in others if one.rule == broken.rule])
    with stack(folder, f"{project.name}-break") as running:
        before = first_run(project, running)
        applied = fix(folder, broken.risk, "--select", broken.rule)
        assert {one.risk for one in applied} == {broken.risk}
        with pytest.raises(Broken, match=broken.symptom):
            works(project, running, before)


def risk_section(rule: str) -> str:
    """Return the section Risk of a rule, its lines joined."""
    kind, _, name = rule.partition("/")
    module = Path(__file__).parents[2] / "transforms" / kind / f"{name.replace('-', '_')}.py"
    section = module.read_text().partition("## Risk\n")[2].partition("\n## ")[0]
    return " ".join(section.split())
