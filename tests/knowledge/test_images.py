from __future__ import annotations

import pytest

from fixer.knowledge.images import ImageFacts, family_of_tag, image_facts, is_database, keeps_data
from fixer.knowledge.tables import table

DIGEST = "@sha256:" + "0123456789abcdef" * 4


@pytest.mark.parametrize("entry", table("images")["images"], ids=[one["image"] for one in table("images")["images"]])
def test_every_image_has_facts(entry: dict[str, object]) -> None:
    name = str(entry["image"]).replace("*", "x").removeprefix("x/")
    name = f"registry.example.com/{name}" if str(entry["image"]).startswith("*") else name
    facts = image_facts(name)

    assert facts.known
    assert facts.role
    assert facts.evidence.startswith("knowledge table: ")


def test_plain() -> None:
    facts = image_facts("nginx:1.27")

    assert facts.known
    assert (facts.name, facts.tag, facts.role, facts.family) == (
        "docker.io/library/nginx",
        "1.27",
        "web-server",
        "debian",
    )
    assert facts.evidence == "knowledge table: docker.io/library/nginx"
    assert facts.account is not None
    assert (facts.starts_as, facts.group, facts.account.uid, facts.root) == (0, 0, 101, True)
    assert facts.ports is not None
    assert facts.ports[0].port == 80
    assert facts.sure("ports")


@pytest.mark.parametrize(
    ("reference", "family", "tools"),
    [
        ("python", "debian", ("bash", "perl", "python3", "python", "curl", "wget")),
        ("python:3.12", "debian", ("bash", "perl", "python3", "python", "curl", "wget")),
        ("python:3.12-slim-bookworm", "debian", ("bash", "perl", "python3", "python")),
        ("python:3.12-alpine", "alpine", ("wget", "nc", "python3", "python")),
        ("public.ecr.aws/docker/library/python:3.12-alpine", "alpine", ("wget", "nc", "python3", "python")),
        ("arm64v8/python:3.12-alpine", "alpine", ("wget", "nc", "python3", "python")),
        ("mirror.gcr.io/arm64v8/python:3.12-alpine", "alpine", ("wget", "nc", "python3", "python")),
        ("index.docker.io/arm64v8/python:3.12-alpine", "alpine", ("wget", "nc", "python3", "python")),
        ("python" + DIGEST, None, None),
        ("python:3.12-slim" + DIGEST, "debian", ("bash", "perl", "python3", "python")),
        ("python:${VERSION}", None, None),
        ("python:${VERSION:-3.12-slim}", None, None),
    ],
)
def test_variants_by_tag(reference: str, family: str | None, tools: tuple[str, ...] | None) -> None:
    facts = image_facts(reference)

    assert facts.name == "docker.io/library/python"
    assert (facts.family, facts.tools) == (family, tools)


def test_what_holds_for_every_variant_is_known_without_a_tag() -> None:
    facts = image_facts("postgres:${VERSION:-16}")

    assert facts.known
    assert facts.tag == ""
    assert facts.role == "database"
    assert facts.ports is not None
    assert facts.tools is None
    assert facts.health is not None


@pytest.mark.parametrize(
    ("reference", "uid_1000"),
    [("ubuntu:22.04", ""), ("ubuntu:24.04", "ubuntu"), ("ubuntu", "ubuntu"), ("debian", ""), ("fedora", None)],
)
def test_null_of_the_table_is_an_empty_text_where_it_means_none(reference: str, uid_1000: str | None) -> None:
    assert image_facts(reference).uid_1000 == uid_1000


def test_null_of_a_variant_takes_a_fact_away() -> None:
    assert image_facts("prom/prometheus").health is not None
    assert image_facts("prom/prometheus:v3-distroless").health is None
    assert image_facts("mcr.microsoft.com/dotnet/aspnet:6.0").account is None


def test_scratch() -> None:
    facts = image_facts("scratch")

    assert (facts.known, facts.name, facts.family, facts.shell, facts.tools) == (True, "scratch", "scratch", "", ())


def test_exact_name_before_glob_and_long_glob_before_short() -> None:
    assert image_facts("cgr.dev/chainguard/wolfi-base").evidence == "knowledge table: cgr.dev/chainguard/wolfi-base"
    assert image_facts("cgr.dev/chainguard/nginx").evidence == "knowledge table: cgr.dev/chainguard/*"
    assert image_facts("registry.suse.com/bci/bci-base").package_manager == "zypper"
    assert image_facts("registry.access.redhat.com/ubi9/ubi-minimal").family == "ubi-minimal"
    assert image_facts("registry.access.redhat.com/ubi9/ubi").family == "ubi"


def test_another_name_of_the_same_image() -> None:
    facts = image_facts("containous/whoami")

    assert facts.name == "docker.io/containous/whoami"
    assert facts.evidence == "knowledge table: docker.io/traefik/whoami"


@pytest.mark.parametrize("reference", ["python:3.12-windowsservercore-ltsc2022", "acme/app:1-nanoserver-1809"])
def test_windows_by_tag(reference: str) -> None:
    facts = image_facts(reference)

    assert facts.windows
    assert facts.starts_as is None


def test_windows_by_family() -> None:
    assert image_facts("mcr.microsoft.com/windows/servercore:ltsc2022").windows


@pytest.mark.parametrize("reference", ["acme/app:1", "registry.example.com/team/app", "localhost:5000/nginx"])
def test_unknown_image(reference: str) -> None:
    facts = image_facts(reference)

    assert not facts.known
    assert not facts.sure("role")
    assert facts.root is None


@pytest.mark.parametrize("reference", ["", "${IMAGE}", "{{ image }}", "Not An Image"])
def test_no_reference(reference: str) -> None:
    assert image_facts(reference) == ImageFacts()


def test_file_capabilities() -> None:
    facts = image_facts("caddy")

    assert facts.file_capabilities == ("NET_BIND_SERVICE",)
    assert facts.file_capabilities_path == "/usr/bin/caddy"


def test_unchecked_all() -> None:
    facts = image_facts("quay.io/fedora/fedora")

    assert facts.known
    assert not facts.sure("family")


def test_what_the_entry_or_the_variant_calls_unchecked_is_not_sure() -> None:
    facts = image_facts("haproxy:2.2")

    assert not facts.sure("starts_as")
    assert not facts.sure("writable")
    assert facts.sure("stop_signal")


def test_the_group_is_that_of_the_account_the_image_starts_as() -> None:
    assert image_facts("grafana/grafana").group == 0
    assert image_facts("nginxinc/nginx-unprivileged").group == 101
    assert image_facts("postgres").group == 0
    assert image_facts("acme/app").group is None


@pytest.mark.parametrize(
    ("reference", "program", "has"),
    [
        ("python:3.12-slim", "curl", False),
        ("python:3.12-slim", "python", True),
        ("python:3.12-slim", "node", False),
        ("python:3.12", "curl", True),
        ("node:22", "python3", None),
        ("node:22-slim", "python3", False),
        ("alpine", "curl", False),
        ("alpine", "wget", True),
        ("alpine", "bash", False),
        ("alpine", "sh", True),
        ("alpine", "grep", None),
        ("scratch", "sh", False),
        ("acme/app", "curl", None),
        ("acme/app", "sh", None),
        ("grafana/grafana", "python3", None),
        ("debian", "pg_isready", False),
    ],
)
def test_has(reference: str, program: str, has: bool | None) -> None:
    assert image_facts(reference).has(program) is has


def test_roles() -> None:
    assert is_database(image_facts("postgres"))
    assert is_database(image_facts("redis"))
    assert not is_database(image_facts("rabbitmq"))
    assert keeps_data(image_facts("rabbitmq"))
    assert not keeps_data(image_facts("nginx"))


@pytest.mark.parametrize(
    ("tag", "family"),
    [
        ("1.2-alpine", "alpine"),
        ("1.2-alpine3.20", "alpine"),
        ("17-jdk-noble", "ubuntu"),
        ("bookworm-slim", "debian"),
        ("8-ubi9", "ubi"),
        ("ltsc2022-windowsservercore", "windows"),
        ("1.2", None),
        ("ubiquity", None),
        ("latest", None),
    ],
)
def test_family_of_tag(tag: str, family: str | None) -> None:
    assert family_of_tag(tag) == family


@pytest.mark.parametrize(
    ("reference", "field", "value"),
    [
        ("elasticsearch:7.17.9", "starts_as", 0),
        ("docker.elastic.co/elasticsearch/elasticsearch:6.8.23", "drops_privileges", "entrypoint"),
        ("elasticsearch:8.11.1", "starts_as", 1000),
        ("elasticsearch@sha256:" + "0" * 64, "starts_as", None),
        ("docker:26-dind-rootless", "no_new_privileges", "breaks"),
        ("linuxserver/wireguard:latest", "no_new_privileges", "limits"),
        ("lscr.io/linuxserver/wireguard", "no_new_privileges", "limits"),
        ("hashicorp/consul:1.18", "no_new_privileges", "limits"),
        ("logstash:5.6", "starts_as", None),
    ],
)
def test_what_the_table_has_wrong_is_put_right(reference: str, field: str, value: object) -> None:
    assert getattr(image_facts(reference), field) == value
