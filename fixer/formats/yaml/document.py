"""One document of a YAML file: its effective data, and where each part of it stands in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from fixer.cached import cached_property
from fixer.formats.yaml.nodes import Alias, Mapping, Node, Root, Scalar, colon_end, line_of
from fixer.formats.yaml.operations import Path
from fixer.formats.yaml.reading import Reader
from fixer.formats.yaml.scalars import Profile
from fixer.formats.yaml.trail import Trail, walk
from fixer.text import Span

if TYPE_CHECKING:
    from fixer.formats.yaml.sharing import Sharing

_COMMENT = re.compile(r"(?:[ \t,\]}]*(?<=[ \t,\]}\"'])#|^#)([^\r\n]*)")


class YamlDocument:
    """A document, read in a profile; `index` is its number in the file, counted from 0."""

    def __init__(self, text: str, root: Root, index: int, profile: Profile) -> None:
        self.text = text
        self.root = root
        self.index = index
        self.profile = profile

    @cached_property
    def data(self) -> Any:
        """Effective plain data: bool, int, float, str, None, list, dict, and Tagged for application tags. Read only."""
        return self._reader.read(self.root.node)

    @cached_property
    def meaning(self) -> Any:
        """Effective data with types told apart, for proofs."""
        return Reader(self.text, self.profile, strict=True).read(self.root.node)

    def walk(self, at: Path) -> Trail:
        """Return the way to a path, as far as it exists."""
        return walk(self.root, at, self._reader.name)

    def name(self, key: Node) -> str:
        """Return the name that the consumer of the file sees for a key."""
        return self._reader.name(key)

    def has(self, at: Path) -> bool:
        """Whether there is something at a path of the effective data (null counts)."""
        return not self.walk(at).rest

    def own(self, at: Path) -> bool:
        """Whether a place is written where it stands, and not reached through an alias or a merge key."""
        trail = self.walk(at)
        return not trail.rest and trail.anchor is None

    def origin(self, at: Path) -> str | None:
        """Return the name of the anchor that a place is inherited from; None when it is its own."""
        return self.walk(at).anchor

    def dependents(self, at: Path) -> list[Path]:
        """Return every path of the effective data that shares the text of a place, itself included."""
        if not self.root.aliases:
            return [at]

        return self.sharing.dependents(self.walk(at))

    def span(self, at: Path) -> Span:
        """Return the span of the key or the item at a path; of the deepest part that exists when it is missing."""
        steps = self.walk(at).steps
        if not steps:
            node = self.root.node
            first = node.entries[0][0] if isinstance(node, Mapping) and node.entries else node
            return Span(first.body, first.end)

        node = steps[-1].key or steps[-1].value
        return Span(node.body, node.end)

    def value_span(self, at: Path) -> Span | None:
        """Return the span of the value at a path without its anchor and tag; None when it is missing."""
        trail = self.walk(at)
        return None if trail.rest else Span(trail.value.body, trail.value.end)

    def raw(self, at: Path) -> str | None:
        """Return the source text of the scalar at a path, with its quotes; None when there is no scalar."""
        trail = self.walk(at)
        node = trail.node
        return None if trail.rest or not isinstance(node, Scalar) else self.text[node.body : node.end]

    def comment(self, at: Path) -> str:
        """Return the trailing comment on the line of a value, or of the key of a collection; "" when there is none."""
        trail = self.walk(at)
        if trail.rest or not trail.steps:
            return ""

        step = trail.steps[-1]
        end = step.value.end
        if not isinstance(step.value, Scalar | Alias) and not step.value.flow:
            end = colon_end(self.text, step.key, step.value) if step.key else step.value.body
        elif isinstance(step.value, Scalar) and step.value.style in {"|", ">"}:
            return self._header_comment(step.value)

        line_end = self.text.find("\n", end)
        line = self.text[max(end - 1, 0) : line_end if line_end >= 0 else len(self.text)]
        found = _COMMENT.match(line, 1)
        return found.group(1).strip() if found else ""

    def comment_above(self, at: Path) -> str:
        r"""Return the comment lines directly above a key or an item, joined by "\n"; "" when there are none."""
        trail = self.walk(at)
        if trail.rest or not trail.steps:
            return ""

        step = trail.steps[-1]
        start = self.text.rfind("\n", 0, (step.key or step.value).start)
        lines: list[str] = []
        while start > 0:
            above = self.text.rfind("\n", 0, start)
            line = self.text[above + 1 : start].strip()
            if not line.startswith("#"):
                break

            lines.insert(0, line.lstrip("#").strip())
            start = above

        return "\n".join(lines)

    def duplicates(self) -> Iterator[tuple[Path, int]]:
        """Yield the keys that stand twice in their mapping: path and line. Each path costs a look at the whole tree."""
        _ = self.data
        for one in self._reader.duplicates:
            yield self._path_of(one.mapping, one.key), line_of(self.text, one.key.start)

    @property
    def duplicated(self) -> list[str]:
        """Names of the keys that stand twice in their mapping."""
        _ = self.data
        return [self.name(one.key) for one in self._reader.duplicates]

    @cached_property
    def sharing(self) -> Sharing:
        """Which paths share which text."""
        from fixer.formats.yaml.sharing import Sharing

        return Sharing(self.root, self.name)

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self.text, self.profile)

    def _header_comment(self, node: Scalar) -> str:
        header = self.text[node.body : node.end].split("\n", 1)[0]
        return header.partition("#")[2].strip()

    def _path_of(self, mapping: Mapping, key: Node) -> Path:
        from fixer.formats.yaml.sharing import path_of

        return (*path_of(self.root.node, mapping, self.name), self.name(key))
