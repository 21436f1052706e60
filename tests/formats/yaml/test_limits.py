"""Bad input: one clear sentence, quickly, and what only looks like it stays editable."""

from __future__ import annotations

import time

import pytest
from formats.yaml.editing import COMPOSE, edit, load, put

from fixer.formats.format import FormatError


def error(text: str) -> FormatError:
    with pytest.raises(FormatError) as found:
        load(text)

    return found.value


@pytest.mark.parametrize(
    "text",
    [
        "[" * 10_000,
        "[" * 10_000 + "]" * 10_000,
        '{"a":' * 10_000 + "1" + "}" * 10_000,
        "- " * 10_000 + "a\n",
        "".join(f"{' ' * level}a:\n" for level in range(3_000)),
        "a: " + "&a [" * 10_000,
        "? " * 10_000,
    ],
    ids=["open lists", "lists", "mappings", "dashes", "indentation", "anchors", "question marks"],
)
def test_nesting_without_measure(text: str) -> None:
    start = time.process_time()
    found = error(text)
    assert "nested more than 200 levels deep" in found.reason or "not valid YAML" in found.reason
    assert time.process_time() - start < 2.0


def test_nesting_names_its_line() -> None:
    found = error("a: 1\nb:\n  " + "[" * 201 + "]" * 201 + "\n")
    assert (found.reason, found.line) == ("nested more than 200 levels deep (line 3)", 3)


def test_nesting_up_to_the_limit() -> None:
    assert load("[" * 200 + "]" * 200).documents[0].data


def test_alias_bomb() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"{new}: &{new} [{', '.join([f'*{old}'] * 10)}]" for old, new in zip("abcdefgh", "bcdefghi", strict=True)]
    start = time.process_time()
    assert error("\n".join(lines)).reason == "the aliases expand to more than 1000000 nodes (first alias: line 2)"
    assert time.process_time() - start < 1.0


def test_many_aliases_are_no_bomb() -> None:
    text = "a: &a {b: 1}\n" + "".join(f"c{number}: *a\n" for number in range(5_000))
    assert load(text).documents[0].data["c4999"] == {"b": 1}


def test_anchor_inside_of_itself() -> None:
    found = error("a: 1\nb: &b\n  c: *b\n")
    assert (found.reason, found.line) == ("anchor &b contains itself (line 3)", 3)


def test_alias_without_anchor() -> None:
    found = error("a: 1\nb: *c\n")
    assert (found.reason, found.line) == ("alias *c has no anchor before it (line 2)", 2)


def test_anchor_of_another_document() -> None:
    assert "no anchor before it" in error("a: &a 1\n---\nb: *a\n").reason


def test_tab_as_indentation() -> None:
    found = error("a:\n\tb: 1\n")
    assert (found.reason, found.line) == (
        "not valid YAML: a tab stands where indentation must be spaces (line 2)",
        2,
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [("a: 1\nb: c: d\n", 2), ("a: [1\n", 2), ("a: 'x\n", 2), ("a:\n  - b\n c: 1\n", 3), ("a: @x\n", 1), ("%\n", 1)],
)
def test_text_that_is_no_yaml(text: str, line: int) -> None:
    found = error(text)
    assert found.reason.startswith("not valid YAML: ")
    assert f"(line {line})" in found.reason
    assert found.line == line


TEMPLATES = {
    "value": ("a: 1\nb: {{ .Values.x }}\n", 2),
    "quoted value inside": ('a: {{ include "x" . }}\n', 1),
    "stand-alone action": ("a: 1\n{{- if .Values.x }}\nb: 2\n{{- end }}\n", 2),
    "plain scalar": ("a: 1\nb: x:{{ .Values.tag }}\n", 2),
    "list": ("a: 1\nb:\n- {{ x }}\n", 3),
    "key": ("a: 1\n{{ x }}: 1\n", 2),
    "jinja": ("a: 1\n{% if x %}\nb: 1\n{% endif %}\n", 2),
    "jinja in a plain scalar": ("a: 1\nb: x{% y %}\n", 2),
}


@pytest.mark.parametrize(("text", "line"), TEMPLATES.values(), ids=TEMPLATES.keys())
def test_templates(text: str, line: int) -> None:
    found = error(text)
    assert (found.reason, found.line) == (f"the file is a template (line {line}); templates are not rewritten", line)


NO_TEMPLATES = {
    "alert annotation": 'a: "{{ $labels.pod }} is {{ $value }}"\nb: 1\n',
    "single quotes": "a: '{{ .Name }}'\nb: 1\n",
    "block scalar": "a: |\n  {{ range . }}\n  x\n  {{ end }}\nb: 1\n",
    "folded scalar": "a: >-\n  {{ x }}\nb: 1\n",
    "comment": "# {{ .Values.x }}\na: 1 # {{ y }}\nb: 1\n",
    "workflow parameter": "a: image:{{inputs.parameters.tag}}\nb: 1\n",
    "GitHub expression": "a: ${{ github.ref }}\nb: 1\n",
    "Docker name": "a: web-{{.Task.Slot}}\nb: 1\n",
    "key in quotes": '"{{ x }}": 1\nb: 1\n',
    "empty mapping in a mapping": "a: {b: {}}\nb: 1\n",
}


@pytest.mark.parametrize("text", NO_TEMPLATES.values(), ids=NO_TEMPLATES.keys())
def test_what_only_looks_like_a_template_is_edited(text: str) -> None:
    assert edit(text, put("b", 2), habits=COMPOSE) == text.removesuffix("b: 1\n") + "b: 2\n"


def test_large_text_that_is_no_yaml_gets_no_second_opinion() -> None:
    start = time.process_time()
    assert "not valid YAML" in error("a: 1\n" * 400_000 + "b: c: d\n").reason
    assert time.process_time() - start < 6.0


def test_second_opinion_of_the_pure_parser() -> None:
    text = "a: {b:c, d: 1}\n"
    assert load(text).documents[0].data == {"a": {"b:c": None, "d": 1}}
    assert edit(text, put("a d", 2)) == "a: {b:c, d: 2}\n"


def test_empty_file() -> None:
    assert list(load("").documents) == []
    assert [document.data for document in load("# only a comment\n").documents] in ([], [None])
