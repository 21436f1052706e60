"""What a manifest is: its digest, whether it is an index, for which platforms, and when its image was made."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from typing import Any

import msgspec

from fixer.registry.failure import Failure
from fixer.registry.media import INDEXES, SINGLES
from fixer.registry.reference import Reference
from fixer.registry.session import Session
from fixer.registry.transport import Reply

_SCHEMA_1 = "application/vnd.docker.distribution.manifest.v1+"
_DIGEST = r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}"
_NO_HEAD = frozenset({400, 405, 406, 415, 501})
_FIRST_YEAR = 2000


class Described(msgspec.Struct, frozen=True):
    """The digest of what a tag or a digest names, and its media type."""

    digest: str
    media_type: str


def is_digest(text: str) -> bool:
    """Say whether a text is a digest that can be pinned."""
    return re.fullmatch(_DIGEST, text) is not None


def describe(session: Session, reference: Reference, deadline: float) -> Described:
    """Return what the tag (or, before it, the digest) of a reference names; raise Failure.

    HEAD is no pull. The manifest itself is fetched only where HEAD tells nothing usable.
    """
    rest = f"manifests/{reference.digest or reference.tag or 'latest'}"
    reply = session.ask("HEAD", reference, rest, deadline)
    if reply.status == 200:
        digest, media_type = reply.headers.get("docker-content-digest", ""), _media_type(reply)
        if is_digest(digest) and media_type in INDEXES + SINGLES:
            return _as_asked(session, reference, Described(digest, media_type))
    elif reply.status not in _NO_HEAD:
        raise session.refusal(reference, rest, reply)

    return _as_asked(session, reference, fetch(session, reference, rest, deadline)[0])


def fetch(session: Session, reference: Reference, rest: str, deadline: float) -> tuple[Described, dict[str, Any]]:
    """Return what a manifest is by the hash of its bytes, and its content; raise Failure where they disagree."""
    reply = session.ask("GET", reference, rest, deadline)
    if reply.status != 200:
        raise session.refusal(reference, rest, reply)

    media_type = _accepted(reply)
    said = reply.headers.get("docker-content-digest", "")
    if said and not is_digest(said):
        raise Failure(f"{reply.whom} names a digest that is none")

    content = _object(reply, reply.body)
    if content.get("mediaType", media_type) != media_type or content.get("schemaVersion") != 2:
        raise Failure(f"{reply.whom} answers with a manifest that is not what its type says")

    digest = _hash(reply.body, said or rest.partition("/")[2])
    if said and digest != said:
        raise Failure(f"{reply.whom} names another digest than that of the manifest it sends", doubt=True)

    return Described(digest, media_type), content


def platforms_of(session: Session, reference: Reference, described: Described, deadline: float) -> tuple[str, ...]:
    """Return the platforms of an index, sorted, as `linux/arm64/v8`; () for the manifest of a single image."""
    if described.media_type not in INDEXES:
        return ()

    content = _verified(session, reference, described.digest, deadline)
    return tuple(sorted({name for entry in _entries(content) if (name := _platform(entry))}))


def created(session: Session, reference: Reference, digest: str, deadline: float) -> dt.date | None:
    """Return the day (UTC) that the image's configuration says it was made on; None when it names none.

    Of an index it is the image for linux/amd64, else the first one. Days before 2000 are those of reproducible builds.
    """
    content = _verified(session, reference, digest, deadline)
    if entries := [entry for entry in _entries(content) if _platform(entry)]:
        entry = next((entry for entry in entries if _platform(entry) == "linux/amd64"), entries[0])
        content = _verified(session, reference, _digest(entry), deadline)

    config = _digest(content.get("config"))
    rest = f"blobs/{config}"
    reply = session.ask("GET", reference, rest, deadline)
    if reply.status != 200:
        raise session.refusal(reference, rest, reply)

    if _hash(reply.body, config) != config:
        raise Failure(f"{reply.whom} sends another configuration than it was asked for")

    return _day(_object(reply, reply.body).get("created"))


def tags_of(reply: Reply) -> list[str]:
    """Return the tags that a page of `tags/list` holds."""
    tags = _object(reply, reply.body).get("tags")
    return [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []


def _as_asked(session: Session, reference: Reference, described: Described) -> Described:
    if reference.digest and described.digest != reference.digest:
        name = session.site(reference.registry).name
        raise Failure(f"{name} answers with another digest than it was asked for")

    return described


def _verified(session: Session, reference: Reference, digest: str, deadline: float) -> dict[str, Any]:
    """Fetch a manifest by its digest; raise Failure when the bytes have another one."""
    found, content = fetch(session, reference, f"manifests/{digest}", deadline)
    if found.digest != digest:
        name = session.site(reference.registry).name
        raise Failure(f"{name} names another digest than that of the manifest it sends", doubt=True)

    return content


def _media_type(reply: Reply) -> str:
    return reply.headers.get("content-type", "").partition(";")[0].strip().lower()


def _accepted(reply: Reply) -> str:
    media_type = _media_type(reply)
    if media_type.startswith(_SCHEMA_1):
        raise Failure(f"{reply.whom} has only a manifest of schema 1, which can no longer be pulled")

    if media_type not in INDEXES + SINGLES:
        raise Failure(f"{reply.whom} answers with something that is no image manifest")

    return media_type


def _object(reply: Reply, body: bytes) -> dict[str, Any]:
    try:
        content = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        content = None

    if not isinstance(content, dict):
        raise Failure(f"the answer of {reply.whom} is cut short or damaged")

    return content


def _hash(body: bytes, like: str) -> str:
    """Return the digest of bytes, by the algorithm of the digest `like`, if it is one."""
    algorithm = "sha512" if like.startswith("sha512:") else "sha256"
    return f"{algorithm}:{hashlib.new(algorithm, body).hexdigest()}"


def _entries(content: dict[str, Any]) -> list[dict[str, Any]]:
    entries = content.get("manifests")
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def _platform(entry: dict[str, Any]) -> str:
    """Return the platform of an entry; "" for attestations, which BuildKit files under unknown/unknown."""
    platform = entry.get("platform")
    if not isinstance(platform, dict):
        return ""

    words = [platform.get("os"), platform.get("architecture"), platform.get("variant") or ""]
    if (
        not all(isinstance(word, str) and re.fullmatch(r"[a-z0-9_.]*", word) for word in words)
        or "unknown" in words[:2]
    ):
        return ""

    return "/".join(word for word in words if word) if all(words[:2]) else ""


def _digest(descriptor: object) -> str:
    digest = descriptor.get("digest") if isinstance(descriptor, dict) else None
    if not isinstance(digest, str) or not is_digest(digest):
        raise Failure("the manifest names no configuration")

    return digest


def _day(text: object) -> dt.date | None:
    try:
        day = dt.datetime.fromisoformat(str(text)).astimezone(dt.UTC).date()
    except (ValueError, OverflowError):
        return None

    return day if day.year >= _FIRST_YEAR else None
