"""What a workflow means by `uses:`: `owner/name[/path]@ref`."""

from __future__ import annotations

import functools
import re

import msgspec

_OWNER = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:_[A-Za-z0-9]+)?"
_NAME = r"[A-Za-z0-9_.-]+"
_PATH = r"(?:/[^/@\s]+)*"
# What git allows in the name of a ref, as far as it matters here: no blanks, no `..`, no leading `-`, no `@{`.
_REF = r"(?!-)(?!.*(?:\.\.|@\{|//))[^\s~^:?*\[\\\x00-\x1f\x7f]+"
_USES = re.compile(f"({_OWNER})/({_NAME})({_PATH})@({_REF})")
_COMMIT = re.compile(r"[0-9a-fA-F]{40}")
_LONGEST = 500


class Uses(msgspec.Struct, frozen=True):
    """An action, or a reusable workflow, of another repository.

    `text` is what the user wrote, `path` the folder or file inside of the repository ("" for its root), without a
    leading slash. `ref` is a tag, a branch or a commit.
    """

    text: str
    owner: str
    name: str
    path: str
    ref: str

    @property
    def repository(self) -> str:
        """Owner and name, as written."""
        return f"{self.owner}/{self.name}"

    @property
    def action(self) -> str:
        """The text before the `@`."""
        return self.text[: -len(self.ref) - 1]

    @property
    def key(self) -> str:
        """Repository, in lower case as GitHub compares it, and ref: what a look-up is about."""
        return f"{self.repository.lower()}@{self.ref}"

    @property
    def is_commit(self) -> bool:
        """Whether the ref is a full commit."""
        return _COMMIT.fullmatch(self.ref) is not None

    @property
    def is_workflow(self) -> bool:
        """Whether this is a reusable workflow, not an action."""
        return self.path.startswith(".github/workflows/")

    def at(self, ref: str) -> str:
        """Return the text with another ref."""
        return f"{self.action}@{ref}"


@functools.lru_cache(maxsize=4096)
def parse_uses(text: str) -> Uses | None:
    """Return the parts of `text`; None for `docker://` images, local paths, expressions and what GitHub refuses."""
    if len(text) > _LONGEST or "${{" in text or text.startswith((".", "docker:")):
        return None

    found = _USES.fullmatch(text)
    if found is None or found[2] in {".", ".."} or ".." in found[3].split("/"):
        return None

    return Uses(text, found[1], found[2], found[3].removeprefix("/"), found[4])
