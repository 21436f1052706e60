"""Which files a run is about: the named ones, and those below named folders whose name may be of a kind of ours."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Sequence

import msgspec

from fixer.errors import UserError, clause
from fixer.files.access import within
from fixer.files.ignore import IGNORE_FILES, Chain, Ignores, ignored
from fixer.files.names import VIRTUAL_ENVIRONMENT, is_candidate, is_vendored

# Names that say something about the folder they stand in.
_TELLING = frozenset({VIRTUAL_ENVIRONMENT, *(name.partition("/")[0] for name in IGNORE_FILES)})


Wanted = Callable[[str], bool | None]


class Skipped(msgspec.Struct, frozen=True):
    """A path that was not looked at, relative to the root, and why, as a clause."""

    path: str
    reason: str


class Discovery(msgspec.Struct, frozen=True):
    """Files to look at, relative to the root with forward slashes, sorted; what could not be looked at, sorted.

    `ignored` counts the files and whole folders that ignore files or the list of vendored trees leave out.
    """

    files: tuple[str, ...]
    skipped: tuple[Skipped, ...] = ()
    ignored: int = 0


def find_root(paths: Sequence[str]) -> str:
    """Return the root of a run over `paths`, an absolute path without symbolic links.

    It is the work tree of git that encloses all paths; else the current folder, when they lie below it; else the
    innermost folder that holds them all. Raises UserError for a path that does not exist.
    """
    common = os.path.commonpath([_folder(_resolved(path)) for path in paths or (os.curdir,)])
    folder = common
    while not os.path.lexists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            here = os.path.realpath(os.curdir)
            return here if within(common, here) else common

        folder = above

    return folder


def discover(paths: Sequence[str], root: str, wanted: Wanted = lambda _: None) -> Discovery:
    """Return the files of a run over `paths` (relative to the current folder, or absolute) below `root`.

    `wanted` is asked about each file that a walk meets, by its path relative to the root: True takes it whatever its
    name, False leaves it out, None lets its name decide. A file that is named is taken whatever its name and whoever
    ignores it; a folder that is named is walked. Raises UserError for a path that does not exist or lies outside the
    root.
    """
    walk = _Walk(os.path.realpath(root), wanted)
    for path in paths:
        walk.take(path)

    walk.follow()
    skipped = tuple(Skipped(path, reason) for path, reason in sorted(walk.skipped.items()))
    return Discovery(tuple(sorted(walk.files)), skipped, walk.ignored)


class _Walk:
    """The state of one discovery. Folders are "" (the root) or relative to the root."""

    def __init__(self, root: str, wanted: Wanted) -> None:
        self._wanted = wanted
        self.files: set[str] = set()
        self.skipped: dict[str, str] = {}
        self.ignored = 0
        self._root = root
        self._ignores = Ignores(root, self._skip)
        self._seen: set[str] = set()
        self._links: dict[str, bool] = {}

    def take(self, path: str) -> None:
        """Take what a person named."""
        full = _resolved(path)
        if not within(full, self._root):
            raise UserError(f"{path}: it lies outside of {self._root}, the root of the run")

        place = self._relative(full)
        if os.path.isdir(full):
            # Whoever names an ignored folder wants it: only the ignore files inside of it count then.
            out = self._left_out(place, folder=True)
            self._walk(place, () if out or not place else self._ignores.chain(place.rpartition("/")[0]), named=True)
        elif os.path.islink(full):
            self._links[place] = True
        else:
            self._add(place, os.lstat(full).st_mode)

    def follow(self) -> None:
        """Look where symbolic links lead. What lies outside of the root is not touched."""
        while self._links:
            link = min(self._links)
            self._follow(link, named=self._links.pop(link))

    def _follow(self, link: str, *, named: bool) -> None:
        full = os.path.realpath(os.path.join(self._root, link))
        wanted = named or is_candidate(os.path.basename(link))
        folder = os.path.isdir(full)
        if not within(full, self._root):
            if wanted or folder:
                self._skip(link, "a symbolic link leads out of the root of the run")
        elif folder:
            self._follow_folder(link, self._relative(full))
        elif not os.path.isfile(full):
            if wanted:
                self._skip(link, "a symbolic link leads to no file")
        elif wanted:
            self._follow_file(link, self._relative(full), named=named)

    def _follow_file(self, link: str, place: str, *, named: bool) -> None:
        """Take the file a link leads to under its own path."""
        if named:
            self.files.add(place)
        elif self._left_out(place):
            self.ignored += 1
        elif self._fits(place, os.path.basename(place)):
            self.files.add(place)
        elif self._wanted(place) is None:
            self._skip(link, f"a symbolic link leads to {place}, whose name is of no known kind")

    def _follow_folder(self, link: str, place: str) -> None:
        """Walk the folder a link leads to, except where it encloses the link itself."""
        if not place or link.startswith(place + "/"):
            return

        if self._left_out(place, folder=True):
            self.ignored += 1
        else:
            self._walk(place, self._ignores.chain(place.rpartition("/")[0]))

    def _walk(self, start: str, above: Chain, *, named: bool = False) -> None:
        stack = [(start, above)]
        while stack:
            folder, above = stack.pop()
            if folder in self._seen:
                continue

            self._seen.add(folder)
            entries = self._entries(folder)
            telling = {entry.name for entry in entries if entry.name in _TELLING}
            if VIRTUAL_ENVIRONMENT in telling and not (named and folder == start):
                self.ignored += 1
                continue

            chain = self._ignores.below(folder, above, _ignore_files(telling)) if telling else above
            stack += [(inner, chain) for inner in self._look(folder, entries, chain)]

    def _look(self, folder: str, entries: list[os.DirEntry[str]], chain: Chain) -> list[str]:
        """Take the files of a folder and return the folders in it that are to be walked."""
        prefix = folder + "/" if folder else ""
        inner = []
        for entry in entries:
            name = entry.name
            path = prefix + name
            if entry.is_symlink():
                if self._keeps(path, chain, vendored=is_vendored(name)):
                    self._links.setdefault(path, False)
            elif entry.is_dir(follow_symlinks=False):
                if self._keeps(path + "/", chain, vendored=is_vendored(name)):
                    inner.append(path)
            elif self._fits(path, name) and self._keeps(path, chain):
                self._add(path, stat.S_IFREG if entry.is_file(follow_symlinks=False) else 0)

        return inner

    def _fits(self, path: str, name: str) -> bool:
        """Whether a file may be of a kind of ours; count one that is left out by a person."""
        wanted = self._wanted(path)
        if wanted is None:
            return is_candidate(name)

        self.ignored += not wanted
        return wanted

    def _keeps(self, path: str, chain: Chain, *, vendored: bool = False) -> bool:
        """Whether a path is looked at; count it when it is not."""
        if not vendored and not ignored(path, chain):
            return True

        self.ignored += not path.endswith(".git/")
        return False

    def _add(self, path: str, mode: int) -> None:
        if stat.S_ISREG(mode):
            self.files.add(path)
        else:
            self._skip(path, "it is not a regular file")

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(f"{self._root}/{folder}") as entries:
                return list(entries)
        except OSError as error:
            self._skip(folder or ".", f"the folder cannot be read: {clause(error)}")
            return []

    def _left_out(self, path: str, *, folder: bool = False) -> bool:
        """Whether a walk from the root would not come to `path`."""
        parts = path.split("/") if path else []
        for number, name in enumerate(parts if folder else parts[:-1]):
            above, here = "/".join(parts[:number]), "/".join(parts[: number + 1])
            if is_vendored(name) or os.path.lexists(os.path.join(self._root, here, VIRTUAL_ENVIRONMENT)):
                return True

            if ignored(here + "/", self._ignores.chain(above)):
                return True

        return not folder and ignored(path, self._ignores.chain("/".join(parts[:-1])))

    def _skip(self, path: str, reason: str) -> None:
        self.skipped.setdefault(path, reason)

    def _relative(self, full: str) -> str:
        return full[len(self._root.rstrip("/")) + 1 :]


def _resolved(path: str) -> str:
    """Return the absolute path without symbolic links, except that a file which is one itself stays where it is.

    Raises UserError when there is nothing at the path.
    """
    try:
        os.lstat(path)
    except OSError as error:
        raise UserError(f"{path or repr(path)}: {clause(error)}") from None
    except ValueError:
        raise UserError(f"{path!r}: this is no path") from None

    if os.path.isdir(path):
        return os.path.realpath(path)

    return os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))


def _folder(full: str) -> str:
    return full if os.path.isdir(full) else os.path.dirname(full)


def _ignore_files(names: set[str]) -> list[str]:
    return [name for name in IGNORE_FILES if name.partition("/")[0] in names]
