"""Mechanical rewrites of YAML texts: the same data in the styles that files out there are written in."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Callable
from typing import Any

import yaml
from ruamel.yaml import YAML

from fixer.formats.yaml.events import fast, slow
from fixer.formats.yaml.nodes import Alias, Mapping, Node, Scalar, build


def crlf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


def no_final_newline(text: str) -> str:
    return text.rstrip("\r\n")


def commented(text: str, *, tabs: bool = False) -> str:
    """Comments, blank lines, trailing blanks and characters of four bytes wherever they may stand."""
    chance = random.Random(len(text))
    spans = _many_lines(text)
    result = []
    position = 0
    while True:
        end = text.find("\n", position)
        if end < 0:
            return "".join([*result, text[position:]])

        line = text[position:end]
        inside = any(start <= end < stop for start, stop in spans)
        if not inside:
            line = _decorated(line, chance, "\t" if tabs else " ")

        result.append(line + "\n")
        position = end + 1
        while not inside and not any(start < position < stop for start, stop in spans) and chance.random() < 0.25:
            kind = chance.random()
            result.append("\n" if kind < 0.3 else " " * chance.randint(0, 12) + "# c: [x\n" if kind < 0.9 else "#\n")


def tabs_crlf_unterminated(text: str) -> str:
    return commented(text, tabs=True).rstrip("\n").replace("\n", "\r\n")


def json_pretty(text: str) -> str:
    return json.dumps(_only(text), indent=2, default=str) + "\n"


def json_compact(text: str) -> str:
    return json.dumps(_only(text), separators=(",", ":"), default=str) + "\n"


def json_tabs(text: str) -> str:
    return json.dumps(_only(text), indent="\t", default=str) + "\n"


def leaf_flow(text: str) -> str:
    return yaml.dump_all(_native(text), default_flow_style=None, width=200, Dumper=yaml.CSafeDumper)


def all_flow(text: str) -> str:
    return yaml.dump_all(_native(text), default_flow_style=True, width=60, explicit_start=True, Dumper=yaml.CSafeDumper)


def wrapped(text: str) -> str:
    return "# head\n---\n" + text.rstrip("\n") + "\n...\n---\n# only a comment\n"


def indented(mapping: int, sequence: int, offset: int) -> Callable[[str], str]:
    def rewrite(text: str) -> str:
        parser = YAML(typ="rt", pure=True)
        parser.preserve_quotes = True
        parser.indent(mapping=mapping, sequence=sequence, offset=offset)
        stream = io.StringIO()
        parser.dump_all(list(parser.load_all(text)), stream)
        return stream.getvalue()

    return rewrite


REWRITES: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "crlf": crlf,
    "no final newline": no_final_newline,
    "comments and blanks": commented,
    "tabs, crlf, no final newline": tabs_crlf_unterminated,
    "json pretty": json_pretty,
    "json compact": json_compact,
    "json with tabs": json_tabs,
    "leaves in flow style": leaf_flow,
    "all in flow style": all_flow,
    "document markers": wrapped,
    "indent 4/6/4": indented(4, 6, 4),
    "indent 4/4/0": indented(4, 4, 0),
    "indent 3/5/2": indented(3, 5, 2),
    "wide dashes": indented(2, 6, 2),
}


def _decorated(line: str, chance: random.Random, blank: str) -> str:
    kind = chance.random()
    if kind < 0.15:
        return line + " " * chance.randint(1, 3)

    marker = line.startswith(("---", "...", "%"))
    if kind < 0.3 and "#" not in line and line.strip() and not marker:
        return f"{line}{blank}# e\u00e9\U0001f600"

    return line


def _many_lines(text: str) -> list[tuple[int, int]]:
    """Spans of scalars and flow collections of several lines, inside of which a comment would be content."""
    spans: list[tuple[int, int]] = []
    waiting: list[Node] = [root.node for root in build(text, fast() or slow())]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Scalar | Alias) or node.flow:
            if "\n" in text[node.start : node.end]:
                keeps = isinstance(node, Scalar) and node.style in {"|", ">"}
                spans.append((node.start, _past_blank_lines(text, node.end) if keeps else node.end))
        elif isinstance(node, Mapping):
            waiting += [one for entry in node.entries for one in entry]
        else:
            waiting += node.items

    return spans


def _past_blank_lines(text: str, end: int) -> int:
    """A comment behind the blank lines of a block scalar may be content of it."""
    stop = end
    while stop < len(text) and text[stop] in "\r\n \t":
        stop += 1

    return stop


def _native(text: str) -> list[Any]:
    return list(yaml.load_all(text, Loader=yaml.CSafeLoader))


def _only(text: str) -> Any:
    return _native(text)[0]
