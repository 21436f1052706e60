"""The files of a commit that a run needs, in a fresh folder: plain files only, byte for byte as git has them."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Iterable

from fixer.bot.blobs import contents
from fixer.bot.codeowners import PLACES
from fixer.bot.git import Git, GitProblem
from fixer.bot.tree import Blob, Tree, above, tree_of
from fixer.errors import clause
from fixer.files import SIZE_LIMIT
from fixer.files.ignore import IGNORE_FILES
from fixer.files.names import VIRTUAL_ENVIRONMENT, is_candidate, is_vendored
from fixer.project import Disk
from fixer.text import Source

_TELLING = frozenset({VIRTUAL_ENVIRONMENT, ".fixer.yaml", ".fixer-baseline.json", "image-digests.lock", *IGNORE_FILES})


class Worktree:
    """Files of one commit below `root`, an empty folder. What is asked for is brought there; links never are.

    `lazy` says that contents may have to be fetched, all of one question in one request.
    """

    def __init__(self, git: Git, commit: str, root: str, *, lazy: bool) -> None:
        self.git = git
        self.root = root
        self.tree: Tree = tree_of(git, commit)
        self._lazy = lazy
        self._there: set[str] = set()
        self._folders = above(self.tree.blobs)
        self.skipped: dict[str, str] = {
            path: why for path, why in self.tree.refused if is_candidate(path.rpartition("/")[2])
        }

    def bring(self, wanted: Iterable[str]) -> None:
        """Write files of the commit to the folder, where they are not yet there. Raises GitProblem."""
        blobs = [
            self.tree.blobs[path]
            for path in dict.fromkeys(wanted)
            if path in self.tree.blobs and path not in self._there
        ]
        if not blobs:
            return

        self._there |= {blob.path for blob in blobs}
        found = contents(self.git, [blob.sha for blob in blobs], lazy=self._lazy)
        for blob in blobs:
            data = found[blob.sha]
            if data is None:
                self.skipped[blob.path] = f"the file is larger than {SIZE_LIMIT / 1_000_000:g} MB"
            elif problem := self._put(blob, data):
                self.skipped[blob.path] = problem

    def candidates(self, wanted: Callable[[str], bool | None] = lambda _: None) -> list[str]:
        """Return the files that a run over the whole commit may look at, and those that say something about them."""
        return [path for path in self.tree.blobs if _counts(path, wanted) or posixpath.basename(path) in _TELLING]

    def telling(self) -> list[str]:
        """Return the files that say how to look at others: ignore files, configuration, lock file, owners."""
        return [path for path in self.tree.blobs if posixpath.basename(path) in _TELLING or path in PLACES]

    def is_folder(self, path: str) -> bool:
        """Whether the commit has files below `path`."""
        return path in self._folders

    def content(self, path: str) -> bytes | None:
        """Return the content of a file of the commit; None when there is none, or it is too large."""
        self.bring([path])
        if path not in self.tree.blobs or path in self.skipped:
            return None

        with open(os.path.join(self.root, path), "rb") as file:
            return file.read()

    def _put(self, blob: Blob, data: bytes) -> str:
        """Write one file; return why it cannot be, as a clause. Raises GitProblem when there is no room.

        The folder is our own and holds no links, so that no name can lead out of it.
        """
        full = os.path.join(self.root, blob.path)
        mode = 0o755 if blob.mode == "100755" else 0o644
        try:
            os.makedirs(os.path.dirname(full), exist_ok=True)
            descriptor = os.open(full, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
            with open(descriptor, "wb") as file:
                file.write(data)
        except (FileExistsError, NotADirectoryError, IsADirectoryError):
            return "another file is in its place"
        except OSError as error:
            raise GitProblem(f"files of the repository cannot be written: {clause(error)}") from None

        return ""


class TreeDisk(Disk):
    """The disk of a run over a work tree: what rules ask about is brought from the commit when they ask."""

    def __init__(self, worktree: Worktree) -> None:
        super().__init__(worktree.root)
        self._worktree = worktree

    def source(self, path: str) -> Source:
        """See `Disk.source`."""
        self._bring(path)
        return super().source(path)

    def exists(self, path: str) -> bool:
        """See `Disk.exists`; answered from the names alone."""
        place = _normal(path)
        return place in self._worktree.tree.blobs or place in {"", "."} or self._worktree.is_folder(place)

    def head(self, path: str) -> bytes | None:
        """See `Disk.head`."""
        self._bring(path)
        return super().head(path)

    def text(self, path: str) -> str | None:
        """See `Disk.text`."""
        self._bring(path)
        return super().text(path)

    def names(self, folder: str) -> list[str]:
        """See `Disk.names`; answered from the names alone."""
        place = _normal(folder)
        prefix = f"{place}/" if place not in {"", "."} else ""
        below = (path[len(prefix) :] for path in self._worktree.tree.blobs if path.startswith(prefix))
        return sorted({path.partition("/")[0] for path in below})

    def _bring(self, path: str) -> None:
        place = _normal(path)
        try:
            self._worktree.bring([place])
        except GitProblem as problem:
            self._worktree.skipped[place] = problem.clause


def _counts(path: str, wanted: Callable[[str], bool | None]) -> bool:
    *folders, name = path.split("/")
    if any(is_vendored(folder) for folder in folders):
        return False

    said = wanted(path)
    return is_candidate(name) if said is None else said


def _normal(path: str) -> str:
    return posixpath.normpath(path) if path else ""
