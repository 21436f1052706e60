"""What is known about one build of an image, whatever describes it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec


class Build(msgspec.Struct, frozen=True):
    """One build, as one file of the project describes it.

    `image` is the name of the result as a Compose or skaffold file has it ("" without one), `names` are all texts that
    name the result, variables and expressions included. `dockerfile` is the path of the Dockerfile; "" when it cannot
    be told: any one below `folder` then, or none of the project when that is None. `args` are the build arguments,
    "" for one that comes from the environment. Builds of one `service` are merged when they are run.
    """

    image: str = ""
    dockerfile: str = ""
    target: str = ""
    folder: str | None = ""
    names: tuple[str, ...] = ()
    contexts: frozenset[str] = frozenset()
    args: Mapping[str, str] = {}
    service: str = ""


def located(folder: str, context: str, dockerfile: str) -> tuple[str, str | None]:
    """Return path and folder of the Dockerfile, as `Build` has them; `dockerfile` is relative to `context`."""
    if "://" in context or context.startswith("git@"):
        return "", None

    path = joined(folder, context, dockerfile)
    known, dollar, _ = path.partition("$")
    return ("", posixpath.dirname(known)) if dollar else (path, "")


def pairs(value: object) -> dict[str, str]:
    """Return the entries of a mapping, or of a list of `key=value`; "" for one without a value."""
    if isinstance(value, dict):
        return {str(key): "" if item is None else str(item) for key, item in value.items()}

    items = value if isinstance(value, list) else []
    return {key.strip(): found for key, _, found in (item.partition("=") for item in items if isinstance(item, str))}


def text(data: Mapping[str, Any], key: str) -> str:
    """Return a text of a mapping; "" when there is none."""
    value = data.get(key)
    return value if isinstance(value, str) else ""


def strings(value: object) -> Iterator[str]:
    """Yield the texts of a list."""
    for item in value if isinstance(value, list) else ():
        if isinstance(item, str):
            yield item


def joined(*parts: str) -> str:
    """Return a path without detours."""
    return posixpath.normpath(posixpath.join(*parts))
