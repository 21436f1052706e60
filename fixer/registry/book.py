"""What a run knows about tags and revisions: from the lock file, and from the look-up before the rules ran."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import msgspec

from fixer.registry import lock as lock_file
from fixer.registry.answer import WAITING, Answer, Online
from fixer.registry.lock import Lock
from fixer.registry.reference import Reference

if TYPE_CHECKING:
    from fixer.registry.resolver import Resolver
    from fixer.registry.revisions import Revisions
    from fixer.registry.uses import Uses


_KEYS = re.compile(f"{WAITING}([^{WAITING}]+){WAITING}")


class Wanted(msgspec.Struct):
    """What rules asked about and nothing knew: tags, those of which a version is wanted, and actions."""

    images: dict[str, Reference] = {}
    versions: set[str] = set()
    actions: dict[str, Uses] = {}


class Book:
    """Answers by key. With `online`, what is not in it is looked up; else the answer says how to come to one.

    While it `gathers`, it looks nothing up: its answers name what they wait for, and `want` notes that for the findings
    that count. `shown` is the lock file's name in
    messages.
    """

    def __init__(self, lock: Lock = Lock(), online: Online | None = None, shown: str = lock_file.NAME) -> None:  # noqa: B008 - frozen
        self.lock = lock
        self.online = online
        self.shown = shown
        self.images: dict[str, Answer] = {**versions_of(lock.images.items()), **lock.images}
        self.actions: dict[str, Answer] = dict(lock.actions)
        self.wanted = Wanted()
        self._met = Wanted()
        # The keys that rules asked about while gathering, known or not.
        self.asked: set[str] = set()
        self.gathers = False
        self._resolver: Resolver | None = None
        self._revisions: Revisions | None = None

    def __reduce__(self) -> tuple[object, ...]:
        """For worker processes: without connections."""
        return _copy, (self.lock, self.online, self.shown, self.images, self.actions)

    # ---- asking

    def image(self, reference: Reference, *, version: bool = False) -> Answer:
        """Return what the tag of a reference means; with `version` also which version tag means the same.

        Of a reference with a digest only what the lock file says about its tag is returned.
        """
        key = reference.key
        if self.gathers:
            self.asked.add(key)

        known = self.images.get(key)
        if reference.digest or (known and not (version and self._without_version(key, known))):
            return known or Answer()

        if self.gathers:
            self._met.images[key] = reference
            self._met.versions |= {key} if version else set()
            return known or Answer(problem=f"{WAITING}{key}{WAITING}")

        if self.online is None:
            return known or Answer(problem=self.offline)

        self.note_images({key: self._completed(reference, self.resolver.resolve(reference), version=version)})
        return self.images[key]

    def action(self, uses: Uses) -> Answer:
        """Return the commit that the tag or branch of an action means."""
        key = uses.key
        if self.gathers:
            self.asked.add(key)

        if key in self.actions:
            return self.actions[key]

        if self.gathers:
            self._met.actions[key] = uses
            return Answer(problem=f"{WAITING}{key}{WAITING}")

        if self.online is None:
            return Answer(problem=self.offline)

        self.actions[key] = self.revisions.resolve(uses)
        return self.actions[key]

    def _without_version(self, key: str, known: Answer) -> bool:
        """Whether the version is worth a look-up: online only, once, and not for what the lock file has settled."""
        return bool(self.online and known.digest and not known.version and key not in self.lock.images)

    @property
    def offline(self) -> str:
        """Why nothing is known about a tag that was not looked up, as a clause."""
        return f"it is not in {self.shown}, and the run is not --online"

    def want(self, reason: str) -> None:
        """Note what the reason of a finding, given while the book gathers, is waiting for."""
        for key in _KEYS.findall(reason):
            if reference := self._met.images.get(key):
                self.wanted.images[key] = reference
                self.wanted.versions |= self._met.versions & {key}

            if uses := self._met.actions.get(key):
                self.wanted.actions[key] = uses

    # ---- looking up

    def forget_cache(self) -> None:
        """Leave answers of earlier runs unread from now on."""
        if self.online:
            self.online = msgspec.structs.replace(self.online, cache_hours=0)

        self._resolver = self._revisions = None

    @property
    def resolver(self) -> Resolver:
        """What asks registries; made when it is first needed."""
        if self._resolver is None:
            from fixer.registry.resolver import Resolver

            self._resolver = Resolver(self.online or Online())

        return self._resolver

    @property
    def revisions(self) -> Revisions:
        """What asks forges; made when it is first needed."""
        if self._revisions is None:
            from fixer.registry.revisions import Revisions

            self._revisions = Revisions(self.online or Online())

        return self._revisions

    def look_up(self, *, platforms: bool = False, progress: Callable[[int], None] | None = None) -> None:
        """Look up all that is wanted, at once; afterwards nothing is wanted any more. `progress` is told of each."""
        wanted, self.wanted = self.wanted, Wanted()
        if wanted.images:
            found = self.resolver.resolve_all(wanted.images.values(), platforms=platforms, progress=progress)
            self.note_images(self._all_completed(wanted, found))

        if wanted.actions:
            self.actions |= self.revisions.resolve_all(wanted.actions.values(), progress)

    def note_images(self, answers: dict[str, Answer]) -> None:
        """Take up answers, and for each version that means the same as another tag the answer about it too."""
        for key, answer in versions_of(answers.items()).items():
            self.images.setdefault(key, answer)

        self.images |= answers

    def _all_completed(self, wanted: Wanted, found: dict[str, Answer]) -> dict[str, Answer]:
        keys = [key for key in found if key in wanted.versions and found[key].digest and not found[key].version]
        versions = self.resolver.versions([(wanted.images[key], found[key].digest) for key in keys]) if keys else []
        named = zip(keys, versions, strict=True)
        return found | {key: msgspec.structs.replace(found[key], version=version) for key, version in named}

    def _completed(self, reference: Reference, answer: Answer, *, version: bool) -> Answer:
        if not version or not answer.digest or answer.version:
            return answer

        return msgspec.structs.replace(answer, version=self.resolver.version(reference, answer.digest))


def _copy(lock: Lock, online: Online | None, shown: str, images: dict[str, Answer], actions: dict[str, Answer]) -> Book:
    book = Book(lock, online, shown)
    book.images, book.actions = images, actions
    return book


def versions_of(answers: Iterable[tuple[str, Answer]]) -> dict[str, Answer]:
    """Return the version tags that are known to mean the same as another tag, with what is known about them."""
    return {
        f"{key.rpartition(':')[0]}:{answer.version}": msgspec.structs.replace(answer, version="")
        for key, answer in answers
        if answer.version
    }
