"""What a forge refuses, and why, in words; and whether a write may have been done all the same."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from fixer.bot.redact import REDACTOR

Kind: TypeAlias = Literal[
    "login",
    "forbidden",
    "archived",
    "missing",
    "gone",
    "conflict",
    "invalid",
    "limited",
    "server",
    "unreachable",
    "other",
]
SECONDARY_WAIT = 60.0
_LONGEST = 300
_LIMIT_WORDS = (
    "rate limit",
    "abuse detection",
    "submitted too quickly",
    "wait a few minutes",
    "retry your request again",
)


class ForgeProblem(Exception):
    """The forge did not do it. `clause` says why, without secrets.

    `unsure` is true where nobody knows whether a write was done: the connection broke, or a server behind the first
    one failed. `wait` is how many seconds the forge wants to be left alone (kind `limited`).
    """

    def __init__(self, kind: Kind, clause: str, *, status: int = 0, unsure: bool = False, wait: float = 0.0) -> None:
        super().__init__(clause)
        self.kind = kind
        self.clause = clause
        self.status = status
        self.unsure = unsure
        self.wait = wait


def problem_of(error: Exception, whom: str) -> ForgeProblem:
    """Return what an exception of PyGithub or of what it is made of means; `whom` is the host."""
    status = getattr(error, "status", None)
    if not isinstance(status, int):
        return ForgeProblem("unreachable", f"{whom} cannot be reached or closed the connection", unsure=True)

    data = getattr(error, "data", None)
    headers = {str(key).lower(): str(value) for key, value in (getattr(error, "headers", None) or {}).items()}
    said = _said(data)
    if wait := _wait(status, said, headers, data):
        return ForgeProblem("limited", f"{whom} wants fewer requests ({status})", status=status, wait=wait)

    kind = _kind(status, said, data)
    unsure = status >= 500
    return ForgeProblem(kind, _clause(kind, whom, status, said), status=status, unsure=unsure)


def _kind(status: int, said: str, data: Any) -> Kind:
    if status == 403:
        return "archived" if "archived" in said.lower() else "forbidden"

    if status == 400 and isinstance(data, dict) and data.get("errors"):
        return _graphql_kind(data["errors"])

    if status >= 500:
        return "server"

    kinds: dict[int, Kind] = {401: "login", 404: "missing", 410: "gone", 409: "conflict", 422: "invalid"}
    return kinds.get(status, "other")


def _graphql_kind(errors: Any) -> Kind:
    types = {str(one.get("type", "")) for one in errors if isinstance(one, dict)}
    if "STALE_DATA" in types:
        return "conflict"

    if types & {"FORBIDDEN", "INSUFFICIENT_SCOPES"}:
        return "forbidden"

    return "missing" if "NOT_FOUND" in types else "invalid"


def _wait(status: int, said: str, headers: Mapping[str, str], data: Any) -> float:
    """Return how long to leave the forge alone; 0 when this is no limit."""
    graphql = isinstance(data, dict) and any(
        isinstance(one, dict) and one.get("type") == "RATE_LIMITED" for one in data.get("errors") or ()
    )
    if status not in {403, 429} and not graphql:
        return 0.0

    with contextlib.suppress(KeyError, ValueError):
        return max(float(headers["retry-after"]), 1.0)

    if headers.get("x-ratelimit-remaining") == "0" or (status == 429 and "x-ratelimit-reset" in headers):
        with contextlib.suppress(KeyError, ValueError):
            return max(float(headers["x-ratelimit-reset"]) - time.time(), 0.0) + 1.0

    limit = status == 429 or graphql or any(word in said.lower() for word in _LIMIT_WORDS)
    return SECONDARY_WAIT if limit else 0.0


def _said(data: Any) -> str:
    """What the forge says: its message, and those of single errors."""
    if not isinstance(data, dict):
        return _plain(data) if isinstance(data, str) else ""

    parts = [data.get("message")]
    for one in data.get("errors") or ():
        if isinstance(one, dict):
            parts.append(one.get("message") or " ".join(str(one.get(key, "")) for key in ("resource", "field", "code")))
        else:
            parts.append(one)

    return _plain(": ".join(str(part).strip() for part in parts if part))


def _plain(text: str) -> str:
    text = "".join(letter if letter.isprintable() else " " for letter in REDACTOR.text(text))
    return text[:_LONGEST].strip().rstrip(".")


def _clause(kind: Kind, whom: str, status: int, said: str) -> str:
    words = {
        "login": f"{whom} does not accept the token",
        "forbidden": "the token has no right to do this",
        "archived": "the repository is archived",
        "missing": "there is no such thing, or the token does not see it",
        "gone": "this is switched off in the repository",
        "conflict": "something else happened at the same time",
        "server": f"{whom} has trouble",
    }.get(kind, f"{whom} refuses")
    return f"{words} ({status}{f': {said}' if said else ''})"
