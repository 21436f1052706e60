"""Bugs planted in the bytes around an edit: marks, line ends, spelling, layout."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from planted.planting import Bed, Planter, dockerfile, rule, sets
from planted.test_planted import COMPOSE, DOCKERFILE, HEREDOC, user

from fixer.formats.dockerfile import render
from fixer.formats.yaml import lines, replacing, writing
from fixer.text import Edit, Source

MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\ndata:\n  a: b\n"


# ---- byte order mark, final newline, encoding


@pytest.mark.parametrize("name", ["compose.yaml", "Dockerfile"])
def test_lost_byte_order_mark(name: str, tmp_path: Path, planter: Planter) -> None:
    text, rule = (
        (COMPOSE, sets("init", value=True)) if name == "compose.yaml" else (DOCKERFILE, dockerfile("user", user))
    )
    bed = Bed(tmp_path, name, "\ufeff" + text, rule)
    right = Source.edited

    def loses(source: Source, edits: Iterable[Edit]) -> Source:
        return msgspec.structs.replace(right(source, edits), bom=False)

    reasons = bed.caught(lambda: planter.patch.setattr(Source, "edited", loses))
    assert reasons == {"the byte order mark or the encoding changed"}


def test_lost_undecodable_byte(tmp_path: Path, planter: Planter) -> None:
    data = DOCKERFILE.replace("slow", "caf@").encode().replace(b"@", b"\xe9")
    bed = Bed(tmp_path, "Dockerfile", data, dockerfile("user", user))
    right = Source.edited

    def loses(source: Source, edits: Iterable[Edit]) -> Source:
        after = right(source, edits)
        return msgspec.structs.replace(after, text=after.text.replace("\udce9", "e"))

    reasons = bed.caught(lambda: planter.patch.setattr(Source, "edited", loses))
    assert reasons == {"bytes outside of the edits changed"}


@pytest.mark.parametrize("name", ["compose.yaml", "Dockerfile"])
def test_lost_final_newline(name: str, tmp_path: Path, planter: Planter) -> None:
    form, text, rule = (
        ("yaml", COMPOSE, sets("init", value=True))
        if name == "compose.yaml"
        else ("dockerfile", DOCKERFILE, dockerfile("user", user))
    )
    bed = Bed(tmp_path, name, text, rule)
    reasons = bed.caught(lambda: planter.also(form, len(text) - 1, len(text), ""))
    assert reasons == {"the line end of the last line is gone"}


@pytest.mark.parametrize("name", ["compose.yaml", "Dockerfile"])
def test_a_single_line_feed_in_a_file_with_mixed_line_ends(name: str, tmp_path: Path, planter: Planter) -> None:
    """One odd line must not open the door for more of them."""
    form, text, rule = (
        ("yaml", COMPOSE, sets("init", value=True))
        if name == "compose.yaml"
        else ("dockerfile", DOCKERFILE, dockerfile("arg", with_label))
    )
    bed = Bed(tmp_path, name, text.replace("\n", "\r\n").replace("\r\n", "\n", 1), rule)

    def bare(_: str, edit: Edit) -> list[Edit]:
        return [msgspec.structs.replace(edit, text=edit.text.replace("\r\n", "\n"))]

    reasons = bed.caught(lambda: planter.edits(form, bare))
    assert reasons == {"lines without a carriage return were brought into a file whose lines have one"}


def with_label(one: Any) -> Any:
    from fixer.formats.dockerfile import Line

    has_label = any(other.keyword == "LABEL" for other in one.stage.instructions) if one.stage else True
    return one.before(Line("LABEL", pairs=(("a", "b"),))) if one.keyword == "USER" and not has_label else None


def test_carriage_returns_in_a_file_without_them(tmp_path: Path, planter: Planter) -> None:
    bed = Bed(tmp_path, "compose.yaml", COMPOSE, sets("init", value=True))

    def both(_: str, edit: Edit) -> list[Edit]:
        return [msgspec.structs.replace(edit, text=edit.text.replace("\n", "\r\n"))]

    reasons = bed.caught(lambda: planter.edits("yaml", both))
    assert reasons == {"carriage returns were brought into a file whose lines have none"}


def test_text_behind_the_edits_is_another(tmp_path: Path, planter: Planter) -> None:
    bed = Bed(tmp_path, "compose.yaml", COMPOSE, sets("init", value=True))
    right = Source.edited

    def dumps(source: Source, edits: Iterable[Edit]) -> Source:
        after = right(source, edits)
        return msgspec.structs.replace(after, text=after.text.replace('"no"', "'no'"))

    reasons = bed.caught(lambda: planter.patch.setattr(Source, "edited", dumps))
    assert reasons == {"bytes outside of the edits changed"}


# ---- the spelling of what nobody asked to change


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# the shop", "# the shopp"),
        ("# pinned by hand", "# pinned  by hand"),
        (" # pinned by hand", ""),
        ("# the shop\n", ""),
    ],
)
def test_changed_comment(old: str, new: str, tmp_path: Path, planter: Planter) -> None:
    bed = Bed(tmp_path, "compose.yaml", COMPOSE, sets("init", value=True, only="db"))
    [reason] = bed.caught(lambda: planter.replaces("yaml", COMPOSE, old, new))
    assert reason.endswith("which no operation is about")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"8080"', "'8080'"),
        ("    labels:\n      a:", "    labels:\n        a:"),
        ("a:1", '"a:1"'),
        ('    labels:\n      a: "8080"', '    labels: {a: "8080"}'),
    ],
)
def test_respelled_neighbour(old: str, new: str, tmp_path: Path, planter: Planter) -> None:
    """It means the same, and is a line that no fix asked for."""
    bed = Bed(tmp_path, "compose.yaml", COMPOSE, sets("init", value=True, only="db"))
    reasons = bed.caught(lambda: planter.replaces("yaml", COMPOSE, old, new))
    assert len(reasons) == 1


def test_alias_written_out(tmp_path: Path, planter: Planter) -> None:
    text = "services:\n  web: &web\n    image: a:1\n  db: *web\n"
    bed = Bed(tmp_path, "compose.yaml", text, sets("init", value=True))
    reasons = bed.caught(lambda: planter.replaces("yaml", text, "*web", "{image: a:1, init: true}"))
    assert len(reasons) == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("RUN apt-get install x", "RUN  apt-get install x"),
        ("apt-get install x", "apt-get  install x"),
        ("FROM b:2", "from b:2"),
        ("FROM b:2", "\nFROM b:2"),
        ("    make", "make"),
        (" && \\\n", " &&\\\n"),
    ],
)
def test_respelled_neighbour_instruction(old: str, new: str, tmp_path: Path, planter: Planter) -> None:
    bed = Bed(tmp_path, "Dockerfile", DOCKERFILE, dockerfile("user", user))
    reasons = bed.caught(lambda: planter.replaces("dockerfile", DOCKERFILE, old, new))
    assert len(reasons) == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    if x:\n", "    if x:\n\n"),
        ("USER root\nEOF", "# USER root\nEOF"),
        ("EOF\nUSER", "USER"),
        ("def f():", "def  f():"),
    ],
)
def test_changed_heredoc(old: str, new: str, tmp_path: Path, planter: Planter) -> None:
    bed = Bed(tmp_path, "Dockerfile", HEREDOC, dockerfile("user", user))
    reasons = bed.caught(lambda: planter.replaces("dockerfile", HEREDOC, old, new))
    assert len(reasons) == 1


# ---- the new text itself is wrong


@pytest.mark.parametrize(
    ("value", "text"),
    [("8080", "8080"), ("yes", "yes"), (True, "1"), (1, "'1'"), ("", "null"), ("a: b", "a: b"), (1.5, "1_5")],
)
def test_value_of_another_type(value: object, text: str, tmp_path: Path, planter: Planter) -> None:
    def patch(one: Any) -> Any:
        at = one.at("data", "new")
        return at.put(value) if at.value is None else None

    bed = Bed(tmp_path, "k8s.yaml", MAP, rule("new", "kubernetes", "Manifest", patch))
    right = writing.scalar_text

    def wrong(given: Any, manner: writing.Manner = writing.BLOCK) -> str:
        return text if given == value and type(given) is type(value) else right(given, manner)

    def plant() -> None:
        for module in (writing, lines, replacing):
            planter.patch.setattr(module, "scalar_text", wrong)

    [reason] = bed.caught(plant)
    assert reason.startswith(("the result differs from what was planned at data.new", "the result cannot be read"))


def test_value_without_its_quotes_in_env(tmp_path: Path, planter: Planter) -> None:
    def patch(one: Any) -> Any:
        return one.set_value("A", "x y") if one.keyword == "ENV" and one.raw.key_values[0].value == "b c" else None

    bed = Bed(tmp_path, "Dockerfile", 'FROM a\nENV A="b c" B=d\n', dockerfile("env", patch))

    def unquoted(_: str, edit: Edit) -> list[Edit]:
        return [msgspec.structs.replace(edit, text=edit.text.replace('"', ""))]

    reasons = bed.caught(lambda: planter.edits("dockerfile", unquoted))
    assert len(reasons) == 1


def test_shell_word_without_a_blank(tmp_path: Path, planter: Planter) -> None:
    def patch(one: Any) -> Any:
        words = one.commands[0].words if one.keyword == "RUN" else ()
        return one.put_word(one.commands[0], 1, "-y") if words and "-y" not in [word.text for word in words] else None

    bed = Bed(tmp_path, "Dockerfile", DOCKERFILE, dockerfile("yes", patch))

    def joined(_: str, edit: Edit) -> list[Edit]:
        return [msgspec.structs.replace(edit, text=edit.text.strip())]

    reasons = bed.caught(lambda: planter.edits("dockerfile", joined))
    assert reasons == {"line 4, RUN: the arguments are not the planned ones"}


def test_unescaped_quote_in_a_label(tmp_path: Path, planter: Planter) -> None:
    from fixer.formats.dockerfile import Line

    def patch(one: Any) -> Any:
        has_label = any(other.keyword == "LABEL" for other in one.stage.instructions)
        return (
            one.before(Line("LABEL", pairs=(("a", 'x "y" $z'),))) if one.keyword == "USER" and not has_label else None
        )

    bed = Bed(tmp_path, "Dockerfile", DOCKERFILE, dockerfile("label", patch))
    reasons = bed.caught(lambda: planter.patch.setattr(render, "escaped", lambda text, *_, **__: text))
    assert reasons == {"line 9, LABEL: the arguments are not those of the new line"}
