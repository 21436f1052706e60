"""Bugs planted in rules: fixes that do not help, do not end, undo each other, or reach where they must not."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest
from planted.planting import Bed, compose, dockerfile, rule, sets
from planted.test_planted import COMPOSE, DOCKERFILE

from fixer.finding import Fix, Risk
from fixer.formats.dockerfile import Line, SetWord
from fixer.formats.yaml import NewFile, Put, Remove
from fixer.rule import Rule


def test_fix_that_does_not_help(tmp_path: Path) -> None:
    bed = Bed(tmp_path, "compose.yaml", COMPOSE, compose("never", lambda service: service.at("init").put(value=True)))
    assert bed.refused() == {
        "the finding of never at services.web is still there",
        "the finding of never at services.db is still there",
    }


def test_fix_without_operations(tmp_path: Path) -> None:
    bed = Bed(tmp_path, "compose.yaml", COMPOSE, compose("empty", lambda _: ()))
    assert bed.refused() == {"no end was reached in 10 rounds"}


def test_rule_that_never_has_enough(tmp_path: Path) -> None:
    """Each round it asks for something else, so that no finding is ever found again."""

    def more(service: Any) -> Any:
        number = service.get("x-number") or 0
        at = service.at("x-number")
        yield at.finding(f"number {number} is too small", Fix("Count", Risk.SAFE, (at.put(number + 1),)))

    greedy = msgspec.structs.replace(compose("greedy", lambda _: None), check=more)
    bed = Bed(tmp_path, "compose.yaml", COMPOSE, greedy)
    assert bed.refused() == {"no end was reached in 10 rounds"}


def test_rule_that_never_has_enough_lines(tmp_path: Path) -> None:
    def more(one: Any) -> Any:
        if one.keyword == "CMD":
            lines = len(one.stage.instructions)
            yield one.finding(f"{lines} lines are too few", Fix("Add", Risk.SAFE, (one.before(Line("EXPOSE", "1")),)))

    greedy = msgspec.structs.replace(dockerfile("greedy", lambda _: None), check=more)
    bed = Bed(tmp_path, "Dockerfile", DOCKERFILE, greedy)
    assert bed.refused() == {"no end was reached in 10 rounds"}


def test_rule_whose_words_change_from_call_to_call(tmp_path: Path) -> None:
    numbers = count()

    def fickle(service: Any) -> Any:
        at = service.at("init")
        yield at.finding(f"number {next(numbers)}", Fix("Set", Risk.SAFE, (at.put(value=True),)))

    bed = Bed(tmp_path, "compose.yaml", COMPOSE, msgspec.structs.replace(compose("x", lambda _: None), check=fickle))
    assert bed.refused()


def test_fix_that_undoes_the_one_of_another_rule(tmp_path: Path) -> None:
    bed = Bed(tmp_path, "compose.yaml", COMPOSE, sets("tty", value=True), rule_for_tty(), sets("init", value=True))
    outcome = bed.run()
    assert {one.rule for one in outcome.applied} >= {"init-of-all"}
    reasons = {one.reason for one in outcome.failed}
    assert reasons == {"no end was reached in 10 rounds"}
    assert outcome.after
    assert "tty" not in outcome.after.text


def rule_for_tty() -> Rule:
    return compose("no-tty", lambda service: service.at("tty").remove() if service.get("tty") is not None else None)


def test_fix_that_brings_in_the_finding_of_another_rule(tmp_path: Path) -> None:
    def strict(service: Any) -> Any:
        if service.get("init") is True:
            yield service.at("init").finding("must not be set", unfixable="decide whether it is needed")

    bed = Bed(
        tmp_path,
        "compose.yaml",
        COMPOSE,
        sets("init", value=True, only="web"),
        msgspec.structs.replace(compose("strict", lambda _: None), check=strict),
    )
    assert bed.refused() == {"the result would have the finding of strict: must not be set"}


def test_fix_after_which_the_file_is_none_of_its_kind(tmp_path: Path) -> None:
    def patch(one: Any) -> Any:
        return Remove(one.service.file.path, 0, ("services",)) if hasattr(one, "service") else None

    def check(service: Any) -> Any:
        at = service.at()
        yield at.finding("no more", Fix("Remove", Risk.SAFE, (Remove("compose.yaml", 0, ("services",)),)))

    assert patch(object()) is None
    bed = Bed(tmp_path, "compose.yaml", COMPOSE, msgspec.structs.replace(compose("x", lambda _: None), check=check))
    assert bed.refused() == {"the result is no longer a file of its kind"}


@pytest.mark.parametrize("path", ["../evil.yaml", "/tmp/evil.yaml", "sub/../../evil.yaml", "", "."])
def test_new_file_outside_of_the_root(path: str, tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()

    def patch(service: Any) -> Any:
        at = service.at("init")
        return (at.put(value=True), NewFile(path, {"a": 1})) if at.value is None and service.name == "web" else None

    bed = Bed(root, "compose.yaml", COMPOSE, compose("escapes", patch))
    plan = bed.plan()
    written = plan.write()
    assert (root / "compose.yaml").read_bytes() == bed.data
    assert all(one.problem for one in written)
    assert [path.name for path in tmp_path.iterdir()] == ["root"]
    assert [path.name for path in root.iterdir()] == ["compose.yaml"]


def test_new_file_in_the_place_of_one_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "there.yaml").write_text("mine: true\n")

    def patch(service: Any) -> Any:
        return NewFile("there.yaml", {"a": 1}) if service.name == "web" else None

    bed = Bed(tmp_path, "compose.yaml", COMPOSE, compose("again", patch))
    assert bed.refused() == set()
    assert [one.reason for one in bed.run().refused] == ["there is a file called there.yaml already"]
    assert (tmp_path / "there.yaml").read_text() == "mine: true\n"


def test_fix_of_a_file_that_is_not_in_the_run(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text("services: {}\n")

    def patch(service: Any) -> Any:
        return Put("../other.yaml", 0, ("a",), 1) if service.name == "web" else None

    bed = Bed(tmp_path, "compose.yaml", COMPOSE, compose("far", patch))
    assert bed.refused() == set()
    assert [one.reason for one in bed.run().refused] == ["../other.yaml cannot be edited"]


@pytest.mark.parametrize(
    "at",
    [("services", "none", "a", "b"), ("services", 0), ("services", "web", "image", "x"), ("services", "web", -1), ()],
)
def test_path_that_is_not_there(at: tuple[str | int, ...], tmp_path: Path) -> None:
    def patch(service: Any) -> Any:
        return Remove("compose.yaml", 0, at) if service.name == "web" else None

    bed = Bed(tmp_path, "compose.yaml", COMPOSE, compose("lost", patch))
    assert bed.refused() == set()
    [refused] = bed.run().refused
    assert len(refused.reason) > 10


@pytest.mark.parametrize("number", [-1, 99])
def test_instruction_or_document_that_is_not_there(number: int, tmp_path: Path) -> None:
    def patch(one: Any) -> Any:
        return SetWord("Dockerfile", number, 0, "x") if one.keyword == "USER" else None

    bed = Bed(tmp_path, "Dockerfile", DOCKERFILE, dockerfile("lost", patch))
    assert bed.refused() == set()
    assert [one.reason for one in bed.run().refused] == [f"there is no instruction number {number}"]

    def document(service: Any) -> Any:
        return Put("compose.yaml", number, ("a",), 1) if service.name == "web" else None

    bed = Bed(tmp_path, "compose.yaml", COMPOSE, compose("lost", document))
    assert bed.refused() == set()
    assert [one.reason for one in bed.run().refused] == [f"the file has no document {number + 1}"]


def test_operation_of_another_format(tmp_path: Path) -> None:
    bed = Bed(tmp_path, "compose.yaml", COMPOSE, compose("x", lambda _: SetWord("compose.yaml", 0, 0, "x")))
    assert bed.refused() == set()
    assert {one.reason for one in bed.run().refused} == {"SetWord is no change of a YAML file that is there"}
    bed = Bed(tmp_path, "Dockerfile", DOCKERFILE, dockerfile("x", lambda _: Put("Dockerfile", 0, ("a",), 1)))
    assert bed.refused() == set()
    assert {one.reason for one in bed.run().refused} == {"Put is no operation on a Dockerfile"}


@pytest.mark.parametrize("value", [object(), b"bytes", {1: 2}, {("a",): 1}, {"a": {"b"}}, 1 + 2j, "\ud800", "a\0b"])
def test_value_that_is_no_value(value: Any, tmp_path: Path) -> None:
    """What cannot be written must not be written; a crash of the writer is named with the file."""
    bed = Bed(tmp_path, "compose.yaml", COMPOSE, sets("x-new", value, only="web"))
    outcome = bed.run()
    if outcome.changed:
        assert outcome.after
        assert outcome.after.encoded()
    else:
        assert outcome.failed or outcome.crashes or outcome.refused


def test_two_operations_of_one_fix_that_exclude_each_other(tmp_path: Path) -> None:
    def patch(service: Any) -> Any:
        at = service.at("image")
        return (at.put("x"), at.remove()) if service.name == "web" else None

    bed = Bed(tmp_path, "compose.yaml", COMPOSE, compose("torn", patch))
    outcome = bed.run()
    assert not outcome.changed
    assert outcome.refused or outcome.failed


def test_rule_for_a_noun_that_does_not_exist(tmp_path: Path) -> None:
    bed = Bed(tmp_path, "compose.yaml", COMPOSE, rule("x", "compose", "Nothing", lambda _: ()))
    assert bed.refused() == set()
