"""Every golden case gets these checks for free."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from golden_cases import EVERYTHING, Case, cases, lines, result, rules, run

from fixer.diff import changes, unified
from fixer.outcome import Outcome
from fixer.rule import SECTIONS

CASES = cases()
ALL = pytest.mark.parametrize("case", CASES, ids=["-".join(case.folder.parts[-3:]) for case in CASES])
RULES = pytest.mark.parametrize("name", sorted(rules()))


def own(case: Case) -> list:
    name = f"{case.kind}/{case.rule}"
    assert name in rules(), f"there is no rule {name}"
    return [rules()[name]]


def sound(outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        assert not outcome.crashes, outcome.crashes
        assert not outcome.failed, [(one.finding.rule, one.finding.message, one.reason) for one in outcome.failed]


def problems(outcomes: list[Outcome]) -> list[str]:
    return [outcome.problem for outcome in outcomes if outcome.problem]


@ALL
def test_result_and_findings(case: Case, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    outcomes = run(tmp_path / "case", case.before(), own(case))
    sound(outcomes)
    assert not problems(outcomes)
    found = lines(outcomes, several=case.several)
    if pytestconfig.getoption("--update-golden"):
        case.write(result(outcomes), found if not case.after() else [])

    got, wanted = result(outcomes), case.after()
    assert sorted(got) == sorted(wanted)
    for path in wanted:
        assert got[path].decode(errors="replace") == wanted[path].decode(errors="replace")
        assert got[path] == wanted[path]

    if case.findings():
        assert found == case.findings()
    elif not wanted:
        assert not found, "a case without `after` and without `findings.txt` has no finding"


@ALL
def test_no_fix_on_the_result(case: Case, tmp_path: Path) -> None:
    fixed = case.before() | result(run(tmp_path / "first", case.before(), own(case)))
    outcomes = run(tmp_path / "second", fixed, own(case))
    assert result(outcomes) == {}
    refused = {one.finding.identity for outcome in outcomes for one in outcome.refused}
    offered = [f for outcome in outcomes for f in outcome.findings if f.fix and f.identity not in refused]
    assert offered == []


@ALL
def test_crlf_twin(case: Case, tmp_path: Path) -> None:
    before, after = case.before(), case.after()
    if not case.twins() or any(b"\r" in data for data in before.values()):
        return

    twin = run(tmp_path / "case", {path: crlf(data) for path, data in before.items()}, own(case))
    sound(twin)
    wanted = {path: crlf(data) if path in before else data for path, data in after.items()}
    assert result(twin) == wanted
    assert len(twin) >= len(before)


def crlf(data: bytes) -> bytes:
    return data.replace(b"\n", b"\r\n")


@ALL
def test_twin_without_final_newline(case: Case, tmp_path: Path) -> None:
    before, after = case.before(), case.after()
    if not case.twins() or not all(data.endswith(b"\n") and not data.endswith(b"\n\n") for data in before.values()):
        return

    twin = run(tmp_path / "case", {path: data.rstrip(b"\r\n") for path, data in before.items()}, own(case))
    sound(twin)
    assert result(twin) == {path: data.rstrip(b"\r\n") if path in before else data for path, data in after.items()}


@ALL
def test_single_fixes_add_up(case: Case, tmp_path: Path) -> None:
    outcomes = run(tmp_path / "case", case.before(), own(case))
    for outcome in outcomes:
        if not outcome.changed or outcome.before is None or outcome.after is None:
            continue

        changed = changes(outcome.before.text, outcome.after.text, outcome.edits)
        owners = {owner for change in changed for owner in change.owners}
        assert owners <= set(range(len(outcome.applied)))
        assert all(len(change.owners) >= change.new_end - change.new for change in changed)
        assert unified(outcome.path, outcome.before.text, outcome.after.text, outcome.edits).count("\n@@") >= 1

    files = case.before()
    applied = [finding for outcome in outcomes for finding in outcome.applied]
    for number, finding in enumerate(dict.fromkeys(finding.identity for finding in applied)):
        choice = msgspec.structs.replace(EVERYTHING, only=frozenset({finding}))
        alone = run(tmp_path / str(number), files, own(case), choice)
        sound(alone)
        files |= result(alone)

    if any(b"&" in data for data in case.before().values()):
        # One fix alone may have to go around an anchor that all of them together edit in its place.
        left = [finding for outcome in run(tmp_path / "left", files, own(case)) for finding in outcome.applied]
        assert not left
    else:
        assert {path: data for path, data in files.items() if case.before().get(path) != data} == result(outcomes)


@ALL
def test_all_rules_converge(case: Case, tmp_path: Path) -> None:
    chosen = list(rules().values())
    outcomes = run(tmp_path / "first", case.before(), chosen)
    sound(outcomes)
    fixed = case.before() | result(outcomes)
    again = run(tmp_path / "second", fixed, chosen)
    sound(again)
    assert result(again) == {}


@RULES
def test_rule_has_cases(name: str) -> None:
    kind, _, rule = name.partition("/")
    own_cases = [case for case in CASES if (case.kind, case.rule) == (kind, rule)]
    assert len(own_cases) >= 3, "a rule has at least a plain, an awkward and an untouched case"
    assert any(case.after() or case.findings() for case in own_cases), "no case shows the violation"
    assert any(not case.after() and not case.findings() for case in own_cases), "no case is left alone"


@RULES
def test_rule_has_its_page(name: str) -> None:
    rule = rules()[name]
    for section in SECTIONS:
        assert f"\n## {section}\n" in rule.doc, f"the page lacks the section {section}"

    assert not rule.title.endswith("..")
    assert rule.aliases, "a rule has at least its own id"


def test_names_and_ids_are_unique() -> None:
    ids = [rule.aliases[0] for rule in rules().values()]
    assert len(set(ids)) == len(ids)
    assert len(rules()) >= 45
