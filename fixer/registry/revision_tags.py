"""Which of several tags says most about a version."""

from __future__ import annotations

import re
from collections.abc import Iterable

_VERSION = re.compile(r"v?(\d{1,9}(?:\.\d{1,9}){0,3})")


def most_specific(ref: str, tags: Iterable[str]) -> str:
    """Return the tag with the most numbers, of these the highest: `v4.2.2` of `v4`, `v4.2` and `v4.2.2`.

    Tags that agree with the numbers of `ref` go first; "" when none is a version.
    """
    found = [(tag, numbers) for tag in tags if (numbers := _numbers(tag))]
    if not found:
        return ""

    wanted = _numbers(ref)
    return max(found, key=lambda one: (one[1][: len(wanted)] == wanted, len(one[1]), one[1], one[0]))[0]


def _numbers(tag: str) -> tuple[int, ...]:
    found = _VERSION.fullmatch(tag)
    return tuple(int(part) for part in found[1].split(".")) if found else ()
