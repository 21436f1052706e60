"""What plain scalars mean, and that kubectl and Compose say so too."""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from formats.yaml.editing import COMPOSE, KUBERNETES, load

from fixer.formats.yaml import Habits, Profile, truth
from fixer.formats.yaml.scalars import Timestamp, name_of, number, resolve

# Text, meaning for Kubernetes, meaning for Compose.
TABLE: list[tuple[str, Any, Any]] = [
    *((word, True, word) for word in ("yes", "Yes", "YES", "on", "On", "ON", "y", "Y")),
    *((word, False, word) for word in ("no", "No", "NO", "off", "Off", "OFF", "n", "N")),
    *((word, True, True) for word in ("true", "True", "TRUE")),
    *((word, False, False) for word in ("false", "False", "FALSE")),
    *((word, None, None) for word in ("~", "null", "Null", "NULL")),
    *(
        (word, word, word)
        for word in (
            "tRue",
            "oN",
            "yEs",
            "nULL",
            "22:22",
            "1:30",
            "0x",
            "1e",
            "1e+",
            "0b2",
            "0o8",
            "0o",
            "_1",
            "=",
            "+",
            ".",
            "..",
            "1.2.3",
            "1,000",
            "1e3.0",
            "Infinity",
            "nan",
            "0d1",
            "1d",
            "1e400",
            "v1",
            "1.0.0-rc1",
            "100m",
            "1Gi",
        )
    ),
    *(
        (text, value, value)
        for text, value in (
            ("0644", 420),
            ("010", 8),
            ("0o644", 420),
            ("0O17", 15),
            ("08", 8),
            ("0_8", 8),
            ("-010", -8),
            ("+5", 5),
            ("-5", -5),
            ("0x1F", 31),
            ("0X1f", 31),
            ("-0x1F", -31),
            ("0x_1", 1),
            ("1e3", 1000),
            ("1E3", 1000),
            ("1_000", 1000),
            ("1__0", 10),
            ("1_", 1),
            ("0b101", 5),
            ("0B11", 3),
            ("-0b1", -1),
            (".5", 0.5),
            ("+.5", 0.5),
            ("-.5", -0.5),
            ("5.", 5),
            ("012.5", 12.5),
            ("1.0", 1),
            ("3.10", 3.1),
            ("1.5e3", 1500),
            (".e2", ".e2"),
            ("1.e2", 100),
            ("0", 0),
            ("00", 0),
            ("-0", 0),
            ("0.0", 0),
            ("1e-3", 0.001),
            ("0.1", 0.1),
            ("9223372036854775807", 2**63 - 1),
        )
    ),
    *(
        (text, text, Timestamp(text))
        for text in ("2024-01-02", "2024-1-2", "2024-01-02T03:04:05Z", "2001-12-14t21:59:43.10-05:00")
    ),
]


@pytest.mark.parametrize(("text", "kubernetes", "compose"), TABLE, ids=[row[0] for row in TABLE])
def test_table(text: str, kubernetes: Any, compose: Any) -> None:
    for found, wanted in (
        (resolve(text, Profile.KUBERNETES), kubernetes),
        (resolve(text, Profile.COMPOSE), compose),
    ):
        assert (found, type(found)) == (wanted, type(wanted))


def test_special_floats() -> None:
    assert [number(text) for text in (".inf", "+.Inf", "-.INF")] == [math.inf, math.inf, -math.inf]
    assert math.isnan(number(".NaN") or 0)


@pytest.mark.parametrize("text", ["9" * 400, "9" * 5000, "1." + "0" * 400])
def test_longer_than_any_number_is_text(text: str) -> None:
    assert number(text) is None


def test_beyond_64_bits() -> None:
    assert number("123456789012345678901234567890") == 1.2345678901234568e29


@pytest.mark.parametrize("habits", [KUBERNETES, COMPOSE])
@pytest.mark.parametrize("text", ['"yes"', "'1'", "!!str 1", "! 1", "|-\n  1", ">-\n  true"])
def test_only_plain_untagged_scalars_are_resolved(text: str, habits: Habits) -> None:
    assert isinstance(load(f"a: {text}\n", habits).documents[0].data["a"], str)


@pytest.mark.parametrize(
    ("text", "value"), [("!!int '5'", 5), ("!!bool 'true'", True), ("!!float '1.5'", 1.5), ("!!null ''", None)]
)
def test_standard_tags(text: str, value: Any) -> None:
    assert load(f"a: {text}\n").documents[0].data == {"a": value}


@pytest.mark.parametrize(
    ("text", "kubernetes", "compose"),
    [("yes", "true", "yes"), ("8080", "8080", "8080"), ("010", "8", "010"), ("~", "null", "~"), ("a", "a", "a")],
)
def test_names_of_keys(text: str, kubernetes: str, compose: str) -> None:
    assert name_of(text, Profile.KUBERNETES) == kubernetes
    assert name_of(text, Profile.COMPOSE) == compose


@pytest.mark.parametrize(
    ("value", "wanted"), [(True, True), ("yes", True), ("Off", False), ("x", None), (1, None), (None, None), ([], None)]
)
def test_truth(value: object, wanted: bool | None) -> None:
    assert truth(value) is wanted


def test_timestamps_are_text_for_rules() -> None:
    assert load("a: 2024-01-02\n", COMPOSE).documents[0].data == {"a": "2024-01-02"}


PLAIN = [text for text, _, _ in TABLE if text != "="]


def test_kubectl_agrees(tmp_path: Path) -> None:
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("kubectl is not installed")

    lines = [f"  k{number}: {text}\n" for number, text in enumerate(PLAIN)]
    file = tmp_path / "map.yaml"
    file.write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n" + "".join(lines))
    command = [kubectl, "annotate", "--local", "-f", str(file), "a=b", "-o", "json"]
    environment = {**os.environ, "KUBECONFIG": str(tmp_path / "none")}
    run = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    found = json.loads(run.stdout)["data"]
    for place, text in enumerate(PLAIN):
        wanted = resolve(text, Profile.KUBERNETES)
        assert (text, found[f"k{place}"], type(found[f"k{place}"])) == (text, wanted, type(wanted))


def test_compose_agrees(tmp_path: Path) -> None:
    compose = shutil.which("docker-compose", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if compose is None:
        pytest.skip("docker-compose is not installed")

    lines = [f"  - {text}\n" for text in PLAIN]
    file = tmp_path / "compose.yaml"
    file.write_text("services:\n  a:\n    image: b\nx-values:\n" + "".join(lines))
    command = [compose, "-f", str(file), "config", "--format", "json", "--no-interpolate"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    for text, found in zip(PLAIN, json.loads(run.stdout)["x-values"], strict=True):
        wanted = resolve(text, Profile.COMPOSE)
        if isinstance(wanted, Timestamp):
            assert found.startswith("20")
            assert "T" in found
        else:
            assert (text, found, type(found)) == (text, wanted, type(wanted))
