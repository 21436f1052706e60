"""Bugs planted in the place of an edit: another document, stage, key, instruction, or only half of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from planted.planting import Bed, Planter, compose, dockerfile, rule, sets
from planted.test_planted import COMPOSE, DOCKERFILE, last_user, user

from fixer.formats.dockerfile import Line, layout
from fixer.formats.format import Lowered
from fixer.formats.yaml import lowering
from fixer.text import Edit

OBJECT = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {}
data:
  a: "1"
"""
STREAM = OBJECT.format("one") + "---\n" + OBJECT.format("two")


def second(one: Any) -> Any:
    at = one.at("data", "b")
    return at.put("2") if one.name == "two" and at.value != "2" else None


def test_key_in_the_wrong_document(tmp_path: Path, planter: Planter) -> None:
    bed = Bed(tmp_path, "k8s.yaml", STREAM, rule("b", "kubernetes", "Manifest", second))
    shift = len(OBJECT.format("two")) + len("---\n")

    def earlier(_: str, edit: Edit) -> list[Edit]:
        return [msgspec.structs.replace(edit, start=edit.start - shift, end=edit.end - shift)]

    reasons = bed.caught(lambda: planter.edits("yaml", earlier))
    assert reasons == {"the result differs from what was planned at data.b (document 1)"}


def test_key_behind_the_separator(tmp_path: Path, planter: Planter) -> None:
    """A separator that is lost joins two documents into one."""
    bed = Bed(tmp_path, "k8s.yaml", STREAM, rule("b", "kubernetes", "Manifest", second))
    reasons = bed.caught(lambda: planter.replaces("yaml", STREAM, "---\n", ""))
    assert len(reasons) == 1


def test_key_made_twice(tmp_path: Path, planter: Planter) -> None:
    bed = Bed(tmp_path, "compose.yaml", COMPOSE, sets("init", value=True, only="db"))

    def twice(_: str, edit: Edit) -> list[Edit]:
        return [msgspec.structs.replace(edit, text=edit.text * 2)]

    reasons = bed.caught(lambda: planter.edits("yaml", twice))
    assert reasons == {"the result has the key init twice in one mapping"}


def test_key_on_the_wrong_level(tmp_path: Path, planter: Planter) -> None:
    bed = Bed(tmp_path, "compose.yaml", COMPOSE, sets("init", value=True, only="web"))

    def deeper(_: str, edit: Edit) -> list[Edit]:
        return [msgspec.structs.replace(edit, text=edit.text.replace("    init", "      init"))]

    reasons = bed.caught(lambda: planter.edits("yaml", deeper))
    assert len(reasons) == 1


def test_item_appended_to_another_list(tmp_path: Path, planter: Planter) -> None:
    text = "services:\n  web:\n    image: a:1\n    cap_drop:\n      - A\n    cap_add:\n      - B\n"

    def patch(service: Any) -> Any:
        return service.at("cap_drop").append("C") if "C" not in service.get("cap_drop") else None

    bed = Bed(tmp_path, "compose.yaml", text, compose("c", patch))

    def at_the_end(_: str, edit: Edit) -> list[Edit]:
        return [msgspec.structs.replace(edit, start=len(text) - 1, end=len(text) - 1)]

    reasons = bed.caught(lambda: planter.edits("yaml", at_the_end))
    assert reasons == {"the result differs from what was planned at services.web.cap_drop[1] (document 1)"}


def test_too_much_removed(tmp_path: Path, planter: Planter) -> None:
    def patch(service: Any) -> Any:
        return service.at("image").remove() if service.name == "db" and service.get("image") else None

    bed = Bed(tmp_path, "compose.yaml", COMPOSE, compose("image", patch))

    def more(text: str, edit: Edit) -> list[Edit]:
        return [msgspec.structs.replace(edit, end=text.index("\n", edit.end + 1))]

    reasons = bed.caught(lambda: planter.edits("yaml", more))
    assert len(reasons) == 1


# ---- Dockerfiles


def test_wrong_stage(tmp_path: Path, planter: Planter) -> None:
    """The line goes to the end of the stage before."""

    def patch(one: Any) -> Any:
        done = any(other.text == "10001" for other in one.stage.instructions) if one.stage else True
        return one.before(Line("USER", "10001")) if one.keyword == "CMD" and not done else None

    bed = Bed(tmp_path, "Dockerfile", DOCKERFILE, dockerfile("user", patch))
    at = DOCKERFILE.index("FROM b")

    def earlier(_: str, edit: Edit) -> list[Edit]:
        return [msgspec.structs.replace(edit, start=at, end=at)]

    reasons = bed.caught(lambda: planter.edits("dockerfile", earlier))
    assert reasons == {"line 7, USER: FROM was expected"}


def test_wrong_stage_of_two_alike(tmp_path: Path, planter: Planter) -> None:
    text = "FROM a AS one\nUSER root\nCMD x\nFROM a AS two\nUSER root\nCMD x\n"
    bed = Bed(tmp_path, "Dockerfile", text, dockerfile("user", last_user))

    def earlier(_: str, edit: Edit) -> list[Edit]:
        shift = text.rindex("USER") - text.index("USER")
        return [msgspec.structs.replace(edit, start=edit.start - shift, end=edit.end - shift)]

    reasons = bed.caught(lambda: planter.edits("dockerfile", earlier))
    assert reasons == {"line 2, USER: the arguments changed"}


def test_comment_torn_from_its_instruction(tmp_path: Path, planter: Planter) -> None:
    def patch(one: Any) -> Any:
        done = one.stage is None or any(other.keyword == "WORKDIR" for other in one.stage.instructions)
        return one.before(Line("WORKDIR", "/x")) if one.keyword == "RUN" and not done else None

    bed = Bed(tmp_path, "Dockerfile", DOCKERFILE, dockerfile("workdir", patch))

    def between(text: str, edit: Edit) -> list[Edit]:
        at = text.index("RUN")
        return [msgspec.structs.replace(edit, start=at, end=at)]

    reasons = bed.caught(lambda: planter.edits("dockerfile", between))
    assert reasons == {"line 5, RUN: the comment above is another one"}


def test_line_in_front_of_the_directives(tmp_path: Path, planter: Planter) -> None:
    text = "# escape=`\nFROM a\nRUN x `\n  y\n"

    def patch(one: Any) -> Any:
        return one.before(Line("ARG", "A=1")) if one.keyword == "FROM" and not one.file.head else None

    bed = Bed(tmp_path, "Dockerfile", text, dockerfile("arg", patch))

    def first(_: str, edit: Edit) -> list[Edit]:
        return [msgspec.structs.replace(edit, start=0, end=0)]

    reasons = bed.caught(lambda: planter.edits("dockerfile", first))
    assert reasons == {"the parser directives changed"}


def test_line_behind_a_continued_one(tmp_path: Path, planter: Planter) -> None:
    def patch(one: Any) -> Any:
        done = one.stage is None or any(other.keyword == "WORKDIR" for other in one.stage.instructions)
        return one.after(Line("WORKDIR", "/x")) if one.keyword == "RUN" and not done else None

    bed = Bed(tmp_path, "Dockerfile", DOCKERFILE, dockerfile("workdir", patch))

    def inside(text: str, edit: Edit) -> list[Edit]:
        at = text.index("    # slow")
        return [msgspec.structs.replace(edit, start=at, end=at)]

    reasons = bed.caught(lambda: planter.edits("dockerfile", inside))
    assert len(reasons) == 1


def test_comment_that_goes_with_a_removed_instruction(tmp_path: Path, planter: Planter) -> None:
    text = "FROM a\n# who runs it\nUSER root\nCMD x\n"

    def patch(one: Any) -> Any:
        return one.remove() if one.keyword == "USER" else None

    bed = Bed(tmp_path, "Dockerfile", text, dockerfile("user", patch))

    def with_comment(file: Any, instruction: Any) -> int:
        assert file
        return int(instruction.comment_start)

    reasons = bed.caught(lambda: planter.patch.setattr(layout, "_start_of_lines", with_comment))
    assert reasons == {"the comments changed"}


# ---- only half of a fix


def test_fix_that_is_said_to_be_made_and_is_not(tmp_path: Path, planter: Planter) -> None:
    bed = Bed(tmp_path, "compose.yaml", COMPOSE, sets("init", value=True))

    def nothing(_: str, lowered: Lowered) -> Lowered:
        return msgspec.structs.replace(lowered, edits=())

    reasons = bed.caught(lambda: planter.result("yaml", nothing))
    assert {reason.partition(" at ")[0] for reason in reasons} == {"the result differs from what was planned"}


def test_fix_that_the_writer_forgets_altogether(tmp_path: Path, planter: Planter) -> None:
    bed = Bed(tmp_path, "compose.yaml", COMPOSE, sets("init", value=True))

    def nothing(_: str, lowered: Lowered) -> Lowered:
        return msgspec.structs.replace(lowered, edits=(), effects=())

    reasons = bed.caught(lambda: planter.result("yaml", nothing))
    assert reasons


@pytest.mark.parametrize("name", ["compose.yaml", "Dockerfile"])
def test_half_of_a_patch(name: str, tmp_path: Path, planter: Planter) -> None:
    """Of two operations the writer makes the first, and says so: the finding is gone, the fix is not whole."""

    def both(service: Any) -> Any:
        at = service.at("cap_drop"), service.at("cap_add")
        return (at[0].put(["ALL"]), at[1].put(["CHOWN"])) if service.get("cap_drop") is None else None

    def owner(one: Any) -> Any:
        wanted = one.keyword == "USER" and one.text == "root"
        return (one.set_word(0, "10001"), one.before(Line("RUN", "chown 10001 /x"))) if wanted else None

    is_yaml = name == "compose.yaml"
    text, fix = (COMPOSE, compose("caps", both)) if is_yaml else (DOCKERFILE, dockerfile("owner", owner))
    bed = Bed(tmp_path, name, text, fix)
    module = lowering if is_yaml else planter.writer("dockerfile")
    right = module.lower

    def half(file: Any, patches: Any) -> Lowered:
        return right(file, {number: list(patch)[:1] for number, patch in patches.items()})

    reasons = bed.caught(lambda: planter.patch.setattr(module, "lower", half))
    assert len(reasons) == 1


def test_more_than_the_patch(tmp_path: Path, planter: Planter) -> None:
    """The writer changes a second place, and says so."""
    bed = Bed(tmp_path, "compose.yaml", COMPOSE, sets("init", value=True, only="web"))
    right = lowering.lower

    def more(file: Any, patches: Any) -> Lowered:
        extra = {
            number: [*patch, msgspec.structs.replace(patch[0], at=("services", "db", "init"))]
            for number, patch in patches.items()
        }
        return right(file, extra)

    reasons = bed.caught(lambda: planter.patch.setattr(lowering, "lower", more))
    assert len(reasons) == 1


def test_another_users_instruction(tmp_path: Path, planter: Planter) -> None:
    """The writer counts instructions from one."""
    text = DOCKERFILE.replace("CMD", "USER other\nCMD")
    bed = Bed(tmp_path, "Dockerfile", text, dockerfile("user", user))
    right = planter.writer("dockerfile").lower

    def off_by_one(file: Any, patches: Any) -> Lowered:
        moved = {
            number: [msgspec.structs.replace(one, at=one.at + 1) for one in patch] for number, patch in patches.items()
        }
        lowered = right(file, moved)
        return msgspec.structs.replace(lowered, effects=tuple(one for patch in patches.values() for one in patch))

    reasons = bed.caught(lambda: planter.patch.setattr(planter.writer("dockerfile"), "lower", off_by_one))
    assert len(reasons) == 1
