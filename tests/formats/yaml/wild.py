"""Writes data as YAML in every style there is, another one for each node: what people's editors leave behind.

Everything is drawn from one `Random`, so that a seed, or hypothesis, decides. `Text.styles` says which styles occur.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any

import msgspec

_PLAIN = re.compile(r"[A-Za-z/][A-Za-z0-9_/. -]*(?<! )")
# Plain words that are no strings.
_TYPED = {"null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf"}
COMMENTS = ("# c", "#", "# a: [b", "# - é\U0001f600", "#x: y", "# 'q")
STYLES = (
    *("block mapping", "block list", "indentless list", "flow", "flow of many lines", "compact item", "wide dash"),
    *(
        "plain",
        "single quotes",
        "double quotes",
        "literal",
        "folded",
        "indentation indicator",
        "keep",
        "strip",
        "many lines",
    ),
    *("anchor", "alias", "merge key", "comment line", "comment behind", "blank line", "trailing blanks", "empty value"),
    *(
        "several documents",
        "document start",
        "document end",
        "CRLF",
        "byte order mark",
        "no final newline",
        "JSON",
        "tag",
    ),
    *("tabs",),
)


class Text(msgspec.Struct, frozen=True):
    """What was written; `json` says that it is JSON as well."""

    text: str
    styles: frozenset[str]
    json: bool = False


def wild(documents: list[Any], chance: Random) -> Text:
    """Write the documents."""
    if len(documents) == 1 and isinstance(documents[0], dict | list) and chance.random() < 0.12:
        return _json(documents[0], chance)

    writer = _Writer(chance)
    text = "".join(writer.stream(documents))
    if chance.random() < 0.15:
        writer.seen("no final newline")
        text = text.rstrip("\n")

    if chance.random() < 0.2:
        writer.seen("CRLF")
        text = text.replace("\n", "\r\n")

    if chance.random() < 0.07:
        writer.seen("byte order mark")
        text = "\ufeff" + text

    return Text(text, frozenset(writer.styles))


def _json(value: Any, chance: Random) -> Text:
    indent = chance.choice((None, 2, 4, "\t"))
    text = json.dumps(value, indent=indent, ensure_ascii=False) + chance.choice(("\n", ""))
    ends = chance.choice(("\n", "\n", "\r\n"))
    styles = {"JSON", *(["tabs"] if indent == "\t" else []), *(["CRLF"] if ends != "\n" and "\n" in text else [])}
    return Text(text.replace("\n", ends), frozenset(styles), json=True)


class _Writer:
    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.styles: set[str] = set()
        self.tidy = chance.random() < 0.3
        self.step = chance.choice((2, 2, 2, 3, 4))
        self.anchors: dict[str, tuple[str, Any]] = {}
        self.uses: Counter[str] = Counter()
        self.number = 0
        self.open = ""  # the block scalar that was written last, which what follows may become part of

    def seen(self, style: str) -> None:
        self.styles.add(style)

    def draws(self, share: float) -> bool:
        return self.chance.random() < share * (0.3 if self.tidy else 1)

    # ---- documents

    def stream(self, documents: list[Any]) -> Iterator[str]:
        if len(documents) > 1:
            self.seen("several documents")

        for number, document in enumerate(documents):
            self.anchors.clear()
            self.uses = Counter(_collections(document))
            if number or self.draws(0.25):
                self.seen("document start")
                yield "---\n" if self.draws(0.9) else "--- # d\n"

            yield from self.noise(0)
            yield from self.document(document)
            if number + 1 < len(documents) and self.draws(0.15):
                self.seen("document end")
                yield "...\n"

    def document(self, value: Any) -> Iterator[str]:
        if isinstance(value, dict | list) and value:
            yield from self.block(value, 0)
        else:
            yield f"{self.flow(value)}{self.behind()}\n"

    # ---- block style

    def block(self, value: Any, column: int) -> Iterator[str]:
        entries = self.entries(value, column) if isinstance(value, dict) else self.items(value, column)
        for lines in entries:
            yield from lines
            yield from self.noise(column)

    def entries(self, value: dict[str, Any], column: int) -> Iterator[list[str]]:
        self.seen("block mapping")
        own, merged = self.merge(value)
        if merged:
            self.seen("merge key")
            yield [f"{' ' * column}<<: {merged}{self.behind()}\n"]

        for key, inner in own.items():
            yield list(self.value(f"{' ' * column}{self.key(key)}:", inner, column, listed=False))

    def items(self, value: list[Any], column: int) -> Iterator[list[str]]:
        self.seen("block list")
        width = self.chance.choice((2, 2, 2, 4))
        for item in value:
            head = f"{' ' * column}-"
            if isinstance(item, dict | list) and item and self.draws(0.75):
                self.seen("compact item" if width == 2 else "wide dash")
                lines = "".join(self.block(item, column + width))
                yield [head + lines[column + 1 :]]
            else:
                yield list(self.value(head, item, column, listed=True))

    def value(self, head: str, value: Any, column: int, *, listed: bool) -> Iterator[str]:
        properties, alias = self.shared(value)
        self.open = ""
        if alias:
            yield f"{head} {alias}{self.behind()}\n"
        elif isinstance(value, dict | list) and value and self.draws(0.85 if self.tidy else 0.7):
            yield f"{head}{properties}{self.behind()}\n"
            yield from self.noise(column + 1)
            yield from self.block(value, column + self.deeper(value, listed=listed))
        elif isinstance(value, str) and "\n" in value and self.draws(0.8):
            yield from self.scalar_block(f"{head}{properties}", value, column)
        else:
            written = self.flow(value, column + self.step)
            yield f"{head}{properties}{' ' + written if written else ''}{self.behind()}\n"

    def deeper(self, value: Any, *, listed: bool) -> int:
        if isinstance(value, list) and not listed and self.draws(0.6):
            self.seen("indentless list")
            return 0

        return self.step if self.tidy else self.chance.choice((self.step, 1, 2, 4))

    def scalar_block(self, head: str, value: str, column: int) -> Iterator[str]:
        lines = value.split("\n")
        ends = len(value) - len(value.rstrip("\n"))
        foldable = all(line and not line.startswith((" ", "\t")) for line in value.strip("\n").split("\n"))
        indicator = value.startswith((" ", "\n", "\t")) or self.draws(0.1)
        if ends > 1 or not value.strip("\n") or any(line != line.strip() for line in lines) or "\r" in value:
            yield f"{head} {json.dumps(value)}{self.behind()}\n"
            return

        folded = foldable and self.draws(0.4)
        chomp = "-" if ends == 0 else self.chance.choice(("", "+"))
        step = self.chance.choice((1, 2, 4))
        self.styles |= {"folded" if folded else "literal"} | (
            {"strip"} if chomp == "-" else {"keep"} if chomp else set()
        )
        self.open = "keep" if chomp == "+" else "scalar"
        if indicator:
            self.seen("indentation indicator")

        yield f"{head} {'>' if folded else '|'}{step if indicator else ''}{chomp}{self.behind()}\n"
        body = lines[: len(lines) - ends] if ends else lines
        for number, line in enumerate(body):
            if folded and number:
                yield "\n"

            yield f"{' ' * (column + step)}{line}\n" if line else "\n"

    # ---- what stands between

    def behind(self) -> str:
        if self.draws(0.12):
            self.seen("comment behind")
            return self.chance.choice((" ", "  ")) + self.chance.choice(COMMENTS)

        if self.draws(0.08):
            self.seen("trailing blanks")
            return " " * self.chance.randint(1, 3)

        return ""

    def noise(self, column: int) -> Iterator[str]:
        """Comments and blank lines."""
        if self.draws(0.12):
            self.seen("comment line")
            at = 0 if self.open else self.chance.choice((column, column, 0, column + 3))
            yield f"{' ' * at}{self.chance.choice(COMMENTS)}\n"

        if self.open != "keep" and self.draws(0.08):
            self.seen("blank line")
            yield "\n"

    # ---- anchors

    def shared(self, value: Any) -> tuple[str, str]:
        """Return the properties for a value, or the alias that stands for it."""
        if isinstance(value, dict | list) and value:
            key = repr(value)
            if key in self.anchors and self.draws(0.7):
                self.seen("alias")
                return "", f"*{self.anchors[key][0]}"

            if self.draws(0.8 if self.uses[key] > 1 else 0.1):
                self.number += 1
                self.seen("anchor")
                self.anchors[key] = f"n{self.number}", value
                return f" &n{self.number}", ""
        elif isinstance(value, str) and value and self.draws(0.03):
            self.seen("tag")
            return " !!str", ""

        return "", ""

    def merge(self, value: dict[str, Any]) -> tuple[dict[str, Any], str]:
        """Return the entries that are left when an anchored mapping is merged in, and its alias."""
        for name, other in self.anchors.values():
            inside = isinstance(other, dict) and all(
                repr(value.get(key, ...)) == repr(one) for key, one in other.items()
            )
            if inside and len(other) < len(value) and self.draws(0.9):
                return {key: inner for key, inner in value.items() if key not in other}, f"*{name}"

        return value, ""

    # ---- scalars and flow style

    def key(self, key: str) -> str:
        return self.string(key, key=True)

    def flow(self, value: Any, column: int = 0) -> str:
        if isinstance(value, dict | list):
            return self.flow_collection(value, column)

        if value is None and self.draws(0.2) and column:
            self.seen("empty value")
            return ""

        if isinstance(value, str):
            return self.string(value, column=column)

        return json.dumps(value)

    def flow_collection(self, value: Any, column: int) -> str:
        self.seen("flow")
        brackets = "{}" if isinstance(value, dict) else "[]"
        if not value:
            return brackets

        if isinstance(value, dict):
            parts = [f"{self.string(key, flow=True, key=True)}: {self.flow_inner(one)}" for key, one in value.items()]
        else:
            parts = [self.flow_inner(one) for one in value]

        last = "," if self.draws(0.1) else ""
        if column and self.draws(0.3):
            self.seen("flow of many lines")
            indent = "\n" + " " * column
            return brackets[0] + indent + f",{indent}".join(parts) + last + indent + brackets[1]

        gap = self.chance.choice(("", "", " "))
        return brackets[0] + gap + ", ".join(parts) + last + gap + brackets[1]

    def flow_inner(self, value: Any) -> str:
        if isinstance(value, dict | list):
            return self.flow_collection(value, 0)

        return self.string(value, flow=True) if isinstance(value, str) else json.dumps(value)

    def string(self, text: str, *, flow: bool = False, key: bool = False, column: int = 0) -> str:
        plain = _PLAIN.fullmatch(text) and text.lower() not in _TYPED
        kinds = [*(["plain"] * 3 if plain else []), "double quotes"]
        if text.isprintable() and "\n" not in text:
            kinds.append("single quotes")

        kind = self.chance.choice(kinds)
        self.seen(kind)
        if kind == "plain" and not flow and not key and column and " " in text and self.draws(0.2):
            self.seen("many lines")
            return text.replace(" ", "\n" + " " * column, 1) if "  " not in text else text

        if kind == "plain":
            return text

        if kind == "single quotes":
            return "'" + text.replace("'", "''") + "'"

        return json.dumps(text, ensure_ascii=text.isascii() or not text.isprintable())


def _collections(value: Any) -> Iterator[str]:
    """The collections in a value, in words that say whether two are alike."""
    if isinstance(value, dict | list) and value:
        yield repr(value)
        if isinstance(value, dict) and "more" in value:
            yield repr({key: inner for key, inner in value.items() if key != "more"})

        for inner in value.values() if isinstance(value, dict) else value:
            yield from _collections(inner)


def tangled(value: Any, chance: Random) -> Any:
    """Return a mapping in which some collections stand at two places, alone or among further keys."""
    found = [(one, key) for one in _mappings(value) for key in one if isinstance(one[key], dict | list) and one[key]]
    for number in range(chance.choice((0, 0, 1, 2)) if found else 0):
        holder, key = chance.choice(found)
        copy = deepcopy(holder[key])
        if isinstance(copy, dict) and chance.random() < 0.6:
            copy |= {"more": number}

        place = value if isinstance(value, dict) and chance.random() < 0.6 else chance.choice(list(_mappings(value)))
        place[f"again{number}"] = copy

    return value


def _mappings(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _mappings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _mappings(inner)
