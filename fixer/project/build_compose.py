"""The builds that Compose files and skaffold files describe."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any

from fixer.project.build import Build, located, pairs, strings, text

# What skaffold builds without a Dockerfile.
_NO_DOCKERFILE = ("jib", "ko", "buildpacks", "bazel", "custom")
_NOT_IN_NAMES = re.compile(r"[^a-z0-9_-]")


def compose_builds(data: Mapping[str, Any], path: str, project: str) -> Iterator[Build]:
    """Yield the builds of the services of a Compose file; `project` is its name when the file has none."""
    services = data.get("services")
    for name, service in services.items() if isinstance(services, dict) else ():
        build = service.get("build") if isinstance(service, dict) else None
        if isinstance(build, str):
            build = {"context": build}

        if isinstance(build, dict):
            yield _service_build(str(name), service, build, path, text(data, "name") or project_name(project))


def project_name(folder: str) -> str:
    """Return the name that Compose gives to a project in a folder of that name."""
    return _NOT_IN_NAMES.sub("", folder.lower()).lstrip("_-")


def _service_build(name: str, service: Mapping[str, Any], build: Mapping[str, Any], path: str, project: str) -> Build:
    folder = posixpath.dirname(path)
    bake = build.get("x-bake")
    bake = bake if isinstance(bake, dict) else {}
    place = located(folder, text(build, "context") or ".", text(build, "dockerfile") or "Dockerfile")
    dockerfile, where = ("", None) if "dockerfile_inline" in build else place
    image = text(service, "image")
    # Without `image` Compose makes up the name; its first version did so with an underscore.
    made_up = () if image or not project else (f"{project}-{name}", f"{project}_{name}")
    return Build(
        image,
        dockerfile,
        text(build, "target"),
        where,
        names=(image or "", *made_up, *strings(build.get("tags")), *strings(bake.get("tags"))),
        contexts=frozenset(pairs(build.get("additional_contexts"))) | frozenset(pairs(bake.get("contexts"))),
        args=pairs(build.get("args")),
        service=f"{folder}:{name}",
    )


def skaffold_builds(data: Mapping[str, Any], path: str) -> Iterator[Build]:
    """Yield the builds of a skaffold file."""
    if not str(data.get("apiVersion", "")).startswith("skaffold/"):
        return

    build = data.get("build")
    artifacts = build.get("artifacts") if isinstance(build, dict) else None
    for artifact in artifacts if isinstance(artifacts, list) else ():
        if isinstance(artifact, dict):
            yield _artifact_build(artifact, posixpath.dirname(path))


def _artifact_build(artifact: Mapping[str, Any], folder: str) -> Build:
    image = text(artifact, "image")
    if any(key in artifact for key in _NO_DOCKERFILE):
        return Build(image, folder=None, names=(image,))

    docker = artifact.get("docker")
    docker = docker if isinstance(docker, dict) else {}
    place = located(folder, text(artifact, "context") or ".", text(docker, "dockerfile") or "Dockerfile")
    return Build(image, place[0], text(docker, "target"), place[1], (image,), args=pairs(docker.get("buildArgs")))
