"""Text of several parts that must not be too long: what is cut is said, and every part keeps some of its room."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec


class Part(msgspec.Struct, frozen=True):
    """Lines that stand together: a head, items of which the later ones may be cut, and a foot.

    `share` is how much of the room it may take before all others have had theirs; a part of items without a head has
    none when all of them are cut. `more` is a line that says how many were cut, with `{}` for the number. Without items
    a part cannot be cut.
    """

    head: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    foot: tuple[str, ...] = ()
    share: float = 0.0
    more: str = "…and {} more."


def fitted(parts: Sequence[Part], room: int) -> str:
    """Return the lines of the parts, each ended, in at most `room` characters; items are cut from the end of a part.

    What cannot be cut must fit: it is as long as it is.
    """
    shown = [len(part.items) for part in parts]
    text = _joined(parts, shown)
    if len(text) <= room:
        return text

    free = left = max(room - len(_joined(parts, [0] * len(parts))), 0)
    for number, part in enumerate(parts):
        shown[number] = _count(part, min(int(free * part.share), left))
        left -= sum(len(item) + 1 for item in part.items[: shown[number]])

    for number, part in enumerate(parts):
        left = room - len(_joined(parts, shown))
        shown[number] += _count(msgspec.structs.replace(part, items=part.items[shown[number] :]), left)

    return _joined(parts, shown)


def _count(part: Part, room: int) -> int:
    """How many items fit."""
    used = 0
    for number, item in enumerate(part.items):
        used += len(item) + 1
        if used > room:
            return number

    return len(part.items)


def _joined(parts: Sequence[Part], shown: Sequence[int]) -> str:
    lines: list[str] = []
    for part, count in zip(parts, shown, strict=True):
        cut = len(part.items) - count
        more = (*((part.more.format(cut),) if cut else ()),)
        lines += (*part.head, *part.items[:count], *(("", *more) if more and part.foot == () else more), *part.foot)

    return "".join(f"{line}\n" for line in lines)
