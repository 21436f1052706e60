"""The builds that workflows and composite actions describe."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from fixer.project.build import Build, located, pairs, text
from fixer.project.build_shell import builds_of, filled

_PUSH = "docker/build-push-action@"
_METADATA = "docker/metadata-action@"
_DEFAULT_CONTEXT = re.compile(r"\$\{\{\s*defaultContext\s*\}\}:?|\{\{\s*defaultContext\s*\}\}:?")


def workflow_builds(data: Mapping[str, Any]) -> Iterator[Build]:
    """Yield the builds of the steps of a workflow or a composite action."""
    jobs = data.get("jobs")
    places = [*(jobs.values() if isinstance(jobs, dict) else ()), data.get("runs")]
    for job in places:
        steps = job.get("steps") if isinstance(job, dict) else None
        for step in steps if isinstance(steps, list) else ():
            if isinstance(step, dict):
                env = pairs(data.get("env")) | pairs(job.get("env")) | pairs(step.get("env"))
                yield from _step_builds(step, {key: value for key, value in env.items() if value})


def _step_builds(step: Mapping[str, Any], env: Mapping[str, str]) -> Iterator[Build]:
    uses, given = text(step, "uses"), step.get("with")
    given = given if isinstance(given, dict) else {}
    if uses.startswith(_PUSH):
        yield _pushed(given, env)
    elif uses.startswith(_METADATA):
        # Its result goes into `tags` of the build.
        yield Build(folder=None, names=tuple(filled(one, env) for one in _images(text(given, "images"))))
    elif script := text(step, "run"):
        yield from builds_of(script, text(step, "working-directory") or "", env)


def _pushed(given: Mapping[str, Any], env: Mapping[str, str]) -> Build:
    context = _DEFAULT_CONTEXT.sub("", filled(text(given, "context"), env)) or "."
    file = filled(text(given, "file"), env)
    # The file is looked for in the work tree, not in the context.
    place = located("", file, "") if file else located("", context, "Dockerfile")
    return Build(
        dockerfile=place[0],
        folder=place[1],
        target=filled(text(given, "target"), env),
        names=tuple(filled(tag.strip(), env) for tag in re.split(r"[\n,]", text(given, "tags"))),
        contexts=frozenset(pairs(_lines(given, "build-contexts"))),
        args=pairs(_lines(given, "build-args")),
    )


def _lines(given: Mapping[str, Any], key: str) -> list[str]:
    return [line.strip() for line in text(given, key).splitlines() if line.strip()]


def _images(listed: str) -> Iterator[str]:
    """The names in `images`: one to a line, or `name=…,enable=…`."""
    for part in re.split(r"[\n,]", listed):
        key, equals, value = part.strip().partition("=")
        if not equals or key == "name":
            yield value if equals else key
