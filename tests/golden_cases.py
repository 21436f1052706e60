"""Golden cases: folders of real files with what a rule makes of them."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import msgspec

from fixer.engine import Engine
from fixer.finding import Finding, Level, Risk
from fixer.kinds import KINDS
from fixer.outcome import Choice, Outcome
from fixer.project import Disk, Project
from fixer.rounds import fix
from fixer.rule import Rule, discover
from fixer.sweep import phases
from fixer.text import Lines

GOLDEN = Path(__file__).parent.parent / "golden"
EVERYTHING = Choice(risk=Risk.HIGH, level=Level.INFO)

# Under which name the file of a single-file case is read: `before.compose.yaml` as `compose.yaml`.
NAMES = {
    "Dockerfile": "Dockerfile",
    "compose.yaml": "compose.yaml",
    "compose.json": "compose.json",
    "yaml": "manifest.yaml",
    "json": "manifest.json",
}


class Case(msgspec.Struct, frozen=True):
    """One folder of golden files."""

    folder: Path

    @property
    def kind(self) -> str:
        return self.folder.parent.parent.name

    @property
    def rule(self) -> str:
        return self.folder.parent.name.replace("_", "-")

    @property
    def several(self) -> bool:
        return (self.folder / "before").is_dir()

    def before(self) -> dict[str, bytes]:
        """Paths and bytes of the input."""
        return self._files("before")

    def after(self) -> dict[str, bytes]:
        """Paths and bytes of the files that change or are new."""
        return {path: data for path, data in self._files("after").items() if self.before().get(path) != data}

    def findings(self) -> list[str]:
        file = self.folder / "findings.txt"
        return file.read_text(encoding="utf-8").splitlines() if file.exists() else []

    def twins(self) -> bool:
        """Whether the case is also run with other line ends; `no_twin.txt` says why not."""
        return not (self.folder / "no_twin.txt").exists()

    def _files(self, stem: str) -> dict[str, bytes]:
        folder = self.folder / stem
        if folder.is_dir():
            found = sorted(path for path in folder.rglob("*") if path.is_file())
            return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}

        return {NAMES[path.name.partition(".")[2]]: path.read_bytes() for path in self.folder.glob(f"{stem}.*")}

    def write(self, files: dict[str, bytes], findings: list[str]) -> None:
        """Write what is missing of the expectations."""
        names = {read: name for name, read in NAMES.items()}
        for path, data in files.items():
            place = self.folder / "after" / path if self.several else self.folder / f"after.{names[path]}"
            place.parent.mkdir(parents=True, exist_ok=True)
            if not place.exists():
                place.write_bytes(data)

        place = self.folder / "findings.txt"
        if findings and not place.exists():
            place.write_text("\n".join(findings) + "\n", encoding="utf-8")


def cases() -> list[Case]:
    """All golden cases, by kind, rule and name."""
    folders = (folder for folder in GOLDEN.glob("*/*/*") if folder.is_dir())
    return [Case(folder) for folder in sorted(folders)]


@cache
def rules() -> dict[str, Rule]:
    """All rules by full name."""
    return {rule.id: rule for rule in discover("transforms", KINDS)}


def run(folder: Path, files: dict[str, bytes], chosen: list[Rule], choice: Choice = EVERYTHING) -> list[Outcome]:
    """Fix `files` in a fresh folder; return the outcome of each file, by path."""
    shutil.rmtree(folder, ignore_errors=True)
    for path, data in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)

    project = Project(Disk(str(folder)), sorted(files))
    engine = Engine(project, chosen)
    outcomes = [outcome for paths in phases(project) for outcome in fix(engine, paths, choice)]
    return sorted(outcomes, key=lambda outcome: outcome.path)


def result(outcomes: list[Outcome]) -> dict[str, bytes]:
    """Paths and bytes of the files that changed or are new."""
    return {outcome.path: outcome.after.encoded() for outcome in outcomes if outcome.changed and outcome.after}


def lines(outcomes: list[Outcome], *, several: bool) -> list[str]:
    """The findings before the fix, one to a line, as they stand in `findings.txt`."""
    return [line(finding, outcome, several=several) for outcome in outcomes for finding in outcome.findings]


def line(finding: Finding, outcome: Outcome, *, several: bool) -> str:
    assert outcome.before is not None
    row, column = Lines(outcome.before.text).position(finding.start)
    refused = {one.finding.identity: one.reason for one in outcome.refused}
    if finding.fix and finding.identity in refused:
        rest = f"[refused: {refused[finding.identity]}]"
    elif finding.fix:
        rest = f"[fix: {finding.fix.title} ({finding.fix.risk.name.lower()})]"
    else:
        rest = f"[unfixable: {finding.unfixable}]"

    place = f"{outcome.path}:{row}:{column}" if several else f"{row}:{column}"
    return f"{place}  {finding.message}  {rest}"
