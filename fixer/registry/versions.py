"""Which tag is the version that a moving tag means at the moment: `1.27.3` for `latest`."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator

import msgspec

MOST_QUESTIONS = 40
_VERSION = r"(v?)(\d{1,8}(?:[._]\d{1,8}){0,4})(.*)"
_MOVING = frozenset(
    {"latest", "stable", "mainline", "lts", "current", "edge", "main", "master", "release", "rolling", "default"}
)
_LONGEST_NUMBER = 5


class _Candidate(msgspec.Struct, frozen=True):
    numbers: tuple[int, ...]
    dated: bool
    tag: str


def version_of(tag: str, tags: Iterable[str], same: Callable[[str], bool]) -> str:
    """Return the most specific version tag that `same` is true of, among `tags`; "" when there is none.

    `tag` is the moving one: only tags of its variant are considered (`latest`: no suffix, `alpine`: `-alpine`), and
    below a version only its refinements. `same` is asked at most 40 times; it decides about one tag, by its digest.
    """
    candidates = itertools.islice(_ordered(_candidates(tag, tags)), MOST_QUESTIONS)
    return next((candidate.tag for candidate in candidates if same(candidate.tag)), "")


def _candidates(tag: str, tags: Iterable[str]) -> list[_Candidate]:
    """Return the version tags of the tag's variant, one for each version, written as the tag is where there are two."""
    written, below, suffix = _read(tag)
    chosen: dict[tuple[int, ...], _Candidate] = {}
    for other in sorted(tags, key=lambda name: (name.startswith("v") != bool(written), name)):
        found = re.fullmatch(_VERSION, other)
        if not found or found[3] != suffix:
            continue

        numbers = tuple(int(number) for number in re.split(r"[._]", found[2]))
        if numbers[: len(below)] == below and (_is_date(found[2]) or len(str(numbers[0])) <= _LONGEST_NUMBER):
            chosen.setdefault(numbers, _Candidate(numbers, _is_date(found[2]), other))

    return [*chosen.values(), *_dated(tag, tags)]


def _read(tag: str) -> tuple[str, tuple[int, ...], str]:
    """Return how a tag writes its version, the version, and the suffix of its variant."""
    if found := re.fullmatch(_VERSION, tag):
        return found[1], tuple(int(number) for number in re.split(r"[._]", found[2])), found[3]

    word, _, rest = tag.partition("-")
    variant = rest if word in _MOVING else tag
    return "", (), f"-{variant}" if variant and tag else ""


def _dated(tag: str, tags: Iterable[str]) -> list[_Candidate]:
    """Return the dated builds of a tag without a version: `bookworm-20241111` for `bookworm`."""
    builds = (re.fullmatch(rf"{re.escape(tag)}-(20\d{{6}})", other) for other in tags) if tag else ()
    return [_Candidate((int(found[1]),), dated=True, tag=found[0]) for found in builds if found]


def _is_date(text: str) -> bool:
    return re.fullmatch(r"(?:19|20)\d{2}([._]?)(?:0?[1-9]|1[0-2])(?:[._]?\d+)*", text) is not None


def _ordered(candidates: Iterable[_Candidate]) -> Iterator[_Candidate]:
    """Yield the highest of each major, then of each minor, then the rest; dates after all others, the latest first."""
    falling = sorted(candidates, key=lambda one: (not one.dated, one.numbers), reverse=True)
    versions = [one for one in falling if not one.dated]
    seen = set[str]()
    for length in (1, 2):
        groups = set[tuple[int, ...]]()
        for one in versions:
            if len(one.numbers) < length or one.numbers[:length] in groups:
                continue

            groups.add(one.numbers[:length])
            if one.tag not in seen:
                seen.add(one.tag)
                yield one

    yield from (one for one in falling if one.tag not in seen)
