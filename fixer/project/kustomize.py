"""What the kustomizations of a project say about its files: who lists them, who patches with them, who counts them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fixer.kinds.facts import Object

if TYPE_CHECKING:
    from fixer.project.project import Project

KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_DEPTH = 20


class Kustomizations:
    """The kustomizations among the files of a run, and those beside and above a file that is asked about."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._read: dict[str, Mapping[str, Any] | None] = {}
        self._of_run = [path for path in project.files if posixpath.basename(path) in KUSTOMIZATIONS]

    def forget(self, path: str) -> None:
        """Read the kustomization at `path` again when it is asked for."""
        self._read.pop(path, None)

    def patched_by(self, path: str) -> str | None:
        """Return why a file is a patch, as a clause; None when no kustomization uses it as one."""
        for user in self._near(path):
            if path in set(_patch_files(self._data(user), posixpath.dirname(user))):
                return f"it is a patch of {user}"

        return None

    def listing(self, path: str) -> Sequence[Object]:
        """Return the kustomizations that list the file itself among their resources."""
        return [
            Object(user, 0, data)
            for user in self._near(path)
            if (data := self._data(user)) and path in _resources(data, posixpath.dirname(user))
        ]

    def overlays(self, path: str) -> list[str]:
        """Return all kustomizations that use a file, directly or through other kustomizations."""
        found: list[str] = []
        wanted = {path}
        for _ in range(_DEPTH):
            users = [user for user in self._of_run if user not in found and self._uses(user, wanted)]
            if not users:
                break

            found += users
            wanted = {posixpath.dirname(user) for user in users} | set(users)

        return found

    def replicas_owner(self, path: str, name: str) -> str | None:
        """Return the kustomization that sets the replicas of a workload of the file, if one does."""
        for user in {*self.overlays(path), *(item.path for item in self.listing(path))}:
            counts = (self._data(user) or {}).get("replicas")
            if isinstance(counts, list) and any(isinstance(one, dict) and one.get("name") == name for one in counts):
                return user

        return None

    def _uses(self, user: str, wanted: set[str]) -> bool:
        data = self._data(user)
        return bool(data) and not wanted.isdisjoint(_resources(data or {}, posixpath.dirname(user)))

    def _near(self, path: str) -> Iterator[str]:
        """Kustomizations of the run, and those in the folders from the file's own up to the root."""
        yield from self._of_run
        folder = posixpath.dirname(path)
        while True:
            for name in KUSTOMIZATIONS:
                candidate = posixpath.join(folder, name)
                if candidate not in self._of_run and self._project.exists(candidate):
                    yield candidate

            if not folder:
                return

            folder = posixpath.dirname(folder)

    def _data(self, path: str) -> Mapping[str, Any] | None:
        if path not in self._read:
            self._read[path] = next(iter(self._project.documents(path)), None)

        return self._read[path]


def _resources(data: Mapping[str, Any], folder: str) -> set[str]:
    """Paths of the resources, bases and components, relative to the root."""
    listed = [item for key in ("resources", "bases", "components") for item in _strings(data.get(key))]
    return {posixpath.normpath(posixpath.join(folder, item)) for item in listed if "://" not in item}


def _patch_files(data: Mapping[str, Any] | None, folder: str) -> Iterator[str]:
    """Paths of the files that a kustomization uses as patches, relative to the root."""
    if not data:
        return

    names = list(_strings(data.get("patchesStrategicMerge")))
    for key in ("patches", "patchesJson6902", "replacements", "transformers"):
        entries = data.get(key)
        for entry in entries if isinstance(entries, list) else ():
            names += _strings([entry.get("path")] if isinstance(entry, dict) else [entry])

    for name in names:
        if "\n" not in name:
            yield posixpath.normpath(posixpath.join(folder, name))


def _strings(value: object) -> Iterator[str]:
    for item in value if isinstance(value, list) else ():
        if isinstance(item, str):
            yield item
