"""New values as lines of block style."""

from __future__ import annotations

from collections.abc import Iterator

from fixer.formats.yaml.layout import Chain, Layout
from fixer.formats.yaml.pending import New, NewAlias, NewMapping, NewScalar, NewSequence, value_of
from fixer.formats.yaml.pieces import Line
from fixer.formats.yaml.writing import BLOCK, Manner, flow_text, key_text, literal_lines, scalar_text

# Argument vectors are written as in JSON, which is how manuals show them.
_VECTOR = Manner(flow=True, json=True)


class Blocks:
    """Writes new values as block lines, in the layout that holds at one place."""

    def __init__(self, layout: Layout, chain: Chain, *, literal: bool = True) -> None:
        """Measure the layout at the end of `chain`; without `literal` no block scalars are written."""
        self.literal = literal and layout.literals
        self.vectors = layout.habits.vectors
        self.step = layout.step(chain)
        self.offset = layout.list_offset(chain)
        self.width = layout.dash_width(chain)

    def entry(self, key: str, new: New, column: int) -> Iterator[Line]:
        """Yield the lines of an entry of a mapping whose keys stand at `column`."""
        name = key if isinstance(new, NewAlias) else key_text(key)
        head = f"{' ' * column}{name}:"
        if key in self.vectors and isinstance(new, NewSequence) and not new.comment and _is_vector(new):
            yield f"{head} {flow_text(value_of(new), _VECTOR)}", new.owner
            return

        yield from self.value(head, new, column)

    def value(self, head: str, new: New, column: int, manner: Manner = BLOCK) -> Iterator[Line]:
        """Yield the lines of a value behind `head`, the line of its key or dash at `column`."""
        if isinstance(new, NewAlias):
            yield f"{head} *{new.name}", new.owner
        elif isinstance(new, NewScalar):
            yield from self._scalar(head, new, column, manner)
        else:
            yield f"{head} # {new.comment}" if new.comment else head, new.owner
            yield from self.inside(new, column + (self.step if isinstance(new, NewMapping) else self.offset))

    def inside(self, new: NewMapping | NewSequence, column: int) -> Iterator[Line]:
        """Yield the lines of a collection whose keys or dashes stand at `column`."""
        if isinstance(new, NewMapping):
            for key, inner in new.entries.items():
                yield from self.entry(key, inner, column)
        else:
            for item in new.items:
                yield from self.item(item, column)

    def item(self, new: New, column: int, manner: Manner = BLOCK) -> Iterator[Line]:
        """Yield the lines of an item whose dash stands at `column`."""
        if isinstance(new, NewScalar | NewAlias):
            yield from self.value(f"{' ' * column}-{' ' * (self.width - 2)}", new, column, manner)
            return

        lines = self.inside(new, column + self.width)
        text, owner = next(lines)
        yield f"{' ' * column}-{text[column + 1 :]}", owner
        yield from lines

    def _scalar(self, head: str, new: NewScalar, column: int, manner: Manner) -> Iterator[Line]:
        comment = f" # {new.comment}" if new.comment else ""
        lines = self.literal and isinstance(new.value, str) and not manner.quote
        literal = literal_lines(new.value) if lines else None
        if literal is None:
            yield f"{head} {scalar_text(new.value, manner)}{comment}", new.owner
            return

        yield f"{head} {literal[0]}{comment}", new.owner
        for line in literal[1:]:
            yield f"{' ' * (column + self.step)}{line}" if line else "", new.owner


def _is_vector(new: NewSequence) -> bool:
    """Whether all items are strings of one owner: then one line shows them best."""
    return all(
        isinstance(item, NewScalar) and item.owner == new.owner and isinstance(item.value, str) for item in new.items
    )
