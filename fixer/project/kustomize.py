"""What the kustomizations of a project say about its files: who lists them, who patches with them, who counts them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from fixer.kinds import KUSTOMIZATIONS
from fixer.kinds.facts import FieldUse, Object
from fixer.project.kustomize_fields import field_uses

if TYPE_CHECKING:
    from fixer.project.project import Project


class Use(msgspec.Struct, frozen=True):
    """What one kustomization says: its data, the paths of its resources and those of its patches."""

    data: Mapping[str, Any]
    resources: frozenset[str]
    patches: frozenset[str]


class Kustomizations:
    """The kustomizations among the files of a run, and those beside and above a file that is asked about."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._uses: dict[str, Use] = {}
        self._fields: dict[str, tuple[FieldUse, ...]] = {}
        self._objects: dict[str, Object] = {}
        self._above: dict[str, tuple[str, ...]] = {}
        self._of_run = tuple(path for path in project.files if posixpath.basename(path) in KUSTOMIZATIONS)
        self._patches: dict[str, str] | None = None
        self._resources: dict[str, list[str]] | None = None

    def forget(self, path: str) -> None:
        """Read the kustomization at `path` again when it is asked for."""
        self._fields.clear()
        self._objects.clear()
        if self._uses.pop(path, None):
            self._patches = self._resources = None

    def patched_by(self, path: str) -> str | None:
        """Return why a file is a patch, as a clause; None when no kustomization uses it as one."""
        if self._patches is None:
            self._patches = {patch: user for user in self._of_run for patch in self._use(user).patches}

        user = self._patches.get(path) or next(
            (one for one in self._beyond(path) if path in self._use(one).patches), None
        )
        return f"it is a patch of {user}" if user else None

    def listing(self, path: str) -> Sequence[Object]:
        """Return the kustomizations that list the file itself among their resources."""
        users = [*self._users(path), *(one for one in self._beyond(path) if path in self._use(one).resources)]
        return [self._with_components(user) for user in users]

    def overlays(self, path: str) -> list[str]:
        """Return all kustomizations that use a file, directly or through other kustomizations."""
        found: dict[str, None] = {}
        wanted = [path]
        while wanted:
            for user in self._users(wanted.pop()):
                if user not in found:
                    found[user] = None
                    wanted += [posixpath.dirname(user), user]

        return list(found)

    def using(self, path: str) -> list[Object]:
        """Return all kustomizations that use a file or a kustomization, directly or through others."""
        folder = posixpath.dirname(path)
        of_folder = self.overlays(folder) if posixpath.basename(path) in KUSTOMIZATIONS else []
        return [self._with_components(user) for user in dict.fromkeys([*self.overlays(path), *of_folder])]

    def field_uses(self, path: str) -> tuple[FieldUse, ...]:
        """Return the fields that the kustomizations which use a file read or write, themselves or by components."""
        users = dict.fromkeys([*self.overlays(path), *(item.path for item in self.listing(path))])
        return tuple(use for user in users for one in (user, *self._components(user)) for use in self._of(one))

    def _of(self, one: str) -> tuple[FieldUse, ...]:
        if one not in self._fields:
            folder = posixpath.dirname(one)
            found = field_uses(
                self._use(one).data,
                one,
                lambda name: self._project.values(posixpath.normpath(posixpath.join(folder, name))),
                lambda text: self._project.values(one, text),
            )
            self._fields[one] = tuple(use for use in found if use.field)

        return self._fields[one]

    def _with_components(self, user: str) -> Object:
        """A kustomization as an object, with the images that its components set."""
        if user not in self._objects:
            data = self._use(user).data
            images = [image for one in self._components(user) for image in _list(self._use(one).data.get("images"))]
            data = {**data, "images": [*images, *_list(data.get("images"))]} if images else data
            self._objects[user] = Object(user, 0, data)

        return self._objects[user]

    def _components(self, user: str) -> list[str]:
        """Paths of the components of a kustomization, and of theirs."""
        found: dict[str, None] = {}
        wanted = [user]
        while wanted:
            one = wanted.pop()
            for item in _strings(self._use(one).data.get("components")):
                folder = posixpath.normpath(posixpath.join(posixpath.dirname(one), item))
                names = (posixpath.join(folder, name) for name in KUSTOMIZATIONS)
                new = [name for name in names if name not in found and self._project.exists(name)]
                found |= dict.fromkeys(new)
                wanted += new

        return list(found)

    def namespace(self, user: str) -> str:
        """Return the namespace that a kustomization gives its objects; "" when it gives none."""
        found = self._use(user).data.get("namespace")
        return found if isinstance(found, str) else ""

    def replicas_owner(self, path: str, name: str) -> str | None:
        """Return the kustomization that sets the replicas of a workload of the file, if one does."""
        for user in dict.fromkeys([*self.overlays(path), *(item.path for item in self.listing(path))]):
            counts = self._use(user).data.get("replicas")
            if isinstance(counts, list) and any(isinstance(one, dict) and one.get("name") == name for one in counts):
                return user

        return None

    def _users(self, path: str) -> list[str]:
        """Kustomizations of the run that list a file or a folder."""
        if self._resources is None:
            self._resources = {}
            for user in self._of_run:
                for resource in self._use(user).resources:
                    self._resources.setdefault(resource, []).append(user)

        return self._resources.get(path, [])

    def _beyond(self, path: str) -> tuple[str, ...]:
        """Kustomizations outside of the run, in the folders from the file's own up to the root."""
        folder = posixpath.dirname(path)
        if folder not in self._above:
            names = (posixpath.join(folder, name) for name in KUSTOMIZATIONS)
            own = tuple(name for name in names if name not in self._of_run and self._project.exists(name))
            self._above[folder] = own + (self._beyond(folder) if folder else ())

        return self._above[folder]

    def _use(self, path: str) -> Use:
        if path not in self._uses:
            data = next(iter(self._project.documents(path)), {})
            folder = posixpath.dirname(path)
            self._uses[path] = Use(data, frozenset(_resources(data, folder)), frozenset(_patch_files(data, folder)))

        return self._uses[path]


def _resources(data: Mapping[str, Any], folder: str) -> set[str]:
    """Paths of the resources, bases and components, relative to the root."""
    listed = [item for key in ("resources", "bases", "components") for item in _strings(data.get(key))]
    return {posixpath.normpath(posixpath.join(folder, item)) for item in listed if "://" not in item}


def _patch_files(data: Mapping[str, Any], folder: str) -> Iterator[str]:
    """Paths of the files that a kustomization uses as patches, relative to the root."""
    names = list(_strings(data.get("patchesStrategicMerge")))
    for key in ("patches", "patchesJson6902", "replacements", "transformers"):
        entries = data.get(key)
        for entry in entries if isinstance(entries, list) else ():
            names += _strings([entry.get("path")] if isinstance(entry, dict) else [entry])

    for name in names:
        if "\n" not in name:
            yield posixpath.normpath(posixpath.join(folder, name))


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _strings(value: object) -> Iterator[str]:
    for item in value if isinstance(value, list) else ():
        if isinstance(item, str):
            yield item
