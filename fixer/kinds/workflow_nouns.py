"""The jobs of a workflow and their steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from fixer.formats.yaml import Path
from fixer.kinds.workflow_uses import Place

if TYPE_CHECKING:
    from fixer.kinds.facts import Facts
    from fixer.kinds.workflow import WorkflowFile


class Step:
    """One step of a job, or of a composite action. `at` is where it is."""

    def __init__(self, file: WorkflowFile, owner: str, at: Path, own: Mapping[str, Any]) -> None:
        self.file = file
        self.owner = owner
        self.at = at
        self.own = own

    @property
    def run(self) -> str:
        """Its script; "" when it has none."""
        return text_of(self.own.get("run"))

    @property
    def inputs(self) -> Mapping[str, Any]:
        """What it gives to the action it uses."""
        return mapping_of(self.own.get("with"))

    def place(self, *keys: str | int) -> Place:
        """Return a place in the step."""
        return Place(self.file, f"{self.owner} steps[{self.at[-1]}]", (*self.at, *keys))


class Job:
    """One job of a workflow."""

    def __init__(self, file: WorkflowFile, name: str, own: Mapping[str, Any]) -> None:
        self.file = file
        self.name = name
        self.own = own

    @property
    def at(self) -> Path:
        """Where the job is."""
        return "jobs", self.name

    @property
    def title(self) -> str:
        """Its symbolic place."""
        return f"jobs.{self.name}"

    @property
    def steps(self) -> Iterator[Step]:
        """Its steps."""
        return steps_of(self.file, self.title, (*self.at, "steps"), self.own.get("steps"))


class Workflow:
    """The whole of one file."""

    def __init__(self, file: WorkflowFile) -> None:
        self.file = file

    @property
    def facts(self) -> Facts:
        """What is known about the world outside."""
        return self.file.facts

    def place(self, *keys: str | int) -> Place:
        """Return a place in the file; without keys the file itself."""
        return Place(self.file, ".".join(map(str, keys)) or "workflow", keys)


def steps_of(file: WorkflowFile, owner: str, at: Path, own: object) -> Iterator[Step]:
    """Yield the steps in a value that should be a list of them; `at` is where it is, `owner` the title of the job."""
    for number, step in enumerate(own if isinstance(own, list) else ()):
        if isinstance(step, dict):
            yield Step(file, owner, (*at, number), step)


def mapping_of(value: object) -> Mapping[str, Any]:
    """Return a mapping; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def text_of(value: object) -> str:
    """Return a text; "" for anything else."""
    return value if isinstance(value, str) else ""
