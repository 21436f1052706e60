"""Which Dockerfile is behind an image: what Compose files and skaffold files of the project build."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from fixer.cached import cached_property
from fixer.formats.format import FormatError
from fixer.knowledge.images import ImageFacts
from fixer.registry.reference import Reference, parse_reference
from fixer.text import TextError

if TYPE_CHECKING:
    from fixer.project.project import Project


# What skaffold builds without a Dockerfile.
_NO_DOCKERFILE = ("jib", "ko", "buildpacks", "bazel", "custom")
_BAKE = ("docker-bake.hcl", "docker-bake.json", "docker-bake.override.hcl")
_BAKE_TAGS = re.compile(r"""["']?tags["']?\s*[=:]\s*\[([^\]]*)\]""")
_SET_IMAGE = re.compile(r"""kustomize edit set image\s+["']?([^\s"'=:$]+)""")
_QUOTED = re.compile(r'"([^"]*)"')
_BUILDS_AND_PUSHES = "docker/build-push-action@"


class Build(msgspec.Struct, frozen=True):
    """One build: the name of its result ("" when it has none), the path of its Dockerfile, and the target stage."""

    image: str
    dockerfile: str
    target: str = ""


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
        return self._of(_join(posixpath.dirname(path), context, dockerfile), target)

    def built(self, reference: Reference) -> str:
        """Which file of the project builds an image of that name, whatever its tag; "" when none does."""
        names, beginnings = self._results
        if found := names.get(reference.name):
            return found

        return next((path for name, path in beginnings.items() if reference.name.startswith(name)), "")

    def set_in_ci(self, reference: Reference) -> str:
        """Which file of the project sets the image with kustomize when it releases; "" when none does."""
        return self._set.get(reference.bare) or self._set.get(reference.name) or ""

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
        return [build for build in self._found() if self._project.exists(build.dockerfile)]

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
    def _results(self) -> tuple[dict[str, str], dict[str, str]]:
        """The names of what is built, and how names begin whose end varies; each with the file that says so."""
        names: dict[str, str] = {}
        beginnings: dict[str, str] = {}
        for path, text in self._named():
            if name := _name(text) or _name(_untagged(text)):
                names.setdefault(name, path)
            elif beginning := _beginning(text):
                beginnings.setdefault(beginning, path)

        return names, beginnings

    def _named(self) -> Iterator[tuple[str, str]]:
        """The references that builds give to their results, with the file that says so."""
        for path in self._project.containing("build:", '"build"', "artifacts:", _BUILDS_AND_PUSHES):
            for data in self._project.documents(path):
                folder = posixpath.dirname(path)
                for build in (*_compose_builds(data, folder), *_skaffold_builds(data, folder, all_kinds=True)):
                    yield path, build.image

                for tag in _workflow_tags(data):
                    yield path, tag

        folders = dict.fromkeys(["", *(posixpath.dirname(path) for path in self._project.of_kind("dockerfile"))])
        for path in (posixpath.join(folder, name) for folder in folders for name in _BAKE):
            for tags in _BAKE_TAGS.findall(self._project.disk.text(path) or ""):
                yield from ((path, tag) for tag in _QUOTED.findall(tags))

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

    def _found(self) -> Iterator[Build]:
        for path in self._project.containing("build:", '"build"', "artifacts:"):
            for data in self._project.documents(path):
                yield from _compose_builds(data, posixpath.dirname(path))
                yield from _skaffold_builds(data, posixpath.dirname(path))


def _compose_builds(data: Mapping[str, Any], folder: str) -> Iterator[Build]:
    services = data.get("services")
    for service in services.values() if isinstance(services, dict) else ():
        build = service.get("build") if isinstance(service, dict) else None
        if isinstance(build, str):
            build = {"context": build}

        if isinstance(build, dict) and "dockerfile_inline" not in build:
            dockerfile = _join(folder, _text(build, "context") or ".", _text(build, "dockerfile") or "Dockerfile")
            yield Build(_text(service, "image"), dockerfile, _text(build, "target"))


def _workflow_tags(data: Mapping[str, Any]) -> Iterator[str]:
    """The tags that the jobs of a workflow build and push."""
    jobs = data.get("jobs")
    for job in jobs.values() if isinstance(jobs, dict) else ():
        steps = job.get("steps") if isinstance(job, dict) else None
        for step in steps if isinstance(steps, list) else ():
            given = step.get("with") if isinstance(step, dict) else None
            if isinstance(given, dict) and _text(step, "uses").startswith(_BUILDS_AND_PUSHES):
                # The tag may hold expressions, the name in front of it seldom does.
                yield from (tag.strip() for tag in re.split(r"[\n,]", _text(given, "tags")))


def _untagged(text: str) -> str:
    """The text of a reference in front of a tag that holds a variable."""
    return text.partition("$")[0].rstrip(":@")


def _beginning(text: str) -> str:
    """The full name up to a variable in it (`ghcr.io/example/shop-${{ … }}`); "" when nothing stands there."""
    head = text.partition("$")[0]
    name = _name(f"{head}x") if "/" in head and head[-1] not in ":@" else None
    return name[:-1] if name else ""


def _skaffold_builds(data: Mapping[str, Any], folder: str, *, all_kinds: bool = False) -> Iterator[Build]:
    if not str(data.get("apiVersion", "")).startswith("skaffold/"):
        return

    build = data.get("build")
    artifacts = build.get("artifacts") if isinstance(build, dict) else None
    for artifact in artifacts if isinstance(artifacts, list) else ():
        other = isinstance(artifact, dict) and any(key in artifact for key in _NO_DOCKERFILE)
        if not isinstance(artifact, dict) or (other and not all_kinds):
            continue

        docker = artifact.get("docker")
        docker = docker if isinstance(docker, dict) else {}
        dockerfile = _join(folder, _text(artifact, "context") or ".", _text(docker, "dockerfile") or "Dockerfile")
        yield Build(_text(artifact, "image"), dockerfile, _text(docker, "target"))


def _text(data: Mapping[str, Any], key: str) -> str:
    value = data.get(key)
    return value if isinstance(value, str) else ""


def _join(*parts: str) -> str:
    return posixpath.normpath(posixpath.join(*parts))


def _name(reference: str) -> str | None:
    parsed = parse_reference(reference)
    return parsed.name if parsed else None
