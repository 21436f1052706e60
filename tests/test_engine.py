"""Rounds, proofs and culprits, with rules made for the purpose."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from fixer.engine import Engine
from fixer.finding import Environment, Finding, Fix, Level, Risk, Severity
from fixer.kinds.compose import Service
from fixer.outcome import Choice, Outcome
from fixer.project import Disk, Project
from fixer.rounds import fix
from fixer.rule import Rule

FILE = "services:\n  web:\n    image: a:1 # the web\n  db:\n    image: b:1\n"
HIGH = Choice(risk=Risk.HIGH, level=Level.INFO)
Check = Callable[[Service], Iterator[Finding]]


def made(name: str, check: Check, level: Level = Level.DENY) -> Rule:
    levels = dict.fromkeys(Environment, level)
    return Rule(name, "compose", "Service", Severity.LOW, levels, (name,), check, "What is wrong.")


def setting(key: str, value: object, risk: Risk = Risk.SAFE) -> Check:
    """A rule that wants `key` to be `value`."""

    def check(service: Service) -> Iterator[Finding]:
        if service.get(key) != value:
            at = service.at(key)
            yield at.finding(f"{key} is not set", Fix(f"Set {key}", risk, (at.put(value),)))

    return check


def engine(folder: Path, *rules: Rule, text: str = FILE) -> Engine:
    (folder / "compose.yaml").write_bytes(text.encode())
    return Engine(Project(Disk(str(folder)), ["compose.yaml"]), rules)


def fixed(folder: Path, *rules: Rule, text: str = FILE, choice: Choice = HIGH) -> Outcome:
    [outcome] = fix(engine(folder, *rules, text=text), ["compose.yaml"], choice)
    return outcome


def test_fixes_of_several_rules_come_together(tmp_path: Path) -> None:
    outcome = fixed(tmp_path, made("a", setting("init", True)), made("b", setting("restart", "always")))
    assert outcome.after is not None
    assert outcome.after.text.count("init: true") == 2
    assert outcome.after.text.count("restart: always") == 2
    assert "image: a:1 # the web\n" in outcome.after.text
    assert len(outcome.applied) == 4
    assert not outcome.remaining
    assert {edit.owner for edit in outcome.edits} == {0, 1, 2, 3}


def test_nothing_is_applied_above_the_risk(tmp_path: Path) -> None:
    outcome = fixed(tmp_path, made("a", setting("init", True, Risk.MEDIUM)), choice=Choice())
    assert not outcome.changed
    assert len(outcome.remaining) == 2


def test_level_off_is_no_finding(tmp_path: Path) -> None:
    assert not engine(tmp_path, made("a", setting("init", True), Level.OFF)).check("compose.yaml").findings


def test_findings_below_the_level_are_left(tmp_path: Path) -> None:
    assert not fixed(tmp_path, made("a", setting("init", True), Level.INFO), choice=Choice()).changed


def test_a_rejected_fix_stays_out(tmp_path: Path) -> None:
    first = engine(tmp_path, made("a", setting("init", True))).check("compose.yaml").findings[0]
    outcome = fixed(
        tmp_path,
        made("a", setting("init", True)),
        choice=msgspec.structs.replace(HIGH, rejected=frozenset({first.identity})),
    )
    assert [finding.place for finding in outcome.applied] == ["services.db"]


def test_a_rule_that_raises_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    def raises(service: Service) -> Iterator[Finding]:
        if service.name == "web":
            raise ValueError("no luck")

        yield from setting("init", True)(service)

    outcome = fixed(tmp_path, made("bad", raises), made("good", setting("restart", "always")))
    assert [(crash.rule, crash.error) for crash in outcome.crashes] == [("compose/bad", "ValueError: no luck")]
    assert {finding.rule for finding in outcome.applied} == {"bad", "good"}


def test_a_fix_that_does_not_help_is_a_failed_proof(tmp_path: Path) -> None:
    def useless(service: Service) -> Iterator[Finding]:
        at = service.at("init")
        yield at.finding("is never content", Fix("Set init", Risk.SAFE, (at.put(True),)))

    outcome = fixed(tmp_path, made("useless", useless), made("good", setting("restart", "always")))
    assert {one.finding.rule for one in outcome.failed} == {"useless"}
    assert all("still there" in one.reason for one in outcome.failed)
    assert {finding.rule for finding in outcome.applied} == {"good"}
    assert outcome.after is not None
    assert "init" not in outcome.after.text


def test_a_fix_that_brings_another_finding_is_taken_back(tmp_path: Path) -> None:
    def minds(service: Service) -> Iterator[Finding]:
        if service.get("init") is True:
            yield service.at("init").finding("init is set", unfixable="decide")

    outcome = fixed(
        tmp_path, made("a", setting("init", True)), made("minds", minds), made("z", setting("restart", "always"))
    )
    assert {one.finding.rule for one in outcome.failed} == {"a"}
    assert "init is set" in outcome.failed[0].reason
    assert {finding.rule for finding in outcome.applied} == {"z"}


def test_rules_that_undo_each_other_do_not_run_for_ever(tmp_path: Path) -> None:
    outcome = fixed(tmp_path, made("a", setting("init", True)), made("b", setting("init", False)))
    assert outcome.failed
    assert not outcome.crashes
    assert {finding.rule for finding in outcome.applied}.isdisjoint({one.finding.rule for one in outcome.failed})
    assert len(outcome.applied) <= 2, "a file in which no end was reached is begun anew without the culprits"


def test_a_finding_that_a_fix_makes_fixable_is_fixed_in_a_later_round(tmp_path: Path) -> None:
    def follows(service: Service) -> Iterator[Finding]:
        if service.get("init") is True and service.get("restart") is None:
            at = service.at("restart")
            yield at.finding("restart is not set", Fix("Set restart", Risk.SAFE, (at.put("always"),)))

    outcome = fixed(tmp_path, made("a", setting("init", True)), made("b", follows))
    assert [finding.rule for finding in outcome.applied] == ["a", "a", "b", "b"]
    assert not outcome.failed
    assert not outcome.remaining


def test_a_fix_the_format_cannot_carry_out_is_refused_in_a_sentence(tmp_path: Path) -> None:
    text = "services:\n  web:\n    image: a:1\n    init: !custom x\n"
    outcome = fixed(tmp_path, made("a", setting("init", True)), text=text)
    assert not outcome.changed
    assert len(outcome.refused) == 1
    assert len(outcome.refused[0].reason) > 10


def test_an_unreadable_file_has_its_reason(tmp_path: Path) -> None:
    outcome = engine(tmp_path, text="services:\n  web:\n    image: [a\n").check("compose.yaml")
    assert outcome.problem


@pytest.mark.parametrize("text", ["", "\n", "   \n"])
def test_an_empty_file_is_said_to_be_empty(tmp_path: Path, text: str) -> None:
    assert engine(tmp_path, text=text).check("compose.yaml").problem == "the file is empty"


def test_nobody_waits_for_a_fix_that_is_refused(tmp_path: Path) -> None:
    text = "services:\n  web:\n    image: a:1\n    user: !custom x\n"
    outcome = fixed(
        tmp_path,
        made("root-user", setting("user", "1")),
        made("undropped-capabilities", setting("init", True)),
        text=text,
    )
    assert [finding.rule for finding in outcome.applied] == ["undropped-capabilities"]
    assert [one.finding.rule for one in outcome.refused] == ["root-user"]


def test_a_fix_refused_in_one_round_is_made_in_a_later_one(tmp_path: Path) -> None:
    def takes_away(service: Service) -> Iterator[Finding]:
        if service.get("tty") is not None:
            at = service.at("tty")
            yield at.finding("tty is set", Fix("Remove tty", Risk.SAFE, (at.remove(),)))

    def follows(service: Service) -> Iterator[Finding]:
        if service.get("init") is None:
            at = service.at("tty", "x") if service.get("tty") is not None else service.at("init")
            yield service.at("init").finding("init is not set", Fix("Set init", Risk.SAFE, (at.put(True),)))

    text = "services:\n  web:\n    image: a:1\n    tty: [a]\n"
    outcome = fixed(tmp_path, made("takes", takes_away), made("follows", follows), text=text)
    assert outcome.after is not None
    assert "init: true" in outcome.after.text
    assert not outcome.refused
