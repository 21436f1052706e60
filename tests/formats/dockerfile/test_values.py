"""dockerfile-parse answers value questions on our instructions and writes nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from formats.dockerfile.edits import parsed

from fixer.formats.dockerfile.values import Values

TEXT = """\
# escape=`
ARG V=1
FROM a:$V AS b
RUN <<E
FROM heredoc
LABEL no=no
E
FROM b
LABEL x="y z" `
  # comment

  w=v
ENV P=q R="s t"
ARG U=w
CMD ["c", "d"]
"""


def values(text: str = TEXT) -> Values:
    return Values(parsed(text))


def test_values() -> None:
    found = values()
    assert found.parent_images == ["a:1", "b"]
    assert found.baseimage == "b"
    assert found.labels == {"x": "y z", "w": "v"}
    assert found.envs == {"P": "q", "R": "s t"}
    assert found.args == {"U": "w"}
    assert found.cmd == '["c", "d"]'
    assert found.content == TEXT
    assert "".join(found.lines) == TEXT


def test_structure_is_ours() -> None:
    found = [(one["instruction"], one["startline"], one["endline"]) for one in values().structure]
    assert found == [
        ("ARG", 1, 1),
        ("FROM", 2, 2),
        ("RUN", 3, 6),
        ("FROM", 7, 7),
        ("LABEL", 8, 11),
        ("ENV", 12, 12),
        ("ARG", 13, 13),
        ("CMD", 14, 14),
    ]


def test_variables_are_replaced_only_when_asked() -> None:
    file = parsed("FROM a\nENV B=c\nENV D=$B/e\n")
    assert Values(file).envs["D"] == "$B/e"
    assert Values(file, env_replace=True).envs["D"] == "c/e"


def test_what_cannot_be_split_is_left_out() -> None:
    found = values("FROM a\nENV B=c # d\nLABEL\n")
    assert found.envs == {}
    assert found.labels == {}
    assert values("ARG\nFROM a\n").parent_images == []
    assert values("ARG A=1\n").baseimage is None
    assert values("FROM a\n").cmd is None


SETTERS: dict[str, Callable[[Values], object]] = {
    "content": lambda found: setattr(found, "content", "FROM x\n"),
    "lines": lambda found: setattr(found, "lines", ["FROM x\n"]),
    "labels": lambda found: setattr(found, "labels", {"a": "b"}),
    "the same labels": lambda found: setattr(found, "labels", dict(found.labels)),
    "envs": lambda found: setattr(found, "envs", {"a": "b"}),
    "args": lambda found: setattr(found, "args", {"a": "b"}),
    "base image": lambda found: setattr(found, "baseimage", "x"),
    "parent images": lambda found: setattr(found, "parent_images", ["x"]),
    "cmd": lambda found: setattr(found, "cmd", "x"),
    "add_lines": lambda found: found.add_lines("USER x"),
    "add_lines_at": lambda found: found.add_lines_at(0, "USER x"),
}


@pytest.mark.parametrize("write", SETTERS.values(), ids=SETTERS.keys())
def test_nothing_is_written(write: Callable[[Values], object]) -> None:
    found = values()
    with pytest.raises(TypeError, match="changed by operations"):
        write(found)

    assert found.content == TEXT
