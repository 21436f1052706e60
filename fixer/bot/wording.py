"""How titles and commits read: as those of the repository do."""

from __future__ import annotations

import re
from collections.abc import Iterable

from fixer.bot.markup import cut, title
from fixer.bot.records import Group, Repository, Row
from fixer.policy.bot import BotCommits, BotSettings

_CONVENTIONAL = re.compile(
    r"(?:build|chore|ci|deps|docs|feat|fix|perf|refactor|revert|security|style|test)(?:\([^()]+\))?!?: \S"
)
_NOT_SAID = re.compile(r"(?:Merge |Revert |fixup! |squash! |Initial commit)")
# Fewer commits tell nothing.
_ENOUGH = 4
_LONGEST = 72


def is_conventional(subjects: Iterable[str]) -> bool:
    """Whether most of the commits follow Conventional Commits; merges and reverts do not count."""
    own = [subject for subject in subjects if not _NOT_SAID.match(subject)]
    fit = sum(_CONVENTIONAL.match(subject) is not None for subject in own)
    return len(own) >= _ENOUGH and fit * 3 >= len(own) * 2


def title_of(group: Group, repository: Repository, settings: BotSettings) -> str:
    """Return the title of a pull request, and of its commit: without a number in it, on one line."""
    said = title(group.title)
    wanted = settings.commits.conventional
    if wanted == "no" or (wanted == "auto" and not is_conventional(repository.subjects)):
        return cut(said, 200)

    first, rest = said[:1], said[1:]
    lowered = said if rest[:1].isupper() else f"{first.lower()}{rest}"
    return cut(f"{_head(settings.commits)}: {lowered}", 200)


def message_of(group: Group, repository: Repository, settings: BotSettings) -> str:
    """Return the message of a commit: title, one line for each rule with its files, and the trailers."""
    parts = [cut(title_of(group, repository, settings), _LONGEST), "\n".join(_by_rule(group.rows))]
    parts.append("\n".join((*settings.commits.trailers, f"Fixer-Group: {title(cut(group.key, 200))}")))
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(commits: BotCommits) -> str:
    return f"{commits.type}({commits.scope})" if commits.scope else commits.type


def _by_rule(rows: Iterable[Row]) -> list[str]:
    files: dict[str, dict[str, None]] = {}
    for row in rows:
        files.setdefault(row.rule, {})[title(row.path)] = None

    return [f"- {rule}: {cut(', '.join(paths), 300)}" for rule, paths in files.items()]
