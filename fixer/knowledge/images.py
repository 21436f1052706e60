"""Facts about well-known container images (table KB-1)."""

from __future__ import annotations

import functools
import re
from typing import Any

import msgspec

from fixer.knowledge.tables import fits, table
from fixer.registry.reference import HUB, parse_reference

# A program of the first set that `tools` does not list is not in the image. One of the second set is not in a base or
# language image either; a finished application may well have it unlisted.
_LISTED_EVERYWHERE = frozenset({"bash", "curl", "wget", "nc"})
_LISTED_IN_BASES = frozenset(
    {"perl", "python", "python3", "node", "ruby", "php", "psql", "pg_isready", "redis-cli", "mysqladmin", "mongosh"}
)
_BASE_ROLES = frozenset({"base-os", "language-runtime", "builder"})


class Port(msgspec.Struct, frozen=True):
    """A port that an image listens on."""

    port: int
    protocol: str = "tcp"
    purpose: str = ""


class Account(msgspec.Struct, frozen=True):
    """The account an image has for its service; ids are None when the build does not fix them."""

    name: str
    uid: int | None = None
    gid: int | None = None


class Health(msgspec.Struct, frozen=True):
    """A health command: `test` in the form of Compose with `$` not doubled (`CMD` + argv, or `CMD-SHELL` + line)."""

    test: tuple[str, ...]
    source: str
    when: str = ""
    needs_env: tuple[str, ...] = ()


class HttpHealth(msgspec.Struct, frozen=True):
    """A documented endpoint: `path` is readiness, `liveness` another one if there is; `needs` its condition."""

    path: str
    port: int
    liveness: str = ""
    needs: str = ""


class NonRoot(msgspec.Struct, frozen=True):
    """Whether an image that starts as root works from another uid: directly, with-changes, never."""

    works: str
    needs: tuple[str, ...] = ()


class ImageFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known about an image. None means: not known (for tuples too, where the difference matters).

    An empty text in `shell`, `package_manager` or `uid_1000` means: known to have none. `tools` lists the programs that
    a health command can use; ask `has`.

    `known` is false when there is no entry at all. `evidence` is a clause for people, such as
    "knowledge table: docker.io/library/nginx" or "app/Dockerfile, line 12". `built` is the path of the Dockerfile when
    the image is built in this project. `starts_as` is the uid, or the account's name when only that is known.
    `capabilities_as_root` is what it needs beyond `drop: [ALL]` while it starts as root. `unchecked` names the fields
    that rest on general knowledge, on which no fix of risk safe may rest alone.
    """

    name: str = ""
    tag: str = ""
    known: bool = False
    evidence: str = ""
    built: str = ""
    role: str = ""
    family: str | None = None
    starts_as: int | str | None = None
    group: int | None = None
    user: str | None = None
    account: Account | None = None
    drops_privileges: str | None = None
    nonroot: NonRoot | None = None
    user_tools: str | None = None
    uid_1000: str | None = None
    package_manager: str | None = None
    shell: str | None = None
    tools: tuple[str, ...] | None = None
    ports: tuple[Port, ...] | None = None
    health: Health | None = None
    http_health: HttpHealth | None = None
    writable: tuple[str, ...] | None = None
    volumes: tuple[str, ...] | None = None
    capabilities_as_root: tuple[str, ...] | None = None
    file_capabilities: tuple[str, ...] | None = None
    file_capabilities_path: str = ""
    no_new_privileges: str | None = None
    stop_signal: str | None = None
    kubernetes_api_client: str = ""
    system_workload: bool = False
    host_access: tuple[str, ...] = ()
    run_once: bool = False
    windows: bool = False
    unchecked: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()

    def sure(self, field: str) -> bool:
        """Whether the value of `field` rests on something that was read, not on general knowledge."""
        return self.known and "all" not in self.unchecked and field not in self.unchecked

    def has(self, program: str) -> bool | None:
        """Whether the image has `program` (a base name); None when that is not known."""
        if program == "sh":
            return None if self.shell is None else self.shell.endswith("sh")

        if self.tools is None or program in self.tools:
            return None if self.tools is None else True

        return False if program in _LISTED_EVERYWHERE or self._base_lacks(program) else None

    def _base_lacks(self, program: str) -> bool:
        # Debian images with both clients are made from buildpack-deps, which brings Python with mercurial.
        full = self.tools is not None and {"curl", "wget"} <= set(self.tools) and self.family in {"debian", "ubuntu"}
        interpreter = program in {"python3", "perl"}
        return self.role in _BASE_ROLES and program in _LISTED_IN_BASES and not (full and interpreter)

    @property
    def root(self) -> bool | None:
        """Whether the container starts as root; None when that is not known."""
        return None if self.starts_as is None else self.starts_as in {0, "root"}


# In these fields null means that the image has none of it; the records say so with an empty text.
_NONE_MEANS_NONE = ("shell", "package_manager", "uid_1000")

_DATABASE_ROLES = frozenset({"database", "cache"})
_DATA_ROLES = _DATABASE_ROLES | {"queue", "storage", "registry"}


@functools.lru_cache(maxsize=2048)
def image_facts(reference: str) -> ImageFacts:
    """Return what the tables know about the image that `reference` names.

    A missing tag is `latest`. Where the tag cannot be known (a digest alone, a variable), only what holds for every
    variant of the image is returned. Facts with `known` false for an image without an entry, and for no reference.
    """
    name, tag = _name_and_tag(reference)
    windows = any(fits(tag, glob) for glob in table("images")["windows_tags"])
    found = _entry(name)
    if found is None:
        return ImageFacts(name=name, tag=tag, windows=windows)

    canonical, entry = found
    merged = _corrected(_merged(entry, tag), {canonical, *_equals(entry, canonical)}, tag)
    return msgspec.convert(
        _record(merged)
        | {
            "name": canonical,
            "tag": tag,
            "known": True,
            "evidence": f"knowledge table: {entry['image']}",
            "windows": windows or merged.get("family") == "windows",
        },
        ImageFacts,
    )


def is_database(facts: ImageFacts) -> bool:
    """Whether the image is a database or a cache."""
    return facts.role in _DATABASE_ROLES


def keeps_data(facts: ImageFacts) -> bool:
    """Whether the image is one that stores what others must not lose: databases, queues, object stores, registries."""
    return facts.role in _DATA_ROLES


def family_of_tag(tag: str) -> str | None:
    """Return the family that a tag tells by its words (`1.2-alpine`, `8-jdk-noble`); None when it tells none.

    A hint for images without an entry, not a fact: nobody forces a tag to tell the truth.
    """
    words = set(re.split(r"[-_.]", tag.lower()))
    return next((family for word, family in _TAG_WORDS.items() if _word_in(word, words)), None)


def _word_in(word: str, words: set[str]) -> bool:
    return any(other.startswith(word) and not other[len(word) :].strip("0123456789") for other in words)


_TAG_WORDS = {
    "windowsservercore": "windows",
    "nanoserver": "windows",
    "distroless": "distroless",
    "alpine": "alpine",
    "stretch": "debian",
    "buster": "debian",
    "bullseye": "debian",
    "bookworm": "debian",
    "trixie": "debian",
    "bionic": "ubuntu",
    "focal": "ubuntu",
    "jammy": "ubuntu",
    "noble": "ubuntu",
    "ubi": "ubi",
    "wolfi": "wolfi",
}


def _name_and_tag(reference: str) -> tuple[str, str]:
    """Return the full name, and the tag or an empty text when it cannot be known."""
    parsed = parse_reference(reference)
    if parsed is None:
        bare, _, tag = reference.partition(":")
        parsed = parse_reference(bare) if "$" in tag else None
        return (parsed.name, "") if parsed else ("", "")

    if parsed.name == f"{HUB}/library/scratch":
        return "scratch", ""

    return parsed.name, parsed.tag or ("" if parsed.digest else "latest")


@functools.cache
def _index() -> tuple[dict[str, Any], list[tuple[str, Any]]]:
    """Return entries by exact name, and those with globs, the longest glob first."""
    exact: dict[str, Any] = {}
    globs: list[tuple[str, Any]] = []
    for entry in table("images")["images"]:
        for name in (entry["image"], *entry.get("also", ())):
            if "*" in name:
                globs.append((name, entry))
            else:
                exact.setdefault(name, entry)

    return exact, sorted(globs, key=lambda pair: -len(pair[0]))


def _entry(name: str) -> tuple[str, Any] | None:
    """Return the name under which the image is known and its entry."""
    if not name:
        return None

    exact, globs = _index()
    names = _names(name)
    for candidate in names:
        if candidate in exact:
            return candidate, exact[candidate]

    return next(((one, entry) for one in names for glob, entry in globs if fits(one, glob)), None)


# mirror.gcr.io/amd64/nginx is docker.io/amd64/nginx is docker.io/library/nginx.
_MIRRORS_OF_MIRRORS = 2


def _names(name: str) -> list[str]:
    """Return the name and what it stands for when its prefix is that of a mirror, step by step."""
    names = [name]
    for _ in range(_MIRRORS_OF_MIRRORS):
        mirror = next((one for one in table("images")["mirrors"] if name.startswith(one["prefix"])), None)
        if mirror is None:
            break

        name = mirror["is"] + name.removeprefix(mirror["prefix"])
        names.append(name)

    return names


def _merged(entry: dict[str, Any], tag: str) -> dict[str, Any]:
    variants = entry.get("variants", ({},))
    if tag or entry["image"] == "scratch":
        variant = next(one for one in variants if "tags" not in one or any(fits(tag, glob) for glob in one["tags"]))
        return _with_variant(entry, variant)

    merged = [_with_variant(entry, one) for one in variants if one.get("family") != "windows"]
    first = merged[0]
    common = {key: value for key, value in first.items() if all(other.get(key, _MISSING) == value for other in merged)}
    return common | {"unchecked": sorted({field for one in merged for field in one.get("unchecked", ())})}


def _corrected(merged: dict[str, Any], names: set[str], tag: str) -> dict[str, Any]:
    """Return the facts with what was found wrong in the table put right; `why` in the data says on what ground.

    Where the tag cannot be known, a fact that is wrong for some tags is not known.
    """
    for row in table("image_corrections"):
        if row["image"] not in names:
            continue

        if not row["tags"] or any(fits(tag, glob) for glob in row["tags"]):
            merged = merged | row["facts"]
        elif not tag:
            merged = {key: value for key, value in merged.items() if key not in row["facts"]}

    return merged


def _equals(entry: dict[str, Any], name: str) -> list[str]:
    """Further names of the same image: those of the entry, and for a glob the same last part below its first name."""
    if "*" not in entry["image"]:
        return [entry["image"]]

    return [entry["image"].replace("*", name.rpartition("/")[2])]


_MISSING = object()


def _with_variant(entry: dict[str, Any], variant: dict[str, Any]) -> dict[str, Any]:
    """Return the entry with the fields of the variant; what either calls unchecked stays unchecked."""
    unchecked = _unchecked(entry) | _unchecked(variant)
    return entry | variant | {"unchecked": sorted(unchecked)}


def _unchecked(facts: dict[str, Any]) -> set[str]:
    fields = facts.get("unchecked", ())
    return {"all"} if fields == "all" else set(fields)


def _record(merged: dict[str, Any]) -> dict[str, Any]:
    """Return the merged facts in the form of `ImageFacts`."""
    record = dict(merged)
    for field in _NONE_MEANS_NONE:
        if field in record and record[field] is None:
            record[field] = ""

    if capabilities := record.get("file_capabilities"):
        record["file_capabilities"] = capabilities["capabilities"]
        record["file_capabilities_path"] = capabilities["path"]

    return record | {"group": _group(record)}


def _group(record: dict[str, Any]) -> int | None:
    """Return the group at the start: that of root, or of the account when the image starts as it."""
    start, account = record.get("starts_as"), record.get("account") or {}
    if start == 0:
        return 0

    return account.get("gid") if start is not None and start in {account.get("uid"), account.get("name")} else None
