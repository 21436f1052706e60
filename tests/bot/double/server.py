"""The double's HTTP server: git, REST and GraphQL on one port of loopback."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import socket
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
from bot.double import smart
from bot.double.call import HANDLERS, Answer, Call, Listed, Refused, sees
from bot.double.description import Operation, match
from bot.double.faults import Fault, Reply, Script
from bot.double.graph import Graph, mutates
from bot.double.judge import Judge
from bot.double.operations import git, issues, places, pulls
from bot.double.records import Repository, Store, Token
from bot.double.settle import settle
from bot.double.shapes import Shapes

_REGISTERED = (git, issues, places, pulls)
_REST, _GRAPHQL = "/api/v3", "/api/graphql"
_LIMIT = {"X-RateLimit-Limit": "5000", "X-RateLimit-Remaining": "4999", "X-RateLimit-Resource": "core"}


@dataclass
class Sent:
    """One request as it came, and the status that was answered; 0 where the connection was dropped."""

    method: str
    path: str
    write: bool
    login: str
    status: int
    at: float
    what: str = ""


@dataclass
class Raw:
    status: int
    headers: dict[str, str]
    body: bytes


class Server(ThreadingHTTPServer):
    """Serves one store; `sent` is every request, in order of their ends."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, store: Store) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.store = store
        self.judge = Judge()
        self.script = Script()
        self.sent: list[Sent] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.shapes = Shapes(store, self.url)
        self.graph = Graph(store, self.shapes, self.judge)
        self.problems: list[BaseException] = []
        self.greeting: Raw | None = None
        self.thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error of ours."""


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    server: Server

    def log_message(self, *arguments: Any) -> None:
        """The double keeps its own log."""

    def version_string(self) -> str:
        return "double"

    def _any(self) -> None:
        body = self._body()
        parts = urlsplit(self.path)
        asked = self.path
        if parts.path == _GRAPHQL:
            asked = f"{self.path} {body.decode(errors='replace')}"
        elif parts.path.endswith("git-receive-pack"):
            asked = f"{self.path} {' '.join(smart.pushed(body))}"

        fault = self.server.script.next(self.command, asked)
        if fault is None:
            self._finish(self._answered(parts.path, parts.query, body), body)
            return

        self._faulty(fault, parts.path, parts.query, body)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _any  # noqa: N815 - http.server's names

    def _faulty(self, fault: Fault, path: str, query: str, body: bytes) -> None:
        if fault.doing and not fault.after:
            fault.doing()

        time.sleep(fault.slow)
        carried_out = fault.after or not (fault.drop or fault.reply)
        raw = self._answered(path, query, body) if carried_out else Raw(0, {}, b"")

        if fault.doing and fault.after:
            fault.doing()

        if fault.drop:
            self._note(body, 0)
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return

        self._finish(_said(fault.reply) if fault.reply else raw, body)

    def _finish(self, raw: Raw, body: bytes) -> None:
        self._note(body, raw.status)
        self.send_response(raw.status)
        for name, value in raw.headers.items():
            self.send_header(name, value)

        if raw.status not in {204, 304}:
            self.send_header("Content-Length", str(len(raw.body)))

        self.end_headers()
        if raw.status not in {204, 304}:
            self.wfile.write(raw.body)

    def _note(self, body: bytes, status: int) -> None:
        parts = urlsplit(self.path)
        write = self.command != "GET"
        if parts.path == _GRAPHQL:
            write = mutates(body)
        elif smart.PATH.match(parts.path):
            write = parts.path.endswith("git-receive-pack") and self.command == "POST"

        token = self._token()
        login = token.account.login if token else ""
        what = body.decode(errors="replace") if write and not smart.PATH.match(parts.path) else ""
        self.server.sent.append(Sent(self.command, self.path, write, login, status, time.time(), what))

    def _body(self) -> bytes:
        if "chunked" not in self.headers.get("Transfer-Encoding", "").lower():
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))

        parts = []
        while size := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()

        self.rfile.readline()
        return b"".join(parts)

    def _answered(self, path: str, query: str, body: bytes) -> Raw:
        found = smart.PATH.match(path)
        token = self._token()
        if token is None:
            challenge = {"WWW-Authenticate": 'Basic realm="double"'} if found else {}
            return _json(401, {"message": "Bad credentials", "status": "401"}, challenge)

        if token.left is not None:
            token.left -= 1

        try:
            if found:
                return self._git(token, found["name"], found["rest"], query, body)

            return self._api(token, path, query, body)
        except Refused as refused:
            return _json(refused.status, refused.body(), refused.headers)
        except Exception as error:  # noqa: BLE001 - it is kept, and a test that sees it fails
            self.server.problems.append(error)
            return _json(500, {"message": repr(error)})

    def _token(self) -> Token | None:
        kind, _, value = self.headers.get("Authorization", "").partition(" ")
        if kind.lower() == "basic":
            try:
                value = base64.b64decode(value, validate=True).decode().partition(":")[2]
            except (binascii.Error, UnicodeDecodeError):
                return None

        known = self.server.store.tokens.get(value)
        if known:
            return None if known.dead() else known

        return self._of_app(value)

    def _of_app(self, value: str) -> Token | None:
        app = self.server.store.app
        if app is None or value.count(".") != 2:
            return None

        try:
            said = jwt.decode(value, app.public_key, algorithms=["RS256"], options={"require": ["exp", "iat"]})
        except jwt.PyJWTError:
            return None

        right = said.get("iss") in {str(app.id), app.id} and said["exp"] - said["iat"] <= 600
        return Token(value, app.account) if right else None

    def _git(self, token: Token, name: str, rest: str, query: str, body: bytes) -> Raw:
        store = self.server.store
        repository = store.repository(name)
        if repository is None and name.lower() in store.renamed:
            place = f"{self.server.url}/{store.renamed[name.lower()].full_name}.git/{rest}"
            return Raw(301, {"Location": f"{place}?{query}" if query else place}, b"")

        if repository is None or not sees(token, repository):
            return Raw(404, {"Content-Type": "text/plain"}, b"Repository not found.\n")

        write = smart.writes(rest, query)
        if why := smart.refusal(token, repository, write=write):
            return Raw(403, {"Content-Type": "text/plain"}, why.encode())

        if rest != "git-receive-pack":
            return self._backend(repository, token, rest, query, body)

        with store.lock:
            raw = self._backend(repository, token, rest, query, body)
            settle(store, repository, token.account)

        return raw

    def _backend(self, repository: Repository, token: Token, rest: str, query: str, body: bytes) -> Raw:
        # In the second version of its protocol git begins with what it can do, which is always the same.
        greeting = rest == "info/refs" and not smart.writes(rest, query) and self.headers["Git-Protocol"] == "version=2"
        if greeting and self.server.greeting:
            return self.server.greeting

        raw = self._by_git(repository, token, rest, query, body)
        if greeting:
            self.server.greeting = raw

        return raw

    def _by_git(self, repository: Repository, token: Token, rest: str, query: str, body: bytes) -> Raw:
        root = self.server.store.root
        request = smart.Request(self.command, rest, query, dict(self.headers.items()), body)
        reply = smart.serve(root, repository, token, request)
        return Raw(reply.status, dict(reply.headers), reply.body)

    def _api(self, token: Token, path: str, query: str, body: bytes) -> Raw:
        if not self.headers.get("User-Agent"):
            raise Refused(403, "Request forbidden by administrative rules: a User-Agent header is needed.")

        if path == _GRAPHQL:
            with self.server.store.lock:
                return _json(200, self.server.graph.answer(token, json.loads(body)))

        return self._rest(token, path.removeprefix(_REST), query, body)

    def _rest(self, token: Token, below: str, query: str, body: bytes) -> Raw:
        found = match(self.command, below)
        if found is None:
            self.server.judge.unknown(self.command, below)
            raise Refused(404, "Not Found")

        operation, parameters = found
        pairs = parse_qsl(query, keep_blank_values=True)
        self.server.judge.request(operation, parameters, pairs, body)
        if moved := self._moved(parameters, below, query):
            return moved

        given = json.loads(body) if body else None
        shapes, store = self.server.shapes, self.server.store
        call = Call(store, shapes, operation.name, self.command, parameters, dict(pairs), given, token)
        with store.lock:
            raw = self._handled(call, operation)

        if raw.status < 300:
            self.server.judge.answer(operation, raw.status, raw.body)

        tag = self.headers.get("If-None-Match")
        if tag and tag == raw.headers.get("ETag") and raw.status == 200:
            return Raw(304, {"ETag": tag}, b"")

        return raw

    def _handled(self, call: Call, operation: Operation) -> Raw:
        handler = HANDLERS.get(operation.name)
        if handler is None:
            raise Refused(501, f"The double does not do {operation.name}.")

        try:
            answer = handler(call)
        except Refused as refused:
            raw = _json(refused.status, refused.body(), refused.headers)
            self.server.judge.answer(operation, raw.status, raw.body)
            return raw

        headers = {**_LIMIT, "X-RateLimit-Reset": str(int(time.time()) + 3600)}
        if isinstance(answer.body, Listed):
            answer = self._page(call, answer.body, headers)

        raw = _json(answer.status, answer.body, headers)
        if self.command == "GET":
            raw.headers["ETag"] = f'W/"{hashlib.sha256(raw.body).hexdigest()}"'

        return raw

    def _page(self, call: Call, listed: Listed, headers: dict[str, str]) -> Answer:
        size = min(_number(call.query.get("per_page"), 30), 100)
        page = _number(call.query.get("page"), 1)
        last = max(1, -(-len(listed.items) // size))
        links = {"prev": page - 1, "next": page + 1, "last": last, "first": 1}
        wanted = (
            ("next", "last") if page == 1 else ("prev", "next", "last", "first") if page < last else ("prev", "first")
        )
        shown = [
            f'<{self._place(call, links[name])}>; rel="{name}"' for name in wanted if last > 1 and links[name] <= last
        ]
        if shown:
            headers["Link"] = ", ".join(shown)

        items = listed.items[(page - 1) * size : page * size]
        return Answer(200, {"total_count": len(listed.items), listed.key: items} if listed.key else items)

    def _place(self, call: Call, page: int) -> str:
        return f"{self.server.url}{urlsplit(self.path).path}?{urlencode({**call.query, 'page': page})}"

    def _moved(self, parameters: dict[str, str], below: str, query: str) -> Raw | None:
        """Send who asks by an old name to the repository's number, and resolve that number."""
        store = self.server.store
        if below.startswith("/repositories/"):
            found = store.by_id(int(below.split("/")[2]))
            if found:
                parameters.update(owner=found.owner.login, repo=found.name)

            return None

        name = f"{parameters.get('owner')}/{parameters.get('repo')}"
        target = store.renamed.get(name.lower())
        if target is None or store.repository(name):
            return None

        rest = below.removeprefix("/repos/").split("/", 2)[2:]
        place = "/".join([f"{self.server.shapes.api}/repositories/{target.id}", *rest])
        place = f"{place}?{query}" if query else place
        status = 301 if self.command == "GET" else 307
        return _json(status, {"message": "Moved Permanently", "url": place}, {"Location": place})


def _number(text: str | None, otherwise: int) -> int:
    """Return a number of a query; what is none counts as not given."""
    return max(1, int(text)) if text and text.isdecimal() else otherwise


def _json(status: int, body: Any, headers: dict[str, str] | None = None) -> Raw:
    content = b"" if body is None else json.dumps(body).encode()
    return Raw(status, {"Content-Type": "application/json; charset=utf-8", **(headers or {})}, content)


def _said(reply: Reply) -> Raw:
    body = reply.body or {
        "message": reply.message,
        "documentation_url": "https://docs.github.com/rest",
        "status": str(reply.status),
    }
    return _json(reply.status, body, reply.all_headers())
