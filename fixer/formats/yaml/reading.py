"""The effective data of a document: aliases and merge keys resolved, scalars read as the consumer reads them.

Two readings come from the same walk. *Data* is for rules: plain Python values. *Meaning* is for proofs: types are told
apart (true is not 1, `"1"` is not 1), so that comparing two meanings is one `==`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from fixer.formats.yaml.nodes import Alias, Mapping, Node, Scalar, Sequence
from fixer.formats.yaml.scalars import NAMES, RESOLVERS, STANDARD, Profile, Tagged, Timestamp, resolve

MERGE = "<<"


class Duplicate(msgspec.Struct, frozen=True):
    """A key that stands a second time in its mapping."""

    mapping: Mapping
    key: Node


class Reader:
    """Reads nodes of one document; remembers what anchors hold and which keys it met twice."""

    def __init__(self, text: str, profile: Profile, *, strict: bool = False) -> None:
        """Prepare to read; `strict` reads the meaning, else the data."""
        self.text = text
        self.duplicates: list[Duplicate] = []
        self._profile = profile
        self._names = NAMES[profile]
        self._known: dict[int, Any] = {}
        self._plain = _MEANINGS[profile] if strict else _DATA[profile]
        self._convert: Callable[[Any], Any] = meaning_of if strict else _plain_data

    def read(self, node: Any) -> Any:
        """Return the value of a node."""
        kind = node.__class__
        if kind is Alias:
            node = node.target
            kind = node.__class__

        if node.anchor is not None:
            if id(node) not in self._known:
                self._known[id(node)] = self._fresh(node)

            return self._known[id(node)]

        if node.tag is not None:
            return self._fresh(node)

        if kind is Mapping:
            return self._mapping(node)

        if kind is Scalar:
            return node.text if node.style else self._plain[node.text]

        return [self.read(item) for item in node.items]

    def name(self, key: Node) -> str:
        """Return the name of a key; a key that is no scalar goes by its source text."""
        while isinstance(key, Alias):
            key = key.target

        if not isinstance(key, Scalar):
            return self.text[key.body : key.end]

        return key.text if key.style or key.tag else self._names[key.text]

    def _fresh(self, node: Node) -> Any:
        """Return the value of a node with an anchor or a tag."""
        assert not isinstance(node, Alias)
        tag = node.tag or ""
        if isinstance(node, Scalar):
            value = self._scalar(node, tag)
        elif isinstance(node, Mapping):
            value = self._mapping(node)
        else:
            value = [self.read(item) for item in node.items]

        if not is_opaque(tag):
            return value

        return Tagged(tag, value)

    def _scalar(self, node: Scalar, tag: str) -> Any:
        if not tag:
            return node.text if node.style else self._plain[node.text]

        name = tag.removeprefix(STANDARD)
        if name in {"bool", "int", "float", "null"} and tag.startswith(STANDARD):
            return self._convert(resolve(node.text, self._profile))

        return node.text

    def _mapping(self, node: Mapping) -> dict[str, Any]:
        result: dict[str, Any] = {}
        names, plain = self._names, self._plain
        merges: list[Node] | None = None
        key: Any
        value: Any
        for key, value in node.entries:
            if key.__class__ is Scalar and not key.style and key.tag is None:
                name = names[key.text]
                if name == MERGE:
                    merges = [*(merges or ()), value]
                    continue
            else:
                name = self.name(key)

            if name in result:
                self.duplicates.append(Duplicate(node, key))

            if value.__class__ is Scalar and value.tag is None and value.anchor is None:
                result[name] = value.text if value.style else plain[value.text]
            else:
                result[name] = self.read(value)

        if merges:
            self._merge(node, merges, result)

        return result

    def _merge(self, node: Mapping, merges: list[Node], result: dict[str, Any]) -> None:
        for value in merges:
            for source in merged(value):
                for name, inherited in self.read(source).items():
                    result.setdefault(name, inherited)

        if len(merges) > 1:
            keys = [key for key, _ in node.entries if is_merge(key)]
            self.duplicates += [Duplicate(node, key) for key in keys[1:]]


def is_merge(key: Node) -> bool:
    """Whether a key is the merge key."""
    return isinstance(key, Scalar) and key.text == MERGE and not key.style and key.tag is None


def merged(value: Node) -> Iterator[Mapping]:
    """Yield the mappings that the value of a merge key brings in, the one that wins first."""
    node = value.target if isinstance(value, Alias) else value
    if isinstance(node, Mapping):
        yield node
    elif isinstance(node, Sequence):
        for item in node.items:
            one = item.target if isinstance(item, Alias) else item
            if isinstance(one, Mapping):
                yield one


def is_opaque(tag: str) -> bool:
    """Whether a tag is one of the application's, whose meaning is not ours to know."""
    return tag not in {"", "!"} and not tag.startswith(STANDARD)


def meaning_of(value: Any) -> Any:
    """Return the meaning of plain data: as `Reader` would read it with `strict`."""
    kind = value.__class__
    if kind is str or value is None:
        return value

    if kind in {bool, int, float}:
        return kind.__name__, repr(value)

    if isinstance(value, Tagged):
        return Tagged(value.tag, meaning_of(value.value))

    if isinstance(value, Timestamp):
        return "timestamp", value.text

    if isinstance(value, dict) or hasattr(value, "items"):
        return {str(key): meaning_of(inner) for key, inner in value.items()}

    return [meaning_of(inner) for inner in value]


def _plain_data(value: Any) -> Any:
    return value.text if isinstance(value, Timestamp) else value


class _Converted(dict[str, Any]):
    """A resolver whose values went through a conversion."""

    def __init__(self, profile: Profile, convert: Callable[[Any], Any]) -> None:
        super().__init__()
        self._resolver = RESOLVERS[profile]
        self._convert = convert

    def __missing__(self, text: str) -> Any:
        if len(self) > len(self._resolver) + 1:
            self.clear()

        value = self[text] = self._convert(self._resolver[text])
        return value


_DATA = {profile: _Converted(profile, _plain_data) for profile in Profile}
_MEANINGS = {profile: _Converted(profile, meaning_of) for profile in Profile}
