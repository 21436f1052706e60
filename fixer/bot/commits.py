"""Commits without a work tree: an index of their own, objects written by git, references moved with the old value."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence

import msgspec

from fixer.bot.git import Git, GitProblem, is_branch


class Person(msgspec.Struct, frozen=True):
    """Author and committer of what the bot commits."""

    name: str = "fixer-bot"
    email: str = "fixer-bot@users.noreply.github.com"


class Put(msgspec.Struct, frozen=True):
    """A file of a commit: its new content, None to remove it, and its mode as git writes it."""

    path: str
    content: bytes | None
    mode: str = "100644"


class Signed(msgspec.Struct, frozen=True):
    """What a commit says: its message, by whom, and when ("1790000000 +0000"; "" is now)."""

    message: str
    person: Person = Person()
    when: str = ""


def commit(git: Git, start: str, parents: Sequence[str], puts: Sequence[Put], signed: Signed) -> str:
    """Write a commit of the tree of `start` with these files changed; return its name. No reference moves.

    Raises GitProblem, also when there would be no change to a single parent.
    """
    with tempfile.TemporaryDirectory(prefix="fixer-index-") as folder:
        index = os.path.join(folder, "index")
        git.ask("read-tree", f"{start}^{{tree}}", index=index)
        lines = "".join(_line(git, put, len(start)) for put in puts)
        git.ask("update-index", "-z", "--index-info", given=lines.encode(), index=index)
        tree = git.ask("write-tree", "--missing-ok", index=index)

    if len(parents) == 1 and tree == git.ask("rev-parse", f"{parents[0]}^{{tree}}"):
        raise GitProblem("the commit would change nothing")

    words = [word for parent in parents for word in ("-p", parent)]
    return git.ask("commit-tree", tree, *words, "-F", "-", given=signed.message.encode(), env=_signed_by(signed))


def move(git: Git, branch: str, new: str, old: str) -> None:
    """Let a local branch lead to `new` ("" removes it) if it leads to `old` ("": there is none). Raises GitProblem."""
    if not is_branch(branch):
        raise GitProblem(f"{branch!r} is no name of a branch")

    name = f"refs/heads/{branch}"
    if new:
        git.ask("update-ref", "-m", "fixer bot", name, new, old or "0" * len(new))
    else:
        git.ask("update-ref", "-m", "fixer bot", "-d", name, old)


def push(git: Git, branch: str, new: str, old: str) -> None:
    """Let a branch of the forge lead to `new` ("" removes it) if it leads to `old` ("" if there is none).

    Raises GitProblem, `stale` when the branch is something else by now.
    """
    if not is_branch(branch):
        raise GitProblem(f"{branch!r} is no name of a branch")

    name = f"refs/heads/{branch}"
    git.remote("push", "--quiet", "--no-verify", f"--force-with-lease={name}:{old}", "origin", f"{new}:{name}")


def _line(git: Git, put: Put, length: int) -> str:
    if put.content is None:
        return f"0 {'0' * length}\t{put.path}\0"

    sha = git.ask("hash-object", "-w", "--stdin", "--no-filters", given=put.content)
    return f"{put.mode} {sha}\t{put.path}\0"


def _signed_by(signed: Signed) -> Mapping[str, str]:
    person, when = signed.person, signed.when
    said: dict[str, str] = {}
    for role in ("AUTHOR", "COMMITTER"):
        said |= {f"GIT_{role}_NAME": person.name, f"GIT_{role}_EMAIL": person.email}
        said |= {f"GIT_{role}_DATE": when} if when else {}

    return said
