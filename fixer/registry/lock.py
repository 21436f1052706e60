"""The lock file: digests of images and commits of actions that were looked up once, to be used offline.

TOML that a person can review: one table for each tag, sorted, with the day of the look-up and the platforms.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from fixer.errors import UserError
from fixer.registry.answer import Answer
from fixer.registry.reference import parse_reference
from fixer.registry.uses import parse_uses

NAME = "image-digests.lock"

_VERSION = 1
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_HEAD = (
    "# What tags meant when they were looked up. `fixer pin` writes this file, `fixer fix` pins with it offline,\n"
    "# `fixer pin --check` compares it with the registries. Commit it.\n"
    f"version = {_VERSION}\n"
)


class Lock(msgspec.Struct, frozen=True):
    """What a lock file says: images by `registry/name:tag`, actions by `owner/name@ref`."""

    images: Mapping[str, Answer] = {}
    actions: Mapping[str, Answer] = {}


def parse(text: str, shown: str) -> Lock:
    """Return what the text of a lock file says; messages call it `shown`. Raises UserError, with the line if known."""
    import tomllib

    if not text.strip():
        return Lock()

    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        hint = "; a merge left marks in it" if re.search(r"^(?:<<<<<<<|>>>>>>>)", text, re.MULTILINE) else ""
        raise UserError(f"{shown}:{line[1] if line else 1}: this is no TOML{hint}: correct it, or remove it") from None

    if data.get("version") != _VERSION:
        raise UserError(f"{shown}: version {data.get('version')!r} of the lock file is not known, only {_VERSION}")

    reader = _Reader(text, shown)
    return Lock(reader.section(data, "images", _IMAGE), reader.section(data, "actions", _ACTION))


class _Form(msgspec.Struct, frozen=True):
    """The form of the entries of a section: the field with what is locked, what it and a version look like.

    Whatever an entry says goes into files: a lock file of a stranger must not be able to write anything but names.
    """

    field: str
    value: re.Pattern[str]
    version: re.Pattern[str]
    usual: Callable[[str], str]


def _usual_image(key: str) -> str:
    """The one spelling of a tag; "" for what is none."""
    reference = parse_reference(key)
    return reference.key if reference and not reference.digest else ""


def _usual_action(key: str) -> str:
    """The one spelling of a revision; "" for what is none."""
    uses = parse_uses(key)
    return uses.key if uses and not uses.path else ""


_IMAGE = _Form(
    "digest",
    re.compile(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}"),
    re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"),
    _usual_image,
)
_ACTION = _Form(
    "commit",
    re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}"),
    re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+/-]{0,249}"),
    _usual_action,
)
_PLATFORM = re.compile(r"[a-z0-9]+(?:/[A-Za-z0-9._-]+){0,3}")
_REFS = frozenset({"", "tag", "branch", "commit"})


class _Reader(msgspec.Struct, frozen=True):
    """Reads entries, and says where a wrong one stands."""

    text: str
    shown: str

    def section(self, data: Mapping[str, Any], name: str, form: _Form) -> dict[str, Answer]:
        section = data.get(name, {})
        if not isinstance(section, dict):
            raise UserError(f"{self.shown}: {name} is no table")

        for key in section:
            if (usual := form.usual(key)) != key:
                hint = f"as {usual}" if usual else "as a tag in full"
                raise self._mistake(key, f"is to be written {hint}")

        return {key: self._answer(key, entry, form) for key, entry in section.items()}

    def _answer(self, key: str, entry: Any, form: _Form) -> Answer:
        if not isinstance(entry, dict):
            raise self._mistake(key, "is no table")

        digest, day, version = entry.get(form.field), entry.get("date", ""), entry.get("version", "")
        platforms, ref = entry.get("platforms", []), entry.get("ref", "")
        if not isinstance(digest, str) or not form.value.fullmatch(digest):
            raise self._mistake(key, f"has no whole {form.field}: remove the entry, and `fixer pin` looks it up")

        if not isinstance(day, str) or (day and not _DAY.fullmatch(day)):
            raise self._mistake(key, "has a date that is no day such as 2026-11-21 in quotes")

        if not isinstance(version, str) or (version and not form.version.fullmatch(version)):
            raise self._mistake(key, "has a version that is no tag")

        if not isinstance(platforms, list) or not all(isinstance(one, str) and _fits(one) for one in platforms):
            raise self._mistake(key, 'has platforms that are no list such as ["linux/amd64"]')

        if not isinstance(ref, str) or ref not in _REFS:
            raise self._mistake(key, "has a ref that is neither tag nor branch nor commit")

        return Answer(digest, "", day, tuple(platforms), version, ref, self.shown)

    def _mistake(self, key: str, what: str) -> UserError:
        place = self.text.find(f'"{key}"')
        line = self.text.count("\n", 0, place) + 1 if place >= 0 else 1
        return UserError(f"{self.shown}:{line}: {key} {what}")


def _fits(platform: str) -> bool:
    return _PLATFORM.fullmatch(platform) is not None


def render(lock: Lock) -> str:
    """Return the text of a lock file: sorted, one table for each entry, a line feed behind each line."""
    parts = [_HEAD]
    for key, answer in sorted(lock.images.items()):
        parts.append(_table("images", key, "digest", answer))

    for key, answer in sorted(lock.actions.items()):
        parts.append(_table("actions", key, "commit", answer))

    return "\n".join(parts)


def _table(section: str, key: str, field: str, answer: Answer) -> str:
    lines = [f"[{section}.{_string(key)}]", f"{field} = {_string(answer.digest)}"]
    if answer.date:
        lines.append(f"date = {_string(answer.date)}")

    if answer.platforms:
        lines.append(f"platforms = [{', '.join(_string(one) for one in answer.platforms)}]")

    if answer.version:
        lines.append(f"version = {_string(answer.version)}")

    if field == "commit" and answer.media_type:
        lines.append(f"ref = {_string(answer.media_type)}")

    return "\n".join(lines) + "\n"


def _string(text: str) -> str:
    # Keys are references and values are names: the basic strings of JSON and TOML are the same for both.
    return json.dumps(text, ensure_ascii=True)
