"""What a plain scalar means to the consumer of a file: Kubernetes (goyaml.v2) or Compose (go.yaml.in/yaml v4).

Observed with kubectl 1.32 and docker-compose 2.40; neither reads YAML as a Python library does.
"""

from __future__ import annotations

import enum
import re
from typing import Any

import msgspec

_NULLS = ("", "~", "null", "Null", "NULL")
_TRUE = ("true", "True", "TRUE")
_FALSE = ("false", "False", "FALSE")
_OLD_TRUE = ("y", "Y", "yes", "Yes", "YES", "on", "On", "ON")
_OLD_FALSE = ("n", "N", "no", "No", "NO", "off", "Off", "OFF")
_SPECIAL_FLOATS = {
    **{sign + text: float(sign + "inf") for sign in ("", "+", "-") for text in (".inf", ".Inf", ".INF")},
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}

_INTEGER = re.compile(r"[-+]?(?:0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_TIMESTAMP = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}(?:(?:[Tt]| +)\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?(?: *(?:Z|[-+]\d{1,2}(?::?\d{2})?))?)?"
)

# Integers beyond what 64 bits hold are read as floating point numbers.
_LARGEST = 2**64 - 1
_SMALLEST = -(2**63)
# Floating point numbers below this are exact as integers, and every consumer writes them as such (1e3 is 1000).
_EXACT = 2**53
# Characters of a number; each consumer's decoder gives up on longer ones, and none is meant.
_LONGEST = 300
# A resolver forgets what it learned when it holds this many texts: a long-lived process must not grow for ever.
_MEMORY = 50_000

STANDARD = "tag:yaml.org,2002:"


class Profile(enum.Enum):
    """Whose understanding of scalars holds in a file."""

    KUBERNETES = "kubernetes"
    COMPOSE = "compose"


class Tagged(msgspec.Struct, frozen=True):
    """A value with a tag of its own (`!reset`, `!override`): opaque, except that a list may be seen through it."""

    tag: str
    value: Any


class Timestamp(msgspec.Struct, frozen=True):
    """A plain date or time where the consumer takes it for one."""

    text: str


class Resolver(dict[str, Any]):
    """Plain text to value, in one profile; looks up at the speed of a dictionary what it has met before."""

    def __init__(self, profile: Profile) -> None:
        super().__init__()
        self._profile = profile

    def __missing__(self, text: str) -> Any:
        if len(self) > _MEMORY:
            self.clear()

        value = self[text] = resolve(text, self._profile)
        return value


class Names(dict[str, str]):
    """Plain text of a key to the name its consumer sees."""

    def __init__(self, profile: Profile) -> None:
        super().__init__()
        self._profile = profile

    def __missing__(self, text: str) -> str:
        if len(self) > _MEMORY:
            self.clear()

        name = self[text] = name_of(text, self._profile)
        return name


RESOLVERS = {profile: Resolver(profile) for profile in Profile}
NAMES = {profile: Names(profile) for profile in Profile}


def resolve(text: str, profile: Profile) -> Any:
    """Return what the plain scalar `text` means: None, bool, int, float, Timestamp or str."""
    if text in _NULLS:
        return None

    if text in _TRUE or text in _FALSE:
        return text in _TRUE

    if profile is Profile.KUBERNETES and (text in _OLD_TRUE or text in _OLD_FALSE):
        return text in _OLD_TRUE

    if text[0] not in "+-.0123456789":
        return text

    if profile is Profile.COMPOSE and _TIMESTAMP.fullmatch(text):
        return Timestamp(text)

    value = number(text)
    return text if value is None else value


def number(text: str) -> int | float | None:
    """Return the number that a plain scalar stands for; None when it stands for none."""
    if text in _SPECIAL_FLOATS:
        return _SPECIAL_FLOATS[text]

    plain = text.replace("_", "")
    if len(plain) > _LONGEST:
        return None  # no consumer holds it as a number

    if _INTEGER.fullmatch(plain):
        integer = _integer(plain)
        return integer if _SMALLEST <= integer <= _LARGEST else float(integer)

    if not _FLOAT.fullmatch(plain):
        return None

    value = float(plain)
    if value in {float("inf"), float("-inf")}:
        return None  # beyond what a consumer can hold: it stays text

    return int(value) if value.is_integer() and abs(value) < _EXACT else value


def name_of(text: str, profile: Profile) -> str:
    """Return the name of the plain key `text`: Kubernetes turns keys into JSON strings after resolving them."""
    if profile is not Profile.KUBERNETES:
        return text

    value = resolve(text, profile)
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]

    return str(value)


def truth(value: object) -> bool | None:
    """Return the truth value of what stands in a field typed bool, where `yes` and `on` count in every profile."""
    if isinstance(value, bool):
        return value

    if value in _OLD_TRUE or value in _TRUE:
        return True

    return False if value in _OLD_FALSE or value in _FALSE else None


def _integer(text: str) -> int:
    sign = -1 if text.startswith("-") else 1
    digits = text.lstrip("+-").lower()
    if digits[:2] in {"0x", "0o", "0b"}:
        return sign * int(digits, 0)

    return sign * (int(digits, 8) if digits.startswith("0") else int(digits))
