"""Files outside of a run about a part of a project that may say who builds its images."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from fixer.project.disk import Disk

# A run about more files than this is taken for one about the whole project.
_FEW = 50
_BUILDERS = re.compile(r"(?:docker-)?compose[\w.-]*\.ya?ml|skaffold\.ya?ml")
_WORKFLOWS = ".github/workflows"


def around(disk: Disk, files: Sequence[str]) -> list[str]:
    """Return the Compose and skaffold files from the folders of `files` up to the root, and the workflows.

    None of them is among `files`. [] for a run about many files.
    """
    if len(files) > _FEW:
        return []

    folders = dict.fromkeys(above for path in files for above in _folders_above(path))
    beside = [posixpath.join(folder, name) for folder in folders for name in disk.names(folder)]
    builders = (path for path in beside if _BUILDERS.fullmatch(posixpath.basename(path)))
    workflows = (f"{_WORKFLOWS}/{name}" for name in disk.names(_WORKFLOWS) if name.endswith((".yml", ".yaml")))
    return [path for path in (*builders, *workflows) if path not in files]


def _folders_above(path: str) -> Iterator[str]:
    """The folder of a file and those above it, "" for the root."""
    while path:
        path = posixpath.dirname(path)
        yield path
