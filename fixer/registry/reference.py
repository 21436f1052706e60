"""Image references: `[host[:port]/]path[:tag][@digest]`, as registries read them."""

from __future__ import annotations

import functools
import re

import msgspec

from fixer.text import Span

HUB = "docker.io"

_HUB_HOSTS = frozenset({"docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"})
_HOST = r"(?i)(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:]+\])(?::[0-9]+)?"
_PATH = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*"
_TAG = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"
_DIGEST = r"sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}"
_IMAGE_ID = r"[0-9a-f]{64}"
_LONGEST_NAME = 255
_LONGEST_TEXT = 600


class Reference(msgspec.Struct, frozen=True):
    """An image reference.

    `text` is what the user wrote, `bare` its part before tag and digest. `registry` is in lower case, `docker.io` for
    every spelling of Docker Hub; `repository` has `library/` there. `tag` and `digest` are empty when not written.
    """

    text: str
    bare: str
    registry: str
    repository: str
    tag: str = ""
    digest: str = ""

    @property
    def name(self) -> str:
        """The full name without tag and digest, such as `docker.io/library/nginx`."""
        return f"{self.registry}/{self.repository}"

    @property
    def key(self) -> str:
        """What a look-up of the tag is about: the full name and the tag, `latest` where none is written."""
        return f"{self.name}:{self.tag or 'latest'}"

    @property
    def familiar(self) -> str:
        """The name as people say it: `nginx`, `bitnami/redis`, `quay.io/coreos/etcd`."""
        return self.name.removeprefix(f"{HUB}/").removeprefix("library/") if self.registry == HUB else self.name

    @property
    def tag_span(self) -> Span | None:
        """Where the tag is in `text`, without its colon; None when there is none."""
        start = len(self.bare) + 1
        return Span(start, start + len(self.tag)) if self.tag else None

    def tagged(self, tag: str) -> str:
        """Return the text with `tag` in place of the present tag, or added; all the rest as the user wrote it."""
        return f"{self.bare}:{tag}" + (f"@{self.digest}" if self.digest else "")

    def pinned(self, digest: str) -> str:
        """Return the text with `digest` (`sha256:...`) in place of the present digest, or added."""
        return self.bare + (f":{self.tag}" if self.tag else "") + f"@{digest}"


@functools.lru_cache(maxsize=4096)
def parse_reference(text: str) -> Reference | None:
    """Return the parts of `text`; None for variables, templates, image ids and whatever no registry would accept."""
    if len(text) > _LONGEST_TEXT:
        return None

    rest, at, digest = text.partition("@")
    if at and not re.fullmatch(_DIGEST, digest):
        return None

    bare, tag = _split_tag(rest)
    if tag is not None and not re.fullmatch(_TAG, tag):
        return None

    host, path = _split_host(bare)
    if (
        len(bare) > _LONGEST_NAME
        or not re.fullmatch(_HOST, host)
        or not re.fullmatch(_PATH, path)
        or re.fullmatch(_IMAGE_ID, bare)
    ):
        return None

    registry = host.lower()
    if registry in _HUB_HOSTS:
        registry, path = HUB, path if "/" in path else f"library/{path}"

    return Reference(text, bare, registry, path, tag or "", digest)


def _split_tag(text: str) -> tuple[str, str | None]:
    colon = text.rfind(":")
    if colon <= text.rfind("/"):
        return text, None

    return text[:colon], text[colon + 1 :]


def _split_host(text: str) -> tuple[str, str]:
    first, slash, rest = text.partition("/")
    if slash and (first == "localhost" or first != first.lower() or any(sign in first for sign in ".:[")):
        return first, rest

    return HUB, text
