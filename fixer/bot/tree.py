"""What a commit holds: its files by name, and which names nobody should write to a disk."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from fixer.bot.git import Git

REGULAR = ("100644", "100755")
_KINDS = {"120000": "it is a symbolic link, which the bot does not follow", "160000": "it is a submodule"}
_LONGEST = 1000
# Letters that some file systems take for nothing.
_IGNORED = re.compile("[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]")


class Blob(msgspec.Struct, frozen=True):
    """A file of a commit: mode as git writes it, name of its content, size in bytes (-1: unknown)."""

    path: str
    mode: str
    sha: str
    size: int = -1


class Tree(msgspec.Struct, frozen=True):
    """The files of a commit by path, and what is left out, each with its reason as a clause."""

    commit: str
    blobs: dict[str, Blob]
    refused: tuple[tuple[str, str], ...] = ()


def tree_of(git: Git, commit: str) -> Tree:
    """Return what a commit holds. Raises GitProblem."""
    listed = git.raw("ls-tree", "-r", "-z", "--full-tree", commit)
    return sorted_out(commit, _entries(listed))


def sorted_out(commit: str, entries: Iterator[tuple[str, str, str]] | Sequence[tuple[str, str, str]]) -> Tree:
    """Return the tree of entries (mode, sha, path); those that are no plain files of a harmless name are left out."""
    blobs: dict[str, Blob] = {}
    refused: list[tuple[str, str]] = []
    for mode, sha, path in entries:
        reason = _KINDS.get(mode) or name_problem(path)
        if reason:
            refused.append((path, reason))
        elif mode in REGULAR:
            blobs[path] = Blob(path, mode, sha)

    return Tree(commit, blobs, tuple(refused))


def name_problem(path: str) -> str:
    """Return why a file of this name is not written to a disk, as a clause; "" for a harmless one."""
    if not path or len(path.encode("utf-8", "surrogateescape")) > _LONGEST:
        return "its name is too long"

    if any("\ud800" <= letter <= "\udfff" for letter in path):
        return "its name is not UTF-8"

    if any(unicodedata.category(letter) == "Cc" for letter in path) or "\\" in path:
        return "its name holds control characters or backslashes"

    for part in path.split("/"):
        plain = _IGNORED.sub("", part).casefold().rstrip(". ")
        if part in {"", ".", ".."} or plain in {".git", "git~1"} or len(part.encode()) > 255:
            return "its name is not a safe one"

    return ""


def above(paths: Iterable[str]) -> set[str]:
    """Return the folders that hold some files, at any depth; without the root."""
    found: set[str] = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]

    return found


def _entries(listed: bytes) -> Iterator[tuple[str, str, str]]:
    for line in filter(None, listed.split(b"\0")):
        head, _, path = line.partition(b"\t")
        mode, kind, sha = head.decode("ascii").split()
        yield ("160000" if kind == "commit" else mode), sha, path.decode("utf-8", "surrogateescape")
