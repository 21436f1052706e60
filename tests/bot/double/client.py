"""A plain client of the double: one request, one answer, nothing added."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Self

import urllib3
from bot.double.double import Double


@dataclass(frozen=True)
class Got:
    status: int
    body: Any
    headers: dict[str, str]


class Client:
    def __init__(self, double: Double, token: str = "") -> None:
        self.double = double
        self.token = token or double.token
        self.pool = urllib3.PoolManager(retries=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.pool.clear()

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Got:
        """Send a request to the REST API; header names with `_` for `-`."""
        return self._send(method, f"{self.double.api}{path}", body, headers)

    def graph(self, query: str, **variables: Any) -> Any:
        return self._send("POST", self.double.graphql, {"query": query, "variables": variables}, {}).body

    def _send(self, method: str, url: str, body: Any, headers: dict[str, str]) -> Got:
        sent = {"Authorization": f"Bearer {self.token}", "User-Agent": "tests"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        raw = None if body is None else json.dumps(body).encode()
        got = self.pool.request(method, url, body=raw, headers=sent, redirect=False, preload_content=True)
        return Got(got.status, json.loads(got.data) if got.data else None, dict(got.headers.items()))
