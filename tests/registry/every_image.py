"""A registry on loopback that knows every image: the digest of a tag is made of the names, and `latest` is 9.9.9."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

VERSION = "9.9.9"
INDEX = "application/vnd.oci.image.index.v1+json"
PATH = re.compile(r"/v2/(.+)/(manifests|tags)/([^/?]+)")


def digest_of(repository: str, tag: str) -> str:
    """Return what the registry says about a tag: moving tags mean the version."""
    moving = not re.search(r"\d", tag)
    return "sha256:" + hashlib.sha256(f"{repository}:{VERSION if moving else tag}".encode()).hexdigest()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    counts: ClassVar[dict[str, int]] = {}
    latency = 0.0

    def do_HEAD(self) -> None:
        self.answer()

    def do_GET(self) -> None:
        self.answer()

    def answer(self) -> None:
        found = PATH.match(self.path)
        if not found:
            self.send_error(404)
            return

        repository, what, name = found.groups()
        Handler.counts[f"{repository}:{name}"] = Handler.counts.get(f"{repository}:{name}", 0) + 1
        body = json.dumps({"name": repository, "tags": ["latest", VERSION]}).encode() if what == "tags" else b"{}"
        self.send_response(200)
        self.send_header("Content-Type", "application/json" if what == "tags" else INDEX)
        self.send_header("Content-Length", str(len(body)))
        if what == "manifests":
            self.send_header("Docker-Content-Digest", digest_of(repository, name))

        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        del format, args


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


@contextmanager
def serving() -> Iterator[str]:
    """Yield the URL of the registry."""
    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
