"""Whose a commit is: ours where author and committer both are the bot."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from fixer.bot.blobs import lines_of
from fixer.bot.commits import Person
from fixer.bot.git import Git
from fixer.bot.records import Commit

_FORMAT = "%H%x00%an%x00%ae%x00%ce%x00%ct"


def commits_between(git: Git, base_sha: str, sha: str, person: Person) -> tuple[Commit, ...]:
    """Return the commits that `sha` has and `base_sha` does not, the oldest first. Raises GitProblem."""
    words = ("--reverse", f"--format={_FORMAT}", "--no-commit-header", f"{base_sha}..{sha}")
    return tuple(_commits(git.ask("rev-list", *words), person))


def _commits(listed: str, person: Person) -> Iterator[Commit]:
    own = person.email.lower()
    for line in lines_of(listed):
        sha, name, author, committer, when = line.split("\0")
        ours = author.lower() == committer.lower() == own
        yield Commit(sha, ours, dt.datetime.fromtimestamp(int(when), dt.UTC), name)
