"""The plan: deciding, what follows, and writing it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fixer.finding import Environment, Finding, Fix, Level, Risk, Severity
from fixer.formats.yaml import NewFile, Put
from fixer.kinds.compose import Service
from fixer.outcome import Choice
from fixer.plan import Plan, Written, why_held
from fixer.project import Disk, Project
from fixer.proof import Proof
from fixer.rule import Rule

FILE = "services:\n  web:\n    image: a:1 # the web\n  db:\n    image: b:1\n"
Check = Callable[[Service], Iterator[Finding]]


def made(name: str, check: Check) -> Rule:
    levels = dict.fromkeys(Environment, Level.DENY)
    return Rule(name, "compose", "Service", Severity.LOW, levels, (name,), check, "What is wrong.")


def setting(key: str, value: object, risk: Risk = Risk.SAFE) -> Check:
    def check(service: Service) -> Iterator[Finding]:
        if service.get(key) != value:
            at = service.at(key)
            yield at.finding(f"{key} is not set", Fix(f"Set {key}", risk, (at.put(value),)))

    return check


INIT = made("no-init", setting("init", True))
TTY = made("no-tty", setting("tty", True, Risk.HIGH))
RESTART = made("no-restart", setting("restart", "always"))


def tied(*others: str) -> Rule:
    """A rule for the file `a.compose.yaml` whose fix touches other files too."""

    def check(service: Service) -> Iterator[Finding]:
        if service.file.path == "a.compose.yaml" and service.name == "web" and service.get("init") is None:
            at = service.at("init")
            more = [Put(path, 0, ("services", "web", "tty"), True) for path in others]
            yield at.finding("not tied", Fix("Tie", Risk.SAFE, (at.put(True), *more)))

    return made("tied", check)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.compose.yaml").write_text(FILE)

    return tmp_path


def plan_of(folder: Path, *rules: Rule, choice: Choice | None = None) -> Plan:
    files = sorted(path.name for path in folder.iterdir())
    return Plan(Project(Disk(str(folder)), files), rules, choice or Choice())


def text(plan: Plan, path: str = "a.compose.yaml") -> str:
    after = plan.outcome(path).after
    assert after is not None
    return after.text


# ---- deciding


def test_a_rejected_fix_leaves_the_text_and_comes_back(folder: Path) -> None:
    plan = plan_of(folder, INIT, RESTART)
    whole = text(plan)
    [web] = [
        one for one in plan.outcome("a.compose.yaml").findings if one.place.endswith("web") and one.rule == "no-init"
    ]

    plan.reject([web.identity])
    assert text(plan).count("init: true") == 1
    assert text(plan).count("restart: always") == 2
    assert text(plan, "b.compose.yaml") == whole

    plan.accept([web.identity])
    assert text(plan) == whole
    assert not plan.choice.rejected


def test_decisions_are_undone_and_redone_in_their_order(folder: Path) -> None:
    plan = plan_of(folder, INIT)
    texts = [text(plan)]
    first, second = (one.identity for one in plan.outcome("a.compose.yaml").findings)
    for identity in (first, second):
        plan.reject([identity])
        texts.append(text(plan))

    assert len(set(texts)) == 3
    assert plan.undo()
    assert text(plan) == texts[1]
    assert plan.undo()
    assert text(plan) == texts[0]
    assert not plan.undo()
    assert plan.redo()
    assert text(plan) == texts[1]
    assert plan.redo()
    assert text(plan) == texts[2]
    assert not plan.redo()


def test_a_new_decision_ends_what_could_be_redone(folder: Path) -> None:
    plan = plan_of(folder, INIT)
    first, second = (one.identity for one in plan.outcome("a.compose.yaml").findings)
    plan.reject([first])
    plan.undo()
    plan.reject([second])
    assert not plan.redo()
    assert plan.choice.rejected == {second}


def test_a_fix_that_touches_two_files_is_rejected_in_both(folder: Path) -> None:
    plan = plan_of(folder, tied("b.compose.yaml"))
    assert [outcome.path for outcome in plan.changed] == ["a.compose.yaml", "b.compose.yaml"]
    plan.reject([plan.outcome("a.compose.yaml").findings[0].identity])
    assert plan.changed == []
    plan.undo()
    assert [outcome.path for outcome in plan.changed] == ["a.compose.yaml", "b.compose.yaml"]


def test_files_made_by_a_rejected_fix_are_gone(folder: Path) -> None:
    def makes(service: Service) -> Iterator[Finding]:
        if service.file.path == "a.compose.yaml" and service.name == "web" and service.get("init") is None:
            at = service.at("init")
            new = NewFile("sub/new.compose.yaml", {"services": {"x": {"image": "x:1"}}})
            yield at.finding("no file", Fix("Make it", Risk.SAFE, (at.put(True), new)))

    plan = plan_of(folder, made("makes", makes))
    assert plan.outcome("sub/new.compose.yaml").new
    assert plan.diff("sub/new.compose.yaml").startswith("--- /dev/null\n+++ b/sub/new.compose.yaml\n")
    plan.reject([plan.outcome("a.compose.yaml").findings[0].identity])
    with pytest.raises(KeyError, match="new"):
        plan.outcome("sub/new.compose.yaml")

    plan.undo()
    assert plan.write() == [Written("a.compose.yaml"), Written("sub/new.compose.yaml")]
    assert (folder / "sub/new.compose.yaml").read_text() == text(plan, "sub/new.compose.yaml")


# ---- what follows


def test_held_findings_say_why(folder: Path) -> None:
    plan = plan_of(folder, INIT, TTY, choice=Choice(risk=Risk.LOW))
    rejected = plan.outcome("a.compose.yaml").findings[0]
    plan.reject([rejected.identity])
    assert {(held.finding.rule, held.reason) for held in plan.held()} == {
        ("no-init", "rejected"),
        ("no-tty", "risk high"),
    }
    assert sum(held.reason == "rejected" for held in plan.held()) == 1


@pytest.mark.parametrize(
    ("choice", "reason"),
    [
        (Choice(risk=Risk.SAFE), "risk low"),
        (Choice(level=Level.DENY), "level warn"),
        (Choice(only=frozenset()), "not chosen"),
    ],
)
def test_why_a_fix_is_held(choice: Choice, reason: str) -> None:
    finding = Finding("f", "p", 0, 0, "m", Fix("t", Risk.LOW, ()), level=Level.WARN)
    assert why_held(finding, choice) == reason


def test_a_fix_the_format_refuses_is_held_with_its_sentence(folder: Path) -> None:
    (folder / "a.compose.yaml").write_text(FILE.replace("b:1", "b:1\n    init: !custom x"))
    reasons = [held.reason for held in plan_of(folder, INIT).held()]
    assert len(reasons) == 1
    assert len(reasons[0]) > 10


def test_the_diff_and_its_hunks_belong_to_the_fixes(folder: Path) -> None:
    plan = plan_of(folder, INIT, RESTART)
    [hunk] = plan.hunks("a.compose.yaml")
    applied = plan.outcome("a.compose.yaml").applied
    added = [(line.text, applied[line.owner]) for line in hunk.lines if line.mark == "+" and line.owner is not None]
    assert {(new.strip(), finding.rule) for new, finding in added} == {
        ("init: true", "no-init"),
        ("restart: always", "no-restart"),
    }
    assert len(added) == 4
    assert plan.diff("a.compose.yaml").count("\n+") == 5
    assert plan.diff("a.compose.yaml", "x/y").startswith("--- a/x/y\n+++ b/x/y\n")
    assert plan.proof("a.compose.yaml") == Proof()


def test_a_file_without_changes_has_no_diff_and_no_proof(folder: Path) -> None:
    plan = plan_of(folder, TTY)
    assert plan.diff("a.compose.yaml") == ""
    assert plan.hunks("a.compose.yaml") == []
    assert plan.proof("a.compose.yaml") is None
    assert plan.write() == []


def test_an_unreadable_file_has_no_hunks(folder: Path) -> None:
    (folder / "a.compose.yaml").write_bytes(b"\0")
    plan = plan_of(folder, INIT)
    assert plan.hunks("a.compose.yaml") == []
    assert plan.diff("a.compose.yaml") == ""


# ---- writing


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_every_changed_file_is_written(folder: Path) -> None:
    plan = plan_of(folder, INIT)
    assert plan.write() == [Written(f"{name}.compose.yaml") for name in "abc"]
    assert contents(folder) == {path: text(plan, path) for path in contents(folder)}
    assert plan_of(folder, INIT).changed == []


def test_what_was_written_can_be_written_again_after_another_decision(folder: Path) -> None:
    plan = plan_of(folder, INIT)
    plan.write()
    identity = plan_of(folder, TTY, choice=Choice(risk=Risk.HIGH)).outcome("a.compose.yaml").findings[0].identity
    plan.reject([identity])
    assert plan.write() == []


def test_a_file_that_changed_meanwhile_is_left_alone_and_the_others_are_written(folder: Path) -> None:
    plan = plan_of(folder, INIT)
    (folder / "b.compose.yaml").write_text("services: {}\n")
    assert plan.write() == [
        Written("a.compose.yaml"),
        Written("b.compose.yaml", "it was changed since it was read"),
        Written("c.compose.yaml"),
    ]
    assert (folder / "b.compose.yaml").read_text() == "services: {}\n"


def test_of_tied_files_none_is_written_when_one_of_them_changed(folder: Path) -> None:
    plan = plan_of(folder, tied("b.compose.yaml"), RESTART)
    (folder / "b.compose.yaml").write_text("services: {}\n")
    problem = "it was changed since it was read"
    assert plan.write() == [
        Written("a.compose.yaml", problem),
        Written("b.compose.yaml", problem),
        Written("c.compose.yaml"),
    ]
    assert (folder / "a.compose.yaml").read_text() == FILE
    assert "restart: always" in (folder / "c.compose.yaml").read_text()


def test_of_tied_files_those_written_first_are_put_back(folder: Path) -> None:
    (folder / "a.compose.yaml").chmod(0o640)
    (folder / "c.compose.yaml").chmod(0o444)
    plan = plan_of(folder, tied("b.compose.yaml", "c.compose.yaml"))
    before = contents(folder)

    problem = "c.compose.yaml: it cannot be written: the file is read-only"
    assert plan.write() == [Written(f"{name}.compose.yaml", problem) for name in "abc"]
    assert contents(folder) == before
    assert (folder / "a.compose.yaml").stat().st_mode & 0o777 == 0o640

    (folder / "c.compose.yaml").chmod(0o644)
    again = plan_of(folder, tied("b.compose.yaml", "c.compose.yaml"))
    assert again.write() == [Written(f"{name}.compose.yaml") for name in "abc"]


def test_a_new_file_is_removed_again_when_the_rest_cannot_be_written(folder: Path) -> None:
    def makes(service: Service) -> Iterator[Finding]:
        if service.file.path == "a.compose.yaml" and service.name == "web" and service.get("init") is None:
            at = service.at("init")
            new = NewFile("new.compose.yaml", {"services": {"x": {"image": "x:1"}}})
            yield at.finding("no file", Fix("Make it", Risk.SAFE, (at.put(True), new)))

    (folder / "a.compose.yaml").chmod(0o444)
    before = contents(folder)
    problem = "a.compose.yaml: it cannot be written: the file is read-only"
    assert [one.problem for one in plan_of(folder, made("makes", makes)).write()] == [problem, problem]
    assert contents(folder) == before


def test_an_interrupt_between_tied_files_puts_the_first_one_back(folder: Path) -> None:
    class Interrupted(Disk):
        """A disk whose user loses patience at the file `b`."""

        def write(self, path: str, data: bytes) -> str | None:
            if path.startswith("b"):
                raise KeyboardInterrupt

            return super().write(path, data)

    before = contents(folder)
    plan = Plan(Project(Interrupted(str(folder)), sorted(before)), [tied("b.compose.yaml")], Choice())
    with pytest.raises(KeyboardInterrupt):
        plan.write()

    assert contents(folder) == before


def test_what_cannot_be_put_back_is_named(folder: Path) -> None:
    class Failing(Disk):
        """A disk that breaks down at the file `b`, for good."""

        broken = False

        def write(self, path: str, data: bytes) -> str | None:
            self.broken |= path.startswith("b")
            return "no luck" if self.broken else super().write(path, data)

    plan = Plan(Project(Failing(str(folder)), sorted(contents(folder))), [tied("b.compose.yaml")], Choice())
    problem = "b.compose.yaml: no luck; a.compose.yaml could not be put back"
    assert [one.problem for one in plan.write()] == [problem, problem]
