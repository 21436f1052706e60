"""What a noun may ask about the world outside its file. `fixer.project` answers; a rule never goes for facts itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import msgspec

from fixer.finding import Environment
from fixer.knowledge.images import ImageFacts


class Object(msgspec.Struct, frozen=True):
    """A Kubernetes object somewhere in the project: its file, the number of its document, its effective data."""

    path: str
    document: int
    data: Mapping[str, Any]


class Facts(Protocol):
    """Facts across files. Paths are relative to the root of the run, with forward slashes."""

    def image(self, reference: str) -> ImageFacts:
        """Facts about an image: of the Dockerfile of this project that builds it, else of the knowledge tables.

        An image that nothing is known about yields facts with `known` false.
        """

    def build(self, path: str, context: str, dockerfile: str, target: str) -> ImageFacts | None:
        """Facts about what a Compose file at `path` builds; None when the Dockerfile is not in the project."""

    def targets(self, path: str) -> frozenset[str]:
        """Stage names of the Dockerfile at `path` that a Compose file of the project builds by `target`."""

    def is_base(self, path: str) -> str | None:
        """Return which other Dockerfile starts FROM the image that the Dockerfile at `path` builds, if one does."""

    def environment(self, path: str, *, told: Environment | None = None, namespace: str = "") -> Environment:
        """Environment of a file, or of an object in it.

        What is configured for the path decides, then what the file itself has `told`, what is configured for the
        Kubernetes `namespace`, the path, and at last the default.
        """

    def partial(self, path: str) -> str | None:
        """Why the file is a patch that is never completed, as a clause; None when it stands on its own."""

    def objects(self, kind: str) -> Sequence[Object]:
        """All Kubernetes objects of `kind` in the project."""

    def replicas_owner(self, path: str, name: str) -> str | None:
        """Return which kustomization sets the replicas of workload `name` of the file at `path`, if one does."""

    def kustomizations(self, path: str) -> Sequence[Object]:
        """Kustomizations that list the file at `path` among their resources."""

    def exists(self, path: str) -> bool:
        """Whether there is a file or folder at `path` below the root."""

    def head(self, path: str) -> bytes | None:
        """First 512 bytes of a regular file below the root; None when there is none."""

    def text(self, path: str) -> str | None:
        """Text of a small (up to 256 KiB) regular UTF-8 file below the root; None when there is none."""
