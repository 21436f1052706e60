"""Real registries on loopback: open, Basic, and Bearer with a token service; and skopeo as the judge of digests."""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import json
import os
import shutil
import socket
import subprocess
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from registry.front import Asked, Front, Said

USER, PASSWORD, REFRESH = "alice", "s3cret", "alice-refresh-0123456789"
# What `htpasswd -nbBC 5 alice s3cret` prints.
_HTPASSWD = "alice:$2y$05$xkJI9GGs/UqxOeJersRTMuDeHIj1PV0k.Q94mYJY2lO2.1eFdGmCi\n"
BASIC = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


def program(name: str) -> str:
    """Return the path of a program; without it the test is skipped, or fails where nothing may be left out."""
    found = shutil.which(name)
    if found is None and os.environ.get("CI"):
        pytest.fail(f"{name} is not installed (apt install {name})")

    return found or pytest.skip(f"{name} is not installed (apt install {name})")


class TokenService:
    """Gives tokens that docker-registry takes: signed, with the certificate in the header."""

    def __init__(self, folder: Path, *, seconds: int = 300) -> None:
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import rsa

        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        certificate = _self_signed(self._key, hashes.SHA256())
        self.bundle = folder / "token.crt"
        self.bundle.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        self._x5c = [base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode()]
        self.seconds = seconds

    def __call__(self, asked: Asked) -> Said:
        """Answer GET (Basic or anonymous) and POST (refresh token)."""
        if asked.method == "POST":
            form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
            known = form.get("grant_type") == "refresh_token" and form.get("refresh_token") == REFRESH
            return self._issued(form) if known else Said(401, b'{"details": "bad refresh token"}')

        if asked.authorization and asked.authorization != BASIC:
            return Said(401, b'{"details": "incorrect username or password"}')

        return self._issued(asked.query, anonymous=not asked.authorization)

    def _issued(self, asked: dict[str, str], *, anonymous: bool = False) -> Said:
        kind, _, rest = asked["scope"].partition(":")
        name, _, actions = rest.rpartition(":")
        allowed = [] if anonymous and not name.startswith("acme/public") else actions.split(",")
        token = self.token(kind, name, allowed)
        return Said(200, json.dumps({"access_token": token, "expires_in": self.seconds}).encode())

    def token(self, kind: str, name: str, actions: list[str]) -> str:
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import padding

        now = int(time.time())
        claims = {"iss": "test-issuer", "sub": USER, "aud": "test", "exp": now + 300, "nbf": now - 5, "iat": now}
        claims |= {"jti": uuid.uuid4().hex, "access": [{"type": kind, "name": name, "actions": actions}]}
        text = f"{_coded({'typ': 'JWT', 'alg': 'RS256', 'x5c': self._x5c})}.{_coded(claims)}"
        signature = self._key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{text}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


@dataclass(frozen=True)
class Registries:
    """Where they are, as `host:port`."""

    open: str
    basic: str
    bearer: str
    tokens: TokenService
    service: Front


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Registries]:
    """Start the three registries, empty, and stop them afterwards."""
    serve = program("docker-registry")
    htpasswd = folder / "htpasswd"
    htpasswd.write_text(_HTPASSWD)
    tokens = TokenService(folder)
    with Front(tokens) as service, contextlib.ExitStack() as stack:
        realm = {"realm": f"{service.url}/token", "service": "test", "issuer": "test-issuer"}
        hosts = [
            stack.enter_context(_serving(serve, folder, name, auth))
            for name, auth in (
                ("open", {}),
                ("basic", {"htpasswd": {"realm": "test", "path": str(htpasswd)}}),
                ("bearer", {"token": {**realm, "rootcertbundle": str(tokens.bundle)}}),
            )
        ]
        yield Registries(*hosts, tokens, service)


@contextlib.contextmanager
def _serving(serve: str, folder: Path, name: str, auth: dict[str, Any]) -> Iterator[str]:
    port = _free_port()
    config = {
        "version": 0.1,
        "log": {"level": "error", "accesslog": {"disabled": True}},
        "storage": {"inmemory": {}, "delete": {"enabled": True}},
        "http": {"addr": f"127.0.0.1:{port}", "secret": "test"},
        **({"auth": auth} if auth else {}),
    }
    path = folder / f"{name}.yml"
    path.write_text(json.dumps(config))
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen([serve, "serve", str(path)], stdout=log, stderr=log)

    try:
        _await(port, process)
        yield f"127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(500):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return

        assert process.poll() is None, "docker-registry does not start"
        time.sleep(0.02)

    raise AssertionError("docker-registry does not listen")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _coded(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def _self_signed(key: Any, algorithm: Any) -> Any:
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test-issuer")])
    now = dt.datetime.now(tz=dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=30))
        .sign(key, algorithm)
    )
