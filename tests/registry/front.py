"""A small HTTP server on loopback that answers as a test says, faults included."""

from __future__ import annotations

import contextlib
import json
import re
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

from registry.images import Image, digest_of


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def authorization(self) -> str:
        return self.headers.get("authorization", "")

    @property
    def query(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}


@dataclass(frozen=True)
class Said:
    """An answer. `sent` limits how much of the body is really sent; `drop` closes the connection instead.
    `drip` sends the `head` or the `body` one byte at a time, without end."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    sent: int | None = None
    drop: bool = False
    drip: str = ""
    seconds: float = 0.0
    raw: bytes = b""


class Front:
    """Serves until it is closed. `asked` are all requests so far, `most_at_once` how many there were at one time."""

    def __init__(
        self,
        answer: Callable[[Asked], Said],
        tls: ssl.SSLContext | None = None,
        tunnels: Mapping[str, int] | None = None,
    ) -> None:
        self.asked: list[Asked] = []
        self.most_at_once = 0
        self.answer = answer
        self.tunnels = tunnels or {}
        self.closing = threading.Event()
        self._now = 0
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"front": self}))
        self._server.tls = tls
        self.port = self._server.server_address[1]
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"{'https' if tls else 'http'}://{self.host}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    def take(self, asked: Asked) -> Said:
        with self._lock:
            self.asked.append(asked)
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)

        try:
            said = self.answer(asked)
            self.closing.wait(said.seconds)
            return said
        finally:
            with self._lock:
                self._now -= 1

    def methods(self) -> list[str]:
        return [f"{asked.method} {urlsplit(asked.path).path}" for asked in self.asked]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256
    tls: ssl.SSLContext | None = None

    def get_request(self) -> tuple[socket.socket, object]:
        connection, address = super().get_request()
        connection.settimeout(20)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection, address

    def finish_request(self, request: socket.socket, address: object) -> None:
        with contextlib.suppress(OSError):
            if self.tls:
                request = self.tls.wrap_socket(request, server_side=True)

            with request:
                super().finish_request(request, address)

    def handle_error(self, request: object, address: object) -> None:
        """Clients that hang up are what is tested."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    front: Front

    def _go(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self._say(self.front.take(Asked(self.command, self.path, headers, body)))

    do_GET = do_HEAD = do_POST = _go  # noqa: N815 - the library's names

    def do_CONNECT(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        said = self.front.take(Asked("CONNECT", self.path, headers, b""))
        if said.status != 200:
            self._say(said)
            return

        with socket.create_connection(("127.0.0.1", self.front.tunnels[self.path])) as other:
            self.send_response(200)
            self.end_headers()
            _splice(self.connection, other, self.front.closing)

        self.close_connection = True

    def _say(self, said: Said) -> None:
        self.close_connection = said.drop or bool(said.drip) or said.sent is not None or bool(said.raw)
        if said.drop:
            return

        if said.raw:
            self.wfile.write(said.raw)
        elif said.drip:
            self._drip(said.drip)
        else:
            self._answer(said)

    def _answer(self, said: Said) -> None:
        self.send_response(said.status)
        for name, value in {"Content-Length": str(len(said.body)), **said.headers}.items():
            self.send_header(name, value)

        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(said.body[: said.sent])

    def _drip(self, part: str) -> None:
        end = b"Content-Length: 9999\r\n\r\n" if part == "body" else b"X-Long: "
        self.wfile.write(b"HTTP/1.1 200 OK\r\n" + end)
        while not self.front.closing.wait(0.05):
            self.wfile.write(b"x")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _splice(left: socket.socket, right: socket.socket, closing: threading.Event) -> None:
    ends = {left: right, right: left}
    while not closing.is_set():
        for end in select.select(list(ends), [], [], 0.1)[0]:
            if not (data := end.recv(65536)):
                return

            ends[end].sendall(data)


def shelf(
    tags: Mapping[str, Image], *, header: bool = True, page: int = 1000, latency: float = 0.0
) -> Callable[[Asked], Said]:
    """Answer as an open registry does in which every repository holds these tags."""
    images = {image.digest: image for image in _all(tags.values())}
    blobs = {digest: blob for image in images.values() for digest, blob in _blobs(image).items()}

    def answer(asked: Asked) -> Said:
        time.sleep(latency)
        path = urlsplit(asked.path).path
        kind, name = re.fullmatch(r"/v2/.+/(manifests|blobs|tags)/([^/]+)", path).groups()  # type: ignore[union-attr]
        if kind == "tags":
            return _page(asked, sorted(tags), page)

        if kind == "blobs":
            return Said(200, blobs[name]) if name in blobs else Said(404)

        image = tags.get(name) or images.get(name)
        return stored(image, header=header) if image else Said(404, b'{"errors": []}')

    return answer


def stored(image: Image, *, header: bool = True) -> Said:
    digest = {"Docker-Content-Digest": image.digest} if header else {}
    return Said(200, image.body, {"Content-Type": image.media_type, **digest})


def _page(asked: Asked, names: list[str], page: int) -> Said:
    last = asked.query.get("last", "")
    left = [name for name in names if name > last]
    rest = {"Link": f'</v2/x/tags/list?last={left[page - 1]}&n={page}>; rel="next"'} if left[page:] else {}
    return Said(200, json.dumps({"name": "x", "tags": left[:page]}).encode(), rest)


def _all(images: Iterable[Image]) -> list[Image]:
    found: list[Image] = []
    for image in images:
        found += [image, *_all(image.parts)]

    return found


def _blobs(image: Image) -> dict[str, bytes]:
    return {digest_of(blob): blob for blob in image.blobs}
