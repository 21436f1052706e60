"""Every operation in every style: text before, operations, text after, written by hand."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from formats.yaml.editing import COMPOSE, KUBERNETES, ORDERED, add, append, edit, lowered, put, remove, rename

from fixer.finding import Operation
from fixer.formats.yaml import Habits, Put


class Case(NamedTuple):
    name: str
    before: str
    operations: Operation | tuple[Operation, ...]
    after: str
    habits: Habits = KUBERNETES
    path: str = "file.yaml"
    twins: bool = True  # whether the same holds with CRLF and without final newline


PUT = [
    Case("plain scalar", "a: 1\n", put("a", 2), "a: 2\n"),
    Case("between neighbours", "a: 1\nb: x\nc: 3\n", put("b", "q"), "a: 1\nb: q\nc: 3\n"),
    Case("bool for a bool", "a:\n  b: true # why\n", put("a b", False), "a:\n  b: false # why\n"),
    Case("double quotes kept", 'a: "x"\n', put("a", "q"), 'a: "q"\n'),
    Case("single quotes kept", "a: 'x'\n", put("a", "it's"), "a: 'it''s'\n"),
    Case("single quotes given up for a line end", "a: 'x'\n", put("a", "q\tz\n"), 'a: "q\\tz\\n"\n'),
    Case("number for a quoted string", 'a: "x"\n', put("a", 5), "a: 5\n"),
    Case("string that looks like a number", "a: x\n", put("a", "5"), 'a: "5"\n'),
    Case("string that looks like a bool", "a: x\n", put("a", "no"), 'a: "no"\n'),
    Case("several blanks after the colon", "a:   x   # c\n", put("a", "q"), "a:   q   # c\n"),
    Case("plain scalar of two lines", "a: one\n  two\nb: 1\n", put("a", "x"), "a: x\nb: 1\n"),
    Case("quoted scalar of two lines", 'a: "one\n  two" # c\n', put("a", "x"), 'a: "x" # c\n'),
    Case("value below its key", "a:\n  x\nb: 1\n", put("a", "q"), "a:\n  q\nb: 1\n"),
    Case("literal block", "a: |\n  x\n  y\nb: 1\n", put("a", "z"), "a: z\nb: 1\n"),
    Case("folded block with a comment in its header", "a: >- # c\n  x\nb: 1\n", put("a", "z"), "a: z # c\nb: 1\n"),
    Case("mapping for a block that keeps", "- |+\n  x\n\n- 1\n", put("0", {"a": 1, "b": 2}), "- a: 1\n  b: 2\n- 1\n"),
    Case("list for a block that keeps", "a: |+\n  x\n\nb: 1\n", put("a", ["x"]), "a:\n- x\nb: 1\n"),
    Case("value behind an anchor", "a: &x\nb: 1\n", put("a", 2), "a: &x 2\nb: 1\n"),
    Case("block that keeps its blank lines", "a: |+\n  x\n\nb: 1\n", put("a", "z"), "a: z\nb: 1\n"),
    Case("item of a list", "a:\n- x\n- q\n", put("a 1", "z"), "a:\n- x\n- z\n"),
    Case("item inside an item", "a:\n- b: 1\n  c: 2\n", put("a 0 b", 3), "a:\n- b: 3\n  c: 2\n"),
    Case("empty value", "a:\nb: 1\n", put("a", "x"), "a: x\nb: 1\n"),
    Case("empty value with a comment", "a:  # c\nb: 1\n", put("a", "x"), "a: x  # c\nb: 1\n"),
    Case("empty last value", "b: 1\na:\n", put("a", True), "b: 1\na: true\n"),
    Case("null word", "a: null\n", put("a", 1), "a: 1\n"),
    Case("tilde", "a: ~ # c\n", put("a", "x"), "a: x # c\n"),
    Case("empty item", "a:\n-\n- x\n", put("a 0", "q"), "a:\n- q\n- x\n"),
    Case("null for a value", "a: 1\n", put("a", None), "a: null\n"),
    Case("float", "a: 1\n", put("a", 0.5), "a: 0.5\n"),
    Case("scalar for a mapping", "a:\n  b: 1\n  c: 2\nd: 3\n", put("a", "x"), "a: x\nd: 3\n"),
    Case("scalar for a mapping with a comment", "a: # c\n  b: 1\nd: 3\n", put("a", 1), "a: 1 # c\nd: 3\n"),
    Case("scalar for a list beside its key", "a:\n- x\n- q\nd: 3\n", put("a", 1), "a: 1\nd: 3\n"),
    Case("mapping for a scalar", "a: 1 # c\nd: 3\n", put("a", {"b": 2}), "a: # c\n  b: 2\nd: 3\n"),
    Case("list for a scalar", "a: 1\nd: 3\n", put("a", ["x", "q"]), "a:\n- x\n- q\nd: 3\n"),
    Case("mapping for a mapping", "a:\n    b: 1\nd: 3\n", put("a", {"c": 2, "e": 4}), "a:\n    c: 2\n    e: 4\nd: 3\n"),
    Case("mapping for a list beside its key", "a:\n- x\nd: 3\n", put("a", {"c": 2}), "a:\n  c: 2\nd: 3\n"),
    Case("list for a flow list", "a: [x]\nd: 3\n", put("a", ["q", "z"]), "a:\n- q\n- z\nd: 3\n"),
    Case("mapping for an item", "a:\n- x\n- q\n", put("a 0", {"b": 1, "c": 2}), "a:\n- b: 1\n  c: 2\n- q\n"),
    Case("empty mapping for a value", "a: 1\n", put("a", {}), "a: {}\n"),
    Case("empty list for a value", "a: 1\n", put("a", []), "a: []\n"),
    Case("the same again", "a: yes\n", put("a", True), "a: yes\n"),
    Case("the same in octal", "a: 0644\n", put("a", 420), "a: 0644\n"),
    Case("quoted key", '"a b": 1\n', Put("file.yaml", 0, ("a b",), 2), '"a b": 2\n'),
    Case("key with a blank before its colon", "a : 1\n", put("a", 2), "a : 2\n"),
    Case("wide characters before", "\u00e9: \U0001f600\na: 1\n", put("a", 2), "\u00e9: \U0001f600\na: 2\n"),
    Case("value in the second document", "a: 1\n---\na: 1\n", put("a", 2, document=1), "a: 1\n---\na: 2\n"),
    Case("value after a commented separator", "--- # x\na: 1\n", put("a", 2), "--- # x\na: 2\n"),
    Case("variable", "a: ${TAG:-1}\n", put("a", "${TAG:-2}"), "a: ${TAG:-2}\n"),
]

MISSING = [
    Case("at the end", "a: 1\n", put("b", 2), "a: 1\nb: 2\n"),
    Case("below a nested mapping", "a:\n  b: 1\nc: 2\n", put("a d", 3), "a:\n  b: 1\n  d: 3\nc: 2\n"),
    Case("mapping that is missing", "a:\n  b: 1\n", put("a c d", 2), "a:\n  b: 1\n  c:\n    d: 2\n"),
    Case("step of four from the neighbour", "a:\n    b: 1\n", put("c d", 2), "a:\n    b: 1\nc:\n    d: 2\n"),
    Case(
        "step of the nearest mapping",
        "a:\n    b: 1\nc:\n  d:\n    e: 1\n",
        put("c f g", 2),
        "a:\n    b: 1\nc:\n  d:\n    e: 1\n  f:\n    g: 2\n",
    ),
    Case("list at the column of its key", "a: 1\n", put("b", ["x"]), "a: 1\nb:\n- x\n"),
    Case("list indented by habit", "a: 1\n", put("b", ["x"]), "a: 1\nb:\n  - x\n", COMPOSE),
    Case("list like its neighbour", "c:\n  - q\n", put("b", ["x"]), "c:\n  - q\nb:\n  - x\n"),
    Case("list like its neighbour, against the habit", "c:\n- q\n", put("b", ["x"]), "c:\n- q\nb:\n- x\n", COMPOSE),
    Case(
        "list like the list around",
        "c:\n  - d: 1\n",
        put("c 0 e f", ["x"]),
        "c:\n  - d: 1\n    e:\n      f:\n        - x\n",
    ),
    Case(
        "list like most of the file",
        "a:\n  b:\n    - x\nc:\n  d: 1\n",
        put("c e", ["x"]),
        "a:\n  b:\n    - x\nc:\n  d: 1\n  e:\n    - x\n",
    ),
    Case("first key of an item", "- a: 1\n", put("0 b", 2), "- a: 1\n  b: 2\n"),
    Case("wide dash", "a:\n  -   b: 1\n", put("a 0 c", 2), "a:\n  -   b: 1\n      c: 2\n"),
    Case("item on its own line", "a:\n-\n  b: 1\n", put("a 0 c", 2), "a:\n-\n  b: 1\n  c: 2\n"),
    Case("list in a list", "- - a: 1\n", put("0 0 b", 2), "- - a: 1\n    b: 2\n"),
    Case("trailing comment stays", "a: 1 # c\n", put("b", 2), "a: 1 # c\nb: 2\n"),
    Case(
        "deeper comment stays above", "a:\n  b: 1\n  # c: 2\nd: 1\n", put("e", 2), "a:\n  b: 1\n  # c: 2\nd: 1\ne: 2\n"
    ),
    Case(
        "deeper comment belongs to the entry before",
        "s:\n  a:\n    b: 1\n    # c\n  # d\nz: 1\n",
        put("s e", 2),
        "s:\n  a:\n    b: 1\n    # c\n  e: 2\n  # d\nz: 1\n",
    ),
    Case("blank lines stay below", "a:\n  b: 1\n\nc: 2\n", put("a d", 1), "a:\n  b: 1\n  d: 1\n\nc: 2\n"),
    Case(
        "comment of the next key stays with it",
        "a:\n  b: 1\n# c\nc: 2\n",
        put("a d", 1),
        "a:\n  b: 1\n  d: 1\n# c\nc: 2\n",
    ),
    Case("after a literal block", "a: |\n  x\n", put("b", 1), "a: |\n  x\nb: 1\n", twins=False),
    Case("after a block that keeps blank lines", "a: |+\n  x\n\n", put("b", 1), "a: |+\n  x\n\nb: 1\n", twins=False),
    Case("after a stripped block", "a: |-\n  x\n", put("b", 1), "a: |-\n  x\nb: 1\n"),
    Case(
        "after a block and blank lines",
        "a:\n  b: |\n    x\n\nc: 1\n",
        put("a d", 1),
        "a:\n  b: |\n    x\n  d: 1\n\nc: 1\n",
    ),
    Case("after an empty value", "a:\n  b:\nc: 1\n", put("a d", 1), "a:\n  b:\n  d: 1\nc: 1\n"),
    Case("after an empty value with anchor", "a:\n  b: &x\nc: 1\n", put("a d", 1), "a:\n  b: &x\n  d: 1\nc: 1\n"),
    Case("after a flow list of several lines", "a: [\n  x\n]\n", put("b", 1), "a: [\n  x\n]\nb: 1\n"),
    Case("before trailing x- keys", "a: 1\nx-b: 2\n", put("c", 3), "a: 1\nc: 3\nx-b: 2\n"),
    Case("among x- keys only", "x-a: 1\nx-b: 2\n", put("c", 3), "x-a: 1\nx-b: 2\nc: 3\n"),
    Case("list of mappings", "a: 1\n", put("b", [{"c": 1, "d": 2}, {"e": []}]), "a: 1\nb:\n- c: 1\n  d: 2\n- e: []\n"),
    Case("list in a list, new", "a: 1\n", put("b", [["x", "q"], "z"]), "a: 1\nb:\n- - x\n  - q\n- z\n"),
    Case("text of several lines", "a: 1\n", put("b", "x\ny\n"), "a: 1\nb: |\n  x\n  y\n", twins=False),
    Case("text of several lines, no end", "a: 1\n", put("b", "x\ny"), "a: 1\nb: |-\n  x\n  y\n", twins=False),
    Case(
        "text of several lines before a line of blanks",
        "a: 1\n    \n# c\n",
        put("b", "x\nz\n"),
        'a: 1\nb: "x\\nz\\n"\n    \n# c\n',
    ),
    Case(
        "text of several lines before a deep comment",
        "a: 1\n\n      # c\nd: 1\n",
        put("d", {"b": "x\nz\n"}),
        'a: 1\n\n      # c\nd:\n  b: "x\\nz\\n"\n',
    ),
    Case("text of several lines at an open end", "a: 1", put("b", "x\ny\n"), 'a: 1\nb: "x\\ny\\n"', twins=False),
    Case("comment on a new value", "a: 1\n", put("b", 2, "why"), "a: 1\nb: 2 # why\n"),
    Case("comment on a new mapping", "a: 1\n", put("b", {"c": 1}, "why"), "a: 1\nb: # why\n  c: 1\n"),
    Case("comment on a value replaced", "a: 1\n", put("a", 2, "why"), "a: 2 # why\n"),
    Case("comment before the old one", "a: 1 # old\n", put("a", 2, "new"), "a: 2 # new # old\n"),
    Case("comment on a value that was empty", "a:\n", put("a", 2, "new"), "a: 2 # new\n"),
    Case("comment that is there", "a: 1 # why\n", put("a", 1, "why"), "a: 1 # why\n"),
    Case("key that must be quoted", "a: 1\n", put("on", 2), 'a: 1\n"on": 2\n', COMPOSE),
    Case("item of kind List", "items:\n- a:\n    b: 1\n", put("items 0 a c", 2), "items:\n- a:\n    b: 1\n    c: 2\n"),
    Case("first document of two", "a: 1\n---\nb: 2\n", put("c", 3), "a: 1\nc: 3\n---\nb: 2\n"),
    Case("document before an end marker", "a: 1\n...\n", put("c", 3), "a: 1\nc: 3\n...\n"),
    Case("before a commented separator", "a: 1\n# x\n--- # q\nb: 2\n", put("c", 3), "a: 1\nc: 3\n# x\n--- # q\nb: 2\n"),
    Case(
        "two levels end on one line",
        "a:\n  b:\n    c: 1\n",
        (put("d", 1), put("a e", 2), put("a b f", 3)),
        "a:\n  b:\n    c: 1\n    f: 3\n  e: 2\nd: 1\n",
    ),
]

FILL = [
    Case("empty braces", "a: {}\nb: 1\n", put("a c", 2), "a:\n  c: 2\nb: 1\n"),
    Case("empty braces with a comment", "a: {} # c\n", put("a c", 2), "a: # c\n  c: 2\n"),
    Case("empty braces below the key", "a:\n    {}\nb: 1\n", put("a c", 2), "a:\n    c: 2\nb: 1\n"),
    Case("spaced braces", "a: {  }\n", put("a c", 2), "a:\n  c: 2\n"),
    Case("nothing", "a:\nb: 1\n", put("a c", 2), "a:\n  c: 2\nb: 1\n"),
    Case("nothing, with a comment", "a: # c\nb: 1\n", put("a c", 2), "a: # c\n  c: 2\nb: 1\n"),
    Case("null", "a: null\nb: 1\n", put("a c", 2), "a:\n  c: 2\nb: 1\n"),
    Case("tilde with a comment", "a: ~ # c\n", put("a c d", 2), "a: # c\n  c:\n    d: 2\n"),
    Case("empty brackets", "a: []\n", append("a", "x"), "a:\n- x\n"),
    Case("nothing becomes a list", "a:\n", append("a", "x"), "a:\n- x\n"),
    Case("null becomes a list", "a: null # c\n", append("a", {"b": 1, "c": 2}), "a: # c\n- b: 1\n  c: 2\n"),
    Case("missing list", "a: 1\n", append("b c", "x"), "a: 1\nb:\n  c:\n  - x\n"),
    Case("missing list, indented", "a: 1\n", append("b c", "x"), "a: 1\nb:\n  c:\n    - x\n", COMPOSE),
    Case("empty item", "a:\n- {}\n", put("a 0 b", 1), "a:\n- b: 1\n"),
    Case("item that is nothing", "a:\n-\n- x\n", put("a 0 b", 1), "a:\n- b: 1\n- x\n"),
    Case("document of empty braces", "{}\n", put("a", 1), "a: 1\n"),
    Case("two values into one gap", "a: {}\n", (put("a c", 2), put("a d e", 3)), "a:\n  c: 2\n  d:\n    e: 3\n"),
]

APPEND = [
    Case("beside the key", "a:\n- x\nb: 1\n", append("a", "q"), "a:\n- x\n- q\nb: 1\n"),
    Case("indented", "a:\n  - x\nb: 1\n", append("a", "q"), "a:\n  - x\n  - q\nb: 1\n"),
    Case("quoted like the last item", "a:\n- 'x'\n", append("a", "q"), "a:\n- 'x'\n- 'q'\n"),
    Case("double quotes like the last item", 'a:\n- "x" # c\n', append("a", "q"), 'a:\n- "x" # c\n- "q"\n'),
    Case("number beside quoted strings", "a:\n- 'x'\n", append("a", 1), "a:\n- 'x'\n- 1\n"),
    Case("string that needs quotes", "a:\n- x\n", append("a", "80:80"), 'a:\n- x\n- "80:80"\n'),
    Case(
        "mapping",
        "a:\n- b: 1\n  c: 2\n",
        append("a", {"b": 3, "c": {"d": 4}}),
        "a:\n- b: 1\n  c: 2\n- b: 3\n  c:\n    d: 4\n",
    ),
    Case(
        "mapping behind wide dashes",
        "a:\n-   b: 1\n",
        append("a", {"b": 2, "c": 3}),
        "a:\n-   b: 1\n-   b: 2\n    c: 3\n",
    ),
    Case("scalar behind wide dashes", "a:\n-   b\n-   c: 1\n", append("a", "d"), "a:\n-   b\n-   c: 1\n-   d\n"),
    Case(
        "after a comment of the last item",
        "a:\n- x\n  # about x\nb: 1\n",
        append("a", "q"),
        "a:\n- x\n  # about x\n- q\nb: 1\n",
    ),
    Case(
        "after an item of several lines",
        "a:\n- b: |\n    x\n",
        append("a", "q"),
        "a:\n- b: |\n    x\n- q\n",
        twins=False,
    ),
    Case("list as document", "- x\n", append("", "q"), "- x\n- q\n"),
    Case("list in a list", "- - x\n- q\n", append("0", "z"), "- - x\n  - z\n- q\n"),
    Case("twice", "a:\n- x\n", (append("a", "q"), append("a", "z")), "a:\n- x\n- q\n- z\n"),
    Case("tagged !override", "a: !override\n- x\n", append("a", "q"), "a: !override\n- x\n- q\n", COMPOSE),
    Case("list of lists", "a:\n- - x\n", append("a", ["q", "z"]), "a:\n- - x\n- - q\n  - z\n"),
]

FLOW = [
    Case("key on one line", "a: {b: 1}\n", put("a c", 2), "a: {b: 1, c: 2}\n"),
    Case("key between spaced braces", "a: { b: 1 }\n", put("a c", 2), "a: { b: 1, c: 2 }\n"),
    Case("key with trailing comma", "a: {b: 1,}\n", put("a c", 2), "a: {b: 1, c: 2,}\n"),
    Case("two keys", "a: {b: 1}\n", (put("a c", 2), put("a d", [1])), "a: {b: 1, c: 2, d: [1]}\n"),
    Case("nested key", "a: {b: {c: 1}}\n", put("a b d", 2), "a: {b: {c: 1, d: 2}}\n"),
    Case("missing mapping", "a: {b: 1}\n", put("a c d", "x q"), "a: {b: 1, c: {d: x q}}\n"),
    Case("empty braces inside", "a: {b: {}}\n", put("a b c", 2), "a: {b: {c: 2}}\n"),
    Case("null inside", "a: {b: null}\n", put("a b c", 2), "a: {b: {c: 2}}\n"),
    Case("empty value inside", "a: {b: , c: 1}\n", put("a b", 2), "a: {b: 2 , c: 1}\n"),
    Case("key without value", "a: {b, c: 1}\n", put("a b", 2), "a: {b: 2, c: 1}\n"),
    Case("scalar inside", "a: {b: 1, c: 2}\n", put("a b", "x:q"), 'a: {b: "x:q", c: 2}\n'),
    Case("item", "a: [x]\n", append("a", "q"), "a: [x, q]\n"),
    Case("item in the quotes of its neighbour", 'a: ["x"]\n', append("a", "q"), 'a: ["x", "q"]\n'),
    Case("item in single quotes", "a: ['x']\n", append("a", "q"), "a: ['x', 'q']\n"),
    Case("item into nothing", "a: {b: []}\n", append("a b", "q"), "a: {b: [q]}\n"),
    Case("item with a comma in it", "a: [x]\n", append("a", "q, z"), 'a: [x, "q, z"]\n'),
    Case("item that is a mapping", "a: [x]\n", append("a", {"b": 1}), "a: [x, {b: 1}]\n"),
    Case("item replaced", "a: [x, 'q']\n", put("a 1", "z"), "a: [x, 'z']\n"),
    Case("wrapped line", "a: [x, q,\n    z, w]\n", append("a", "v"), "a: [x, q,\n    z, w, v]\n"),
    Case("one entry a line", "a: {\n  b: 1,\n  c: 2\n}\n", put("a d", 3), "a: {\n  b: 1,\n  c: 2,\n  d: 3\n}\n"),
    Case("one entry a line, comma at the end", "a: {\n  b: 1,\n}\n", put("a d", 3), "a: {\n  b: 1,\n  d: 3,\n}\n"),
    Case(
        "one entry a line, comments",
        "a: [\n  x, # 1\n  q # 2\n  # 3\n]\n",
        (append("a", "z"), append("a", "w")),
        "a: [\n  x, # 1\n  q, # 2\n  z,\n  w\n  # 3\n]\n",
    ),
    Case("closing bracket behind the last entry", "a: [\n  x,\n  q]\n", append("a", "z"), "a: [\n  x,\n  q,\n  z]\n"),
    Case("document in flow style", "{a: 1}\n", put("b", 2), "{a: 1, b: 2}\n"),
    Case("alias as last value", "x: &a 1\nb: {c: *a }\n", put("b d", 2), "x: &a 1\nb: {c: *a, d: 2 }\n"),
    Case(
        "ordered",
        "- {image: x, resources: {}}\n",
        put("0 command", "q"),
        "- {image: x, command: q, resources: {}}\n",
        ORDERED,
    ),
    Case("ordered, first", "- {image: x}\n", put("0 name", "q"), "- {name: q, image: x}\n", ORDERED),
    Case("ordered, first of lines", "{\n  image: x\n}\n", put("name", "q"), "{\n  name: q,\n  image: x\n}\n", ORDERED),
    Case("scalar for a flow mapping", "a: {b: {c: 1}}\n", put("a b", "x"), "a: {b: x}\n"),
    Case("mapping for a flow scalar", "a: {b: 1}\n", put("a b", {"c": [1, "2"]}), 'a: {b: {c: [1, "2"]}}\n'),
]

JSON = [
    Case("key", '{"a": 1}\n', put("b", "x"), '{"a": 1, "b": "x"}\n'),
    Case("compact", '{"a":1,"c":{"d":2}}\n', put("c e", "x"), '{"a":1,"c":{"d":2,"e":"x"}}\n'),
    Case("value", '{"a": "x"}\n', put("a", "q"), '{"a": "q"}\n'),
    Case("value with escapes", '{"a": "x"}\n', put("a", 'q"\\\n\u2028'), '{"a": "q\\"\\\\\\n\\u2028"}\n'),
    Case("bool for a string", '{"a": "x"}\n', put("a", True), '{"a": true}\n'),
    Case(
        "pretty",
        '{\n  "a": {\n    "b": 1\n  }\n}\n',
        put("a c d", ["x"]),
        '{\n  "a": {\n    "b": 1,\n    "c": {\n      "d": [\n        "x"\n      ]\n    }\n  }\n}\n',
    ),
    Case(
        "pretty with tabs",
        '{\n\t"a": {\n\t\t"b": 1\n\t}\n}\n',
        put("a c d", False),
        '{\n\t"a": {\n\t\t"b": 1,\n\t\t"c": {\n\t\t\t"d": false\n\t\t}\n\t}\n}\n',
    ),
    Case("pretty, filling braces", '{\n  "a": {}\n}\n', put("a b", 1), '{\n  "a": {\n    "b": 1\n  }\n}\n'),
    Case("list", '{\n  "a": [\n    "x"\n  ]\n}\n', append("a", "q"), '{\n  "a": [\n    "x",\n    "q"\n  ]\n}\n'),
    Case("list on one line", '{\n  "a": ["x"]\n}\n', append("a", "q"), '{\n  "a": ["x", "q"]\n}\n'),
    Case("empty list", '{\n  "a": []\n}\n', append("a", "q"), '{\n  "a": [\n    "q"\n  ]\n}\n'),
    Case("removal", '{\n  "a": 1,\n  "b": 2\n}\n', remove("b"), '{\n  "a": 1\n}\n'),
    Case("empty document", "{}\n", put("a", "x"), '{"a": "x"}\n', path="file.json"),
    Case("rename", '{"a": 1}\n', rename("a", "b"), '{"b": 1}\n'),
    Case("JSON in YAML", 'a: {"b": "x"}\n', put("a c", "q"), 'a: {"b": "x", "c": "q"}\n'),
]

REMOVE = [
    Case("last key", "a: 1\nb: 2\n", remove("b"), "a: 1\n"),
    Case("first key", "a: 1\nb: 2\n", remove("a"), "b: 2\n"),
    Case("first two keys", "a: 1\nb: 2\nc: 3\n", (remove("a"), remove("b")), "c: 3\n"),
    Case("middle key with its comment", "a: 1\nb: 2 # c\nd: 3\n", remove("b"), "a: 1\nd: 3\n"),
    Case("nested value", "a:\n  b: 1\n  c:\n  - x\nd: 1\n", remove("a c"), "a:\n  b: 1\nd: 1\n"),
    Case("key with an empty value", "a:\nb: 2\n", remove("a"), "b: 2\n"),
    Case("comment above stays", "a: 1\n# c\nb: 2\nd: 3\n", remove("b"), "a: 1\n# c\nd: 3\n"),
    Case("deeper comments go along", "a: 1\nb:\n- x\n  # - q\nc: 3\n", remove("b"), "a: 1\nc: 3\n"),
    Case("literal block", "a: |\n  x\n\nb: 1\n", remove("a"), "\nb: 1\n"),
    Case("block that keeps blank lines", "c: 1\na: |+\n  x\n\nb: 1\n", remove("a"), "c: 1\nb: 1\n"),
    Case("first key of an item", "a:\n- b: 1\n  c: 2\n", remove("a 0 b"), "a:\n- c: 2\n"),
    Case(
        "first two keys of an item", "a:\n- b: 1\n  c: 2\n  d: 3\n", (remove("a 0 b"), remove("a 0 c")), "a:\n- d: 3\n"
    ),
    Case("first key before a comment", "- b: 1\n  # about c\n  c: 2\n", remove("0 b"), "- # about c\n  c: 2\n"),
    Case("second key of an item", "- b: 1\n  c: 2\n", remove("0 c"), "- b: 1\n"),
    Case("only key", "a:\n  b: 1\nc: 2\n", remove("a b"), "a: {}\nc: 2\n"),
    Case("only key with comments", "a: # x\n  b: 1 # q\nc: 2\n", remove("a b"), "a: {} # x\nc: 2\n"),
    Case("only key of an item", "a:\n- b: 1\n- c\n", remove("a 0 b"), "a:\n- {}\n- c\n"),
    Case("only key of the document", "a: 1\n", remove("a"), "{}\n"),
    Case("all keys", "a:\n  b: 1\n  c: 2\n", (remove("a b"), remove("a c")), "a: {}\n"),
    Case("item", "a:\n- x\n- q\n", remove("a 0"), "a:\n- q\n"),
    Case("last item", "a:\n  - x\n  - q # c\nb: 1\n", remove("a 1"), "a:\n  - x\nb: 1\n"),
    Case("only item", "a:\n- x\nb: 1\n", remove("a 0"), "a: []\nb: 1\n"),
    Case("item of several lines", "a:\n- b: 1\n  c: 2\n- d: 3\n", remove("a 0"), "a:\n- d: 3\n"),
    Case("two items", "a:\n- x\n- q\n- z\n", (remove("a 0"), remove("a 2")), "a:\n- q\n"),
    Case("item behind a dash", "- - x\n  - q\n", remove("0 0"), "- - q\n"),
    Case("key in flow style", "a: {b: 1, c: 2}\n", remove("a b"), "a: {c: 2}\n"),
    Case("last key in flow style", "a: {b: 1, c: 2}\n", remove("a c"), "a: {b: 1}\n"),
    Case("only key in flow style", "a: {b: 1}\n", remove("a b"), "a: {}\n"),
    Case("all keys in flow style", "a: {b: 1, c: 2}\n", (remove("a b"), remove("a c")), "a: {}\n"),
    Case("item in flow style", "a: [x, q, z]\n", remove("a 1"), "a: [x, z]\n"),
    Case(
        "line of a flow list", "a: [\n  x, # 1\n  q, # 2\n  z # 3\n]\n", remove("a 1"), "a: [\n  x, # 1\n  z # 3\n]\n"
    ),
    Case("trailing comma", "a: [x, q,]\n", remove("a 1"), "a: [x,]\n"),
    Case("one in, one out", "a:\n  b: 1\n", (remove("a b"), put("a c", 2)), "a:\n  c: 2\n"),
    Case("one in, one out of an item", "- b: 1\n", (remove("0 b"), put("0 c d", 2)), "- c:\n    d: 2\n"),
    Case("out of two", "a:\n  b: 1\n  d: 3\n", (remove("a d"), put("a c", 2)), "a:\n  b: 1\n  c: 2\n"),
    Case("nested end and outer key", "a:\n  b: 1\n  c: 2\n", (remove("a c"), put("d", 2)), "a:\n  b: 1\nd: 2\n"),
    Case("in flow style, one in, one out", "a: {b: 1}\n", (remove("a b"), put("a c", 2)), "a: {c: 2}\n"),
]

RENAME = [
    Case("key", "a: 1 # c\nb: 2\n", rename("a", "c"), "c: 1 # c\nb: 2\n"),
    Case("nested key", "a:\n  b:\n  - x\n", rename("a b", "c"), "a:\n  c:\n  - x\n"),
    Case("quoted key", "'a': 1\n", rename("a", "b"), "'b': 1\n"),
    Case("to a word that needs quotes", "a: 1\n", rename("a", "yes it: is"), '"yes it: is": 1\n'),
    Case("first key of an item", "- a: 1\n  b: 2\n", rename("0 a", "c"), "- c: 1\n  b: 2\n"),
    Case("key in flow style", "a: {b: 1}\n", rename("a b", "c"), "a: {c: 1}\n"),
    Case("and its neighbour gone", "- a: 1\n- b: 2\n", (rename("1 b", "c"), remove("0")), "- c: 2\n"),
]

ORDERED_KEYS = [
    Case(
        "behind the nearest predecessor",
        "name: x\nimage: q\nz: 1\n",
        put("resources", 1),
        "name: x\nimage: q\nresources: 1\nz: 1\n",
        ORDERED,
    ),
    Case(
        "predecessor further down",
        "image: q\nz: 1\nname: x\n",
        put("command", 1),
        "image: q\ncommand: 1\nz: 1\nname: x\n",
        ORDERED,
    ),
    Case("before a successor", "z: 1\nrestart: q\n", put("image", 1), "z: 1\nimage: 1\nrestart: q\n", ORDERED),
    Case("before the first key", "restart: q\nz: 1\n", put("image", 1), "image: 1\nrestart: q\nz: 1\n", ORDERED),
    Case(
        "not between a comment and its key",
        "# c\nrestart: q\nz: 1\n",
        put("image", 1),
        "# c\nrestart: q\nz: 1\nimage: 1\n",
        ORDERED,
    ),
    Case(
        "not before a key behind a dash",
        "- restart: q\n  z: 1\n",
        put("0 image", 1),
        "- restart: q\n  z: 1\n  image: 1\n",
        ORDERED,
    ),
    Case("unknown key at the end", "image: q\nx-a: 1\n", put("foo", 1), "image: q\nfoo: 1\nx-a: 1\n", ORDERED),
    Case(
        "several in their order",
        "image: q\nz: 1\n",
        (put("healthcheck", 1), put("resources", 2), put("foo", 3), put("command", 4)),
        "image: q\ncommand: 4\nresources: 2\nhealthcheck: 1\nz: 1\nfoo: 3\n",
        ORDERED,
    ),
    Case(
        "directly below the predecessor",
        "s:\n  image: q\n\n  # about z\n  z: 1\n",
        put("s restart", "no"),
        's:\n  image: q\n  restart: "no"\n\n  # about z\n  z: 1\n',
        ORDERED,
    ),
    Case(
        "merge key first",
        "b: &b {q: 1}\ns:\n  <<: *b\n  image: q\n",
        put("s name", "x"),
        "b: &b {q: 1}\ns:\n  <<: *b\n  name: x\n  image: q\n",
        ORDERED,
    ),
]

DOCUMENTS = [
    Case("behind the only one", "a: 1\n", add({"b": 2}), "a: 1\n---\nb: 2\n"),
    Case("behind several", "---\na: 1\n---\nb: 1\n", add({"c": ["x"]}), "---\na: 1\n---\nb: 1\n---\nc:\n  - x\n"),
    Case("behind an end marker", "a: 1\n...\n", add({"b": 2}), "a: 1\n...\n---\nb: 2\n"),
    Case("behind trailing comments", "a: 1\n# end\n", add({"b": 2}), "a: 1\n# end\n---\nb: 2\n"),
    Case("into nothing", "", add({"b": 2}), "b: 2\n", twins=False),
    Case("into comments", "# c\n", add({"b": 2}), "# c\nb: 2\n"),
    Case("two", "a: 1\n", (add({"b": 2}), add({"c": 3})), "a: 1\n---\nb: 2\n---\nc: 3\n"),
    Case("and a change before", "a: 1\n", (put("c", 3), add({"b": 2})), "a: 1\nc: 3\n---\nb: 2\n"),
    Case("behind a literal block", "a: |\n  x\n", add({"b": 2}), "a: |\n  x\n---\nb: 2\n", twins=False),
    Case("flow style is no JSON", "{a: 1}\n", add({"b": 2}), "{a: 1}\n---\nb: 2\n"),
]

CASES = {
    f"{group}: {case.name}": case
    for group, cases in {
        "put": PUT,
        "missing": MISSING,
        "fill": FILL,
        "append": APPEND,
        "flow": FLOW,
        "json": JSON,
        "remove": REMOVE,
        "rename": RENAME,
        "order": ORDERED_KEYS,
        "documents": DOCUMENTS,
    }.items()
    for case in cases
}


def made(case: Case, before: str) -> str:
    return edit(before, *operations_of(case), habits=case.habits, path=case.path)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_result(case: Case) -> None:
    assert made(case, case.before) == case.after


TWINS = {name: case for name, case in CASES.items() if case.twins}


@pytest.mark.parametrize("case", TWINS.values(), ids=TWINS.keys())
def test_result_with_crlf(case: Case) -> None:
    assert made(case, case.before.replace("\n", "\r\n")) == case.after.replace("\n", "\r\n")


@pytest.mark.parametrize("case", TWINS.values(), ids=TWINS.keys())
def test_result_without_final_newline(case: Case) -> None:
    assert made(case, case.before.removesuffix("\n")) == case.after.removesuffix("\n")


def operations_of(case: Case) -> tuple[Operation, ...]:
    return case.operations if isinstance(case.operations, tuple) else (case.operations,)


PUTS = {name: case for name, case in CASES.items() if all(isinstance(one, Put) for one in operations_of(case))}


@pytest.mark.parametrize("case", PUTS.values(), ids=PUTS.keys())
def test_putting_again_changes_nothing(case: Case) -> None:
    assert not lowered(case.after, operations_of(case), habits=case.habits, path=case.path).edits


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 150
