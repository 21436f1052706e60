"""Places in a workflow, and what stands there: a `uses:`, or an image."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from fixer.finding import Finding, Fix, Level, Operation
from fixer.formats.comments import ReplaceInComment
from fixer.formats.yaml import Path, Put, Value
from fixer.registry.reference import Reference, parse_reference
from fixer.registry.uses import Uses, parse_uses

if TYPE_CHECKING:
    from fixer.kinds.facts import Facts
    from fixer.kinds.workflow import WorkflowFile
    from fixer.text import Span

DOCKER = "docker://"

# How people and bots write a version behind a commit: `# v4`, `# tag=v4`, `# pin@v4`, `# ratchet:actions/checkout@v4`.
_VERSION = re.compile(
    r"(?:(?:renovate\s*:\s*)?(?:tag\s*[=:]\s*|pin\s*)|ratchet:\S+@)?@?"
    r"(?P<version>v?[0-9]+(?:\.[0-9]+)*(?:[-+.][0-9A-Za-z.+-]+)?|[A-Za-z0-9_./-]*[/-]v?[0-9]+(?:\.[0-9]+)+)(?=$|\s|[,;)])"
)
# Comments that a tool reads from their first letter on.
_DIRECTIVE = re.compile(r"(?:fixer|zizmor|kics-scan|checkov|hadolint|yamllint|nosemgrep|trivy|actionlint)\b")


class Place:
    """A place in the effective data of a workflow: operations and findings about it. `title` is its symbolic name."""

    def __init__(self, file: WorkflowFile, title: str, path: Path) -> None:
        self.file = file
        self.title = title
        self.path = path

    @property
    def comment(self) -> str:
        """The comment behind the value, without its marker."""
        return self.file.document.comment(self.path)

    @property
    def span(self) -> Span:
        """Where the value stands; the nearest thing to it when there is none."""
        document = self.file.document
        return (document.value_span(self.path) if self.path else None) or document.span(self.path)

    def put(self, value: Value, comment: str = "") -> Put:
        """Put a value here, with a comment behind it."""
        return Put(self.file.path, 0, self.path, value, comment)

    def everywhere(self, operation: Put) -> tuple[Operation, ...]:
        """Return an operation on this place with the same for each place that takes its text from here by an alias."""
        document = self.file.document
        if not document.root.aliases:
            return (operation,)

        # The value itself may have an anchor, or what it stands in.
        places = {self.path, *document.dependents(self.path), *document.sharing.paths(document.walk(self.path).node)}
        return tuple(msgspec.structs.replace(operation, at=at) for at in sorted(places, key=str))

    def in_comment(self, old: str, new: str) -> ReplaceInComment | None:
        """Put other words in the place of some words of the comment behind the value; None when they are not there."""
        text, end = self.file.parsed.source.text, self.span.end
        line_end = text.find("\n", end)
        start = text.find("#", end, line_end if line_end >= 0 else len(text))
        found = text.find(old, start, line_end if line_end >= 0 else len(text)) if start >= 0 else -1
        return ReplaceInComment(self.file.path, found, old, new) if found >= 0 else None

    def finding(
        self, message: str, fix: Fix | None = None, *, unfixable: str | None = None, cap: Level = Level.DENY
    ) -> Finding:
        """Return a finding about this place, with its fix or with the reason why there is none."""
        span = self.span
        return Finding(
            path=self.file.path,
            place=self.title,
            start=span.start,
            end=span.end,
            message=message,
            fix=fix,
            unfixable=unfixable,
            environment=self.file.environment,
            cap=cap,
        )


class Use:
    """An action, or a reusable workflow, of another repository: `uses: owner/name[/path]@ref`."""

    def __init__(self, at: Place, uses: Uses) -> None:
        self.at = at
        self.uses = uses

    @property
    def facts(self) -> Facts:
        """What is known about the world outside."""
        return self.at.file.facts

    def named(self, ref: str) -> Uses | None:
        """Return the same action with another ref; None for what is none."""
        return parse_uses(self.uses.at(ref)) if ref else None

    @property
    def version(self) -> str:
        """The version that the comment behind it names; "" when it names none."""
        found = _VERSION.match(self.at.comment)
        return found["version"] if found else ""

    @property
    def directive(self) -> bool:
        """Whether the comment behind it is meant for a program, which would not find it behind other words."""
        return _DIRECTIVE.match(self.at.comment) is not None

    def put(self, commit: str, version: str) -> tuple[Operation, ...]:
        """Put a commit in the place of the ref, and the version as a comment behind it, before one that is there.

        A comment that names this version or the ref already stays as it is, and so does one for a program.
        """
        silent = self.directive or self.version in {version, self.uses.ref}
        return self.at.everywhere(self.at.put(self.uses.at(commit), "" if silent else version))

    def correct(self, version: str) -> tuple[Operation, ...]:
        """Put another version in the place of the one in the comment; () when the comment cannot be found."""
        operation = self.at.in_comment(self.version, version)
        return (operation,) if operation else ()


class JobImage:
    """An image: the container or a service of a job, or what `docker://` names. `text` is what stands there."""

    def __init__(self, at: Place, text: str) -> None:
        self.at = at
        self.text = text

    @property
    def facts(self) -> Facts:
        """What is known about the world outside."""
        return self.at.file.facts

    @property
    def templated(self) -> bool:
        """Whether only a run of the workflow knows the whole text."""
        return "${{" in self.text

    @property
    def reference(self) -> Reference | None:
        """The image; None for expressions and for what no registry would accept."""
        return parse_reference(self.text.removeprefix(DOCKER))

    @property
    def subject(self) -> dict[str, str]:
        """What exclusions of the configuration compare."""
        return {"image": self.text.removeprefix(DOCKER)}

    def put(self, reference: str) -> Put:
        """Put another reference here."""
        return self.at.put((DOCKER if self.text.startswith(DOCKER) else "") + reference)

    def everywhere(self, fix: Fix) -> Fix:
        """Return a fix with its operations for every place that shares the text of this one."""
        patch = (part for one in fix.patch if isinstance(one, Put) for part in self.at.everywhere(one))
        return msgspec.structs.replace(fix, patch=tuple(patch))
