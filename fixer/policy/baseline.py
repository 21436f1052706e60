"""The baseline: findings that are known, by identity, so that a team starts with the new ones only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from fixer.errors import UserError
from fixer.files import FileProblem, read_bytes
from fixer.finding import Finding

NAME = ".fixer-baseline.json"
VERSION = 1
LARGEST = 50_000_000

Identity = tuple[str, str, str, str]
_FIELDS = ("rule", "path", "place", "message")


def load(root: str, path: str) -> frozenset[Identity]:
    """Return the findings that the baseline at `path` below `root` holds. Raises UserError for what is none."""
    try:
        data, _ = read_bytes(root, path, LARGEST)
    except FileProblem as problem:
        raise UserError(f"{path}: {problem.reason}") from None

    try:
        content: Any = msgspec.json.decode(data)
        version = content["version"]
        found = frozenset(tuple(one[field] for field in _FIELDS) for one in content["findings"])
    except (msgspec.DecodeError, KeyError, TypeError):
        raise UserError(f"{path}: it is no baseline of fixer; `fixer baseline` makes one") from None

    if version != VERSION:
        raise UserError(f"{path}: version {version} of a baseline is not read; `fixer baseline` makes a new one")

    if not all(isinstance(part, str) for identity in found for part in identity):
        raise UserError(f"{path}: it is no baseline of fixer; `fixer baseline` makes one")

    return found


def render(findings: Iterable[Identity]) -> bytes:
    """Return the baseline of some findings, a line for each, sorted by path."""
    ordered = sorted(set(findings), key=lambda one: (one[1], one[0], one[2], one[3]))
    lines = [msgspec.json.encode(dict(zip(_FIELDS, one, strict=True))) for one in ordered]
    body = b"\n" + b",\n".join(lines) + b"\n" if lines else b""
    return b'{"version":%d,"findings":[%s]}\n' % (VERSION, body)


def counted(findings: Iterable[Finding]) -> list[Identity]:
    """Return the identities of the findings that a baseline takes up: those that nothing else excuses."""
    return [one.identity for one in findings if one.excuse is None or one.excuse.by == "baseline"]
