"""The policy of a run: what the options and the configuration say."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import msgspec

from fixer.errors import UserError
from fixer.policy.place import find
from fixer.policy.policy import Policy
from fixer.policy.settings import NOTHING, Configuration

if TYPE_CHECKING:
    from datetime import date

BASELINE = ".fixer-baseline.json"


class Asked(msgspec.Struct, frozen=True):
    """What the options of a command say about policy and facts; None where they say nothing."""

    config: str | None = None
    today: str | None = None
    since: str | None = None
    baseline: str | None = None
    online: bool = False


def policy_of(root: str, folder: str, asked: Asked) -> Policy:
    """Return the policy of a run over files in `folder`, below `root`.

    Raises UserError for a configuration or a baseline that cannot be read or holds a mistake, a date that is none, and
    a revision that git does not know.
    """
    configuration = configuration_of(root, folder, asked.config)
    day = _day(asked.today) if asked.today else None
    path = baseline_path(root, configuration, asked.baseline)
    known = frozenset[tuple[str, str, str, str]]()
    if path and (asked.baseline or configuration.settings.baseline or os.path.lexists(os.path.join(root, path))):
        from fixer.policy.baseline import load

        known = load(root, path)

    changed = None
    if asked.since is not None:
        from fixer.files.changes import changed_lines

        changed = changed_lines(root, asked.since)

    return Policy(configuration, day, known, changed)


def configuration_of(root: str, folder: str, named: str | None) -> Configuration:
    """Return the configuration that is named, else the nearest one at `folder` or above, up to `root`."""
    path = find(root, folder) if named is None else None
    if named is None and path is None:
        return NOTHING

    from fixer.policy.reading import load

    if path is not None:
        return load(root, path, os.path.relpath(os.path.join(root, path)))

    assert named is not None
    full = os.path.realpath(named)
    below = os.path.relpath(full, root)
    found = load(os.path.dirname(full), os.path.basename(full), named)
    return msgspec.structs.replace(found, path=full if below.startswith("..") else below)


def baseline_path(root: str, configuration: Configuration, named: str | None) -> str:
    """Return where the baseline of a run is or would be, relative to `root`. Raises UserError for a path outside."""
    said = configuration.settings.baseline
    # A configuration that is kept elsewhere says nothing about where this repository has its baseline.
    elsewhere = os.path.isabs(configuration.path) and not said
    beside = root if elsewhere else os.path.dirname(os.path.join(root, configuration.path))
    full = os.path.realpath(named) if named else os.path.join(beside, said or BASELINE)
    path = os.path.relpath(full, root)
    if path.startswith(".."):
        raise UserError(f"{named or said}: the baseline lies outside of {root}, the root of the run")

    return path


def _day(text: str) -> date:
    from fixer.policy.shape import date_of

    if found := date_of(text):
        return found

    raise UserError(f"--today {text}: a date such as 2027-03-31 is wanted")
