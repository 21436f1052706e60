"""What goes wrong, when, and how often: the script that the double follows."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
PRIMARY = "API rate limit exceeded for user ID 1001."


@dataclass(frozen=True)
class Reply:
    """An answer that comes instead of the real one; `reset` is in seconds from now, for X-RateLimit-Reset."""

    status: int
    message: str = "Server Error"
    headers: dict[str, str] = field(default_factory=dict)
    reset: int | None = None
    body: Any = None

    def all_headers(self) -> dict[str, str]:
        if self.reset is None:
            return self.headers

        end = str(int(time.time()) + self.reset)
        return {"X-RateLimit-Reset": end, "X-RateLimit-Remaining": "0", **self.headers}


# Every refusal that a forge is known to make of a request that is right.
REPLIES = {
    "401": Reply(401, "Bad credentials"),
    "403 permission": Reply(403, "Resource not accessible by integration"),
    "403 secondary, retry-after": Reply(403, SECONDARY, {"Retry-After": "1"}),
    "403 secondary, long": Reply(403, SECONDARY, {"Retry-After": "3600"}),
    "403 secondary, no header": Reply(403, SECONDARY),
    "403 primary": Reply(403, PRIMARY, reset=1),
    "404": Reply(404, "Not Found"),
    "409": Reply(409, "Conflict"),
    "410": Reply(410, "Issues has been disabled in this repository."),
    "422": Reply(422, "Validation Failed"),
    "429 retry-after": Reply(429, SECONDARY, {"Retry-After": "1"}),
    "429 reset": Reply(429, PRIMARY, reset=1),
    "500": Reply(500),
    "502": Reply(502, "Server Error"),
    "503": Reply(503, "Service Unavailable"),
    "504": Reply(504, "We couldn't respond to your request in time."),
}


@dataclass
class Fault:
    """What happens to requests whose method and path match; what GraphQL asks for, or the branch pushed, is appended.

    `reply` None and `drop` False: nothing but what `doing` does. `after`: the request is carried out first.
    `skip` requests pass before it begins; it happens `times` times; `slow` is in seconds. `each`: it happens to each
    different request, once.
    """

    method: str = ".*"
    path: str = ".*"
    reply: Reply | None = None
    drop: bool = False
    after: bool = False
    slow: float = 0.0
    doing: Callable[[], object] | None = None
    skip: int = 0
    times: int = 1
    happened: int = 0
    each: bool = False
    met: set[tuple[str, str]] = field(default_factory=set)

    def meets(self, method: str, path: str) -> bool:
        return bool(re.fullmatch(self.method, method) and re.search(self.path, path))

    def over(self, request: tuple[str, str]) -> bool:
        return request in self.met if self.each else self.happened >= self.times


class Script:
    """The faults of one double, in the order in which they were added; one at most happens to a request."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> Fault:
        with self._lock:
            self.faults.append(fault)

        return fault

    def clear(self) -> None:
        with self._lock:
            self.faults.clear()

    def next(self, method: str, path: str) -> Fault | None:
        """Return the fault that happens to this request, and count it."""
        with self._lock:
            for fault in self.faults:
                if not fault.meets(method, path) or fault.over((method, path)):
                    continue

                if fault.skip:
                    fault.skip -= 1
                    continue

                fault.happened += 1
                fault.met.add((method, path))
                return fault

        return None
