"""What several Compose files say about one service: beside each other, or by `extends`."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fixer.cached import cached_property
from fixer.kinds.facts import Object
from fixer.project.build import joined, text

if TYPE_CHECKING:
    from fixer.project.project import Project

# What makes of an image of one file something else in another.
_TELLING = ("build:", '"build"', "pull_policy")


class Composed:
    """The services of the Compose files of a run that build, or that say when they are pulled."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def others(self, path: str, name: str) -> Sequence[Object]:
        """What other files say about service `name` of the Compose file at `path`."""
        beside = self._beside.get((posixpath.dirname(path), name), ())
        return [*(one for one in beside if one.path != path), *self._extending.get((path, name), ())]

    @cached_property
    def _beside(self) -> Mapping[tuple[str, str], list[Object]]:
        """Services by folder and name: files of one folder may be used together."""
        found: dict[tuple[str, str], list[Object]] = {}
        for path, name, service in self._services():
            found.setdefault((posixpath.dirname(path), name), []).append(Object(path, 0, service))

        return found

    @cached_property
    def _extending(self) -> Mapping[tuple[str, str], list[Object]]:
        """Services by path and name of the one in another file that they extend."""
        found: dict[tuple[str, str], list[Object]] = {}
        for path, _, service in self._services():
            extends = service.get("extends")
            if isinstance(extends, dict) and (file := text(extends, "file")):
                key = (joined(posixpath.dirname(path), file), text(extends, "service"))
                found.setdefault(key, []).append(Object(path, 0, service))

        return found

    def _services(self) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        for path in (*self._project.containing(*_TELLING), *self._project.around(*_TELLING)):
            for data in self._project.documents(path):
                services = data.get("services")
                for name, service in services.items() if isinstance(services, dict) else ():
                    if isinstance(service, dict):
                        yield path, str(name), service
