"""What a noun may ask about the world outside its file. `fixer.project` answers; a rule never goes for facts itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from fixer.finding import Environment
from fixer.knowledge.images import ImageFacts

if TYPE_CHECKING:
    from fixer.registry.answer import Answer
    from fixer.registry.reference import Reference
    from fixer.registry.uses import Uses


class Object(msgspec.Struct, frozen=True):
    """A Kubernetes object somewhere in the project: its file, the number of its document, its effective data."""

    path: str
    document: int
    data: Mapping[str, Any]


class FieldUse(msgspec.Struct, frozen=True):
    """A field of objects that a kustomization reads or writes.

    `how` says so as a clause. `kind` and `name` select the objects, "" any. `field` are keys, numbers and `[name=a]`.
    `always` says that a change of the value changes what comes out; a value that is only replaced may change.
    """

    user: str
    how: str
    kind: str
    name: str
    field: tuple[str, ...]
    always: bool


class Facts(Protocol):
    """Facts across files. Paths are relative to the root of the run, with forward slashes."""

    def image(self, reference: str) -> ImageFacts:
        """Facts about an image: of the Dockerfile of this project that builds it, else of the knowledge tables.

        An image that nothing is known about yields facts with `known` false.
        """

    def build(self, path: str, context: str, dockerfile: str, target: str) -> ImageFacts | None:
        """Facts about what a Compose file at `path` builds; None when the Dockerfile is not in the project."""

    def built(self, reference: Reference) -> str:
        """Which file of the project builds an image of that name; "" when none does."""

    def tag(self, reference: Reference, *, version: bool = False) -> Answer:
        """What the tag of a reference means, from the lock file or looked up before the rules ran.

        With `version` also which version tag means the same. Of a reference with a digest only what the lock file says
        about its tag.
        """

    def revision(self, uses: Uses) -> Answer:
        """Which commit the tag or branch of an action means, from the lock file or looked up before the rules ran."""

    def targets(self, path: str) -> frozenset[str]:
        """Stage names of the Dockerfile at `path` that a Compose file of the project builds by `target`."""

    def contexts(self, path: str) -> frozenset[str]:
        """Names, as they are written, of the named build contexts that a build gives to the Dockerfile at `path`.

        Where it cannot be told to which Dockerfile of a folder a build belongs, to all that are below it.
        """

    def build_args(self, path: str) -> Mapping[str, str]:
        """Build arguments that a build of the project gives to the Dockerfile at `path`, as they are written.

        "" stands for a value that the environment of the build gives. The first build that names an argument counts.
        """

    def is_base(self, path: str) -> str | None:
        """Return which other Dockerfile starts FROM the image that the Dockerfile at `path` builds, if one does."""

    def environment(self, path: str, *, told: Environment | None = None, namespace: str = "") -> Environment:
        """Environment of a file, or of an object in it.

        What is configured for the path decides, then what the file itself has `told`, what is configured for the
        Kubernetes `namespace`, the path, and at last the default.
        """

    def strictest_environment(self, path: str) -> Environment:
        """Environment of a file that serves the whole repository: production when any file of the project is for it.

        What is configured for the path decides first, and the default where no file is for production.
        """

    def files_of(self, kind: str) -> Sequence[str]:
        """Paths of the files of the run that are of the kind called `kind`, sorted."""

    def partial(self, path: str) -> str | None:
        """Why the file is a patch that is never completed, as a clause; None when it stands on its own."""

    def objects(self, kind: str) -> Sequence[Object]:
        """All Kubernetes objects of `kind` in the project."""

    def replicas_owner(self, path: str, name: str) -> str | None:
        """Return which kustomization sets the replicas of workload `name` of the file at `path`, if one does."""

    def kustomizations(self, path: str) -> Sequence[Object]:
        """Kustomizations that list the file at `path` among their resources."""

    def overlays(self, path: str) -> Sequence[Object]:
        """Kustomizations that use the file, or the kustomization, at `path`: directly or through others."""

    def field_uses(self, path: str) -> Sequence[FieldUse]:
        """Fields that the kustomizations which use the file at `path` read or write."""

    def other_files(self, path: str, service: str) -> Sequence[Object]:
        """What other Compose files, beside the one at `path` or extending it, say about a service of it.

        Only files that build something or set `pull_policy` are looked at; `data` is the service.
        """

    def set_in_ci(self, reference: Reference) -> str:
        """Which file of the project runs `kustomize edit set image` for an image of that name; "" when none does."""

    def rewritten(self, reference: Reference) -> str:
        """Which file of the project rewrites the text of the reference by a command, as a clause; "" when none does."""

    def exists(self, path: str) -> bool:
        """Whether there is a file or folder at `path` below the root."""

    def head(self, path: str) -> bytes | None:
        """First 512 bytes of a regular file below the root; None when there is none."""

    def text(self, path: str) -> str | None:
        """Text of a small (up to 256 KiB) regular UTF-8 file below the root; None when there is none."""
