from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixer.knowledge.quantities import (
    compose_bytes,
    compose_bytes_text,
    cpu_text,
    memory_text,
    quantity,
    whole,
)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("1", Fraction(1)), ("1000m", Fraction(1)), ("0.5", Fraction(1, 2)), (".5", Fraction(1, 2)),
        ("5.", Fraction(5)), ("2Gi", Fraction(2 * 1024**3)), ("2G", Fraction(2 * 10**9)), ("1e3", Fraction(1000)),
        ("1E3", Fraction(1000)), ("1E", Fraction(10**18)), ("100e-3", Fraction(1, 10)),
        (128974848, Fraction(128974848)), (0.5, Fraction(1, 2)), (1, Fraction(1)), ("129M", Fraction(129 * 10**6)),
        ("123Mi", Fraction(123 * 1024**2)), ("1Ki", Fraction(1024)), ("1k", Fraction(1000)),
        ("100n", Fraction(1, 10**7)), ("100u", Fraction(1, 10**4)), ("0", Fraction(0)), ("+1", Fraction(1)),
        ("-1", Fraction(-1)), ("1.5Gi", Fraction(3 * 512 * 1024**2)),
    ],
)  # fmt: skip
def test_quantity(value: object, number: Fraction) -> None:
    assert quantity(value) == number


@pytest.mark.parametrize(
    "value",
    ["", " ", "1 Gi", "Gi", "1gi", "1GB", "1K", "1ki", "2g", "one", "1e", "1e3Gi", "1,5", "0x10", "--1", "${MEM}", None,
     True, False, [], {}, "1m1", "1Gi ", "inf", "nan", float("inf"), float("nan"), "1e9999"],
)  # fmt: skip
def test_no_quantity(value: object) -> None:
    assert quantity(value) is None


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ("2g", 2 * 1024**3), ("2G", 2 * 1024**3), ("512m", 512 * 1024**2), ("512M", 512 * 1024**2), ("1gb", 1024**3),
        ("1GB", 1024**3), ("1GiB", 1024**3), ("64k", 65536), ("64kb", 65536), ("100b", 100), ("100", 100),
        (1073741824, 1024**3), ("1.5g", 1536 * 1024**2), ("0.5gb", 512 * 1024**2), ("1t", 1024**4), (" 1g ", 1024**3),
        ("1 g", 1024**3), ("0", 0),
    ],
)  # fmt: skip
def test_compose_bytes(value: object, size: int) -> None:
    assert compose_bytes(value) == size


@pytest.mark.parametrize(
    "value", ["", "g", "1x", "1gg", "1i", "1bb", "-1g", "${MEM}", "${MEM:-1g}", None, True, [], "1e3", "1,5g"]
)
def test_no_compose_bytes(value: object) -> None:
    assert compose_bytes(value) is None


@pytest.mark.parametrize(
    ("cores", "text"),
    [
        (Fraction(1), "1"),
        (Fraction(1, 2), "500m"),
        (Fraction(3, 2), "1500m"),
        (Fraction(1, 3), "334m"),
        (Fraction(0), "0"),
    ],
)
def test_cpu_text(cores: Fraction, text: str) -> None:
    assert cpu_text(cores) == text


@pytest.mark.parametrize(
    ("size", "like", "text"),
    [
        (1024**3, None, "1Gi"), (512 * 1024**2, None, "512Mi"), (1536 * 1024**2, None, "1536Mi"), (1024, None, "1Ki"),
        (1000, None, "1000"), (10**9, "512M", "1G"), (512 * 10**6, "1G", "512M"), (10**9, "1Gi", "1000000000"),
        (0, None, "0"), (Fraction(1, 2), None, "1"), (2 * 1024**3, "100m", "2Gi"),
    ],
)  # fmt: skip
def test_memory_text(size: Fraction | int, like: object, text: str) -> None:
    assert memory_text(size, like) == text


@pytest.mark.parametrize(
    ("size", "like", "text"),
    [
        (1024**3, None, "1g"), (512 * 1024**2, None, "512m"), (512 * 1024**2, "2G", "512M"),
        (512 * 1024**2, "2gb", "512mb"), (512 * 1024**2, "2GB", "512MB"), (1000, "2G", "1000"),
        (1536 * 1024**2, "1g", "1536m"), (512 * 1024**2, 1073741824, "512m"),
    ],
)  # fmt: skip
def test_compose_bytes_text(size: int, like: object, text: str) -> None:
    assert compose_bytes_text(size, like) == text


@given(st.integers(min_value=0, max_value=2**60))
def test_what_is_rendered_is_read_again(size: int) -> None:
    assert quantity(memory_text(size)) == size
    assert quantity(memory_text(size, "1G")) == size
    assert compose_bytes(compose_bytes_text(size)) == size
    assert quantity(cpu_text(Fraction(size, 1000))) == Fraction(size, 1000)


@given(st.text(max_size=12))
def test_no_text_is_too_odd(text: str) -> None:
    assert quantity(text) is None or isinstance(quantity(text), Fraction)
    assert compose_bytes(text) is None or isinstance(compose_bytes(text), int)


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("007", 7), ("9" * 18, 10**18 - 1), ("9" * 5000, None), ("", None), ("-1", None), ("²", None)],
)
def test_whole_numbers(text: str, number: int | None) -> None:
    assert whole(text) == number
