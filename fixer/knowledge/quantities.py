"""Quantities of Kubernetes (`500m`, `2Gi`, `1e3`) and byte values of Compose (`512m`, `1gb`), exact."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction

_NUMBER = r"(?P<number>[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))"
_QUANTITY = _NUMBER + r"(?:[eE](?P<exponent>[+-]?[0-9]{1,3})|(?P<unit>[numkMGTPE]|[KMGTPE]i))?"
_BYTES = r"(?i)(?P<number>[0-9]+(?:\.[0-9]+)?) ?(?P<unit>[kmgtp]?i?b?)"

# Characters of a number; no quantity anybody means is longer.
_LONGEST = 40
_DIGITS = 18
_BINARY = {"Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4, "Pi": 5, "Ei": 6}
_DECIMAL = {"n": -3, "u": -2, "m": -1, "k": 1, "M": 2, "G": 3, "T": 4, "P": 5, "E": 6}
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5}


def whole(text: str) -> int | None:
    """Return the whole number that `text` writes in decimal digits; None when it writes none, or one beyond 64 bits."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else None


def quantity(value: object) -> Fraction | None:
    """Return the value of a Kubernetes quantity in cores, bytes or pieces; None when it is none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None

    text = str(value)
    found = re.fullmatch(_QUANTITY, text)
    if found is None or len(text) > _LONGEST:
        return None

    from fractions import Fraction

    number, unit = Fraction(found["number"].rstrip(".")), found["unit"]
    if found["exponent"]:
        return number * Fraction(10) ** int(found["exponent"])

    return number * (Fraction(1024) ** _BINARY[unit] if unit in _BINARY else Fraction(1000) ** _DECIMAL.get(unit, 0))


def compose_bytes(value: object) -> int | None:
    """Return the bytes of a Compose byte value (`2g`, `512m`, `1gb`, a number; units count in 1024); None for rubbish.

    A fraction of a byte is cut off, as Compose does.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None

    text = str(value).strip()
    found = re.fullmatch(_BYTES, text)
    if found is None or len(text) > _LONGEST:
        return None

    from fractions import Fraction

    power = _POWERS[found["unit"].lower().rstrip("b").rstrip("i")] if found["unit"].lower() != "i" else None
    return None if power is None else int(Fraction(found["number"]) * 1024**power)


def cpu_text(cores: Fraction) -> str:
    """Return `cores` as Kubernetes writes processors: `2`, `500m`. Less than a thousandth is rounded up."""
    milli = -(-cores.numerator * 1000 // cores.denominator)
    return str(milli // 1000) if not milli % 1000 else f"{milli}m"


def memory_text(size: Fraction | int, like: object = None) -> str:
    """Return `size` bytes as Kubernetes writes memory, in the largest unit that holds it exactly.

    Binary units (`512Mi`) unless `like`, a value of the neighbourhood, has a decimal one (`512M`).
    """
    count = -(-size.numerator // size.denominator)
    decimal = isinstance(like, str) and re.search(r"[0-9.][kMGTPE]$", like) is not None
    base, units = (1000, ("", "k", "M", "G", "T", "P", "E")) if decimal else (1024, ("", *_BINARY))
    return _in_units(count, base, units)


def compose_bytes_text(size: int, like: object = None) -> str:
    """Return `size` bytes as Compose writes them (`512m`, `2g`), in the case and with the `b` of `like` if given."""
    text = _in_units(size, 1024, ("", "k", "m", "g", "t", "p"))
    if not isinstance(like, str) or not text[-1].isalpha():
        return text

    unit = re.sub(r"[^A-Za-z]", "", like)
    text += "b" if unit[1:].lower() == "b" else ""
    return text.upper() if unit.isupper() else text


def _in_units(count: int, base: int, units: tuple[str, ...]) -> str:
    power = 0
    while count and not count % base and power + 1 < len(units):
        count //= base
        power += 1

    return f"{count}{units[power]}"
