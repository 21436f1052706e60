"""Against docker-registry, with skopeo as the judge."""

from __future__ import annotations

import datetime as dt
import json
import logging
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from registry import images
from registry.images import Image
from registry.servers import PASSWORD, REFRESH, Registries, program

from fixer.registry.answer import Answer, Online
from fixer.registry.credentials import Credentials
from fixer.registry.reference import Reference, parse_reference
from fixer.registry.resolver import Resolver, is_gone

Login = Callable[..., Credentials]


def reference(text: str) -> Reference:
    found = parse_reference(text)
    assert found
    return found


def answer(text: str, credentials: Credentials | None = None, *, platforms: bool = False, **online: Any) -> Answer:
    return Resolver(Online(**online), credentials).resolve(reference(text), platforms=platforms)


def skopeo(*arguments: str) -> bytes:
    words = [program("skopeo"), "--insecure-policy", *arguments]
    return subprocess.run(words, check=True, capture_output=True, timeout=60).stdout


@pytest.fixture
def endpoint(registries: Registries) -> dict[str, str]:
    return {"docker.io": f"http://{registries.open}"}


FORMS = {
    "acme/multi": images.OCI_INDEX,
    "acme/multi-docker": images.DOCKER_LIST,
    "acme/plain-oci": images.OCI_MANIFEST,
    "acme/plain-docker": images.DOCKER_MANIFEST,
}


@pytest.mark.parametrize("name", FORMS)
def test_each_form_has_the_digest_that_skopeo_gives(registries: Registries, name: str) -> None:
    text = f"{registries.open}/{name}:1.0"
    raw = skopeo("inspect", "--tls-verify=false", "--raw", f"docker://{text}")
    found = answer(text, today="2026-11-21")
    assert found.digest == images.digest_of(raw)
    assert found == Answer(
        digest=found.digest, date="2026-11-21", media_type=FORMS[name], source=f"{registries.open}, 2026-11-21"
    )


@pytest.mark.parametrize("name", ["multi", "multi-docker"])
def test_platforms_are_those_of_the_index_without_attestations(registries: Registries, name: str) -> None:
    assert answer(f"{registries.open}/acme/{name}:1.0", platforms=True).platforms == ("linux/amd64", "linux/arm64/v8")


def test_a_single_image_has_no_platforms(registries: Registries) -> None:
    found = answer(f"{registries.open}/acme/plain-oci:1.0", platforms=True)
    assert found.digest
    assert found.platforms == ()


@pytest.mark.parametrize("name", ["multi", "multi-docker"])
@pytest.mark.parametrize("architecture", ["amd64", "arm64"])
def test_a_pinned_index_still_pulls_for_each_architecture(
    registries: Registries, name: str, architecture: str, tmp_path: Path
) -> None:
    found = answer(f"{registries.open}/acme/{name}:1.0")
    pinned = f"docker://{registries.open}/acme/{name}@{found.digest}"
    skopeo("--override-arch", architecture, "copy", "--src-tls-verify=false", pinned, f"dir:{tmp_path / 'image'}")
    manifest = json.loads((tmp_path / "image" / "manifest.json").read_bytes())
    config = tmp_path / "image" / manifest["config"]["digest"].removeprefix("sha256:")
    assert json.loads(config.read_bytes())["architecture"] == architecture


def test_basic(registries: Registries, login: Login, filled: dict[str, Image]) -> None:
    text = f"{registries.basic}/acme/private:1.0"
    assert answer(text).problem == (
        f"{registries.basic} gives no access to acme/private (401), and no login is known for it"
    )
    assert answer(text, login({registries.basic: None})).digest == filled["acme/multi:1.0"].digest


def test_bearer(registries: Registries, login: Login, filled: dict[str, Image]) -> None:
    text = f"{registries.bearer}/acme/private:1.0"
    assert answer(text).problem == (
        f"{registries.bearer} gives no access to acme/private (401), and no login is known for it"
    )
    assert answer(text, login({registries.bearer: None})).digest == filled["acme/multi:1.0"].digest


def test_bearer_without_a_login_opens_what_is_public(registries: Registries, filled: dict[str, Image]) -> None:
    assert answer(f"{registries.bearer}/acme/public:1.0").digest == filled["acme/multi:1.0"].digest


def test_bearer_with_an_identity_token(registries: Registries, login: Login, filled: dict[str, Image]) -> None:
    credentials = login({registries.bearer: {"identitytoken": REFRESH}})
    assert answer(f"{registries.bearer}/acme/private:1.0", credentials).digest == filled["acme/multi:1.0"].digest
    assert registries.service.asked[-1].method == "POST"


@pytest.mark.parametrize("entry", [{"username": "alice", "password": "wrong-5up3r"}, {"identitytoken": "wrong-5up3r"}])
def test_a_wrong_login_is_named_but_not_shown(
    registries: Registries, login: Login, entry: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    problems = {
        host: answer(f"{host}/acme/private:1.0", login({host: entry})).problem
        for host in (registries.basic, registries.bearer)
    }
    assert problems[registries.bearer] == f"the token service of {registries.bearer} refuses the login (401)"
    assert problems[registries.basic] == f"{registries.basic} refuses the login for acme/private (401)"
    assert "wrong-5up3r" not in caplog.text


def test_no_secret_gets_into_a_log(registries: Registries, login: Login, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    credentials = login({registries.basic: None, registries.bearer: {"identitytoken": REFRESH}})
    for host in (registries.basic, registries.bearer):
        assert answer(f"{host}/acme/private:1.0", credentials).digest

    assert caplog.text
    for secret in (PASSWORD, REFRESH, "YWxpY2U6", "Bearer ", "Basic ", "eyJ"):
        assert secret not in caplog.text


def test_names_of_docker_hub_go_to_its_endpoint(endpoint: dict[str, str], filled: dict[str, Image]) -> None:
    names = ("web", "library/web", "docker.io/web", "index.docker.io/library/web:latest", "registry-1.docker.io/web")
    resolver = Resolver(Online(endpoints=endpoint))
    found = resolver.resolve_all([reference(name) for name in names])
    assert list(found) == ["docker.io/library/web:latest"]
    assert found["docker.io/library/web:latest"].digest == filled["library/web:latest"].digest
    assert resolver.requests == 1


def test_an_endpoint_may_be_named_by_another_spelling(registries: Registries, filled: dict[str, Image]) -> None:
    found = answer("acme/multi:1.0", endpoints={"index.docker.io": f"http://{registries.open}/"})
    assert found.digest == filled["acme/multi:1.0"].digest


def test_an_endpoint_may_stand_before_all_names(registries: Registries, filled: dict[str, Image]) -> None:
    found = answer("quay.io/multi:1.0", endpoints={"quay.io": f"http://{registries.open}/v2/acme"})
    assert found.digest == filled["acme/multi:1.0"].digest


def test_a_prefix_is_part_of_what_a_token_is_for(registries: Registries, filled: dict[str, Image]) -> None:
    found = answer("quay.io/public:1.0", endpoints={"quay.io": f"http://{registries.bearer}/v2/acme"})
    assert found.digest == filled["acme/multi:1.0"].digest


def test_a_tag_that_is_not_there(registries: Registries, endpoint: dict[str, str]) -> None:
    found = answer("acme/multi:7.7", endpoints=endpoint)
    assert found.problem == f"docker.io (through {registries.open}) knows no acme/multi:7.7 (404)"
    assert is_gone(found)


def test_a_digest_that_is_there_and_one_that_is_not(registries: Registries, filled: dict[str, Image]) -> None:
    name, digest = f"{registries.open}/acme/multi", filled["acme/multi:1.0"].digest
    resolver = Resolver(Online())
    assert resolver.exists(reference(f"{name}:1.0@{digest}")).digest == digest
    missing = resolver.exists(reference(f"{name}@sha256:{'0' * 64}"))
    assert missing.problem == f"{registries.open} knows no acme/multi@sha256:{'0' * 64} (404)"
    assert is_gone(missing)


def test_a_tag_that_vanished(registries: Registries) -> None:
    image = images.single(words="gone")
    images.push(image, f"http://{registries.open}", "acme/gone", "1")
    text = f"{registries.open}/acme/gone:1"
    assert answer(text, cache_hours=0).digest == image.digest
    skopeo("delete", "--tls-verify=false", f"docker://{text}")
    assert is_gone(answer(text, cache_hours=0))


def test_the_version_that_latest_means(endpoint: dict[str, str]) -> None:
    resolver = Resolver(Online(endpoints=endpoint))
    web = reference("web")
    digest = resolver.resolve(web).digest
    assert resolver.version(web, digest) == "2.1.7"
    assert resolver.version(reference("web:2"), digest) == "2.1.7"
    assert resolver.version(web, f"sha256:{'0' * 64}") == ""


def test_the_day_an_image_was_made(registries: Registries) -> None:
    resolver = Resolver(Online(today="2026-11-21"))
    for name, day in (("multi", dt.date(2024, 5, 7)), ("plain-docker", dt.date(2024, 1, 1))):
        image = reference(f"{registries.open}/acme/{name}:1.0")
        assert resolver.created(image, resolver.resolve(image).digest) == day

    earlier = Resolver(Online(today="2024-05-06"))
    image = reference(f"{registries.open}/acme/multi:1.0")
    assert earlier.created(image, earlier.resolve(image).digest) is None


def test_many_references_are_one_look_up_each(registries: Registries) -> None:
    text = f"{registries.open}/acme/multi:1.0"
    told: list[int] = []
    resolver = Resolver(Online())
    found = resolver.resolve_all([reference(text)] * 50, progress=told.append)
    assert list(found) == [text]
    assert told == [1]
    assert resolver.requests == 1


def test_a_second_run_asks_nobody(registries: Registries, endpoint: dict[str, str]) -> None:
    names = [reference(name) for name in ("web", "web:2", "acme/multi:1.0", f"{registries.open}/acme/plain-oci:1.0")]
    first = Resolver(Online(endpoints=endpoint, today="2026-11-20"))
    told = first.resolve_all(names, platforms=True)
    web = told["docker.io/library/web:latest"].digest
    details = first.version(names[0], web), first.created(names[0], web)

    second = Resolver(Online(endpoints=endpoint, today="2026-11-21"))
    assert second.resolve_all(names, platforms=True) == told
    assert (second.version(names[0], web), second.created(names[0], web)) == details
    assert second.requests == 0

    third = Resolver(Online(endpoints=endpoint, cache_hours=0))
    assert third.resolve(names[0]).digest == web
    assert third.requests == 1
