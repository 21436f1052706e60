"""One exchange over HTTP: proxies and certificates from the environment, redirects, limits of time and size."""

from __future__ import annotations

import http.client
import os
import ssl
import threading
import time
import urllib.request
from collections.abc import Mapping
from urllib.parse import unquote, urljoin, urlsplit

import msgspec
import urllib3
import urllib3.util

from fixer.registry import blame
from fixer.registry.answer import Online
from fixer.registry.failure import Failure
from fixer.registry.site import host_of, is_loopback, may_be_plain, origin_of

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 5
_CHUNK = 1 << 16


class Request(msgspec.Struct, frozen=True):
    """What to send. `whom` is the name of the other side in sentences; `largest` limits the body, in bytes."""

    method: str
    url: str
    whom: str
    headers: Mapping[str, str] = {}
    body: bytes = b""
    largest: int = 1 << 20


class Reply(msgspec.Struct, frozen=True):
    """What came back. `headers` have lower-case names, those that repeat are in `challenges`.

    `url` is where the answer came from in the end; `home` is true while that is where the request was sent.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    whom: str
    home: bool
    challenges: tuple[str, ...] = ()


class Transport:
    """Connections that are kept; safe for threads. `requests` counts what was sent."""

    def __init__(self, online: Online) -> None:
        self.requests = 0
        self._online = online
        self._lock = threading.Lock()
        self._managers: dict[str, urllib3.PoolManager] = {}
        self._proxies = urllib.request.getproxies_environment()

    def send(self, request: Request, deadline: float) -> Reply:
        """Return what the other side answers, after redirects; raise Failure when it does not.

        `deadline` is a time of `time.monotonic`. What authorises goes to the first origin only.
        """
        home = origin_of(request.url)
        for _ in range(_MOST_REDIRECTS + 1):
            reply = self._exchange(request, deadline, home=origin_of(request.url) == home)
            location = reply.headers.get("location")
            if reply.status not in _REDIRECTS or not location:
                return reply

            request = self._redirected(request, location)

        raise Failure(f"{request.whom} redirects in a circle")

    def _redirected(self, request: Request, location: str) -> Request:
        if request.method not in {"GET", "HEAD"}:
            raise Failure(f"{request.whom} redirects")

        url = _joined(request.url, location)
        host, scheme = host_of(url), urlsplit(url).scheme if url else ""
        if not host or scheme not in {"http", "https"}:
            raise Failure(f"{request.whom} redirects to something that is no web address")

        if scheme == "http" and (request.url.startswith("https:") or not may_be_plain(host, self._online)):
            raise Failure(f"{request.whom} redirects to plain HTTP")

        if origin_of(url) == origin_of(request.url):
            return msgspec.structs.replace(request, url=url)

        headers = {name: value for name, value in request.headers.items() if name.lower() != "authorization"}
        sender = request.whom.partition(", to which ")[2].removesuffix(" redirects,") or request.whom
        whom = f"{host}, to which {sender} redirects,"
        return msgspec.structs.replace(request, url=url, headers=headers, whom=whom)

    def _exchange(self, request: Request, deadline: float, *, home: bool) -> Reply:
        left = deadline - time.monotonic()
        if left <= 0:
            raise Failure(f"{request.whom} did not answer in time", connection=True)

        manager, proxy = self._manager(request.url)
        patience = min(self._online.timeout, left)
        try:
            response = manager.urlopen(
                request.method,
                request.url,
                body=request.body or None,
                headers={"User-Agent": "fixer", "Accept-Encoding": "identity", **request.headers},
                redirect=False,
                retries=False,
                preload_content=False,
                timeout=urllib3.Timeout(connect=patience, read=patience),
            )
            body = _body(response, request, deadline)
        except (urllib3.exceptions.HTTPError, http.client.HTTPException, OSError, ValueError) as error:
            failure = blame.failure(error, request.whom, self._online.timeout, proxy)
            self._count(sent=not failure.connection)
            raise failure from None

        self._count(sent=True)
        return Reply(
            response.status,
            {name.lower(): value for name, value in response.headers.items()},
            body,
            request.url,
            request.whom,
            home,
            tuple(response.headers.getlist("www-authenticate")),
        )

    def _count(self, *, sent: bool) -> None:
        with self._lock:
            self.requests += sent

    def _manager(self, url: str) -> tuple[urllib3.PoolManager, str]:
        """Return the connections to use for a URL, and the proxy's `host:port` when there is one."""
        host = host_of(url)
        direct = is_loopback(host) or urllib.request.proxy_bypass(host, self._proxies)
        proxy = "" if direct else self._proxies.get(urlsplit(url).scheme) or self._proxies.get("all") or ""
        with self._lock:
            if proxy not in self._managers:
                self._managers[proxy] = _new_manager(proxy, max(self._online.threads, 1))

            return self._managers[proxy], host_of(_with_scheme(proxy))


def _new_manager(proxy: str, threads: int) -> urllib3.PoolManager:
    context = _context()
    if not proxy:
        return urllib3.PoolManager(num_pools=64, maxsize=threads, ssl_context=context)

    url = _with_scheme(proxy)
    try:
        parts = urllib3.util.parse_url(url)
        headers = urllib3.util.make_headers(proxy_basic_auth=unquote(parts.auth)) if parts.auth else None
        return urllib3.ProxyManager(url, num_pools=64, maxsize=threads, ssl_context=context, proxy_headers=headers)
    except (urllib3.exceptions.HTTPError, ValueError):
        raise Failure("the proxy that the environment names is of a kind that cannot be used") from None


def _with_scheme(proxy: str) -> str:
    return proxy if "://" in proxy or not proxy else f"http://{proxy}"


def _context() -> ssl.SSLContext:
    """Return what decides whom to trust: what the environment names, else what the system trusts."""
    context = urllib3.util.create_urllib3_context()
    named = os.environ.get("REQUESTS_CA_BUNDLE", "")
    try:
        if named:
            context.load_verify_locations(**{"capath" if os.path.isdir(named) else "cafile": named})

        if not named or os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR"):
            context.load_default_certs()
    except (OSError, ssl.SSLError):
        raise Failure("REQUESTS_CA_BUNDLE names no file with certificates") from None

    return context


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        return ""


def _body(response: urllib3.BaseHTTPResponse, request: Request, deadline: float) -> bytes:
    """Read the whole body, as it was sent; never more than the request allows, and never beyond the deadline."""
    assert isinstance(response, urllib3.HTTPResponse)
    body = bytearray()
    while chunk := response.read1(_CHUNK, decode_content=False):
        body += chunk
        if len(body) > request.largest:
            response.close()
            raise Failure(f"the answer of {request.whom} is larger than {request.largest >> 20} MB")

        if time.monotonic() > deadline:
            response.close()
            raise Failure(f"{request.whom} did not answer in time", connection=True)

    response.release_conn()
    return bytes(body)
