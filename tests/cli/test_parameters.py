"""Parameters on the command line: mistakes in the configuration, and the page of a rule."""

# ruff: noqa: ANN001 - the types of fixtures are where these are defined

from __future__ import annotations

from collections.abc import Callable

import pytest

from fixer.cli.catalogue import catalogue
from fixer.cli.parameters import PAGE, page, section

COMPOSE = "services:\n  web:\n    image: nginx:1.27\n"


@pytest.fixture
def configured(project) -> Callable[[str], int]:
    """A project with one file, and what writes its configuration."""
    (project / "compose.yaml").write_text(COMPOSE)
    return (project / ".fixer.yaml").write_text


@pytest.mark.parametrize("command", ["check", "fix"])
def test_a_mistake_ends_the_run_with_its_place(command, configured, fixer) -> None:
    configured("rules:\n  missing-logging:\n    params:\n      max_sise: 5m\n")
    done = fixer(command)
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "fixer: .fixer.yaml:4:7: missing-logging has no parameter 'max_sise'; the nearest is 'max_size'\n"
    )


def test_mistakes_about_rules_that_are_not_selected_are_mistakes_too(configured, fixer) -> None:
    configured("rules:\n  missing-logging: {params: {max_size: 5 m}}\n")
    done = fixer("check", "--select", "latest-tag")
    assert done.err == ("fixer: .fixer.yaml:2:30: max_size: a size such as 512m or 2G, as text, is wanted, not '5 m'\n")


def test_rules_of_other_kinds_are_left_to_runs_that_have_them(configured, fixer) -> None:
    configured("rules:\n  latest-tag: {params: {image_map: {python: '3.12'}}}\n  root-user: {params: {uid: 1500}}\n")
    assert fixer("check").err == ""


def test_a_parameter_is_written(configured, project, fixer) -> None:
    configured("rules:\n  missing-logging: {params: {max_size: 5m}}\n")
    fixer("fix", "--select", "missing-logging")
    assert "max-size: 5m\n" in (project / "compose.yaml").read_text()


def test_the_page_of_a_rule_lists_its_parameters(fixer) -> None:
    out = fixer("explain", "compose/missing-logging").out
    assert "## Parameters\n- `driver`: driver that is written" in out
    assert '- `max_size`: size at which a file is rotated (default: "10m")\n' in out
    assert out.index("## References") < out.index("## Parameters") < out.index("severity medium")
    assert "## Parameters" not in fixer("explain", "compose/privilege-escalation").out


def test_all_parameters_are_on_one_page() -> None:
    rules = catalogue()
    text = page(rules)
    assert PAGE == "docs/parameters.md"
    assert [line[3:] for line in text.splitlines() if line.startswith("## ")] == [
        rule.id for rule in rules if section(rule)
    ]
    assert "| `public_ports` | `[80, 443]` | ports for users, which are only reported |\n" in text
    assert text.count("\n| `") == sum(len(rule.parameters) for rule in rules)
