"""Each check of the proof refuses a bug that no other check refuses: without it the bug is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from planted.planting import Bed, Planter, compose, sets
from planted.test_planted import COMPOSE

from fixer import rounds
from fixer.formats.format import Lowered
from fixer.formats.yaml import YamlFile, lowering
from fixer.rounds import Rounds
from fixer.text import Edit, Source

INIT = sets("init", value=True, only="db")


def other_bytes(planter: Planter) -> None:
    right = Source.edited

    def edited(source: Source, edits: Iterable[Edit]) -> Source:
        after = right(source, edits)
        return msgspec.structs.replace(after, text=after.text.replace("the shop", "a shop"))

    planter.patch.setattr(Source, "edited", edited)


def other_line_ends(planter: Planter) -> None:
    planter.edits("yaml", lambda _, edit: [msgspec.structs.replace(edit, text=edit.text.replace("\n", "\r\n"))])


def half_a_patch(planter: Planter) -> None:
    right = lowering.lower

    def half(file: Any, patches: Any) -> Lowered:
        return right(file, {number: list(patch)[:1] for number, patch in patches.items()})

    planter.patch.setattr(lowering, "lower", half)


def another_value(planter: Planter) -> None:
    planter.edits("yaml", lambda _, edit: [msgspec.structs.replace(edit, text=edit.text.replace("true", '"true"'))])


def another_comment(planter: Planter) -> None:
    planter.replaces("yaml", COMPOSE, "the shop", "a shop")


def both(service: Any) -> Any:
    at = service.at("init"), service.at("tty")
    return (at[0].put(value=True), at[1].put(value=True)) if service.get("init") is None else None


def useless(service: Any) -> Any:
    return service.at("tty").put(value=True)


CHECKS: dict[str, tuple[Any, Callable[[Planter], None], Any, str]] = {
    "bytes": (INIT, other_bytes, rounds, "check_bytes"),
    "line ends": (INIT, other_line_ends, rounds, "check_newlines"),
    "effects": (compose("both", both), half_a_patch, rounds, "check_effects"),
    "meaning": (compose("init", both), another_value, YamlFile, "difference"),
    "spelling": (INIT, another_comment, YamlFile, "stray"),
}


@pytest.mark.parametrize("name", CHECKS)
def test_a_bug_that_only_one_check_refuses(name: str, tmp_path: Path, planter: Planter) -> None:
    fix, plant, where, check = CHECKS[name]
    bed = Bed(tmp_path, "compose.yaml", COMPOSE, fix)
    plant(planter)
    assert len(bed.refused()) in {1, 2}
    planter.patch.setattr(where, check, lambda *_: None)
    assert bed.run().applied, "without the check the bug is let through"


def test_other_findings_are_only_seen_by_the_check_of_the_whole(tmp_path: Path, planter: Planter) -> None:
    def strict(service: Any) -> Any:
        if service.get("init") is True:
            yield service.at("init").finding("must not be set", unfixable="decide whether it is needed")

    judge = msgspec.structs.replace(compose("strict", lambda _: None), check=strict)
    bed = Bed(tmp_path, "compose.yaml", COMPOSE, INIT, judge)
    assert bed.refused() == {"the result would have the finding of strict: must not be set"}
    planter.patch.setattr(Rounds, "_culprits", lambda *_: [])
    assert bed.run().applied


def test_a_fix_that_does_not_help_is_refused_twice(tmp_path: Path, planter: Planter) -> None:
    bed = Bed(tmp_path, "compose.yaml", COMPOSE, compose("useless", useless))
    assert {reason.partition(" at ")[0] for reason in bed.refused()} == {"the finding of useless"}
    planter.patch.setattr(rounds, "check_gone", lambda *_: None)
    assert bed.refused() == {"no end was reached in 10 rounds"}
