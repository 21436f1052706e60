"""Commits and contents that a repository of ours takes from a forge, or has."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from fixer.bot.git import REMOTE, Git
from fixer.bot.records import Change
from fixer.files import SIZE_LIMIT

_QUIET = ("--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--filter=blob:none")


def fetch(git: Git, specs: Sequence[str]) -> None:
    """Fetch references or commits into a repository that may be empty: the last commit of each, no blobs, no tags.

    A name of a branch, with `*` or without, ends up below `refs/remotes/origin/`. Raises GitProblem.
    """
    if not os.path.exists(os.path.join(git.folder, "HEAD")):
        git.ask("init", "--quiet", "--bare", "--template=", git.folder)

    git.remote("fetch", *_QUIET, "--depth=1", REMOTE, *specs)


def spec(branch: str) -> str:
    """Return what fetches a branch, or all that a pattern with `*` at its end fits."""
    return f"+refs/heads/{branch}:refs/remotes/{REMOTE}/{branch}"


def references(git: Git, folder: str) -> dict[str, str]:
    """Return the commits of the references below `folder` (`refs/heads`), by their name below it. Raises GitProblem."""
    found = lines_of(git.ask("for-each-ref", "--format=%(objectname) %(refname)", folder))
    return {name.removeprefix(f"{folder}/"): sha for sha, _, name in (line.partition(" ") for line in found)}


def lines_of(text: str) -> list[str]:
    """Return the lines of what git prints: names hold letters that Python takes for line ends as well."""
    return [line for line in text.split("\n") if line]


def contents(git: Git, names: Sequence[str], *, lazy: bool, limit: int = SIZE_LIMIT) -> dict[str, bytes | None]:
    """Return contents by their names in git; None for what is larger than `limit` bytes. Raises GitProblem.

    `lazy`: they may have to be fetched, and then all in one request: one by one, each costs two.
    """
    wanted = sorted(set(names))
    if not wanted:
        return {}

    if lazy:
        git.remote("fetch", *_QUIET, "--stdin", REMOTE, given=_lines(wanted))

    sizes = git.ask("cat-file", "--batch-check=%(objecttype) %(objectsize)", given=_lines(wanted)).splitlines()
    small = [name for name, line in zip(wanted, sizes, strict=True) if _fits(line, limit)]
    found = _batch(git.raw("cat-file", "--batch", given=_lines(small))) if small else iter(())
    return {**dict.fromkeys(wanted), **dict(zip(small, found, strict=True))}


def difference(git: Git, old: str, new: str, *, lazy: bool) -> tuple[Change, ...]:
    """Return the files that differ between two commits, with their contents; b"" for what is very large."""
    entries = list(changed(git, old, new))
    found = contents(git, [sha for _, *sides in entries for sha in sides[1:] if sha.strip("0")], lazy=lazy)

    def content(sha: str) -> bytes | None:
        return (found[sha] or b"") if sha.strip("0") else None

    return tuple(Change(path, content(before), content(after), mode) for path, mode, before, after in entries)


def changed(git: Git, old: str, new: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield path, mode, and the names of the contents before and after (zeros: none) of files that differ."""
    fields = git.ask("diff-tree", "-r", "-z", "--no-renames", old, new).split("\0")
    for head, path in zip(fields[::2], fields[1::2], strict=False):
        _, mode, before, after, _ = head.split(" ")
        yield path, mode if after.strip("0") else "100644", before, after


def _lines(names: Sequence[str]) -> bytes:
    return "".join(f"{name}\n" for name in names).encode()


def _fits(line: str, limit: int) -> bool:
    kind, _, size = line.partition(" ")
    return kind == "blob" and size.isdigit() and int(size) <= limit


def _batch(out: bytes) -> Iterator[bytes]:
    """Yield the contents that `cat-file --batch` prints."""
    at = 0
    while at < len(out):
        end = out.index(b"\n", at)
        size = int(out[at:end].split()[2])
        yield out[end + 1 : end + 1 + size]
        at = end + 2 + size
