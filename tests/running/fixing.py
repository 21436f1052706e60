"""What `fixer` does to a copy of a project."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RISKS = ("safe", "low", "medium", "high")
SERVICE = re.compile(r"services\.([\w-]+)")


@dataclass(frozen=True)
class Applied:
    """A fix that is in the files now."""

    rule: str
    risk: str
    path: str
    place: str
    line: int
    title: str

    @property
    def service(self) -> str | None:
        """The service it is about; None for one of a Dockerfile."""
        found = SERVICE.match(self.place) if self.rule.startswith("compose/") else None
        return found[1] if found else None

    @property
    def where(self) -> str:
        """The service it is about, or the Dockerfile."""
        return self.service or self.path


def reaches(risk: str, other: str) -> bool:
    """Whether fixes of another risk are applied at a risk."""
    return RISKS.index(other) <= RISKS.index(risk)


def fixer(*arguments: str, folder: Path) -> dict[str, Any]:
    """Run fixer in a folder and return its report."""
    command = [str(Path(sys.executable).parent / "fixer"), *arguments, "--format", "json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode in {0, 1}, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    assert not report["summary"]["crashes"], report
    assert not report["summary"]["by_status"].get("failed"), report
    return report


def fix(folder: Path, risk: str, *options: str) -> list[Applied]:
    """Fix the files of a folder up to a risk; return the fixes that are in them."""
    report = fixer("fix", "--risk", risk, "--level", "info", *options, folder=folder)
    return [one for status, one in fixes(report) if status == "fixed"]


def fixes(report: dict[str, Any]) -> list[tuple[str, Applied]]:
    """Return the findings of a report that have a fix, with their status."""
    return [
        (finding["status"], applied(file, finding))
        for file in report["files"]
        for finding in file["findings"]
        if finding["fix"]
    ]


def applied(file: dict[str, Any], finding: dict[str, Any]) -> Applied:
    """Return the fix of a finding."""
    fix_of = finding["fix"]
    rule = f"{file['kind']}/{finding['rule']}"
    return Applied(rule, fix_of["risk"], file["path"], finding["place"], finding["line"], fix_of["title"])


def exempt(folder: Path, findings: Iterable[Applied]) -> None:
    """Write comments into the files that keep fixer from these findings."""
    for finding in sorted(findings, key=lambda one: -one.line):
        path = folder / finding.path
        lines = path.read_text().splitlines(keepends=True)
        above = lines[finding.line - 1]
        indentation = above[: len(above) - len(above.lstrip())]
        name = finding.rule.rpartition("/")[2]
        lines.insert(finding.line - 1, f"{indentation}# fixer: ignore[{name}] it breaks here\n")
        path.write_text("".join(lines))


def same_as_at_the_risk_before(folder: Path, risk: str, *options: str) -> bool:
    """Whether the fixes up to the next lower risk leave the same files, which were run there."""
    if risk == RISKS[0]:
        return False

    results = []
    for other in (risk, RISKS[RISKS.index(risk) - 1]):
        tried = folder.parent / f"tried-{other}"
        shutil.copytree(folder, tried)
        fix(tried, other, *options)
        results.append({path.relative_to(tried): path.read_bytes() for path in tried.rglob("*") if path.is_file()})

    return results[0] == results[1]
