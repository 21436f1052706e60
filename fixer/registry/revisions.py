"""What tags and branches of actions mean, asked of their repositories with plain git.

`git ls-remote` needs no token and knows no rate limit worth speaking of; one call for each repository lists all of its
tags and branches.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import urlsplit

from fixer.registry.answer import Answer, Online
from fixer.registry.cache import Cache, Kept
from fixer.registry.remote import Listing, NoListing, list_refs
from fixer.registry.revision_tags import most_specific
from fixer.registry.uses import Uses
from fixer.registry.workers import each

FORGE = "github.com"

# Each look-up is a process of its own.
_MOST_THREADS = 8
# A repository may take this many times `Online.timeout`; git is ended before that.
_LONGEST = 6


class Revisions:
    """Answers about actions; each repository is asked once, and not again for what the disk cache knows.

    Safe to be used from several threads.
    """

    def __init__(self, online: Online) -> None:
        self._online = online
        self._base = online.endpoints.get(FORGE, f"https://{FORGE}").rstrip("/")
        self._cache = Cache(online.cache_hours)
        self._known: dict[str, Listing | NoListing] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def resolve(self, uses: Uses) -> Answer:
        """Return the commit that the ref of an action means; an answer with a problem when there is none.

        `media_type` is `tag`, `branch` or `commit`: what the ref is. A tag goes before a branch of the same name, as on
        the forge. Of a commit only the version is looked up. Raises nothing for what the network does.
        """
        answer = self._resolve(uses)
        self._cache.save()
        return answer

    def resolve_all(self, wanted: Iterable[Uses], progress: Callable[[int], None] | None = None) -> dict[str, Answer]:
        """Return the answers by `Uses.key`; several repositories are asked at once.

        `progress` is told how many of the keys were answered each time.
        """
        groups: dict[str, dict[str, Uses]] = {}
        for uses in wanted:
            groups.setdefault(uses.repository.lower(), {}).setdefault(uses.key, uses)

        found: dict[str, Answer] = {}
        threads = min(self._online.threads, _MOST_THREADS)
        seconds = self._online.timeout * _LONGEST
        for _, answers in each(self._resolve_group, [*groups.values()], threads=threads, seconds=seconds, late=_late):
            found |= answers
            if progress:
                progress(len(answers))

        self._cache.save()
        return dict(sorted(found.items()))

    def _resolve_group(self, group: Mapping[str, Uses]) -> dict[str, Answer]:
        return {key: self._resolve(uses) for key, uses in group.items()}

    def _resolve(self, uses: Uses) -> Answer:
        place = f"git {self._base}/{uses.key}"
        if kept := self._cache.get(place):
            commit, _, version = kept.value.partition(" ")
            return self._answer(commit, version, kept.media_type, kept.date)

        listing = self._listing(uses)
        if isinstance(listing, NoListing):
            return Answer(problem=listing.problem, date=self._online.today)

        kind, commit = self._found(listing, uses)
        if not commit:
            return Answer(problem=f"{uses.repository} has no tag and no branch {uses.ref}", date=self._online.today)

        version = most_specific(uses.ref, [tag for tag, one in listing.tags.items() if one == commit])
        self._cache.put(Kept(place, time.time(), f"{commit} {version}", self._online.today, kind))
        return self._answer(commit, version, kind, self._online.today)

    def _answer(self, commit: str, version: str, kind: str, day: str) -> Answer:
        source = ", ".join(filter(None, (self._host, day)))
        return Answer(digest=commit, date=day, version=version, media_type=kind, source=source)

    @staticmethod
    def _found(listing: Listing, uses: Uses) -> tuple[str, str]:
        if uses.is_commit:
            return "commit", uses.ref.lower()

        tag = uses.ref.removeprefix("refs/tags/")
        if tag in listing.tags and not uses.ref.startswith("refs/heads/"):
            return "tag", listing.tags[tag]

        return "branch", listing.branches.get(uses.ref.removeprefix("refs/heads/"), "")

    def _listing(self, uses: Uses) -> Listing | NoListing:
        head = uses.ref == "HEAD"
        name = f"{uses.repository.lower()} HEAD" if head else uses.repository.lower()
        with self._lock:
            lock = self._locks.setdefault(name, threading.Lock())

        with lock:
            if name not in self._known:
                self._known[name] = list_refs(self._base, uses.repository, self._online, head=head)

            return self._known[name]

    @property
    def _host(self) -> str:
        """The forge as evidence; a mirror is named with it."""
        host = urlsplit(self._base).hostname or ""
        return FORGE if host == FORGE else f"{FORGE} by way of {host}"


def _late(group: Mapping[str, Uses]) -> dict[str, Answer]:
    return dict.fromkeys(group, Answer(problem="git does not come to an end"))
