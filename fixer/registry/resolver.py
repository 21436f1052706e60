"""What registries say about image references: digests, platforms, versions, and the day an image was made."""

from __future__ import annotations

import datetime as dt
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

import msgspec

from fixer.registry import manifests
from fixer.registry.answer import Answer, Online
from fixer.registry.cache import Cache, Kept
from fixer.registry.credentials import Credentials
from fixer.registry.failure import TOTAL_SECONDS, Failure
from fixer.registry.reference import Reference, parse_reference
from fixer.registry.session import Session
from fixer.registry.versions import version_of
from fixer.registry.workers import each

T = TypeVar("T")
R = TypeVar("R")

_LATE = "no answer within the time for one look-up"
_MOST_PAGES = 50
_GONE = "(404)"
_GRACE_SECONDS = 5.0
_NOT_ASKED = Answer(problem="there was no time left to ask")


class Resolver:
    """Looks references up: each once in a run, and not again within `Online.cache_hours`. Safe for threads.

    What goes wrong on the network is never raised: it is the `problem` of an answer.
    """

    def __init__(self, online: Online, credentials: Credentials | None = None) -> None:
        self._online = online
        self._session = Session(online, credentials)
        self._cache = Cache(online.cache_hours)
        self._lock = threading.Lock()
        self._answers: dict[str, Answer] = {}
        self._today = online.today or dt.datetime.now(tz=dt.UTC).date().isoformat()

    @property
    def requests(self) -> int:
        """How many requests this object has sent."""
        return self._session.requests

    def resolve(self, reference: Reference, *, platforms: bool = False) -> Answer:
        """Return the digest of what a reference names; with `platforms` also those of its index, read from its body."""
        return self.resolve_all((reference,), platforms=platforms)[key_of(reference)]

    def exists(self, reference: Reference) -> Answer:
        """Return whether what a reference with a digest names is still there; `is_gone` says so of the answer."""
        return self.resolve(reference)

    def resolve_all(
        self, references: Iterable[Reference], *, platforms: bool = False, progress: Callable[[int], None] | None = None
    ) -> dict[str, Answer]:
        """Return answers by `key_of`, in the order of the references; each is looked up once.

        `progress` is told of each that is done, here, in the thread of the caller.
        """
        wanted = {key_of(reference): reference for reference in references}
        done = dict[str, Answer]()
        try:
            for reference, answer in self._each(
                lambda reference: self._answer(reference, platforms=platforms),
                list(wanted.values()),
                lambda reference: Answer(problem=f"{reference.registry} gives {_LATE}"),
            ):
                done[key_of(reference)] = answer
                if progress:
                    progress(1)
        finally:
            self._cache.save()

        self._answers |= done
        return {key: done[key] for key in wanted}

    def version(self, reference: Reference, digest: str) -> str:
        """Return the most specific version tag of the variant that has exactly this digest; "" when none is known."""
        return self.versions(((reference, digest),))[0]

    def versions(self, wanted: Iterable[tuple[Reference, str]]) -> list[str]:
        """Return what `version` says about each pair, in their order, asked at once."""
        return self._details(self._version, wanted)

    def created(self, reference: Reference, digest: str) -> dt.date | None:
        """Return the day an image was made, of an index that of linux/amd64 or else the first; None when not known.

        Days before 2000 and in the future are not believed.
        """
        (text,) = self._details(self._created, ((reference, digest),))
        return _day(text) if text <= self._today else None

    def _details(
        self, ask: Callable[[Reference, str, float], str], wanted: Iterable[tuple[Reference, str]]
    ) -> list[str]:
        """Ask about pairs of reference and digest at once; what cannot be found out is ""."""

        def work(item: tuple[int, tuple[Reference, str]]) -> str:
            try:
                return ask(*item[1], time.monotonic() + TOTAL_SECONDS)
            except Failure:
                return ""

        items = list(enumerate(wanted))
        try:
            found = {number: text for (number, _), text in self._each(work, items, lambda _: "")}
        finally:
            self._cache.save()

        return [found[number] for number, _ in items]

    def _each(self, work: Callable[[T], R], items: Sequence[T], late: Callable[[T], R]) -> Iterator[tuple[T, R]]:
        return each(
            work, items, threads=max(self._online.threads, 1), seconds=TOTAL_SECONDS + _GRACE_SECONDS, late=late
        )

    # ---- in the threads

    def _answer(self, reference: Reference, *, platforms: bool) -> Answer:
        known = self._answers.get(key_of(reference))
        if known and known.problem:
            return known

        try:
            found = self._found(reference, known, platforms=platforms)
        except Failure as failure:
            if failure.doubt:
                self._keep(reference, Answer())

            return Answer(problem=failure.clause)

        self._answers[key_of(reference)] = found
        return found

    def _found(self, reference: Reference, known: Answer | None, *, platforms: bool) -> Answer:
        """Return the answer from the run, the disk or the registry; raise Failure."""
        deadline = time.monotonic() + TOTAL_SECONDS
        if known is None and (kept := self._cache.get(self._place(reference))) and manifests.is_digest(kept.value):
            known = self._told(reference, kept)

        if known is None:
            described = manifests.describe(self._session, reference, deadline)
            found = Answer(digest=described.digest, media_type=described.media_type)
        else:
            found = known

        if platforms and not found.platforms:
            found = self._with_platforms(reference, found, deadline)

        return found if found is known else self._keep(reference, found)

    def _with_platforms(self, reference: Reference, answer: Answer, deadline: float) -> Answer:
        """Add the platforms; none where the index is not to be had at the moment, but its digest is known."""
        described = manifests.Described(answer.digest, answer.media_type)
        try:
            platforms = manifests.platforms_of(self._session, reference, described, deadline)
        except Failure as failure:
            if failure.doubt:
                raise

            return answer

        return msgspec.structs.replace(answer, platforms=platforms) if platforms else answer

    def _keep(self, reference: Reference, answer: Answer) -> Answer:
        date = answer.date or self._today
        kept = Kept(self._place(reference), time.time(), answer.digest, date, answer.media_type, answer.platforms)
        self._cache.put(kept)
        return self._told(reference, kept)

    def _told(self, reference: Reference, kept: Kept) -> Answer:
        source = f"{self._session.site(reference.registry).name}, {kept.date}"
        return Answer(kept.value, "", kept.date, kept.platforms, "", kept.media_type, source)

    def _place(self, reference: Reference) -> str:
        """Return the key of the disk cache: where it was asked counts, because a mirror may know other tags."""
        site = self._session.site(reference.registry)
        return f"{site.host}/{site.prefix} {key_of(reference)}"

    def _version(self, reference: Reference, digest: str, deadline: float) -> str:
        key = f"version {self._place(msgspec.structs.replace(reference, digest=''))} {digest}"
        kept = self._cache.get(key)
        if kept and (not kept.value or parse_reference(f"{reference.bare}:{kept.value}")):
            return kept.value

        complete = True

        def same(tag: str) -> bool:
            nonlocal complete
            tagged = parse_reference(f"{reference.bare}:{tag}")
            answer = self._answer(tagged, platforms=False) if tagged and time.monotonic() < deadline else _NOT_ASKED
            complete = complete and (not answer.problem or is_gone(answer))
            return answer.digest == digest

        version = version_of(reference.tag, self._tags(reference, deadline), same)
        if complete:
            self._cache.put(Kept(key, time.time(), version))

        return version

    def _created(self, reference: Reference, digest: str, deadline: float) -> str:
        key = f"created {self._place(msgspec.structs.replace(reference, digest=digest))}"
        kept = self._cache.get(key, forever=True)
        if kept and (not kept.value or _day(kept.value)):
            return kept.value

        day = manifests.created(self._session, reference, digest, deadline)
        text = day.isoformat() if day else ""
        self._cache.put(Kept(key, time.time(), text))
        return text

    def _tags(self, reference: Reference, deadline: float) -> list[str]:
        """Return the tags of a repository, as many as a bounded number of pages holds."""
        tags, query, seen = list[str](), "n=1000", set[str]()
        while query and query not in seen and len(seen) < _MOST_PAGES:
            seen.add(query)
            rest = f"tags/list?{query}"
            reply = self._session.ask("GET", reference, rest, deadline)
            if reply.status != 200:
                raise self._session.refusal(reference, rest, reply)

            tags += manifests.tags_of(reply)
            query = _next_query(reply.headers.get("link", ""))

        return tags


def key_of(reference: Reference) -> str:
    """Return the key of an answer: the name with its digest, else with its tag, `latest` where none is written."""
    return f"{reference.name}@{reference.digest}" if reference.digest else reference.key


def is_gone(answer: Answer) -> bool:
    """Say whether the registry answered that it has no such thing, rather than not at all."""
    return answer.problem.endswith(_GONE)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _next_query(link: str) -> str:
    """Return the query of the next page in a `Link` header; "" when there is none. Its host and path do not count."""
    for found in re.finditer(r"<([^<>]{0,2000})>([^<]{0,200})", link):
        if re.search(r";\s*rel=\"?next\"?", found[2]):
            return found[1].partition("?")[2]

    return ""
