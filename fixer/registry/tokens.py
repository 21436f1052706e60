"""What authorises a request: Basic, or a token for one repository from the service that the registry names."""

from __future__ import annotations

import base64
import re
import threading
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec

from fixer.registry.answer import Online
from fixer.registry.challenge import Challenge, parse_challenges
from fixer.registry.credentials import Credentials, Found, Login
from fixer.registry.failure import Failure
from fixer.registry.patience import Patience, status_clause
from fixer.registry.site import Site, host_of, is_loopback, may_be_plain
from fixer.registry.transport import Reply, Request

_USUAL_SECONDS = 60.0
_MARGIN_SECONDS = 15.0


class _Key(msgspec.Struct):
    """What opens one repository. `until` is a time of `time.monotonic`; `challenge` tells where to get the next one."""

    lock: threading.Lock
    header: str = ""
    until: float = 0.0
    challenge: Challenge | None = None


class Tokens:
    """What is sent as `Authorization`, by site and repository. Safe for threads; one of them fetches, others wait."""

    def __init__(self, online: Online, patience: Patience, credentials: Credentials) -> None:
        self._online = online
        self._patience = patience
        self._credentials = credentials
        self._lock = threading.Lock()
        self._keys: dict[tuple[str, str], _Key] = {}
        self._usual: dict[str, Challenge] = {}

    def current(self, site: Site, repository: str, deadline: float) -> str:
        """Return what authorises without having been asked for it, renewed before it ends; "" when nothing is known."""
        key = self._key(site, repository)
        with key.lock:
            if not key.challenge and site.root in self._usual:
                key.challenge = self._usual[site.root]

            if key.challenge and key.until <= time.monotonic():
                self._fetch(key, key.challenge, site, repository, deadline)

            return key.header

    def renewed(self, site: Site, repository: str, refused: str, values: tuple[str, ...], deadline: float) -> str:
        """Return what to send instead of `refused`, after an answer 401 with `values`; "" when there is nothing."""
        key = self._key(site, repository)
        with key.lock:
            if key.header != refused and key.until > time.monotonic():
                return key.header

            key.header = ""
            for challenge in sorted(parse_challenges(values), key=lambda one: one.scheme != "bearer"):
                if challenge.scheme in {"bearer", "basic"} and not key.header:
                    self._fetch(key, challenge, site, repository, deadline)

            if key.header and key.challenge:
                self._remember(key.challenge, site, repository)

            return "" if key.header == refused else key.header

    def why_refused(self, site: Site, repository: str, values: tuple[str, ...]) -> str:
        """Return a clause about an answer 401 that nothing helps against."""
        schemes = {challenge.scheme for challenge in parse_challenges(values)}
        if schemes and not schemes & {"bearer", "basic"}:
            return f"{site.name} wants a login of a kind that is not known here (401)"

        found = self._known(site)
        if found.login:
            return f"{site.name} refuses the login for {repository} (401)"

        return f"{site.name} gives no access to {repository} (401), and {found.problem or 'no login is known for it'}"

    def _remember(self, challenge: Challenge, site: Site, repository: str) -> None:
        """Know the way in for the other repositories of a site, which saves each of them a refused request."""
        parameters = dict(challenge.parameters)
        own = parameters.pop("scope", "") not in {"", _scope(site, repository)} or "?" in parameters.get("realm", "")
        if not own:
            self._usual[site.root] = Challenge(challenge.scheme, parameters)

    def _key(self, site: Site, repository: str) -> _Key:
        with self._lock:
            return self._keys.setdefault((site.root, repository), _Key(threading.Lock()))

    def _fetch(self, key: _Key, challenge: Challenge, site: Site, repository: str, deadline: float) -> None:
        login = self._known(site).login
        if challenge.scheme == "bearer":
            token, seconds = self._token(challenge, login, site, repository, deadline)
            key.header, key.until = f"Bearer {token}", time.monotonic() + seconds
            key.challenge = challenge
        elif login and login.username:
            pair = base64.b64encode(f"{login.username}:{login.password}".encode()).decode()
            key.header, key.until = f"Basic {pair}", float("inf")
            key.challenge = challenge

    def _token(
        self, challenge: Challenge, login: Login | None, site: Site, repository: str, deadline: float
    ) -> tuple[str, float]:
        """Return a token and how many seconds it may be used."""
        whom = f"the token service of {site.name}"
        realm = self._realm(challenge, site)
        parameters = challenge.parameters
        scope = parameters.get("scope") or _scope(site, repository)
        service = {"service": parameters["service"]} if parameters.get("service") else {}
        asked = {**service, "scope": scope}
        reply = self._patience.ask(_token_request(realm, asked, login, whom), deadline)
        if reply.status != 200:
            raise Failure(self._refusal(reply, whom, site, login))

        return _read_token(reply, whom)

    def _known(self, site: Site) -> Found:
        """What is known about a registry; a login is not for everybody on the way, whatever a configuration names."""
        if site.root.startswith("http://") and not is_loopback(site.host):
            return Found(problem="no login is sent over plain HTTP")

        return self._credentials.of(site.host)

    def _realm(self, challenge: Challenge, site: Site) -> str:
        """Return where tokens are to be had; raise Failure where no credentials may be sent."""
        realm = challenge.parameters.get("realm", "")
        host = host_of(realm)
        if not host or not realm.startswith(("https://", "http://")) or "@" in urlsplit(realm).netloc:
            raise Failure(f"{site.name} names a token service that is no web address")

        plain = may_be_plain(site.host, self._online) and may_be_plain(host, self._online)
        if realm.startswith("http://") and not plain:
            raise Failure(f"{site.name} names a token service on plain HTTP")

        return realm

    def _refusal(self, reply: Reply, whom: str, site: Site, login: Login | None) -> str:
        if reply.status not in {400, 401, 403}:
            return status_clause(reply)

        if login:
            return f"{whom} refuses the login ({reply.status})"

        problem = self._known(site).problem
        return f"{whom} gives nothing without a login ({reply.status})" + (f", and {problem}" if problem else "")


def _scope(site: Site, repository: str) -> str:
    return f"repository:{site.prefix}{repository}:pull"


def _token_request(realm: str, asked: Mapping[str, str], login: Login | None, whom: str) -> Request:
    if login and login.token:
        form = {**asked, "grant_type": "refresh_token", "client_id": "fixer", "refresh_token": login.token}
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return Request("POST", realm, whom, headers, urlencode(form).encode())

    headers = {}
    if login:
        pair = base64.b64encode(f"{login.username}:{login.password}".encode()).decode()
        headers["Authorization"] = f"Basic {pair}"

    query = urlencode(asked)
    return Request("GET", f"{realm}{'&' if urlsplit(realm).query else '?'}{query}", whom, headers)


def _read_token(reply: Reply, whom: str) -> tuple[str, float]:
    try:
        said = msgspec.json.decode(reply.body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Failure(f"{whom} answers with something else than a token") from None

    token, seconds = said.get("token") or said.get("access_token"), said.get("expires_in")
    if not isinstance(token, str) or not re.fullmatch(r"[!-~]+", token):
        raise Failure(f"{whom} answers with something else than a token")

    if not isinstance(seconds, int | float) or isinstance(seconds, bool) or seconds <= 0:
        seconds = _USUAL_SECONDS

    return token, seconds - min(_MARGIN_SECONDS, seconds / 4)
