"""What a file is, and the nouns that rules read.

Kinds are imported when a file of the kind is met: `kind_of` tells the kind from name and text, `kind_named` imports it.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fixer.kinds.kind import Kind

# Names under which kustomize looks for its file; apiVersion and kind may be left out in it.
KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")
# Values of a Helm chart, of which the digests of images are looked at.
VALUES = re.compile(r"values(?:[._-][\w.-]+)?\.ya?ml")
KINDS = ("dockerfile", "compose", "kubernetes", "workflow")

# rules/README 4.1: Dockerfile, Dockerfile.*, *.Dockerfile, Containerfile.
_DOCKERFILE = re.compile(r"(?:dockerfile|containerfile)(?:[._-].+)?|.+\.(?:dockerfile|containerfile)", re.IGNORECASE)
_NO_DOCKERFILE = (".dockerignore", ".md", ".rst", ".txt", ".html", ".sh", ".py", ".js", ".go", ".yml", ".yaml", ".json")
_YAML = (".yaml", ".yml", ".json")


def kind_named(name: str) -> Kind:
    """Return the kind called `name`."""
    found: Kind = import_module(f"fixer.kinds.{name}").KIND
    return found


def kind_of(path: str, text: str) -> str | None:
    """Return the name of the kind of a file from its name and text; None when it is none of ours."""
    name = posixpath.basename(path)
    if is_dockerfile(name):
        return "dockerfile"

    if name in KUSTOMIZATIONS or (VALUES.fullmatch(name) and "digest:" in text and "repository:" in text):
        return "kubernetes"

    if not name.lower().endswith(_YAML):
        return None

    return next((kind for kind in _maybe(path, name, text) if _recognised(kind, path, text)), None)


def _maybe(path: str, name: str, text: str) -> Iterator[str]:
    """Kinds that a YAML file may be of, told without reading it as YAML."""
    if ".github/" in path or name.lower().startswith("action."):
        yield "workflow"

    if "apiVersion" in text and "kind" in text:
        yield "kubernetes"

    if "services" in text:
        yield "compose"


def is_dockerfile(name: str) -> bool:
    """Whether a file called `name` (without folders) is a Dockerfile."""
    return _DOCKERFILE.fullmatch(name) is not None and not name.lower().endswith(_NO_DOCKERFILE)


def _recognised(name: str, path: str, text: str) -> bool:
    return bool(import_module(f"fixer.kinds.{name}").recognise(path, text))
