"""kustomize: what rendered must render, with the same objects and those that fixes add."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from judges import install
from judges.record import Finding, Reading, reading
from judges.trees import Tree

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
MODULE = "sigs.k8s.io/kustomize/kustomize/v5@v5.7.1"
# Kinds of the objects that rules add beside a workload.
COMPANIONS = {"PodDisruptionBudget", "NetworkPolicy"}
Object = tuple[str, str, str]


def ready() -> tuple[str, ...]:
    """Return the command; it is kept off the network, which some kustomizations would ask."""
    if kubectl := shutil.which("kubectl"):
        return (*install.offline(), kubectl, "kustomize")

    if kustomize := shutil.which("kustomize"):
        return (*install.offline(), kustomize, "build")

    return (*install.offline(), str(install.of_go("kustomize", MODULE)), "build")


def read(command: tuple[str, ...], tree: Tree) -> Reading:
    """Return which folders with a kustomization render, and the objects that come and go."""
    results = {folder: rendered(command, tree.folder, folder) for folder in kustomizations(tree.folder)}
    refused = {folder: result for folder, result in results.items() if isinstance(result, str)}
    return reading(results, refused, () if tree.origin is None else differing(command, tree, results))


def kustomizations(root: Path) -> list[str]:
    """Return the folders that hold a kustomization."""
    return sorted({str(path.parent.relative_to(root)) for name in NAMES for path in root.rglob(name)})


@cache
def rendered(command: tuple[str, ...], root: Path, folder: str) -> frozenset[Object] | str:
    """Return the objects that a folder renders to, or what is said against it."""
    done = subprocess.run([*command, folder], cwd=root, capture_output=True, check=False, env=os.environ)
    if done.returncode:
        return done.stderr.decode("utf-8", "replace").strip()[-300:].replace(str(root), "")

    return frozenset(objects(done.stdout.decode("utf-8", "replace")))


def objects(text: str) -> Iterator[Object]:
    """Yield kind, namespace and name of the objects of a rendering."""
    from ruamel.yaml import YAML

    for document in YAML(typ="safe").load_all(text):
        if isinstance(document, dict):
            metadata = document.get("metadata") or {}
            yield str(document.get("kind")), str(metadata.get("namespace", "")), str(metadata.get("name", ""))


def differing(command: tuple[str, ...], tree: Tree, results: dict[str, frozenset[Object] | str]) -> Iterator[Finding]:
    """Yield the objects that are gone, and those that came without being a companion."""
    assert tree.origin
    for folder, after in results.items():
        before = rendered(command, tree.origin.folder, folder)
        if isinstance(before, str) or isinstance(after, str):
            continue

        for one in sorted(before - after):
            yield Finding(folder, "object-lost", "/".join(one))

        for one in sorted(after - before):
            if one[0] not in COMPANIONS:
                yield Finding(folder, "object-came", "/".join(one))
