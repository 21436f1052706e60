"""What a server asks for in `WWW-Authenticate`: several challenges, commas inside of quotes (RFC 9110, 11)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import msgspec

_LONGEST = 8192
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"""[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s",=]+)(?=[ \t]*(?:,|$)))""", re.DOTALL)
_TOKEN68 = re.compile(r"[ \t]+[A-Za-z0-9._~+/-]+=*[ \t]*(?=,|$)")


class Challenge(msgspec.Struct, frozen=True):
    """One way in: `scheme` in lower case (`bearer`), `parameters` by their names in lower case."""

    scheme: str
    parameters: Mapping[str, str]


def parse_challenges(values: Iterable[str]) -> tuple[Challenge, ...]:
    """Return the challenges of all the headers' values in their order; what cannot be read is left out."""
    return tuple(challenge for value in values for challenge in _challenges(value[:_LONGEST]))


def _challenges(text: str) -> Iterator[Challenge]:
    scheme, parameters = "", dict[str, str]()
    place = 0
    while place < len(text):
        word = _TOKEN.match(text, place)
        if word is None:
            place += 1
            continue

        place = word.end()
        if value := _VALUE.match(text, place):
            parameters.setdefault(word[0].lower(), _plain(value))
            place = value.end()
            continue

        if scheme:
            yield Challenge(scheme, parameters)

        scheme, parameters = word[0].lower(), {}
        opaque = _TOKEN68.match(text, place)
        place = opaque.end() if opaque else place

    if scheme:
        yield Challenge(scheme, parameters)


def _plain(value: re.Match[str]) -> str:
    return value[2] if value[1] is None else re.sub(r"\\(.)", r"\1", value[1], flags=re.DOTALL)
