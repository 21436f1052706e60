"""What a document says about its places, and its effective data."""

from __future__ import annotations

from typing import Any

import pytest
from formats.yaml.editing import COMPOSE, KUBERNETES, load, steps

from fixer.formats.yaml import Tagged, YamlDocument

TEXT = """\
# head

# about the spec
# in two lines
spec: # of the pod
  containers:
  # the only one
  - name: "app" # primary
    image: nginx:1  # pinned

    # the ports
    ports: [80, '443'] # both
    args:
    - |- # script
      x
    env: {A: 1,   # one
      B: 2}
  empty:   # nothing
"""


@pytest.fixture
def document() -> YamlDocument:
    return load(TEXT).documents[0]


@pytest.mark.parametrize(
    ("at", "text"),
    [
        ("spec", "spec"),
        ("spec containers", "containers"),
        ("spec containers 0 image", "image"),
        ("spec containers 0 ports 1", "'443'"),
        ("spec containers 0 env B", "B"),
        ("spec containers 0 missing deeper", None),
        ("spec containers 7", "containers"),
        ("missing", "spec"),
        ("", "spec"),
    ],
)
def test_span(document: YamlDocument, at: str, text: str | None) -> None:
    span = document.span(steps(at))
    if text is None:
        assert TEXT[span.start : span.end].startswith('name: "app"')
    else:
        assert TEXT[span.start : span.end] == text


@pytest.mark.parametrize(
    ("at", "text"),
    [
        ("spec containers 0 name", '"app"'),
        ("spec containers 0 ports", "[80, '443']"),
        ("spec empty", ""),
        ("spec missing", None),
    ],
)
def test_value_span(document: YamlDocument, at: str, text: str | None) -> None:
    span = document.value_span(steps(at))
    assert (None if span is None else TEXT[span.start : span.end]) == text


@pytest.mark.parametrize(
    ("at", "comment"),
    [
        ("spec", "of the pod"),
        ("spec containers", ""),
        ("spec containers 0 name", "primary"),
        ("spec containers 0 image", "pinned"),
        ("spec containers 0 ports", "both"),
        ("spec containers 0 ports 0", ""),
        ("spec containers 0 args 0", "script"),
        ("spec containers 0 env A", "one"),
        ("spec empty", "nothing"),
        ("spec missing", ""),
        ("", ""),
    ],
)
def test_comment(document: YamlDocument, at: str, comment: str) -> None:
    assert document.comment(steps(at)) == comment


@pytest.mark.parametrize(
    ("at", "comment"),
    [
        ("spec", "about the spec\nin two lines"),
        ("spec containers", ""),
        ("spec containers 0", "the only one"),
        ("spec containers 0 name", "the only one"),
        ("spec containers 0 ports", "the ports"),
        ("spec containers 0 image", ""),
        ("missing", ""),
    ],
)
def test_comment_above(document: YamlDocument, at: str, comment: str) -> None:
    assert document.comment_above(steps(at)) == comment


def test_raw(document: YamlDocument) -> None:
    assert document.raw(steps("spec containers 0 name")) == '"app"'
    assert document.raw(steps("spec containers 0 ports 1")) == "'443'"
    assert document.raw(steps("spec containers")) is None
    assert document.raw(steps("missing")) is None


def test_has(document: YamlDocument) -> None:
    assert document.has(steps("spec empty"))
    assert document.has(())
    assert not document.has(steps("spec empty x"))
    assert not document.has(steps("spec containers 1"))
    assert not document.has(steps("spec containers name"))


def test_data(document: YamlDocument) -> None:
    container = {"name": "app", "image": "nginx:1", "ports": [80, "443"], "args": ["x"], "env": {"A": 1, "B": 2}}
    assert document.data == {"spec": {"containers": [container], "empty": None}}


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a: !reset null\n", {"a": Tagged("!reset", "null")}),
        ("a: !override\n- b\n", {"a": Tagged("!override", ["b"])}),
        ("a: !Sub {b: 1}\n", {"a": Tagged("!Sub", {"b": 1})}),
        ("a: !!map {b: 1}\n", {"a": {"b": 1}}),
        ("a: &x !t b\nc: *x\n", {"a": Tagged("!t", "b"), "c": Tagged("!t", "b")}),
        ("a: &x {b: 1, c: 2}\nd: {<<: *x, b: 3}\n", {"a": {"b": 1, "c": 2}, "d": {"b": 3, "c": 2}}),
        ("a: &x {b: 1}\nc: &y {<<: *x, d: 2}\ne: {<<: *y}\n", None),
        ("a: {<<: {b: 1}, c: 2}\n", {"a": {"b": 1, "c": 2}}),
        ('"<<": 1\n', {"<<": 1}),
        ("a: 1\nb: 2\na: 3\n", {"a": 3, "b": 2}),
        ("? [a, b]\n: c\n", {"[a, b]": "c"}),
        ("*a : 1\n", None),
    ],
)
def test_effective_data(text: str, data: Any) -> None:
    if data is None and text.startswith("*"):
        text, data = "a: &a b\n*a : 1\n", {"a": "b", "b": 1}
    elif data is None:
        data = {"a": {"b": 1}, "c": {"b": 1, "d": 2}, "e": {"b": 1, "d": 2}}

    assert load(text, COMPOSE).documents[0].data == data


def test_data_of_kubernetes_and_compose_differ() -> None:
    text = "a: yes\non: 1\n"
    assert load(text, KUBERNETES).documents[0].data == {"a": True, "true": 1}
    assert load(text, COMPOSE).documents[0].data == {"a": "yes", "on": 1}


def test_duplicates() -> None:
    document = load("a: 1\nb:\n- c: 1\n  d: 2\n  'c': 3\na: 2\n").documents[0]
    assert list(document.duplicates()) == [(("b", 0, "c"), 5), (("a",), 6)]
    assert load("a: 1\nb: {a: 1}\n").documents[0].duplicated == []


def test_many_duplicates_are_counted_quickly() -> None:
    """The path of each one costs a look at the whole tree: only the first is wanted."""
    file = load("a: 3\n" * 20_000)
    assert len(file.documents[0].duplicated) == 19_999
    assert file.twice == "the key a stands twice (line 2); remove one of them"


def test_two_merge_keys_are_duplicates() -> None:
    document = load("x: &x {a: 1}\ny: &y {b: 1}\nz:\n  <<: *x\n  <<: *y\n").documents[0]
    assert document.data["z"] == {"a": 1, "b": 1}
    assert list(document.duplicates()) == [(("z", "<<"), 5)]


def test_documents_of_a_file() -> None:
    file = load("a: 1\n---\n# nothing\n--- # c\n- b\n")
    assert [document.data for document in file.documents] == [{"a": 1}, None, ["b"]]
    assert [document.index for document in file.documents] == [0, 1, 2]
