"""Bugs planted in the writers: which check of the proof refuses each; the file stays as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from planted.planting import Bed, Planter, dockerfile, sets

from fixer.formats.dockerfile import Line
from fixer.formats.dockerfile.splice import Places
from fixer.formats.format import Lowered
from fixer.formats.yaml.anchors import Anchors
from fixer.text import Edit

COMPOSE = """\
# the shop
services:
  web:
    image: a:1 # pinned by hand
    restart: "no"
    labels:
      a: "8080"
  db:
    image: b:1
    restart: "no"
"""
DOCKERFILE = """\
# syntax=docker/dockerfile:1
FROM a:1 AS build
# what is needed
RUN apt-get install x && \\
    # slow
    make
FROM b:2
COPY --from=build /x /x
USER root
CMD ["/x"]
"""


def user(one: Any) -> Any:
    """Want another user than root."""
    return one.set_word(0, "10001") if one.keyword == "USER" and one.text == "root" else None


def last_user(one: Any) -> Any:
    return user(one) if one.stage is one.file.final else None


# ---- a comment is dropped


def test_dropped_comment_behind_the_value(tmp_path: Path, planter: Planter) -> None:
    bed = Bed(tmp_path, "compose.yaml", COMPOSE, sets("image", "a:2", only="web"))

    def to_the_end_of_the_line(text: str, edit: Edit) -> list[Edit]:
        return [msgspec.structs.replace(edit, end=text.index("\n", edit.end))]

    reasons = bed.caught(lambda: planter.edits("yaml", to_the_end_of_the_line))
    assert reasons == {"line 4: '# pinned by hand' would go, which no operation is about"}


def test_dropped_comment_between_the_lines_of_a_run(tmp_path: Path, planter: Planter) -> None:
    bed = Bed(tmp_path, "Dockerfile", DOCKERFILE, dockerfile("user", user))
    reasons = bed.caught(lambda: planter.replaces("dockerfile", DOCKERFILE, "    # slow\n", ""))
    assert reasons == {"line 4, RUN: it is written in another way, which no operation is about"}


# ---- the neighbour is hit


def test_hit_neighbour_key(tmp_path: Path, planter: Planter) -> None:
    bed = Bed(tmp_path, "compose.yaml", COMPOSE, sets("restart", "always", only="db"))
    at = COMPOSE.index('"no"')

    def neighbour(_: str, edit: Edit) -> list[Edit]:
        return [msgspec.structs.replace(edit, start=at, end=at + 4)]

    reasons = bed.caught(lambda: planter.edits("yaml", neighbour))
    assert reasons == {"the result differs from what was planned at services.web.restart (document 1)"}


def test_hit_neighbour_instruction(tmp_path: Path, planter: Planter) -> None:
    text = DOCKERFILE.replace("FROM b:2\n", "USER root\nFROM b:2\n")
    bed = Bed(tmp_path, "Dockerfile", text, dockerfile("user", last_user))
    at = text.index("root")

    def neighbour(_: str, edit: Edit) -> list[Edit]:
        return [msgspec.structs.replace(edit, start=at, end=at + 4)]

    reasons = bed.caught(lambda: planter.edits("dockerfile", neighbour))
    assert reasons == {"line 7, USER: the arguments changed"}


# ---- a nested value is flattened


def test_flattened_nested_value(tmp_path: Path, planter: Planter) -> None:
    wanted = {"test": ["CMD", "true"], "options": {"interval": "5s"}}
    bed = Bed(tmp_path, "compose.yaml", COMPOSE, sets("healthcheck", wanted, only="db"))

    def flat(_: str, edit: Edit) -> list[Edit]:
        lines = [line.removeprefix("  ") if "interval" in line else line for line in edit.text.split("\n")]
        return [msgspec.structs.replace(edit, text="\n".join(lines))]

    reasons = bed.caught(lambda: planter.edits("yaml", flat))
    assert reasons == {"the result differs from what was planned at services.db.healthcheck.options (document 1)"}


# ---- line ends of another kind


def stopped(one: Any) -> Any:
    if one.keyword != "CMD" or any(other.keyword == "STOPSIGNAL" for other in one.stage.instructions):
        return None

    return one.before(Line("STOPSIGNAL", "SIGINT"))


@pytest.mark.parametrize("name", ["compose.yaml", "Dockerfile"])
def test_line_feed_in_a_file_with_carriage_returns(name: str, tmp_path: Path, planter: Planter) -> None:
    form, text, rule = (
        ("yaml", COMPOSE, sets("init", value=True))
        if name == "compose.yaml"
        else ("dockerfile", DOCKERFILE, dockerfile("stop", stopped))
    )
    bed = Bed(tmp_path, name, text.replace("\n", "\r\n"), rule)

    def bare(_: str, edit: Edit) -> list[Edit]:
        return [msgspec.structs.replace(edit, text=edit.text.replace("\r\n", "\n"))]

    reasons = bed.caught(lambda: planter.edits(form, bare))
    assert reasons == {"lines without a carriage return were brought into a file whose lines have one"}


# ---- an edit inside of a heredoc

HEREDOC = """\
FROM a
COPY <<EOF /app.py
def f():
    if x:
        y()
USER root
EOF
USER root
"""


def test_edit_inside_a_heredoc(tmp_path: Path, planter: Planter) -> None:
    bed = Bed(tmp_path, "Dockerfile", HEREDOC, dockerfile("user", user))
    at = HEREDOC.index("root")

    def body(_: str, edit: Edit) -> list[Edit]:
        return [msgspec.structs.replace(edit, start=at, end=at + 4)]

    reasons = bed.caught(lambda: planter.edits("dockerfile", body))
    assert reasons == {"line 2, COPY: a heredoc changed"}


def test_blanks_inside_a_heredoc_of_the_instruction_that_is_edited(tmp_path: Path, planter: Planter) -> None:
    def patch(one: Any) -> Any:
        return one.set_flag("chown", "1:1") if one.keyword == "COPY" and not one.raw.flags else None

    bed = Bed(tmp_path, "Dockerfile", HEREDOC, dockerfile("owner", patch))
    reasons = bed.caught(lambda: planter.replaces("dockerfile", HEREDOC, "        y()", "    y()"))
    assert reasons == {"line 2, COPY: a heredoc changed"}


# ---- the node behind an alias is edited

ALIASED = """\
services:
  web: &web
    image: a:1
    user: root
  db:
    <<: *web
    image: b:1
"""


def test_edit_of_an_aliased_node(tmp_path: Path, planter: Planter) -> None:
    bed = Bed(tmp_path, "compose.yaml", ALIASED, sets("user", "10001", only="db"))
    at = ALIASED.index("root")

    def anchor(_: str, edit: Edit) -> list[Edit]:
        return [Edit(at, at + 4, '"10001"', edit.owner)]

    reasons = bed.caught(lambda: planter.edits("yaml", anchor))
    assert reasons == {"the result differs from what was planned at services.web.user (document 1)"}


def test_edit_of_a_node_whose_aliases_were_forgotten(tmp_path: Path, planter: Planter) -> None:
    """The writer does not see the alias: it changes the anchor for one of two, and says nothing of the other."""
    bed = Bed(tmp_path, "compose.yaml", ALIASED, sets("user", "10001", only="db"))

    def blind(_: Anchors, document: Any, operation: Any) -> Any:
        return document.walk(operation.at)

    reasons = bed.caught(lambda: planter.patch.setattr(Anchors, "decide", blind))
    assert reasons == {"the result differs from what was planned at services.web.user (document 1)"}


# ---- two fixes on one line


def test_two_fixes_on_one_line_that_overlap(tmp_path: Path, planter: Planter) -> None:
    """Without the check for collisions both are made in one round, which is one too many."""

    def word(one: Any) -> Any:
        return one.set_word(0, "/new") if one.keyword == "COPY" and one.text.startswith("/x") else None

    def line(one: Any) -> Any:
        return one.replace(Line("COPY", "/new /y")) if one.keyword == "COPY" and one.text.endswith("/x") else None

    bed = Bed(tmp_path, "Dockerfile", "FROM a\nCOPY /x /x\n", dockerfile("word", word), dockerfile("line", line))
    good = bed.run()
    assert good.applied
    rounds: list[list[int]] = []

    def noted(_: str, lowered: Lowered) -> Lowered:
        rounds.append(sorted(lowered.done))
        return lowered

    planter.patch.setattr(Places, "taken", lambda *_: False)
    planter.result("dockerfile", noted)
    outcome = bed.run()
    assert rounds[0] == [0, 1], "both were made in one round"
    assert outcome.after == good.after, "the overlap is refused, and the fixes come one after the other"


def test_two_fixes_on_one_line_of_which_one_slips(tmp_path: Path, planter: Planter) -> None:
    text = "services:\n  web: {image: a:1, init: false, tty: false}\n"
    bed = Bed(tmp_path, "compose.yaml", text, sets("init", value=True), sets("tty", value=True))

    def slipped(_: str, lowered: Lowered) -> Lowered:
        """The second edit forgets what the first one added to the line."""
        edits = list(lowered.edits)
        edits[1:] = [msgspec.structs.replace(one, start=one.start - 1, end=one.end - 1) for one in edits[1:]]
        return msgspec.structs.replace(lowered, edits=tuple(edits))

    good = bed.run()
    assert len(good.applied) == 2
    planter.result("yaml", slipped)
    outcome = bed.run()
    assert outcome.after == good.after, "the round of both is refused, and the fixes come one after the other"
