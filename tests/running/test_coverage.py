"""The runs leave out no fix of a low risk that any golden case shows."""

from __future__ import annotations

from pathlib import Path

from running.fixing import fixer, fixes, reaches
from running.projects import PROJECTS

ROOT = Path(__file__).parents[2]
# Rule and risk of fixes that cannot be run here, with the reason.
NOT_RUN: dict[tuple[str, str], str] = {}


def test_every_fix_at_risk_safe_and_low_is_run() -> None:
    golden = low(ROOT / "golden" / "dockerfile") | low(ROOT / "golden" / "compose")
    run = set[tuple[str, str]]().union(*(low(project.folder) for project in PROJECTS))
    assert len(golden) > 15
    assert sorted(golden - run - set(NOT_RUN)) == []
    assert sorted(set(NOT_RUN) & run) == []


def low(folder: Path) -> set[tuple[str, str]]:
    """Return rule and risk of the fixes up to risk low of Dockerfiles and Compose files in a folder."""
    found = [one for _, one in fixes(fixer("check", folder=folder))]
    return {(one.rule, one.risk) for one in found if reaches("low", one.risk) and "kubernetes" not in one.rule}
