"""Environment of a file, as its path tells it (development, staging, production)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable

from fixer.finding import Environment

# Path segments and parts of file names that name an environment (rules/README 4.3).
_NAMES = {
    "prod": Environment.PROD,
    "production": Environment.PROD,
    "prd": Environment.PROD,
    "staging": Environment.STAGING,
    "stage": Environment.STAGING,
    "dev": Environment.DEV,
    "develop": Environment.DEV,
    "development": Environment.DEV,
    "local": Environment.DEV,
    "test": Environment.DEV,
}
_PARENTS = frozenset({"overlays", "environments", "envs", "clusters", "deploy"})
_FILE_NAME = re.compile(
    r"(?:(?:docker-)?compose|dockerfile|containerfile|values)[.-]([a-z]+)(?:\.ya?ml)?|([a-z]+)\.(?:dockerfile|containerfile)",
    re.IGNORECASE,
)
_STRICTNESS = (Environment.PROD, Environment.STAGING, Environment.DEV)


def environment_of_path(path: str) -> Environment | None:
    """Return the environment that a path names: a folder below `overlays`, `environments` and the like, or its name."""
    *folders, name = path.split("/")
    for parent, folder in reversed(list(itertools.pairwise(folders))):
        if parent.lower() in _PARENTS and (found := _named(folder)):
            return found

    match = _FILE_NAME.fullmatch(name)
    return _named(match[1] or match[2]) if match else None


def strictest(environments: Iterable[Environment]) -> Environment | None:
    """Return the strictest of some environments; None when there is none."""
    present = set(environments)
    return next((environment for environment in _STRICTNESS if environment in present), None)


def _named(word: str) -> Environment | None:
    return _NAMES.get(word.lower())
