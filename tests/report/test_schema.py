"""docs/fixer-report.schema.json: made of the page, and every report fits it, without a field that it does not name."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from conftest import ROOT
from report.json_schema import SCHEMA, text
from report.samples import checked, finding, full, nasty

from fixer.cli.run import rules_of, run_of
from fixer.finding import Level, Risk
from fixer.outcome import Choice
from fixer.plan import Plan
from fixer.report.json import render
from fixer.report.rows import Report
from fixer.sweep import sweep

PUBLISHED = json.loads(SCHEMA.read_text(encoding="utf-8"))


def closed(schema: Any) -> Any:
    """The schema, which now allows no field that it does not name."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]

    if not isinstance(schema, dict):
        return schema

    found = {key: closed(value) for key, value in schema.items()}
    return {"additionalProperties": False, **found} if isinstance(schema.get("properties"), dict) else found


STRICT = jsonschema.Draft202012Validator(closed(copy.deepcopy(PUBLISHED)))


def mistakes(report: dict[str, Any]) -> list[str]:
    return [f"{'/'.join(map(str, error.path))}: {error.message[:200]}" for error in STRICT.iter_errors(report)]


def test_it_is_made_of_the_page() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == text(), "run `PYTHONPATH=tests:. python -m report.json_schema`"


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(PUBLISHED)
    assert "additionalProperties" not in PUBLISHED
    assert set(PUBLISHED["required"]) == set(PUBLISHED["properties"])


@pytest.mark.parametrize("report", [checked(), full(), nasty()], ids=["check", "full", "nasty"])
def test_reports_fit(report: Report) -> None:
    assert mistakes(json.loads(render(report))) == []


def runs(folder: Path) -> Iterator[Report]:
    run = run_of([str(folder)], None)
    rules = rules_of(run.project, [], [])
    yield Report(run.project.disk.root, sweep(run.project, rules, None, jobs=1))
    for risk in Risk:
        run, choice = run_of([str(folder)], None), Choice(risk, Level.INFO)
        yield Report(run.project.disk.root, Plan(run.project, rules, choice, jobs=1).outcomes, choice)


def test_real_reports_fit(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples" / "shop", tmp_path / "shop")
    found = [json.loads(render(report)) for report in runs(tmp_path / "shop")]
    assert [mistakes(report) for report in found] == [[]] * 5
    assert all(report["summary"]["findings"] for report in found)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("version",), 2),
        (("files", 0, "findings", 0, "status"), "gone"),
        (("files", 0, "findings", 0, "line"), 0),
        (("files", 0, "findings", 0, "fix"), {"title": "x"}),
        (("files", 0, "changed"), None),
        (("summary", "by_status"), {"gone": 1}),
        (("new",), 1),
    ],
)
def test_what_is_wrong_does_not_fit(path: tuple[Any, ...], value: Any) -> None:
    report = place = json.loads(render(checked(finding(risk=Risk.LOW))))
    for key in path[:-1]:
        place = place[key]

    place[path[-1]] = value
    assert mistakes(report)
