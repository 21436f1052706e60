"""All Kubernetes objects of a project, by kind."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fixer.kinds import KUSTOMIZATIONS
from fixer.kinds.facts import Object

if TYPE_CHECKING:
    from fixer.project.project import Project


class Objects:
    """Objects by kind, then by file, so that a changed file is read again alone."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._by_kind: dict[str, dict[str, list[Object]]] = {}
        self._flat: dict[str, list[Object]] = {}
        self._stale: set[str] | None = None

    def of(self, kind: str) -> Sequence[Object]:
        """Return the objects of `kind`, by file and in the order of the files."""
        if self._stale is None:
            self._stale = set(self._project.of_kind("kubernetes"))

        while self._stale:
            self._read(self._stale.pop())

        if kind not in self._flat:
            files = self._by_kind.get(kind, {})
            self._flat[kind] = [item for path in sorted(files) for item in files[path]]

        return self._flat[kind]

    def forget(self, path: str) -> None:
        """Read the file at `path` again when an object is asked for."""
        if self._stale is not None:
            self._stale.add(path)

    def _read(self, path: str) -> None:
        for kind, files in self._by_kind.items():
            if files.pop(path, None):
                self._flat.pop(kind, None)

        if path not in self._project.files or posixpath.basename(path) in KUSTOMIZATIONS:
            return

        if not path.endswith((".yaml", ".yml", ".json")):
            return

        for number, data in enumerate(self._project.documents(path)):
            for item in _items(data):
                kind = str(item.get("kind", ""))
                self._by_kind.setdefault(kind, {}).setdefault(path, []).append(Object(path, number, item))
                self._flat.pop(kind, None)


def _items(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the object itself, or the objects of a list."""
    items = data.get("items")
    if isinstance(items, list) and str(data.get("kind", "")).endswith("List"):
        return [item for item in items if isinstance(item, dict)]

    return [data]
