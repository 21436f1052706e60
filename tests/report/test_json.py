"""docs/json.md describes the JSON report: every field of it is there, and no other."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from conftest import ROOT

from fixer import __version__
from fixer.cli.main import main
from fixer.engine import Engine
from fixer.finding import Environment, Finding, Fix, Level, Risk, Severity
from fixer.kinds.compose import Service
from fixer.outcome import Choice, Outcome
from fixer.policy.policy import Policy
from fixer.policy.settings import Configuration, Exclude, RuleSettings, Settings
from fixer.project import Disk, Project
from fixer.proof import Proof
from fixer.report.json import VERSION, render
from fixer.report.rows import Report, Status
from fixer.rounds import fix
from fixer.rule import Rule

PAGE = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
EXCLUDED = Settings(rules={"d": RuleSettings(exclude=Exclude(services=("web",)))})
MAPS = {"summary.by_status", "summary.by_level", "summary.by_risk", "summary.by_option"}
TYPES = {
    "string": str,
    "number": int,
    "boolean": bool,
    "list": list,
    "list of strings": list,
    "object": dict,
    "null": type(None),
}


def described() -> dict[str, str]:
    return {match[1]: match[2] for match in re.finditer(r"^\| `([a-z_.\[\]]+)` \| ([a-z ]+?) \|", PAGE, re.MULTILINE)}


def fields(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every field of a report with its path as the page writes it."""
    if isinstance(value, dict) and path not in MAPS:
        for key, inner in value.items():
            place = f"{path}.{key}".lstrip(".")
            yield place, inner
            yield from fields(inner, place)

    if isinstance(value, list):
        for item in value:
            yield from fields(item, f"{path}[]")


def raises(service: Service) -> Iterator[Finding]:
    raise ValueError(service.name)
    yield


def sets(key: str, risk: Risk) -> Any:
    def check(service: Service) -> Iterator[Finding]:
        if service.get(key) is None:
            at = service.at(key)
            yield at.finding(f"no {key}", Fix(f"Set {key}", risk, (at.put(True),), ("the test says so",)))

    return check


def rule(name: str, check: Any) -> Rule:
    return Rule(
        name, "compose", "Service", Severity.LOW, dict.fromkeys(Environment, Level.DENY), (name,), check, "Doc."
    )


def report(folder: Path, choice: Choice | None, **more: Any) -> dict[str, Any]:
    (folder / "compose.yaml").write_text("services:\n  web:\n    image: a:1\n", encoding="utf-8")
    (folder / "broken.compose.yaml").write_text("services:\n  web: [\n", encoding="utf-8")
    paths = ["broken.compose.yaml", "compose.yaml"]
    engine = Engine(
        Project(Disk(str(folder)), paths, Policy(Configuration(EXCLUDED, ".fixer.yaml"))),
        [
            rule("a", sets("init", Risk.LOW)),
            rule("b", sets("tty", Risk.HIGH)),
            rule("c", raises),
            rule("d", sets("read_only", Risk.LOW)),
        ],
    )
    outcomes = [engine.check(path) for path in paths] if choice is None else fix(engine, paths, choice)
    return json.loads(render(Report(str(folder), outcomes, choice, [("x", "a reason")], 3, **more)))


def reports(folder: Path) -> list[dict[str, Any]]:
    return [
        report(folder, None),
        report(folder, Choice(), written=True),
        report(folder, Choice(), written=True, unwritten={"compose.yaml": "no space"}),
    ]


def test_every_field_is_described_with_its_type(tmp_path: Path) -> None:
    for one in reports(tmp_path):
        for path, value in fields(one):
            assert path in described() or path in {"tool", "summary"}, path
            if path in described():
                types = tuple(TYPES[name] for name in described()[path].split(" or "))
                assert isinstance(value, types), (path, value)
                assert not isinstance(value, bool) or bool in types, path


def test_every_described_field_exists(tmp_path: Path) -> None:
    found = {path for one in reports(tmp_path) for path, _ in fields(one)}
    assert set(described()) - found == set()
    assert len(described()) > 50


def test_all_fields_are_always_there(tmp_path: Path) -> None:
    for one in reports(tmp_path):
        assert len({frozenset(file) for file in one["files"]}) == 1
        assert len({frozenset(row) for file in one["files"] for row in file["findings"]}) == 1


def test_every_status_is_described() -> None:
    assert set(re.findall(r"^\| `(\w+)` \| (?:has|is gone|is let pass)", PAGE, re.MULTILINE)) == set(get_args(Status))


def test_values(tmp_path: Path) -> None:
    checked, fixed, unwritten = reports(tmp_path)
    assert (checked["version"], checked["tool"]) == (VERSION, {"name": "fixer", "version": __version__})
    assert checked["root"] == str(tmp_path)
    assert (checked["options"], fixed["options"]) == (None, {"risk": "low", "level": "warn"})
    assert checked["skipped"] == [{"path": "x", "reason": "a reason"}]
    broken, compose = fixed["files"]
    assert broken["problem"]["line"]
    assert compose["written"] is True
    assert compose["diff"].startswith("--- a/compose.yaml\n+++ b/compose.yaml\n@@ ")
    assert compose["proof"] == list(Proof().checks)
    shown = [(row["status"], row["option"]) for row in compose["findings"]]
    assert shown == [("fixed", None), ("held", "--risk high"), ("excused", None)]
    assert compose["findings"][2]["excuse"]["reason"] == "the service web is left out"
    assert (fixed["summary"]["findings"], fixed["summary"]["excused"]) == (2, 1)
    assert compose["crashes"][0]["rule"] == "compose/c"
    assert fixed["summary"]["by_status"] == {"fixed": 1, "held": 1}
    assert fixed["summary"]["by_option"] == {"--risk high": 1}
    assert (fixed["summary"]["denied"], fixed["summary"]["changed"], fixed["summary"]["ignored"]) == (1, 1, 3)
    assert unwritten["files"][1]["written"] is False
    assert unwritten["files"][1]["findings"][0]["reason"] == "the file was not written: no space"
    assert unwritten["summary"]["by_status"] == {"held": 1, "refused": 1}
    assert unwritten["summary"]["changed"] == 0


def test_the_command_line_prints_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    shop = tmp_path / "shop"
    shutil.copytree(ROOT / "examples" / "shop", shop)
    monkeypatch.chdir(shop)
    monkeypatch.setattr(sys, "argv", ["fixer", "fix", "--diff", "--format", "json", "compose.yaml"])
    with pytest.raises(SystemExit):
        main()

    captured = capsysbinary.readouterr()
    printed = json.loads(captured.out)
    assert captured.err == b""
    assert {path for path, _ in fields(printed)} <= {*described(), "tool", "summary"}
    [file] = printed["files"]
    assert (file["path"], file["changed"], file["written"]) == ("compose.yaml", True, False)
    assert file["diff"]
    assert file["proof"]


def test_bytes_that_are_no_text_are_shown_as_such() -> None:
    outcome = msgspec.structs.replace(Outcome("caf\udce9"), problem="it is \udce9")
    [file] = json.loads(render(Report("/", [outcome])))["files"]
    assert (file["path"], file["problem"]["reason"]) == ("caf\ufffd", "it is \ufffd")
