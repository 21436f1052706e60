"""What goes wrong on the way to a server, in words."""

from __future__ import annotations

import http.client
import re
import ssl
from collections.abc import Iterator

import urllib3.exceptions as wrong

from fixer.registry.failure import Failure

_PASSING = {"connection": True, "again": True}
_LASTING = {"connection": True}
_KINDS: tuple[tuple[tuple[type[BaseException], ...], str, dict[str, bool]], ...] = (
    ((ssl.SSLError,), "{whom} does not speak TLS as it should", {"connection": True, "tls": True}),
    ((wrong.NameResolutionError,), "the name of {whom} cannot be resolved", _PASSING),
    ((ConnectionRefusedError,), "{whom} refuses connections", _PASSING),
    ((wrong.NewConnectionError,), "{whom} cannot be reached", _PASSING),
    ((wrong.ConnectTimeoutError,), "{whom} cannot be reached within {seconds} s", _LASTING),
    ((wrong.ReadTimeoutError, TimeoutError), "{whom} does not answer within {seconds} s", _LASTING),
    ((wrong.IncompleteRead, http.client.IncompleteRead), "the answer of {whom} is cut short", {"again": True}),
    ((ConnectionError,), "{whom} closes the connection without an answer", _PASSING),
    ((wrong.ProtocolError, http.client.HTTPException), "{whom} does not speak HTTP as it should", {"again": True}),
)


def failure(error: Exception, whom: str, seconds: float, proxy: str) -> Failure:
    """Return why there is no answer from `whom`, asked through `proxy` (`host:port`) unless that is empty.

    `seconds` is how long each step may take. Nothing of the error's own words is passed on that a server wrote.
    """
    causes = list(_causes(error))
    if certificate := next((cause for cause in causes if isinstance(cause, ssl.SSLCertVerificationError)), None):
        reason = certificate.verify_message.rstrip(".")
        return Failure(f"the certificate of {whom} is not trusted ({reason})", connection=True)

    if proxy and isinstance(error, wrong.ProxyError):
        status = re.search(r"Tunnel connection failed: (\d{3})\b", str(causes[-1]))
        return Failure(
            f"the proxy {proxy} refuses to connect to {whom} ({status[1]})"
            if status
            else f"the proxy {proxy} cannot be reached",
            connection=True,
        )

    return _plain(causes, whom, seconds)


def _plain(causes: list[BaseException], whom: str, seconds: float) -> Failure:
    for kinds, words, effects in _KINDS:
        if any(isinstance(cause, kinds) for cause in causes):
            return Failure(words.format(whom=whom, seconds=f"{seconds:g}"), **effects)

    return Failure(f"the address of {whom} cannot be used")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and what it is made of: libraries wrap errors as causes and as arguments."""
    waiting, seen = [error], set[int]()
    while waiting:
        one = waiting.pop(0)
        if id(one) in seen:
            continue

        seen.add(id(one))
        yield one
        inner = (one.__cause__, getattr(one, "original_error", None), *one.args)
        waiting += [part for part in inner if isinstance(part, BaseException)]
