"""Real repositories of git for tests."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

ENV = {
    "GIT_AUTHOR_NAME": "Ann",
    "GIT_AUTHOR_EMAIL": "ann@example.com",
    "GIT_COMMITTER_NAME": "Ann",
    "GIT_COMMITTER_EMAIL": "ann@example.com",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}
DOCKERFILE = "FROM debian:12.7\nMAINTAINER Ann <ann@example.com>\n"


def git(place: Path, *words: str, given: bytes | None = None, env: Mapping[str, str] | None = None) -> str:
    """Run git as a person does, and return what it prints."""
    done = subprocess.run(
        ["git", "-C", str(place), *words],
        check=True,
        capture_output=True,
        input=given,
        env={**os.environ, **ENV, **(env or {})},
    )
    return done.stdout.decode().rstrip("\n")


def made(place: Path, files: Mapping[str, str | bytes]) -> Path:
    """Make a repository with one commit on `main`."""
    place.mkdir(parents=True)
    git(place, "init", "--quiet", "--initial-branch=main")
    return committed(place, files, "Begin")


def committed(place: Path, files: Mapping[str, str | bytes], message: str) -> Path:
    """Commit files on the branch that is checked out."""
    for name, text in files.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)

    git(place, "add", "--all")
    git(place, "commit", "--quiet", "--allow-empty", "--message", message)
    return place


def tree_with(place: Path, entries: list[tuple[str, str, str]]) -> str:
    """Write a commit whose tree holds entries (mode, name, content or commit), also those that git would refuse."""
    lines = b""
    for mode, name, content in entries:
        kind = "commit" if mode == "160000" else "tree" if mode == "40000" else "blob"
        sha = content if kind != "blob" else git(place, "hash-object", "-w", "--stdin", given=content.encode())
        lines += f"{mode} {kind} {sha}\t".encode() + name.encode("utf-8", "surrogateescape") + b"\0"

    tree = git(place, "mktree", "-z", "--missing", given=lines)
    return git(place, "commit-tree", tree, "-m", "hostile")
