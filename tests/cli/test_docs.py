"""`fixer rules`, `fixer explain`, and that `fixer docs` has nothing left to write."""

# ruff: noqa: ANN001 - the types of fixtures are where these are defined

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from conftest import ROOT

from fixer.cli.catalogue import catalogue
from fixer.cli.docs import BEGIN, END, wanted
from fixer.cli.examples import example_of
from fixer.kinds import KINDS


def test_generated_parts_are_up_to_date(fixer, monkeypatch) -> None:
    monkeypatch.chdir(ROOT)
    done = fixer("docs")
    assert done.out == "", "run `fixer docs --write`"
    assert done.code == 0


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of its own with one rule's cases, a README and the place of the examples."""
    shutil.copytree(
        ROOT / "golden" / "compose" / "privilege_escalation", tmp_path / "golden/compose/privilege_escalation"
    )
    (tmp_path / "README.md").write_text(f"# Title\n\n{BEGIN}\nold\n{END}\n\nThe end.\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("fixer.cli.examples.path", lambda: "examples.json")
    return tmp_path


def test_what_is_stale_is_named_and_written(copy, fixer) -> None:
    assert fixer("docs").out == "stale: README.md\nstale: docs/parameters.md\nstale: examples.json\n"
    assert fixer("docs").code == 1
    assert fixer("docs", "--write").out == "written: README.md\nwritten: docs/parameters.md\nwritten: examples.json\n"
    assert fixer("docs").out == ""
    assert fixer("docs").code == 0
    readme = (copy / "README.md").read_text()
    assert readme.startswith(f"# Title\n\n{BEGIN}\n| rule | id | ")
    assert readme.endswith(f"{END}\n\nThe end.\n")
    assert "old" not in readme
    examples = json.loads((copy / "examples.json").read_text())
    assert list(examples) == ["compose/privilege-escalation"]
    assert "\n+      - no-new-privileges:true\n" in examples["compose/privilege-escalation"]
    assert example_of("compose/privilege-escalation") == examples["compose/privilege-escalation"]


@pytest.mark.usefixtures("project")
def test_docs_belong_to_the_project(fixer) -> None:
    done = fixer("docs")
    assert done.code == 2
    assert done.err == "fixer: there is no folder golden/ here; run this in the project's own folder\n"


@pytest.mark.usefixtures("copy")
def test_without_examples_there_is_none() -> None:
    assert example_of("compose/privilege-escalation") is None


def test_every_rule_has_its_row() -> None:
    table = wanted()["README.md"] if Path("golden").is_dir() else ""
    rows = re.findall(r"^\| `(\w+/[\w-]+)` \| [A-Z0-9]{2}-\d{3} \| ", table, re.MULTILINE)
    assert rows == [rule.id for rule in catalogue()]


def test_rules_are_listed(fixer) -> None:
    lines = fixer("rules").out.splitlines()
    assert [line.split()[0] for line in lines] == [rule.id for rule in catalogue()]
    assert [line for line in lines if "DC-005" in line] == [
        "compose/privilege-escalation".ljust(max(len(rule.id) for rule in catalogue()))
        + "  DC-005  high      deny             "
        + "Service can gain more privileges than the process that started it."
    ]
    assert max(map(len, lines)) < 160


@pytest.mark.parametrize("kind", KINDS)
def test_rules_of_a_kind_are_listed(kind, fixer) -> None:
    assert {line.partition("/")[0] for line in fixer("rules", "--kind", kind).out.splitlines()} <= {kind}


def test_rules_are_listed_for_programs(fixer) -> None:
    listed = json.loads(fixer("rules", "--format", "json").out)
    assert [f"{one['kind']}/{one['name']}" for one in listed] == [rule.id for rule in catalogue()]
    assert {
        "name": "privilege-escalation",
        "kind": "compose",
        "id": "DC-005",
        "severity": "high",
        "levels": {"dev": "deny", "staging": "deny", "prod": "deny"},
        "title": "Service can gain more privileges than the process that started it.",
    }.items() <= listed[[rule.id for rule in catalogue()].index("compose/privilege-escalation")].items()


@pytest.mark.parametrize("name", ["compose/privilege-escalation", "DC-005", "dc-005", "CL-0003"])
def test_a_rule_is_explained_under_any_of_its_names(name, fixer) -> None:
    page = fixer("explain", name).out
    assert page.startswith(
        "compose/privilege-escalation (DC-005)\n=====================================\nService can gain"
    )
    for section in ("Why", "Fix", "Risk", "References", "Example"):
        assert f"\n## {section}\n" in page

    assert "severity high, level deny\nAlso known as: CL-0003" in page
    assert "no-new-privileges:true\n" in page.partition("## Example")[2]


def test_a_name_of_several_rules_explains_them_all(fixer) -> None:
    page = fixer("explain", "privilege-escalation").out
    assert page.count("## Why") == sum(rule.answers("privilege-escalation") for rule in catalogue())


def test_a_rule_that_does_not_exist(fixer) -> None:
    done = fixer("explain", "privilege-escalatoin")
    assert done.code == 2
    assert done.err == (
        "fixer: no rule, kind or id is called 'privilege-escalatoin'; the nearest is 'privilege-escalation'\n"
    )
    assert fixer("explain").err == "fixer: missing argument 'RULE' (see `fixer explain --help`)\n"
