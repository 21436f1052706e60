"""A git server on loopback with repositories of actions: `git http-backend`, as forges speak."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

# Nothing of the machine's own settings, so that commits are the same everywhere.
ENVIRONMENT = {
    "PATH": os.environ.get("PATH", os.defpath),
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    **{f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in
       (("NAME", "n"), ("EMAIL", "n@example.org"), ("DATE", "2026-01-01T00:00:00Z"))},
}  # fmt: skip


class Repository:
    """A bare repository below a folder, `owner/name.git`."""

    def __init__(self, root: Path, name: str) -> None:
        self.path = root / f"{name}.git"
        self.git("init", "--quiet", "--bare", "--initial-branch=main", str(self.path), inside=False)
        self.tree = self.git("hash-object", "-t", "tree", "-w", "--stdin")
        self.head = ""

    def git(self, *arguments: str, inside: bool = True) -> str:
        command = ["git", *(("--git-dir", str(self.path)) if inside else ()), *arguments]
        done = subprocess.run(command, env=ENVIRONMENT, stdin=subprocess.DEVNULL, capture_output=True, check=True)
        return done.stdout.decode().strip()

    def commit(self, message: str, branch: str = "main") -> str:
        parent = ("-p", self.head) if self.head else ()
        self.head = self.git("commit-tree", self.tree, *parent, "-m", message)
        self.git("update-ref", f"refs/heads/{branch}", self.head)
        return self.head

    def tag(self, name: str, commit: str) -> None:
        self.git("update-ref", f"refs/tags/{name}", commit)

    def annotated(self, name: str, commit: str) -> str:
        """Make a tag that is an object of its own; return that object."""
        self.git("tag", "--annotate", "--message", name, name, commit)
        return self.git("rev-parse", f"refs/tags/{name}")


class Forge:
    """What the server does, and what it was asked. `status` is answered in the place of everything when it is set."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.asked: list[str] = []
        self.status = 0
        self.header: tuple[str, str] | None = None
        self.body = b""
        self.delay = 0.0
        self.url = ""


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: Any) -> None:
        """Say nothing of clients that went away."""


@contextmanager
def serving(root: Path) -> Iterator[Forge]:
    """Serve the repositories below a folder; `url` says where."""
    forge = Forge(root)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            forge.asked.append(self.path)
            time.sleep(forge.delay)
            if forge.status:
                self._plain(forge.status, forge.body)
            else:
                self._git()

        do_POST = do_GET  # noqa: N815 - as the base class calls it

        def _plain(self, status: int, body: bytes) -> None:
            self.send_response(status)
            if forge.header:
                self.send_header(*forge.header)

            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _git(self) -> None:
            path, _, query = self.path.partition("?")
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            environment = ENVIRONMENT | {
                "GIT_PROJECT_ROOT": str(forge.root),
                "GIT_HTTP_EXPORT_ALL": "1",
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "REQUEST_METHOD": self.command,
                "CONTENT_TYPE": self.headers.get("Content-Type") or "",
                "GIT_PROTOCOL": self.headers.get("Git-Protocol") or "",
            }
            done = subprocess.run(
                ["git", "http-backend"], env=environment, input=sent, capture_output=True, check=False
            )
            head, _, body = done.stdout.partition(b"\r\n\r\n")
            fields = dict(line.split(": ", 1) for line in head.decode().splitlines())
            self.send_response(int(fields.pop("Status", "200").split()[0]))
            for name, value in fields.items():
                self.send_header(name, value)

            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with _Server(("127.0.0.1", 0), Handler) as server:
        forge.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield forge
        finally:
            server.shutdown()
            thread.join()
