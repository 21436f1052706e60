"""The book of a project: what its lock file says about tags, and how the rest is looked up."""

from __future__ import annotations

import datetime as dt
import os
from typing import TYPE_CHECKING

from fixer.errors import UserError
from fixer.registry import lock as lock_file
from fixer.registry.answer import Online
from fixer.registry.book import Book

if TYPE_CHECKING:
    from fixer.policy.policy import Policy
    from fixer.project.disk import Disk


def book_of(disk: Disk, policy: Policy, *, online: bool = False) -> Book:
    """Return the book of the project on `disk`; `online` says that what the lock file lacks is looked up.

    Raises UserError for a lock file that cannot be read, and for an endpoint that is no URL.
    """
    path = lock_path(disk.root, policy)
    text = disk.text(path) if disk.exists(path) else None
    if text is None and disk.exists(path):
        raise UserError(f"{path}: the lock file cannot be read: correct it, or remove it")

    lock = lock_file.parse(text, path) if text else lock_file.Lock()
    return Book(lock, online_of(policy) if online else None, path)


def lock_path(root: str, policy: Policy) -> str:
    """Return where the lock file of a run is, relative to its root. Raises UserError for a place outside of it."""
    configuration = policy.configuration
    said = configuration.settings.registry.lock
    beside = "" if os.path.isabs(configuration.path) else os.path.dirname(configuration.path)
    path = os.path.normpath(os.path.join(beside, said))
    if os.path.isabs(path) or path.startswith(".."):
        raise UserError(f"{configuration.path}: registry.lock: {said} lies outside of {root}, the root of the run")

    return path


def online_of(policy: Policy) -> Online:
    """Return how registries are reached. Raises UserError for an endpoint that is no http or https URL."""
    said = policy.settings.registry
    for name, url in said.endpoints.items():
        if not url.startswith(("https://", "http://")) or not url.partition("://")[2].strip("/"):
            raise UserError(f"{policy.configuration.path}: registry.endpoints.{name}: {url!r} is no http or https URL")

    today = (policy.today or dt.datetime.now(tz=dt.UTC).date()).isoformat()
    return Online(said.endpoints, said.plain_http, said.timeout, said.cache_hours, today)
