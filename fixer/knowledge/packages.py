"""Which Debian packages lose something that matters when their recommended packages stay away.

The table says, for each package, what `apt-get install` brings on top of `--no-install-recommends` (simulated on a bare
Debian 12), without what nobody misses: translations, manuals, and what comes with a package that is added instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from fixer.knowledge.tables import table

CA_CERTIFICATES = "ca-certificates"

# Packages that are not measured but speak TLS with the certificates of the system as well.
_TLS_CLIENTS = frozenset({"aria2", "httpie", "lynx", "w3m", "s3cmd", "awscli", "lftp", "axel", "apt-transport-https"})


def package_name(word: str) -> str:
    """Return the name in an argument of `apt-get install`: without version, architecture and target release."""
    return re.split(r"[=:/]", word, maxsplit=1)[0]


def companions(packages: Iterable[str]) -> tuple[str, ...]:
    """Return what must be added to `packages` so that `--no-install-recommends` takes nothing from them.

    These are few: the certificates for clients of TLS, and the headers of the C library for gcc.
    """
    names = _names(packages)
    wanted = (one for name in sorted(names) for one in _row(name).get("companions", ()))
    return tuple(dict.fromkeys(one for one in wanted if one not in names and not _brings(names, one)))


def needs_ca_certificates(packages: Iterable[str]) -> bool:
    """Whether one of `packages` verifies certificates, and none of them brings any."""
    names = _names(packages)
    clients = any(CA_CERTIFICATES in _row(name).get("companions", ()) or name in _TLS_CLIENTS for name in names)
    return clients and CA_CERTIFICATES not in names


def without_material_recommends(packages: Iterable[str], text: str = "") -> bool:
    """Whether `packages`, with their `companions`, lose nothing that matters without recommended packages.

    `text` is that of the whole Dockerfile: a package that is lost matters when a program of it is named there. False
    for packages that nobody has looked at.
    """
    names = _names(packages)
    known = table("apt_packages")["packages"]
    return all(name in known for name in names) and not any(_material(names, text))


def _material(names: frozenset[str], text: str) -> Iterator[str]:
    """Yield the recommended packages of `names` that matter."""
    present = names | set(companions(names))
    programs = table("apt_packages")["programs"]
    for name in names:
        for lost in _row(name).get("loses", ()):
            words = programs.get(lost)
            if lost not in present and (words is None or any(_named(word, text) for word in words)):
                yield lost


def _named(word: str, text: str) -> bool:
    end = r"(?![\w-])" if word[-1].isalnum() else ""
    return re.search(rf"(?<![\w-]){re.escape(word)}{end}", text) is not None


def _names(packages: Iterable[str]) -> frozenset[str]:
    return frozenset(package_name(word) for word in packages)


def _row(name: str) -> dict[str, Any]:
    row: dict[str, Any] = table("apt_packages")["packages"].get(name, {})
    return row


def _brings(names: frozenset[str], package: str) -> bool:
    """Whether one of `names` depends on `package`."""
    return any(package in _row(name).get("brings", ()) for name in names)
