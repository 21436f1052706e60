"""Which Dockerfile is behind an image, which images are built here, and what builds give to Dockerfiles."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import msgspec

from fixer.cached import cached_property
from fixer.formats.format import FormatError
from fixer.knowledge.images import ImageFacts
from fixer.project.build import Build, joined
from fixer.project.build_bake import BAKE, bake_builds
from fixer.project.build_compose import compose_builds, skaffold_builds
from fixer.project.build_shell import builds_of
from fixer.project.build_workflow import workflow_builds
from fixer.project.results import Results, repositories_of
from fixer.project.rewriting import Rewriting
from fixer.registry.reference import Reference, parse_reference
from fixer.text import TextError

if TYPE_CHECKING:
    from fixer.project.project import Project


_SET_IMAGE = re.compile(r"""kustomize edit set image\s+["']?([^\s"'=:$]+)""")
_PUSHES = ("docker/build-push-action@", "docker/metadata-action@")
_COMMANDS = ("docker build", "podman build", "buildx", "buildah")
_COMPOSED = ("build:", '"build"', "artifacts:")
_WRITERS = ("sed ", "yq ", "perl ", "set image")
_SCRIPTS = ("Makefile", "makefile", "GNUmakefile")


class Builds:
    """The builds that the files of a run describe."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._facts: dict[tuple[str, str], ImageFacts | None] = {}
        self._built: set[str] = set()

    def forget(self, path: str) -> None:
        """Read the Dockerfile at `path` again when it is asked for."""
        if path in self._built:
            for key in [key for key in self._facts if key[0] == path]:
                del self._facts[key]

    def image(self, reference: str) -> ImageFacts | None:
        """Facts about the image that `reference` names, when exactly one Dockerfile of the project builds it."""
        parsed = parse_reference(reference)
        builds = self._by_image.get(parsed.name, set()) if parsed else set()
        return self._of(*next(iter(builds))) if len(builds) == 1 else None

    def build(self, path: str, context: str, dockerfile: str, target: str) -> ImageFacts | None:
        """Facts about what the Compose file at `path` builds; None when the Dockerfile is not there."""
        return self._of(joined(posixpath.dirname(path), context, dockerfile), target)

    def built(self, reference: Reference) -> str:
        """Which file of the project builds an image of that name, whatever its tag; "" when none does."""
        return self._results.of(reference)

    def contexts(self, path: str) -> frozenset[str]:
        """Names of the build contexts that builds give to the Dockerfile at `path`, as they are written."""
        return frozenset(name for build in self._inputs(path) for name in build.contexts)

    def build_args(self, path: str) -> Mapping[str, str]:
        """Build arguments that builds give to the Dockerfile at `path`; "" for one that the environment gives."""
        given: dict[str, str] = {}
        for build in self._inputs(path):
            given = {**build.args, **given}

        return given

    def set_in_ci(self, reference: Reference) -> str:
        """Which file of the project sets the image with kustomize when it releases; "" when none does."""
        return self._set.get(reference.bare) or self._set.get(reference.name) or ""

    def rewritten(self, reference: Reference) -> str:
        """Which file of the project rewrites the text of the reference, as a clause; "" when none does."""
        return self._rewriting.of(reference)

    def targets(self, path: str) -> frozenset[str]:
        """Stages of the Dockerfile at `path` that something builds by name."""
        return frozenset(build.target for build in self._by_dockerfile.get(path, ()) if build.target)

    def is_base(self, path: str) -> str | None:
        """Another Dockerfile that starts FROM what the Dockerfile at `path` builds."""
        own = {name for build in self._by_dockerfile.get(path, ()) if (name := _name(build.image))}
        if not own:
            return None

        return next((user for user, bases in self._bases.items() if user != path and not own.isdisjoint(bases)), None)

    def _of(self, dockerfile: str, target: str) -> ImageFacts | None:
        key = (dockerfile, target)
        self._project.asked.add(dockerfile)
        if key not in self._facts:
            self._built.add(dockerfile)
            self._facts[key] = self._read(dockerfile, target)

        return self._facts[key]

    def _read(self, dockerfile: str, target: str) -> ImageFacts | None:
        from fixer.kinds.dockerfile import Dockerfile, image_facts

        if not self._project.exists(dockerfile):
            return None

        try:
            file = self._project.load(dockerfile)
        except (TextError, FormatError):
            return None

        if not isinstance(file, Dockerfile):
            return None

        stage = file.stage(target) if target else file.final
        return image_facts(stage) if stage else None

    @cached_property
    def _all(self) -> list[Build]:
        return [build for _, build in self._composed if build.dockerfile and self._project.exists(build.dockerfile)]

    @cached_property
    def _by_dockerfile(self) -> dict[str, list[Build]]:
        found: dict[str, list[Build]] = {}
        for build in self._all:
            found.setdefault(build.dockerfile, []).append(build)

        return found

    @cached_property
    def _by_image(self) -> dict[str, set[tuple[str, str]]]:
        found: dict[str, set[tuple[str, str]]] = {}
        for build in self._all:
            if name := _name(build.image):
                found.setdefault(name, set()).add((build.dockerfile, build.target))

        return found

    @cached_property
    def _set(self) -> dict[str, str]:
        """Names of images, as written and in full, with the file that sets them."""
        found: dict[str, str] = {}
        for path in self._project.containing("kustomize edit set image"):
            for name in _SET_IMAGE.findall(self._project.source(path).text):
                found.setdefault(name, path)
                found.setdefault(_name(name) or name, path)

        return found

    @cached_property
    def _rewriting(self) -> Rewriting:
        paths = self._project.containing(*_WRITERS)
        runs = ((path, self._project.source(path).text) for path in paths if self._project.kind(path) != "kubernetes")
        others = ((path, self._project.disk.text(path) or "") for path in self._project.around(*_WRITERS))
        return Rewriting((*runs, *others, *self._scripts))

    @cached_property
    def _results(self) -> Results:
        named = ((path, name) for path, build in self._described for name in build.names if name)
        return Results(named, repositories_of(self._project.disk.text(".git/config") or ""))

    @cached_property
    def _described(self) -> list[tuple[str, Build]]:
        """All builds, with the file that describes each."""
        composed = self._composed_in(self._project.around(*_COMPOSED))
        return [*self._composed, *composed, *self._of_workflows(), *self._of_bake_files(), *self._of_scripts()]

    @cached_property
    def _composed(self) -> list[tuple[str, Build]]:
        """The builds of Compose and skaffold files."""
        return self._composed_in(self._project.containing(*_COMPOSED))

    def _composed_in(self, paths: Iterable[str]) -> list[tuple[str, Build]]:
        found: list[tuple[str, Build]] = []
        for path in paths:
            name = self._folder_name(path)
            for data in self._project.documents(path):
                found += ((path, build) for build in (*compose_builds(data, path, name), *skaffold_builds(data, path)))

        return found

    def _folder_name(self, path: str) -> str:
        return posixpath.basename(posixpath.dirname(path)) or posixpath.basename(self._project.disk.root)

    def _of_workflows(self) -> Iterator[tuple[str, Build]]:
        words = (*_PUSHES, *_COMMANDS)
        for path in (*self._project.containing(*words), *self._project.around(*words)):
            for data in self._project.documents(path):
                yield from ((path, build) for build in workflow_builds(data))

    def _of_bake_files(self) -> Iterator[tuple[str, Build]]:
        for path in self._beside_dockerfiles:
            if BAKE.fullmatch(posixpath.basename(path)):
                yield from ((path, build) for build in bake_builds(self._project.disk.text(path) or "", path))

    def _of_scripts(self) -> Iterator[tuple[str, Build]]:
        for path, text in self._scripts:
            # Where a script is run, it does not say.
            folder = None if path.endswith(".sh") else posixpath.dirname(path)
            yield from ((path, build) for build in builds_of(text, folder, {}))

    @cached_property
    def _scripts(self) -> list[tuple[str, str]]:
        """The Makefiles and shell scripts in the root and beside Dockerfiles, with their text."""
        named = (
            path for path in self._beside_dockerfiles if posixpath.basename(path) in _SCRIPTS or path.endswith(".sh")
        )
        return [(path, self._project.disk.text(path) or "") for path in named]

    @cached_property
    def _beside_dockerfiles(self) -> list[str]:
        """The files in the root and in the folders of Dockerfiles."""
        folders = dict.fromkeys(["", *(posixpath.dirname(path) for path in self._project.of_kind("dockerfile"))])
        return [posixpath.join(folder, name) for folder in folders for name in self._project.disk.names(folder)]

    @cached_property
    def _with_inputs(self) -> list[Build]:
        """The builds that get contexts or arguments; those of one service as one."""
        merged = {build.service: build for build in _merged(build for _, build in self._described if build.service)}
        alone = (build for _, build in self._described if not build.service)
        together = (_with(build, merged[build.service]) for _, build in self._described if build.service)
        return [build for build in (*alone, *together) if build.contexts or build.args]

    def _inputs(self, path: str) -> Iterator[Build]:
        """The builds that get contexts or arguments and may be those of the Dockerfile at `path`."""
        for build in self._with_inputs:
            below = not build.dockerfile and build.folder is not None
            if build.dockerfile == path or (below and _within(path, build.folder or "")):
                yield build

    @cached_property
    def _bases(self) -> dict[str, set[str]]:
        """Names of the external images that each Dockerfile of the run starts from."""
        found = {}
        for path in self._project.of_kind("dockerfile"):
            lines = self._project.source(path).text.splitlines()
            words = [line.split() for line in lines if line[:4].upper() == "FROM"]
            names = (_name(word) for line in words for word in line[1:] if not word.startswith("--"))
            found[path] = {name for name in names if name}

        return found


def _merged(builds: Iterable[Build]) -> Iterator[Build]:
    """Yield one build for each service, with what all files give to it."""
    found: dict[str, Build] = {}
    for build in builds:
        found[build.service] = _with(build, found.get(build.service, build))

    yield from found.values()


def _with(build: Build, other: Build) -> Build:
    return msgspec.structs.replace(build, contexts=build.contexts | other.contexts, args={**other.args, **build.args})


def _within(path: str, folder: str) -> bool:
    return folder in ("", ".") or path.startswith(f"{folder}/")


def _name(reference: str) -> str | None:
    parsed = parse_reference(reference)
    return parsed.name if parsed else None
