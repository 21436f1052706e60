"""GitHub workflows, composite actions and the update bot's configuration: what is one, and what it uses."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from fixer.cached import cached_property
from fixer.finding import Environment
from fixer.formats.format import FormatError
from fixer.formats.yaml import Habits, Path, Profile, YamlDocument, YamlFile, parse
from fixer.kinds.facts import Facts
from fixer.kinds.kind import Kind
from fixer.kinds.workflow_nouns import Job, Step, Workflow, mapping_of, steps_of, text_of
from fixer.kinds.workflow_uses import DOCKER, JobImage, Place, Use
from fixer.registry.reference import parse_reference
from fixer.registry.uses import parse_uses
from fixer.text import Source

__all__ = ["KIND", "Job", "JobImage", "Place", "Step", "Use", "Workflow", "WorkflowFile", "is_workflow", "recognise"]

T = TypeVar("T")

_WORKFLOW = re.compile(r"(?:.*/)?\.github/workflows/[^/]+\.ya?ml", re.IGNORECASE)
_BOT = re.compile(r"(?:.*/)?\.github/dependabot\.ya?ml", re.IGNORECASE)
_ACTIONS = ("action.yml", "action.yaml")


def _no_order(_: Path) -> Sequence[str]:
    return ()


# As the runner reads it: `on` and `yes` are text, as they are for Compose; dates, which differ, stand nowhere here.
HABITS = Habits(Profile.COMPOSE, _no_order, indented_lists=True)


class WorkflowFile:
    """A workflow, an action made of steps (or of an image), or a configuration of Dependabot, which uses nothing."""

    def __init__(self, source: Source, path: str, facts: Facts) -> None:
        self.parsed: YamlFile = parse(source, path, HABITS)
        self.path = path
        self.facts = facts

    @property
    def skipped(self) -> str | None:
        """Why rules do not apply: a key twice, or several documents; GitHub refuses both."""
        if len(self.parsed.documents) > 1:
            return "it has several documents"

        return self.parsed.twice

    def nouns(self, name: str) -> Sequence[Any]:
        """Return the nouns of a class, in the order of the file."""
        found: Mapping[str, Sequence[Any]] = {
            "Workflow": (Workflow(self),),
            "Job": self.jobs,
            "Step": self.steps,
            "Use": self.uses,
            "JobImage": self.images,
        }
        return found.get(name, ())

    @property
    def document(self) -> YamlDocument:
        """The document."""
        return self.parsed.documents[0]

    @cached_property
    def data(self) -> Mapping[str, Any]:
        """Effective data of the file."""
        return mapping_of(self.document.data) if self.parsed.documents else {}

    @cached_property
    def environment(self) -> Environment:
        """Where the file counts: workflows build for every environment, so the strictest one of the project."""
        return self.facts.strictest_environment(self.path)

    @property
    def is_bot(self) -> bool:
        """Whether it configures the update bot."""
        return _BOT.fullmatch(self.path) is not None

    @cached_property
    def jobs(self) -> tuple[Job, ...]:
        """The jobs."""
        found = () if self.is_bot else mapping_of(self.data.get("jobs")).items()
        return tuple(Job(self, str(name), own) for name, own in found if isinstance(own, dict))

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The steps of all jobs, or of the composite action."""
        return (*(step for job in self.jobs for step in job.steps), *self.own_steps)

    @property
    def own_steps(self) -> Iterator[Step]:
        """The steps of a composite action."""
        return steps_of(self, "runs", ("runs", "steps"), self._runs.get("steps"))

    @property
    def _runs(self) -> Mapping[str, Any]:
        return {} if self.is_bot else mapping_of(self.data.get("runs"))

    @cached_property
    def uses(self) -> tuple[Use, ...]:
        """Every `uses:` that names an action or a workflow of another repository."""
        parsed = [(title, at, parse_uses(text)) for title, at, text in self._once(self._all_uses())]
        found = [(_within(title, uses.action), at, uses) for title, at, uses in parsed if uses]
        return tuple(Use(Place(self, title, at), uses) for title, at, uses in _numbered(found))

    @cached_property
    def images(self) -> tuple[JobImage, ...]:
        """Every place that names an image: containers and services of jobs, and `docker://`."""
        found = self._once(one for one in self._all_images() if one[2])
        return tuple(JobImage(Place(self, title, at), text) for title, at, text in _numbered(found))

    def _once(self, found: Iterable[tuple[str, Path, str]]) -> Iterator[tuple[str, Path, str]]:
        """Leave out places that share their text with one before: what aliases stand for is one thing."""
        seen: set[int] = set()
        for title, at, text in found:
            node = id(self.document.walk(at).node)
            if node not in seen:
                seen.add(node)
                yield title, at, text

    def _all_uses(self) -> Iterator[tuple[str, Path, str]]:
        """Title, path and text of every `uses:`."""
        for job in self.jobs:
            if text := text_of(job.own.get("uses")):
                yield job.title, (*job.at, "uses"), text

            yield from self._step_uses(job.steps)

        yield from self._step_uses(self.own_steps)

    @staticmethod
    def _step_uses(steps: Iterable[Step]) -> Iterator[tuple[str, Path, str]]:
        for step in steps:
            if text := text_of(step.own.get("uses")):
                yield f"{step.owner} steps", (*step.at, "uses"), text

    def _all_images(self) -> Iterator[tuple[str, Path, str]]:
        for job in self.jobs:
            yield _image(f"{job.title} container", (*job.at, "container"), job.own.get("container"))
            for name, own in mapping_of(job.own.get("services")).items():
                yield _image(f"{job.title} services.{name}", (*job.at, "services", name), own)

        image = text_of(self._runs.get("image"))
        if image.startswith(DOCKER):
            yield "runs image", ("runs", "image"), image

        for title, at, text in self._all_uses():
            if text.startswith(DOCKER):
                found = parse_reference(text.removeprefix(DOCKER))
                yield _within(title, DOCKER + found.bare if found else text), at, text


def _image(title: str, at: Path, own: object) -> tuple[str, Path, str]:
    return (title, (*at, "image"), text_of(own.get("image"))) if isinstance(own, dict) else (title, at, text_of(own))


def _within(title: str, name: str) -> str:
    return f"{title}[{name}]"


def _numbered(found: Iterable[tuple[str, Path, T]]) -> Iterator[tuple[str, Path, T]]:
    """Give a title that comes again a number, so that each place has a name of its own."""
    seen: Counter[str] = Counter()
    for title, at, content in found:
        seen[title] += 1
        yield (title if seen[title] == 1 else f"{title}#{seen[title]}"), at, content


def is_workflow(path: str) -> bool:
    """Whether the path alone says that a file is a workflow, or the configuration of Dependabot."""
    return _WORKFLOW.fullmatch(path) is not None or _BOT.fullmatch(path) is not None


def recognise(path: str, text: str) -> bool:
    """Whether a YAML file is of this kind; an action is when it consists of steps or runs an image that it names."""
    if is_workflow(path):
        return True

    if posixpath.basename(path) not in _ACTIONS or ("composite" not in text and DOCKER not in text):
        return False

    try:
        documents = parse(Source(text), path, HABITS).documents
    except FormatError:
        return False

    runs = mapping_of(mapping_of(documents[0].data).get("runs")) if documents else {}
    return runs.get("using") == "composite" or text_of(runs.get("image")).startswith(DOCKER)


def load(source: Source, path: str, facts: Facts) -> WorkflowFile:
    """Return the file. Raises FormatError when it cannot be read."""
    return WorkflowFile(source, path, facts)


KIND = Kind(
    name="workflow",
    load=load,
    order=("compromised-action", "unpinned-action", "unpinned-digest", "missing-update-bot"),
    # What is pinned needs somebody who brings updates, and a lock file may know another commit of the version written.
    brings={
        "compromised-action": ("missing-update-bot", "unpinned-action"),
        "unpinned-action": ("missing-update-bot", "unpinned-action"),
        "unpinned-digest": ("missing-update-bot",),
    },
)
