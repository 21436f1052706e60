"""Requests to a forge: the requester of PyGithub carries them; what is repeated, and when, is decided here."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import msgspec

from fixer.bot.budget import Budget, Exhausted
from fixer.bot.problems import ForgeProblem, problem_of
from fixer.bot.redact import REDACTOR

if TYPE_CHECKING:
    from github.Auth import Auth
    from github.Requester import Requester

T = TypeVar("T")
_NEXT = re.compile(r'<([^>]*)>\s*;\s*rel="next"')
_PAGES = 200


class Pace(msgspec.Struct, frozen=True):
    """How patient requests are: seconds for an answer, seconds that a limit may cost, tries, and the first pause."""

    timeout: int = 30
    longest: float = 120.0
    tries: int = 4
    pause: float = 1.0


class Transport:
    """Talks to one forge with one login. `base` is the address of its REST interface; `auth` makes the login anew.

    Safe for threads: requests are made one after the other.
    """

    def __init__(
        self, base: str, auth: Callable[[], Auth], pace: Pace, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.base = base
        self.host = urlsplit(base).netloc
        self.requests = 0
        self.writes = 0
        self._pace = pace
        self._sleep = sleep
        self._lock = threading.RLock()
        self._auth = auth
        self._requester = _requester(base, auth(), pace)

    def get(self, path: str, **parameters: Any) -> Any:
        """Return what a question is answered with. Raises ForgeProblem."""
        return self._asked(path, parameters)[1]

    def pages(self, path: str, **parameters: Any) -> Iterator[Any]:
        """Yield the items of a list, page by page as they are asked for. Raises ForgeProblem."""
        parameters = {"per_page": 100, **parameters}
        for _ in range(_PAGES):
            headers, data = self._asked(path, parameters)
            yield from (
                data if isinstance(data, list) else next((one for one in data.values() if isinstance(one, list)), ())
            )
            found = _NEXT.search(str(headers.get("link", "")))
            if not found:
                return

            path, parameters = self._own(found[1]), {}

    def page(self, path: str, **parameters: Any) -> tuple[list[Any], bool]:
        """Return the first page of a list, and whether it is all of it. Raises ForgeProblem."""
        headers, data = self._asked(path, {"per_page": 100, **parameters})
        return data, _NEXT.search(str(headers.get("link", ""))) is None

    def optional(self, path: str, **parameters: Any) -> Any:
        """Return what `get` returns; None where there is nothing, or it is not for us."""
        try:
            return self.get(path, **parameters)
        except ForgeProblem as problem:
            if problem.kind in {"missing", "gone", "forbidden", "conflict"}:
                return None

            raise

    def write(self, budget: Budget, send: Callable[[], T], done: Callable[[], T | None]) -> T:
        """Make one write: look whether it is done, send it, and look again where nobody knows what became of it.

        `send` makes a single request; `done` returns what it would have returned if it is done, else None. Raises
        ForgeProblem, and Exhausted when no write is allowed now.
        """
        found = done()
        if found is not None:
            return found

        for number in range(1, self._pace.tries + 1):
            budget.take()
            self.writes += 1
            try:
                return send()
            except ForgeProblem as problem:
                self._give_up(problem, number, budget)

            found = done()
            if found is not None:
                return found

        raise AssertionError  # the last try raises

    def send(self, verb: str, path: str, body: Any = None) -> Any:
        """Send one request, once. Raises ForgeProblem."""
        return self._once(verb, path, {}, body)[1]

    def mutate(self, name: str, wanted: Mapping[str, Any], output: str) -> dict[str, Any]:
        """Send one mutation of GraphQL, once; return its result. Raises ForgeProblem."""
        return dict(self._carried(lambda: self._requester.graphql_named_mutation(name, dict(wanted), output)[1]) or {})

    def renew(self) -> bool:
        """Log in anew; return whether that is another login: a plain token does not change."""
        auth = self._auth()
        if type(auth).__name__ == "Token":
            return False

        self._requester = _requester(self.base, auth, self._pace)
        return True

    def _give_up(self, problem: ForgeProblem, number: int, budget: Budget) -> None:
        """Wait for the next try of a write, or raise."""
        last = number == self._pace.tries
        if problem.kind == "limited":
            budget.pause(problem.wait)
            if problem.wait > self._pace.longest:
                raise Exhausted(problem.wait)

            if last:
                raise problem

            self._sleep(problem.wait)
            return

        if last or not problem.unsure:
            raise problem

        self._sleep(self._pace.pause * 2 ** (number - 1))

    def _asked(self, path: str, parameters: Mapping[str, Any]) -> tuple[dict[str, Any], Any]:
        for number in range(1, self._pace.tries + 1):
            try:
                return self._once("GET", path, parameters, None)
            except ForgeProblem as problem:
                patient = problem.kind == "limited" and problem.wait <= self._pace.longest
                if number == self._pace.tries or not (patient or problem.unsure):
                    raise

                self._sleep(max(problem.wait, self._pace.pause * 2 ** (number - 1)))

        raise AssertionError  # the last try raises

    def _once(self, verb: str, path: str, parameters: Mapping[str, Any], body: Any) -> tuple[dict[str, Any], Any]:
        return self._carried(
            lambda: self._requester.requestJsonAndCheck(verb, path, dict(parameters) or None, input=body)
        )

    def _carried(self, send: Callable[[], T]) -> T:
        """Send a request; once more with a new login when the old one has ended, for then nothing was done."""
        with self._lock:
            try:
                return self._sent(send)
            except ForgeProblem as problem:
                if problem.kind != "login" or not self.renew():
                    raise

            return self._sent(send)

    def _sent(self, send: Callable[[], T]) -> T:
        self.requests += 1
        try:
            return send()
        except Exception as error:  # noqa: BLE001 - PyGithub lets through what requests and urllib3 raise
            raise self._problem(error) from None

    def _problem(self, error: Exception) -> ForgeProblem:
        if isinstance(error, ForgeProblem):
            return error

        if type(error).__module__.partition(".")[0] in {"github", "requests", "urllib3"} or isinstance(error, OSError):
            return problem_of(error, self.host)

        text = REDACTOR.text(f"{type(error).__name__}: {error}")
        return ForgeProblem("other", f"the answer of {self.host} cannot be used ({text[:200]})", unsure=True)

    def _own(self, url: str) -> str:
        """Return the next page as a path of ours: a list never leads to another host."""
        if not url.startswith(f"{self.base}/"):
            raise ForgeProblem("other", f"{self.host} names a next page elsewhere")

        return url.removeprefix(self.base)


def _requester(base: str, auth: Auth | None, pace: Pace) -> Requester:
    from fixer.errors import UserError

    try:
        from github.Requester import Requester
    except ImportError:
        raise UserError("the bot needs PyGithub, which is not installed: pip install PyGithub") from None

    REDACTOR.guard()
    from fixer import __version__

    # Nothing is repeated below: what is a write, and how long the run may wait, is known here only. The retrying of
    # PyGithub would also use up the answer that says why something was refused.
    return Requester(
        auth=auth,
        base_url=base,
        timeout=pace.timeout,
        user_agent=f"fixer/{__version__}",
        per_page=100,
        verify=True,
        retry=0,
        pool_size=None,
        seconds_between_requests=0,
        seconds_between_writes=0,
    )
