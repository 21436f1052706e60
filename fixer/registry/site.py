"""Where a registry is asked: its API host or the endpoint that stands for it, and whether plain HTTP will do."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

import msgspec

from fixer.registry.answer import Online
from fixer.registry.failure import Failure
from fixer.registry.reference import HUB, parse_reference

_HUB_API = "registry-1.docker.io"


class Site(msgspec.Struct, frozen=True):
    """Where a registry is asked.

    `root` is the URL before the name of a repository. `host` is `host[:port]`. `name` is what sentences call it.
    `prefix` stands before the names of all repositories there. `guessed` is true where nobody said which scheme it
    speaks, and it may turn out to be plain HTTP.
    """

    root: str
    host: str
    name: str
    prefix: str = ""
    guessed: bool = False

    def url(self, repository: str, rest: str) -> str:
        """Return the URL of `rest` (`manifests/1.27`) in a repository."""
        return f"{self.root}/{repository}/{rest}"

    def plain(self) -> Site:
        """Return the same place, asked over plain HTTP."""
        return msgspec.structs.replace(self, root=f"http{self.root.removeprefix('https')}", guessed=False)


def site_of(registry: str, online: Online) -> Site:
    """Return where `registry` (as references have it) is asked; raise Failure where its endpoint cannot be used.

    An endpoint is a base URL: `/v2/` is added to it unless its path begins so, as in
    `https://harbor.example/v2/hub-proxy`, which stands before the names of the repositories.
    """
    for known, endpoint in online.endpoints.items():
        if _hub(known) == registry:
            return _endpoint(registry, endpoint, online)

    host = _HUB_API if registry == HUB else registry
    if host in online.plain_http and registry != HUB:
        return Site(f"http://{host}/v2", host, registry)

    return Site(f"https://{host}/v2", host, registry, guessed=is_loopback(host))


def may_be_plain(host: str, online: Online) -> bool:
    """Say whether `host` (`host[:port]`) may be asked over plain HTTP."""
    return host in online.plain_http or is_loopback(host)


def is_loopback(host: str) -> bool:
    """Say whether `host` (`host[:port]`) is this machine, by its name or number alone."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def host_of(url: str) -> str:
    """Return `host[:port]` of a URL in lower case, without a port that goes without saying; "" when there is none."""
    try:
        parts = urlsplit(url)
        name, port = parts.hostname or "", parts.port
    except ValueError:
        return ""

    name = f"[{name}]" if ":" in name else name
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    return name if port in {None, usual} else f"{name}:{port}"


def origin_of(url: str) -> tuple[str, str]:
    """Return what credentials belong to: scheme and host with port."""
    return urlsplit(url).scheme, host_of(url)


def _hub(registry: str) -> str:
    reference = parse_reference(f"{registry}/any/name")
    return reference.registry if reference else registry


def _endpoint(registry: str, endpoint: str, online: Online) -> Site:
    host = host_of(endpoint)
    scheme, _, rest = endpoint.partition("://")
    if scheme not in {"https", "http"} or not host or any(sign in rest for sign in "@?#"):
        raise Failure(f"the endpoint of {registry} is no plain web address")

    if scheme == "http" and not may_be_plain(host, online):
        raise Failure(f"the endpoint of {registry} is plain HTTP, and {host} is not named as plain")

    root = endpoint.rstrip("/")
    path = urlsplit(root).path
    if path != "/v2" and not path.startswith("/v2/"):
        root, path = f"{root}/v2", "/v2"

    prefix = path.removeprefix("/v2").removeprefix("/")
    return Site(root, host, f"{registry} (through {host})", f"{prefix}/" if prefix else "")
