"""Where a new key stands among the keys that are there."""

from __future__ import annotations

from collections.abc import Sequence

from fixer.formats.yaml.nodes import Collection, Mapping
from fixer.formats.yaml.plan import NewEntry, Removals


def slots(
    names: Sequence[str], entries: Sequence[NewEntry], order: Sequence[str], *, first: bool
) -> dict[int, list[NewEntry]]:
    """Return the new entries by the number of the key they go behind (-1: before the first), in the usual order.

    `first`: whether something may stand before the first key.
    """
    found: dict[int, list[tuple[int, NewEntry]]] = {}
    for entry in entries:
        key = entry[0] or ""
        rank = order.index(key) if key in order else len(order)
        found.setdefault(slot(names, key, order, first=first), []).append((rank, entry))

    return {place: [entry for _, entry in sorted(ranked, key=lambda one: one[0])] for place, ranked in found.items()}


def slot(names: Sequence[str], key: str, order: Sequence[str], *, first: bool) -> int:
    """Return behind which of the keys `names` a new key goes; -1 before the first, if `first` allows that."""
    end = len(names) - 1
    while end > 0 and names[end].startswith("x-"):
        end -= 1

    if end == 0 and names and names[0].startswith("x-"):
        end = len(names) - 1

    if key not in order:
        return end

    rank = order.index(key)
    before = [(order.index(other), number) for number, other in enumerate(names) if other in order[:rank]]
    if before:
        # Where the keys are in another order than usual: behind all of those that belong before it and stand together.
        place = max(before)[1]
        while place + 1 < len(names) and names[place + 1] in order[:rank]:
            place += 1

        return place

    after = [number for number, other in enumerate(names) if other in order[rank:]]
    if after and (after[0] > 0 or first):
        return after[0] - 1

    return end


def kept_entries(container: Collection, removed: Removals | None) -> list[int]:
    """Return the numbers of the entries that stay."""
    count = len(container.entries if isinstance(container, Mapping) else container.items)
    gone = removed.owners if removed is not None else {}
    return [index for index in range(count) if index not in gone]
