"""New text: every reader takes it for what it is meant to be."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from formats.yaml.editing import COMPOSE, KUBERNETES, load
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from fixer.formats.yaml import render_file
from fixer.formats.yaml.writing import Manner, double_quoted, flow_text, is_plain, key_text, literal_lines, scalar_text

AMBIGUOUS = [
    *("y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "=", "<<", "Yes", "NO", "True", "NULL"),
    *("1", "-1", "+1", "0644", "0o7", "0x1F", "0b1", "1e3", "1_000", ".5", "5.", "1.5", ".inf", "-.INF", ".nan"),
    *("12:30", "22:22:22", "1,000", "2024-01-02", "2024-01-02T03:04:05Z", "2001-12-14 21:59:43.10 -5", "80:80"),
    *("", " a", "a ", "a: b", "a #b", "#a", "a:", "- a", "-", "? a", "&a", "*a", "!a", "|", ">", "%a", "@a", "`a`"),
    *("[a", "{a", "'a", '"a', "---", "--- a", "...", "a\tb", "a\nb", "\u2028", "\ufeff", "\x07", "\x85", "a\u00a0b"),
]
PLAIN = [
    *("a", "nginx", "nginx:1.25", "/var/lib", "no-new-privileges:true", "100m", "512Mi", "10s", "$HOME", "${A:-b}"),
    *("a,b", "a=b", "a@sha256:0a1b", "a b", "unless-stopped", "CMD-SHELL", "a[0]", "a{b}", "it's", 'say "x"'),
]


@pytest.mark.parametrize("text", AMBIGUOUS)
def test_what_could_be_something_else_is_quoted(text: str) -> None:
    assert not is_plain(text, flow=False)
    assert scalar_text(text).startswith('"')


@pytest.mark.parametrize("text", PLAIN)
def test_what_cannot_be_anything_else_is_plain(text: str) -> None:
    assert scalar_text(text) == text


@pytest.mark.parametrize("text", ["a: b", "a,b", "a:b", "[a]", "{a}", "a?b"])
def test_inside_brackets_more_is_quoted(text: str) -> None:
    assert scalar_text(text, Manner(flow=True)) == f'"{text}"'


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "null"), (True, "true"), (False, "false"), (5, "5"), (-1.5, "-1.5"), (1.0, "1.0"), ({}, "{}"), ([], "[]")],
)
def test_other_scalars(value: Any, text: str) -> None:
    assert scalar_text(value) == text


def test_floats_without_a_number() -> None:
    assert [scalar_text(value) for value in (float("inf"), float("-inf"), float("nan"))] == [".inf", "-.inf", ".nan"]


def test_quotes_of_the_neighbours() -> None:
    assert scalar_text("a'b", Manner(quote="'")) == "'a''b'"
    assert scalar_text("a\nb", Manner(quote="'")) == '"a\\nb"'
    assert scalar_text("a", Manner(quote='"')) == '"a"'
    assert scalar_text(5, Manner(quote='"')) == "5"
    assert key_text("a", Manner(quote='"')) == "a"


def test_flow_text() -> None:
    value = {"a": [1, "x,y", {}], "b": {"c": None}}
    assert flow_text(value, Manner(flow=True)) == '{a: [1, "x,y", {}], b: {c: null}}'
    assert json.loads(flow_text(value, Manner(flow=True, json=True))) == value


def test_literal_lines() -> None:
    assert literal_lines("a\nb\n") == ["|", "a", "b"]
    assert literal_lines("a\n\nb") == ["|-", "a", "", "b"]
    for text in ("a", " a\nb", "a\n\n", "a \nb", "a\n\x07", "\na"):
        assert literal_lines(text) is None


def test_a_new_file() -> None:
    value = {
        "apiVersion": "policy/v1",
        "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "web", "on": "yes"}}},
        "list": ["a", {"b": 1, "c": [["d"], {"e": {}}]}, [], "80:80"],
        "script": "a\n  b\n",
    }
    assert render_file(value) == (
        "apiVersion: policy/v1\n"
        "spec:\n  minAvailable: 1\n  selector:\n    matchLabels:\n      app: web\n"
        '      "on": "yes"\n'
        "list:\n  - a\n  - b: 1\n    c:\n      - - d\n      - e: {}\n  - []\n"
        '  - "80:80"\n'
        "script: |\n  a\n    b\n"
    )


def test_a_new_file_of_a_scalar() -> None:
    assert render_file({}) == "{}\n"
    assert render_file("x") == "x\n"


TEXTS = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from([*AMBIGUOUS, *PLAIN])
SCALARS = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=8
)


@settings(deadline=None)
@given(TEXTS)
def test_every_string_reads_back_in_every_reader(text: str) -> None:
    written = f"a: {scalar_text(text)}\nb: [{scalar_text(text, Manner(flow=True))}]\n"
    expected = {"a": text, "b": [text]}
    assert load(written, KUBERNETES).documents[0].data == expected
    assert load(written, COMPOSE).documents[0].data == expected
    assert yaml.load(written, Loader=yaml.CSafeLoader) == expected
    assert YAML(typ="safe", pure=True).load(written) == expected


@settings(deadline=None)
@given(TEXTS)
def test_double_quotes_are_json(text: str) -> None:
    assert json.loads(double_quoted(text)) == text


@example({"": "\x7f\n"})
@settings(deadline=None)
@given(st.dictionaries(TEXTS, VALUES, min_size=1, max_size=4))
def test_every_new_file_reads_back(value: dict[str, Any]) -> None:
    written = render_file(value)
    for habits in (KUBERNETES, COMPOSE):
        assert load(written, habits).documents[0].data == value

    assert YAML(typ="safe", pure=True).load(written) == value
