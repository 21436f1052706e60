"""What becomes of a lock file: entries that are added, compared with the registries, brought up to date, taken out."""

from __future__ import annotations

import datetime as dt
import fnmatch
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal, TypeAlias

import msgspec

from fixer.registry.answer import Answer
from fixer.registry.book import Book, versions_of
from fixer.registry.lock import Lock
from fixer.registry.reference import Reference, parse_reference
from fixer.registry.resolver import is_gone
from fixer.registry.resolver import key_of as digest_key
from fixer.registry.uses import Uses, parse_uses

What: TypeAlias = Literal["added", "same", "moved", "gone", "young", "unknown", "unused"]
Fits: TypeAlias = Callable[[str], bool]


class Entry(msgspec.Struct, frozen=True):
    """What was found about one tag or revision.

    `what` is: added to the lock file; the same as there; moved (it means something else now); gone (the registry has no
    such tag, or not its digest any more); young (it moved, but too short a time ago); unknown (not looked up, and
    `problem` says why); unused (nothing names it). `old` and `new` are digests or commits.
    """

    key: str
    what: What
    old: str = ""
    new: str = ""
    problem: str = ""


def extend(book: Book, progress: Callable[[int], None] | None = None) -> tuple[Lock, list[Entry]]:
    """Look up what is wanted of a book and its lock file lacks; return the new lock and what was found."""
    images, actions = book.wanted.images, book.wanted.actions
    book.look_up(platforms=True, progress=progress)
    found = {**{key: book.images[key] for key in images}, **{key: book.actions[key] for key in actions}}
    entries = [
        Entry(key, "added", new=answer.digest) if answer.digest else Entry(key, "unknown", problem=answer.problem)
        for key, answer in sorted(found.items())
    ]
    added = {key: book.images[key] for key in images if book.images[key].digest}
    # With the tag that a file has afterwards: its digest is to be brought up to date later.
    versions = {key: answer for key, answer in versions_of(added.items()).items() if key not in book.lock.images}
    actions_added = {key: book.actions[key] for key in actions if book.actions[key].digest}
    return Lock({**versions, **book.lock.images, **added}, {**book.lock.actions, **actions_added}), entries


def compare(book: Book, fits: Fits) -> list[Entry]:
    """Return how the entries of the lock file whose keys fit compare with what registries and forges say now."""
    now = _now(book, fits)
    entries = [_compared(key, old, now[key]) for key, old in _locked(book, fits)]
    same = {entry.key for entry in entries if entry.what != "moved"}
    moved = {key: old for key, old in book.lock.images.items() if fits(key) and key not in same}
    gone = _gone(book, moved)
    return [
        msgspec.structs.replace(entry, what="gone", problem=gone[entry.key]) if entry.key in gone else entry
        for entry in entries
    ]


def update(book: Book, fits: Fits, minimum_age: int) -> tuple[Lock, list[Entry]]:
    """Return the lock file with what registries and forges say now for the entries whose keys fit.

    An image that was made less than `minimum_age` days ago, or nobody knows when, is left for later.
    """
    now = _now(book, fits, platforms=True)
    entries = [_compared(key, old, now[key]) for key, old in _locked(book, fits)]
    if minimum_age:
        entries = [_aged(book, entry, minimum_age) for entry in entries]

    moved = {entry.key for entry in entries if entry.what == "moved"}
    return (
        Lock(
            {key: _renewed(book, key, old, now[key]) if key in moved else old for key, old in book.lock.images.items()},
            {key: now[key] if key in moved else old for key, old in book.lock.actions.items()},
        ),
        entries,
    )


def prune(book: Book, lock: Lock, kept_for: Sequence[str]) -> tuple[Lock, list[Entry]]:
    """Take out of a lock what no file named while the book gathered.

    `kept_for` are the texts of files that could not be read as what they are: what they seem to name stays.
    """
    versions = {
        key for key, _ in versions_of((key, one) for key, one in lock.images.items() if key in book.asked).items()
    }
    used = {
        key
        for key, _ in _all(lock)
        if key in book.asked or key in versions or any(_short(key) in text for text in kept_for)
    }
    entries = [Entry(key, "unused", old=old.digest) for key, old in _all(lock) if key not in used]
    kept = Lock(
        {key: one for key, one in lock.images.items() if key in used},
        {key: one for key, one in lock.actions.items() if key in used},
    )
    return kept, entries


def _short(key: str) -> str:
    reference = None if "@" in key else parse_reference(key)
    return reference.familiar if reference else key.partition("@")[0]


def filtering(patterns: Sequence[str]) -> Fits:
    """Return what says whether a key fits one of some patterns with `*` and `?`; without any, all keys do.

    A pattern is compared with the whole key, with the key less its tag, and with the name as people say it.
    """

    def fits(key: str) -> bool:
        reference = parse_reference(key)
        name = key.rpartition("@")[0] or (reference.name if reference else key)
        names = (key, name, reference.familiar if reference and "@" not in key else name)
        return not patterns or any(fnmatch.fnmatchcase(one, pattern) for one in names for pattern in patterns)

    return fits


def _all(lock: Lock) -> list[tuple[str, Answer]]:
    return [*lock.images.items(), *lock.actions.items()]


def _locked(book: Book, fits: Fits) -> list[tuple[str, Answer]]:
    return [(key, old) for key, old in sorted(_all(book.lock)) if fits(key)]


def _now(book: Book, fits: Fits, *, platforms: bool = False) -> dict[str, Answer]:
    """What registries and forges say about the entries of the lock file."""
    images = _references(key for key in book.lock.images if fits(key))
    actions = _uses(key for key in book.lock.actions if fits(key))
    found = dict(book.resolver.resolve_all(images.values(), platforms=platforms)) if images else {}
    if actions:
        found |= book.revisions.resolve_all(actions.values())

    return {key: found.get(key) or Answer(problem="this is no reference") for key, _ in _all(book.lock)}


def _references(keys: Iterable[str]) -> dict[str, Reference]:
    found = (parse_reference(key) for key in keys)
    return {reference.key: reference for reference in found if reference}


def _uses(keys: Iterable[str]) -> dict[str, Uses]:
    found = (parse_uses(key) for key in keys)
    return {uses.key: uses for uses in found if uses}


def _compared(key: str, old: Answer, now: Answer) -> Entry:
    if not now.digest:
        gone = is_gone(now) or now.problem.startswith(f"{key.rpartition('@')[0]} has no tag")
        return Entry(key, "gone" if gone else "unknown", old.digest, problem=now.problem)

    return Entry(key, "same" if now.digest == old.digest else "moved", old.digest, now.digest)


def _gone(book: Book, moved: Mapping[str, Answer]) -> dict[str, str]:
    """Those of the moved tags whose old digest is not there any more, with what the registry says."""
    pinned = {key: parse_reference(f"{key.rpartition(':')[0]}@{old.digest}") for key, old in moved.items()}
    wanted = {key: reference for key, reference in pinned.items() if reference}
    answers = book.resolver.resolve_all(wanted.values()) if wanted else {}
    return {
        key: f"its digest is gone: {answers[digest_key(reference)].problem}"
        for key, reference in wanted.items()
        if is_gone(answers[digest_key(reference)])
    }


def _aged(book: Book, entry: Entry, minimum_age: int) -> Entry:
    reference = parse_reference(entry.key)
    if entry.what != "moved" or "@" in entry.key or reference is None:
        # Forges do not say when a tag was set: a commit may be as old as its author wants.
        return entry

    made = book.resolver.created(reference, entry.new)
    if made is None:
        return msgspec.structs.replace(entry, what="young", problem="nothing says when it was made")

    assert book.online is not None
    days = (dt.date.fromisoformat(book.online.today) - made).days
    if days < minimum_age:
        return msgspec.structs.replace(entry, what="young", problem=f"it was made {days} days ago, on {made}")

    return entry


def _renewed(book: Book, key: str, old: Answer, now: Answer) -> Answer:
    """The new answer, with a version where the old one had one."""
    reference = parse_reference(key)
    if not old.version or reference is None:
        return now

    return msgspec.structs.replace(now, version=book.resolver.version(reference, now.digest))
