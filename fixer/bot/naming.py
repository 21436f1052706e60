"""The name of a branch: a pure function of prefix, group and directory."""

from __future__ import annotations

import re

from fixer.bot.keys import short

# Some hosts cut longer names in their pages, and file systems hold the path of a reference.
LONGEST = 60

_PLAIN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def branch_name(prefix: str, key: str, directory: str = "") -> str:
    """Return the branch of a group: prefix, key and directory in small ASCII letters, digits and hyphens.

    A key that is not plain, a directory, or a long name gets a hash of the whole at the end, so that two groups never
    share a branch: not even where the case of letters is not told apart.
    """
    if not directory and _PLAIN.fullmatch(key) and len(key) <= LONGEST and not _hashed(key):
        return f"{prefix}{key}"

    slug = "-".join(filter(None, (_slug(key), _slug(directory))))
    end = short("branch", key, directory)
    return f"{prefix}{'-'.join(filter(None, (slug[: LONGEST - len(end) - 1].strip('-'), end)))}"


def kept_name(prefix: str, sha: str) -> str:
    """Return the branch that keeps a commit of somebody whose branch is rebuilt."""
    return f"{prefix}kept-{sha[:12]}"


def same(one: str, other: str) -> bool:
    """Whether two branches are one for a host that does not tell letters by their case."""
    return one.lower() == other.lower()


def blocked(prefix: str, branches: list[str]) -> str:
    """Return the branch that is called like the prefix, so that git can hold none below it; "" when there is none."""
    return next((name for name in branches if same(name, prefix.rstrip("/"))), "")


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _hashed(key: str) -> bool:
    """Whether a plain key looks as if it ended with a hash."""
    return re.search(r"(?:^|-)[0-9a-f]{12}$", key) is not None
