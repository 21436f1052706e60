"""Requests to registries, with what authorises them."""

from __future__ import annotations

import threading

import msgspec

from fixer.registry.answer import Online
from fixer.registry.credentials import Credentials
from fixer.registry.failure import Failure
from fixer.registry.media import ACCEPT
from fixer.registry.patience import Patience, status_clause
from fixer.registry.reference import Reference
from fixer.registry.site import Site, site_of
from fixer.registry.tokens import Tokens
from fixer.registry.transport import Reply, Request, Transport

_LARGEST = {"manifests": 4 << 20, "tags": 8 << 20, "blobs": 8 << 20}


class Session:
    """One run's conversation with registries; safe for threads."""

    def __init__(self, online: Online, credentials: Credentials | None = None) -> None:
        self._online = online
        self._transport = Transport(online)
        self._patience = Patience(self._transport)
        self._tokens = Tokens(online, self._patience, credentials or Credentials())
        self._lock = threading.Lock()
        self._sites: dict[str, Site] = {}
        self._spent: dict[str, str] = {}

    @property
    def requests(self) -> int:
        """How many requests were sent, to registries and to whom they named."""
        return self._transport.requests

    def site(self, registry: str) -> Site:
        """Return where a registry is asked; raise Failure when its endpoint cannot be used."""
        with self._lock:
            if registry not in self._sites:
                self._sites[registry] = site_of(registry, self._online)

            return self._sites[registry]

    def ask(self, method: str, reference: Reference, rest: str, deadline: float) -> Reply:
        """Return the answer, of whatever status, about `rest` of the reference's repository; raise Failure."""
        site = self.site(reference.registry)
        if method == "GET" and rest.startswith("manifests/") and site.root in self._spent:
            raise Failure(self._spent[site.root])

        kind = rest.partition("/")[0]
        headers = {"Accept": ACCEPT if kind == "manifests" else "*/*"}
        request = Request(method, site.url(reference.repository, rest), site.name, headers, largest=_LARGEST[kind])
        try:
            reply = self._authorised(request, site, reference.repository, deadline)
        except Failure as failure:
            if not (failure.tls and site.guessed):
                raise
        else:
            self._note_limit(site, reply)
            return reply

        self._sites[reference.registry] = site.plain()
        return self.ask(method, reference, rest, deadline)

    def refusal(self, reference: Reference, rest: str, reply: Reply) -> Failure:
        """Return what an answer that is no success means, in words."""
        if not reply.home:
            return Failure(status_clause(reply))

        site = self.site(reference.registry)
        if reply.status == 401:
            return Failure(self._tokens.why_refused(site, reference.repository, reply.challenges))

        if reply.status == 403:
            return Failure(f"{site.name} denies access to {reference.repository} (403)")

        if reply.status == 404:
            kind, _, name = rest.partition("/")
            sign = "@" if ":" in name else ":"
            what = f"{reference.repository}{sign}{name}" if kind == "manifests" else reference.repository
            return Failure(f"{site.name} knows no {what} (404)")

        return Failure(status_clause(reply))

    def _authorised(self, request: Request, site: Site, repository: str, deadline: float) -> Reply:
        header = self._tokens.current(site, repository, deadline)
        reply = self._patience.ask(_with(request, header), deadline)
        if reply.status != 401 or not reply.home:
            return reply

        header = self._tokens.renewed(site, repository, header, reply.challenges, deadline)
        return self._patience.ask(_with(request, header), deadline) if header else reply

    def _note_limit(self, site: Site, reply: Reply) -> None:
        """Docker Hub counts manifests that are fetched; HEAD is free, and goes on when nothing remains."""
        if reply.headers.get("ratelimit-remaining", "").partition(";")[0].strip() == "0":
            self._spent[site.root] = f"{site.name} allows no more pulls for now"


def _with(request: Request, header: str) -> Request:
    if not header:
        return request

    return msgspec.structs.replace(request, headers={**request.headers, "Authorization": header})
