"""Registries to ask, and an environment in which nothing of the machine's own configuration shows."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from registry import images, servers
from registry.images import Image
from registry.servers import BASIC, Registries

from fixer.registry import patience
from fixer.registry.credentials import Credentials

_VARIABLES = (
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
)


@pytest.fixture(autouse=True)
def own_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in _VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "docker"))
    monkeypatch.setattr(patience, "PAUSE", 0.02)


@pytest.fixture
def login(tmp_path: Path) -> Callable[..., Credentials]:
    """Write a Docker configuration with entries of `auths`; alice's password where an entry is None."""

    def write(auths: dict[str, object], **others: object) -> Credentials:
        coded = {"auth": base64.b64encode(f"{servers.USER}:{servers.PASSWORD}".encode()).decode()}
        content = {"auths": {host: coded if entry is None else entry for host, entry in auths.items()}, **others}
        folder = tmp_path / "docker"
        folder.mkdir(exist_ok=True)
        (folder / "config.json").write_text(json.dumps(content))
        return Credentials(str(folder))

    return write


@pytest.fixture
def helper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Write a credential helper, a script of the shell, and put it on the path."""

    def write(name: str, script: str) -> None:
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        path = folder / f"docker-credential-{name}"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.defpath}")

    return write


@pytest.fixture(scope="session")
def filled() -> dict[str, Image]:
    """What the open registry holds, by `repository:tag`."""
    return {
        "acme/multi:1.0": images.multi(),
        "acme/multi-docker:1.0": images.multi(images.DOCKER_LIST),
        "acme/plain-oci:1.0": images.single(),
        "acme/plain-docker:1.0": images.single(images.DOCKER_MANIFEST),
        "library/web:latest": images.multi(words="web 2"),
        "library/web:2": images.multi(words="web 2"),
        "library/web:2.1": images.multi(words="web 2"),
        "library/web:2.1.7": images.multi(words="web 2"),
        "library/web:2.2.0-rc1": images.multi(words="web 2"),
        "library/web:1.9.4": images.multi(words="web 1"),
    }


@pytest.fixture(scope="session")
def registries(tmp_path_factory: pytest.TempPathFactory, filled: dict[str, Image]) -> Iterator[Registries]:
    """Three real registries: the open one holds `filled`, the others `acme/private:1.0` and `acme/public:1.0`."""
    with servers.running(tmp_path_factory.mktemp("registries")) as running:
        for name, image in filled.items():
            repository, _, tag = name.partition(":")
            images.push(image, f"http://{running.open}", repository, tag)

        for name in ("acme/private", "acme/public"):
            token = running.tokens.token("repository", name, ["pull", "push"])
            images.push(images.multi(), f"http://{running.basic}", name, "1.0", BASIC)
            images.push(images.multi(), f"http://{running.bearer}", name, "1.0", f"Bearer {token}")

        yield running
