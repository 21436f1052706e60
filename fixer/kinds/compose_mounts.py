"""What is mounted into a Compose service: named and anonymous volumes, bind mounts, tmpfs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from fixer.kinds.compose_values import plain, strings, text

_VARIABLE = re.compile(r"\$\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}")


class Mount(msgspec.Struct, frozen=True):
    """One mount. `type` is volume, bind, tmpfs or another word of the long form; `source` is "" when it has none."""

    type: str
    source: str
    target: str
    read_only: bool = False

    def covers(self, path: str) -> bool:
        """Whether `path` is the target or lies below it."""
        target = self.target.rstrip("/")
        return path == target or path.startswith(f"{target}/")


def mounts(service: Mapping[str, Any]) -> Iterator[Mount]:
    """Yield the mounts of a service: `volumes`, `tmpfs`, and those of `configs` and `secrets` are left out."""
    volumes = plain(service.get("volumes"))
    for item in volumes if isinstance(volumes, list) else ():
        entry = plain(item)
        if isinstance(entry, Mapping):
            yield _long(entry)
        elif isinstance(entry, str):
            yield _short(entry)

    for entry in strings(plain(service.get("tmpfs"))):
        yield Mount("tmpfs", "", entry.partition(":")[0])


def _long(entry: Mapping[str, Any]) -> Mount:
    type_, source, target = (text(entry.get(key)) for key in ("type", "source", "target"))
    return Mount(type_ or "volume", source, target, entry.get("read_only") is True)


def _short(entry: str) -> Mount:
    # Colons inside a variable are not separators, nor is the one of a drive.
    masked = _VARIABLE.sub(lambda match: "$" * len(match[0]), entry)
    first = masked.find(":", 2)
    if first < 0:
        return Mount("volume", "", text(entry))

    second = masked.find(":", first + 1)
    end = second if second >= 0 else len(entry)
    options = entry[end + 1 :].split(",")
    source = entry[:first]
    return Mount("bind" if _is_path(source) else "volume", text(source), text(entry[first + 1 : end]), "ro" in options)


def _is_path(source: str) -> bool:
    """Whether the source of a short form is a path of the host, not the name of a volume."""
    return source.startswith((".", "/", "~", "$", "\\")) or source[1:2] == ":"
