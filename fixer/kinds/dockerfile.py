"""Dockerfiles: stages, instructions, and the order of fixes in them."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from typing import Any

from fixer.cached import cached_property
from fixer.finding import Environment
from fixer.formats.dockerfile import DockerfileText, Line, parse
from fixer.formats.dockerfile import Instruction as Raw
from fixer.kinds.dockerfile_instruction import (
    Account,
    Copy,
    Instruction,
    Maintainer,
    Run,
    Setting,
    Start,
    names_of,
    noun,
)
from fixer.kinds.dockerfile_service import image_facts
from fixer.kinds.dockerfile_stage import Stage
from fixer.kinds.dockerfile_variables import Scope, Variable, expand
from fixer.kinds.facts import Facts
from fixer.kinds.kind import Kind
from fixer.knowledge.quantities import whole
from fixer.text import Source

__all__ = [
    "KIND",
    "Account",
    "Copy",
    "Dockerfile",
    "Instruction",
    "Line",
    "Maintainer",
    "Run",
    "Setting",
    "Stage",
    "Start",
    "image_facts",
    "load",
]

_WINDOWS = ("windows", "nanoserver", "servercore")
# Dev containers and images of build machines: reported, not judged (rules/README, DF-001).
_TOOL_FOLDERS = frozenset({".devcontainer", ".circleci", ".github", ".gitlab", ".ci", ".buildkite", ".gitpod"})
_TOOL_NAMES = (".gitpod.dockerfile", "dockerfile.dev-container", "devcontainer.dockerfile", "dockerfile.devcontainer")


class Dockerfile:
    """One Dockerfile. `head` are the ARG in front of all stages."""

    def __init__(self, parsed: DockerfileText, facts: Facts) -> None:
        self.parsed = parsed
        self.path = parsed.path
        self.facts = facts
        starts = [one.index for one in parsed.instructions if one.keyword == "FROM"]
        first = starts[0] if starts else len(parsed.instructions)
        self.head = tuple([noun(self, None, one) for one in parsed.instructions[:first]])
        ends = [*starts[1:], len(parsed.instructions)]
        raw = [tuple(parsed.instructions[start:end]) for start, end in zip(starts, ends, strict=False)]
        self.stages = tuple([Stage(self, number, part) for number, part in enumerate(raw)])

    @property
    def skipped(self) -> str | None:
        """Why rules do not apply: a template, an instruction nobody knows, no stage."""
        if self.parsed.unknown is not None:
            return f"it has an instruction that is not known ({self.parsed.unknown})"

        if self.parsed.templated:
            return "it is a template"

        return None if self.stages else "it has no FROM"

    def nouns(self, name: str) -> Sequence[Any]:
        """Return the stages, the instructions, or the file itself."""
        if name == "Instruction":
            return self.instructions

        if name == "Stage":
            return self.stages

        if name == "Dockerfile":
            return (self,)

        return self._by_class.get(name, ())

    @cached_property
    def _by_class(self) -> dict[str, list[Instruction]]:
        found: dict[str, list[Instruction]] = {}
        for one in self.instructions:
            found.setdefault(type(one).__name__, []).append(one)

        return found

    @cached_property
    def instructions(self) -> tuple[Instruction, ...]:
        """All instructions in the order of the file."""
        return (*self.head, *(one for stage in self.stages for one in stage.instructions))

    @cached_property
    def names(self) -> Mapping[int, str]:
        """The names of the instructions in front of all stages, by their index."""
        return names_of(self.head)

    @property
    def final(self) -> Stage | None:
        """The last stage, which is built unless another one is named."""
        return self.stages[-1] if self.stages else None

    def stage(self, name: str | int) -> Stage | None:
        """Return the stage of that name (in any case) or number; None when there is none."""
        text = str(name).lower()
        if (place := whole(text)) is not None:
            return self.stages[place] if place < len(self.stages) else None

        return next((stage for stage in reversed(self.stages) if stage.name and stage.name.lower() == text), None)

    @cached_property
    def arguments(self) -> Scope:
        """The ARG in front of the first FROM; those that BuildKit sets itself have no known value."""
        found: dict[str, Variable] = {}
        for one in self.head:
            for pair in one.raw.key_values if one.keyword == "ARG" else ():
                value = expand(pair.value, found, one.raw.escape) if pair.separator else None
                found[pair.key] = Variable(value, one.index, argument=True)

        return found

    @cached_property
    def environment(self) -> Environment:
        """Where the file is deployed."""
        return self.facts.environment(self.path)

    def is_target(self, stage: Stage) -> bool:
        """Whether something builds the stage by name."""
        return bool(stage.name) and any(stage.name.lower() == name.lower() for name in self._targets)

    @cached_property
    def _targets(self) -> frozenset[str]:
        return self.facts.targets(self.path)

    @cached_property
    def base_of(self) -> str | None:
        """Another Dockerfile of the project that starts from the image of this one."""
        return self.facts.is_base(self.path)

    @cached_property
    def tool(self) -> bool:
        """Whether the image is a dev container or one for build machines."""
        *folders, name = self.path.lower().split("/")
        return not _TOOL_FOLDERS.isdisjoint(folders) or name in _TOOL_NAMES

    def context_paths(self, source: str) -> list[str]:
        """Return where a file of the build context may be: below the folder of the file, the one above it, the root."""
        folder = posixpath.dirname(self.path)
        folders = dict.fromkeys((folder, posixpath.dirname(folder), ""))
        paths = [posixpath.normpath(posixpath.join(one, source.lstrip("/"))) for one in folders]
        return [path for path in paths if not path.startswith("../")]


def load(source: Source, path: str, facts: Facts) -> Dockerfile:
    """Read a Dockerfile. Raises FormatError."""
    lower = source.text.lower()
    windows = _is_windows if any(word in lower for word in _WINDOWS) else None
    return Dockerfile(parse(source, path, windows), facts)


def _is_windows(start: Raw) -> bool:
    """Whether a FROM names a Windows image; the value of a variable is looked for in the ARG with its name."""
    text = start.text.lower()
    return any(word in text for word in _WINDOWS) or "platform=windows" in start.logical.lower()


# rules/README 4.6.
ORDER = (
    "latest-tag",
    "untagged-image",
    "floating-tag",
    "unpinned-digest",
    "apt-recommends",
    "leftover-pip-cache",
    "leftover-apt-lists",
    "add-instead-of-copy",
    "secret-in-env",
    "copy-without-chown",
    "root-user",
    "explicit-root-user",
    "non-numeric-user",
    "missing-expose",
    "broken-healthcheck",
    "missing-healthcheck",
    "shell-form-command",
    "deprecated-maintainer",
)
# What another version of the image has decides about accounts and programs.
_IMAGE = ("latest-tag", "untagged-image", "floating-tag")
WAITS = {
    "unpinned-digest": _IMAGE,
    "root-user": _IMAGE,
    "explicit-root-user": _IMAGE,
    "non-numeric-user": _IMAGE,
    "broken-healthcheck": _IMAGE,
    "missing-healthcheck": _IMAGE,
}
KIND = Kind("dockerfile", load, ORDER, lenient=True, waits=WAITS)
