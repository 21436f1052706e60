"""When to ask again, when to wait, and when a host has shown that asking is of no use."""

from __future__ import annotations

import threading
import time

import msgspec

from fixer.registry.failure import Failure
from fixer.registry.site import origin_of
from fixer.registry.transport import Reply, Request, Transport

LONGEST_WAIT = 60.0
PAUSE = 0.5
SHORTEST_WAIT = 0.1
_ATTEMPTS = 3
_FAILURES_IN_A_ROW = 3
_BUSY = frozenset({429, 500, 502, 503, 504})


class _Host(msgspec.Struct):
    """What is known about a host: failures in a row, why nobody need ask it any more, and until when to wait."""

    failures: int = 0
    busy: int = 0
    over: Failure | None = None
    until: float = 0.0


class Patience:
    """Sends requests, again where that may help. Safe for threads, which share what is learnt about a host."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._lock = threading.Lock()
        self._hosts: dict[tuple[str, str], _Host] = {}

    def ask(self, request: Request, deadline: float) -> Reply:
        """Return the last answer, of whatever status; raise Failure when there is none or asking is of no use."""
        with self._lock:
            host = self._hosts.setdefault(origin_of(request.url), _Host())

        attempt = 1
        while True:
            self._wait(host, request, deadline)
            reply = self._connected(host, request, deadline)
            if reply.status not in _BUSY:
                host.busy = 0
                return reply

            pause = _asked_to_wait(reply)
            if self._is_last(host, reply, attempt, pause, deadline):
                return reply

            self._pause(host, reply, PAUSE * 2 ** (attempt - 1) if pause is None else max(pause, SHORTEST_WAIT))
            attempt += 1

    def _connected(self, host: _Host, request: Request, deadline: float) -> Reply:
        """Send a request, once more when the connection failed in a way that may pass."""
        try:
            reply = self._transport.send(request, deadline)
        except Failure as failure:
            if not failure.again or host.over:
                self._failed(host, failure)
                raise
        else:
            host.failures = 0
            return reply

        time.sleep(min(PAUSE, max(deadline - time.monotonic(), 0)))
        return self._connected_at_last(host, request, deadline)

    def _connected_at_last(self, host: _Host, request: Request, deadline: float) -> Reply:
        try:
            reply = self._transport.send(request, deadline)
        except Failure as failure:
            self._failed(host, failure)
            raise

        host.failures = 0
        return reply

    def _failed(self, host: _Host, failure: Failure) -> None:
        if not failure.connection:
            return

        with self._lock:
            host.failures += 1
            if host.failures >= _FAILURES_IN_A_ROW:
                host.over = host.over or failure

    def _wait(self, host: _Host, request: Request, deadline: float) -> None:
        while (left := host.until - time.monotonic()) > 0 and not host.over:
            if host.until > deadline:
                raise Failure(f"{request.whom} answers 429 (too many requests)")

            time.sleep(min(left, 1.0))

        if host.over:
            raise host.over.repeated()

    def _is_last(self, host: _Host, reply: Reply, attempt: int, pause: float | None, deadline: float) -> bool:
        too_long = pause is not None and (pause > LONGEST_WAIT or time.monotonic() + pause > deadline)
        hopeless = too_long or attempt == _ATTEMPTS or host.busy >= _FAILURES_IN_A_ROW
        if not hopeless:
            return False

        with self._lock:
            host.busy += 1
            if reply.status == 429:
                host.over = host.over or Failure(status_clause(reply))

        return True

    def _pause(self, host: _Host, reply: Reply, seconds: float) -> None:
        """Wait; after 429 all who ask this host do."""
        if reply.status == 429:
            host.until = max(host.until, time.monotonic() + seconds)
        else:
            time.sleep(seconds)


def status_clause(reply: Reply) -> str:
    """Return what a busy or broken server answers, in words; with the wait it asks for and the limit it names."""
    meanings = {
        429: "too many requests",
        500: "its own error",
        502: "bad gateway",
        503: "busy",
        504: "gateway time-out",
    }
    said = f"{reply.whom} answers {reply.status}"
    if words := meanings.get(reply.status, ""):
        said += f" ({words}{_limit(reply)})"

    pause = _asked_to_wait(reply)
    return said if pause is None else f"{said} and asks to wait {pause:.0f} s"


def _limit(reply: Reply) -> str:
    """Return what `ratelimit-limit: 100;w=21600` says."""
    count, _, window = reply.headers.get("ratelimit-limit", "").partition(";w=")
    if not count.isdecimal() or not window.isdecimal():
        return ""

    return f"; its limit is {int(count)} in {int(window)} s"


def _asked_to_wait(reply: Reply) -> float | None:
    """Return the seconds of `Retry-After`, which is a number or a date; None when there is none."""
    text = reply.headers.get("retry-after", "").strip()
    if text.isdecimal() and len(text) < 12:
        return float(text)

    if not text:
        return None

    from email.utils import parsedate_to_datetime

    try:
        return max(parsedate_to_datetime(text).timestamp() - time.time(), 0.0)
    except (ValueError, OverflowError, OSError):
        return None
