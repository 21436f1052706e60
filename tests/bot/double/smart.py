"""Git over HTTP, by git's own `http-backend`."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from bot.double.call import may_push
from bot.double.records import Repository, Token

PATH = re.compile(r"^/(?P<name>[^/]+/[^/]+?)(?:\.git)?/(?P<rest>info/refs|git-upload-pack|git-receive-pack)$")


class Reply(NamedTuple):
    status: int
    headers: list[tuple[str, str]]
    body: bytes


def writes(path: str, query: str) -> bool:
    return path.endswith("git-receive-pack") or "service=git-receive-pack" in query


def pushed(body: bytes) -> list[str]:
    """Return the names that a push changes; none when it cannot be read, such as a packed one."""
    names, at = [], 0
    while at + 4 <= len(body) and re.fullmatch(rb"[0-9a-f]{4}", body[at : at + 4]):
        size = int(body[at : at + 4], 16)
        line = body[at + 4 : at + size].split(b"\0")[0].split(b" ")
        if size == 0:
            break

        # Lines of two words say what a shallow clone lacks.
        names += [line[2].decode(errors="replace").strip()] if len(line) == 3 else []
        at += size

    return names


def refusal(token: Token, repository: Repository, *, write: bool) -> str | None:
    """Return why git may not do this, None when it may."""
    if not write:
        return None

    if repository.archived:
        return "This repository was archived so it is read-only."

    if not may_push(token, repository):
        return f"Permission to {repository.full_name}.git denied to {token.account.login}."

    return None


@dataclass(frozen=True)
class Request:
    """What git asks for: `rest` is the path below the repository."""

    method: str
    rest: str
    query: str
    headers: Mapping[str, str]
    body: bytes


def serve(root: Path, repository: Repository, token: Token, request: Request) -> Reply:
    """Run `git http-backend` for one request and return what it answers."""
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_PROJECT_ROOT": str(root),
        "GIT_HTTP_EXPORT_ALL": "1",
        "REQUEST_METHOD": request.method,
        "PATH_INFO": f"/{repository.bare.path.relative_to(root)}/{request.rest}",
        "QUERY_STRING": request.query,
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(request.body)),
        "HTTP_CONTENT_ENCODING": request.headers.get("Content-Encoding", ""),
        "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
        "REMOTE_USER": token.account.login,
        "DOUBLE_NO_PUSH": " ".join(repository.no_push),
        "DOUBLE_NO_FORCE": " ".join(repository.no_force),
        "DOUBLE_NO_WORKFLOWS": _no_workflows(token),
    }
    done = subprocess.run(
        ["git", "http-backend"], input=request.body, env=environment, capture_output=True, check=False
    )
    head, _, body = done.stdout.partition(b"\r\n\r\n")
    return _parsed(head.decode(), body)


def _no_workflows(token: Token) -> str:
    return "" if token.permissions is None or token.permissions.get("workflows") == "write" else "yes"


def _parsed(head: str, body: bytes) -> Reply:
    status, headers = 200, []
    for line in head.split("\r\n"):
        name, _, value = line.partition(": ")
        if name == "Status":
            status = int(value.split()[0])
        elif name:
            headers.append((name, value))

    return Reply(status, headers, body)
