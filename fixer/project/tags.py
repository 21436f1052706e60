"""The book of a project: what its lock file says about tags, and how the rest is looked up."""

from __future__ import annotations

import datetime as dt
import os
from typing import TYPE_CHECKING

from fixer.errors import UserError
from fixer.files import FileProblem, read_bytes
from fixer.registry import lock as lock_file
from fixer.registry.answer import Online
from fixer.registry.book import Book

if TYPE_CHECKING:
    from fixer.policy.policy import Policy
    from fixer.project.disk import Disk

# An entry has some two hundred bytes.
LARGEST = 50_000_000
# Seconds: whoever waits longer for an answer of a registry has another problem.
LONGEST = 600


def book_of(disk: Disk, policy: Policy, *, online: bool = False) -> Book:
    """Return the book of the project on `disk`; `online` says that what the lock file lacks is looked up.

    Raises UserError for a lock file that cannot be read, and for an endpoint that is no URL.
    """
    path = lock_path(disk.root, policy)
    lock = lock_file.Lock()
    if os.path.lexists(os.path.join(disk.root, path)):
        try:
            # With its stamp, so that whoever writes it sees that it changed meanwhile.
            data, disk.stamps[path] = read_bytes(disk.root, path, LARGEST)
            lock = lock_file.parse(data.decode("utf-8-sig"), path)
        except FileProblem as problem:
            raise UserError(f"{path}: {problem.reason}") from None
        except UnicodeDecodeError:
            raise UserError(f"{path}: the lock file is no UTF-8: correct it, or remove it") from None

    return Book(lock, online_of(policy) if online else None, path)


def lock_path(root: str, policy: Policy) -> str:
    """Return where the lock file of a run is, relative to its root. Raises UserError for a place outside of it."""
    configuration = policy.configuration
    said = configuration.settings.registry.lock
    beside = "" if os.path.isabs(configuration.path) else os.path.dirname(configuration.path)
    path = os.path.normpath(os.path.join(beside, said))
    if not path.endswith(".lock") or ".git" in path.split(os.sep):
        raise UserError(f"{configuration.path}: registry.lock: a name that ends in .lock is wanted, not {said!r}")

    if os.path.isabs(path) or path.startswith(".."):
        raise UserError(f"{configuration.path}: registry.lock: {said} lies outside of {root}, the root of the run")

    return path


def online_of(policy: Policy) -> Online:
    """Return how registries are reached. Raises UserError for an endpoint that is no http or https URL."""
    said = policy.settings.registry
    for name, url in said.endpoints.items():
        if not url.startswith(("https://", "http://")) or not url.partition("://")[2].strip("/"):
            # Not the value: whoever writes one wrongly may have put a password into it.
            raise UserError(f"{policy.configuration.path}: registry.endpoints.{name} is no http or https URL")

    if not 0 < said.timeout <= LONGEST or not said.cache_hours >= 0:
        raise UserError(
            f"{policy.configuration.path}: registry.timeout is 1 to {LONGEST} seconds, cache_hours 0 or more"
        )

    today = (policy.today or dt.datetime.now(tz=dt.UTC).date()).isoformat()
    return Online(said.endpoints, said.plain_http, said.timeout, said.cache_hours, today)
