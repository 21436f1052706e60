from __future__ import annotations

import pytest

from fixer.registry.reference import parse_reference

DIGEST = "sha256:" + "0123456789abcdef" * 4

GOOD = [
    ("nginx", "docker.io", "library/nginx", "", ""),
    ("nginx:1.27", "docker.io", "library/nginx", "1.27", ""),
    ("nginx:latest", "docker.io", "library/nginx", "latest", ""),
    (f"nginx@{DIGEST}", "docker.io", "library/nginx", "", DIGEST),
    (f"nginx:1.27@{DIGEST}", "docker.io", "library/nginx", "1.27", DIGEST),
    ("bitnami/redis:7", "docker.io", "bitnami/redis", "7", ""),
    ("library/nginx", "docker.io", "library/nginx", "", ""),
    ("docker.io/nginx", "docker.io", "library/nginx", "", ""),
    ("docker.io/library/nginx:1", "docker.io", "library/nginx", "1", ""),
    ("index.docker.io/library/nginx", "docker.io", "library/nginx", "", ""),
    ("registry-1.docker.io/bitnami/redis", "docker.io", "bitnami/redis", "", ""),
    ("registry.hub.docker.com/library/nginx", "docker.io", "library/nginx", "", ""),
    ("DOCKER.IO/library/nginx", "docker.io", "library/nginx", "", ""),
    ("quay.io/coreos/etcd:v3.5.0", "quay.io", "coreos/etcd", "v3.5.0", ""),
    ("ghcr.io/owner/a/b/c:main-abc_1.2", "ghcr.io", "owner/a/b/c", "main-abc_1.2", ""),
    ("Registry.Example.COM/team/app:1", "registry.example.com", "team/app", "1", ""),
    ("localhost/app", "localhost", "app", "", ""),
    ("localhost:5000/app", "localhost:5000", "app", "", ""),
    ("localhost:5000/app:1", "localhost:5000", "app", "1", ""),
    ("registry:5000/app", "registry:5000", "app", "", ""),
    ("registry.example.com:5000/team/app:1.0", "registry.example.com:5000", "team/app", "1.0", ""),
    ("192.168.1.10:5000/app:1", "192.168.1.10:5000", "app", "1", ""),
    ("[::1]:5000/app:1", "[::1]:5000", "app", "1", ""),
    ("myhost/app", "docker.io", "myhost/app", "", ""),
    ("MYHOST/app", "myhost", "app", "", ""),
    ("app:5000", "docker.io", "library/app", "5000", ""),
    ("a__b/c.d-e--f_g:X", "docker.io", "a__b/c.d-e--f_g", "X", ""),
    (
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1",
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
        "app",
        "1",
        "",
    ),
    (f"gcr.io/distroless/static:nonroot@{DIGEST}", "gcr.io", "distroless/static", "nonroot", DIGEST),
    ("app:" + "a" * 128, "docker.io", "library/app", "a" * 128, ""),
    ("app@sha512:" + "ab" * 64, "docker.io", "library/app", "", "sha512:" + "ab" * 64),
]

BAD = [
    "", " ", "nginx:", "nginx@", ":latest", "@" + DIGEST, "nginx: 1", "nginx :1", "Nginx", "nginx:1:2", "team/App",
    "nginx:-1", "nginx:.1", "app:" + "a" * 129, "nginx@sha256:abc", "nginx@sha256:" + "G" * 64, "nginx@md5:" + "a" * 32,
    "nginx@sha1:" + "a" * 40, "a//b", "/nginx", "nginx/", "a/-b", "a/b-", "a..b", "a___b", "-a.com/b", "a-.com/b",
    "${IMAGE}", "$IMAGE", "nginx:${TAG}", "nginx:$TAG", "${REG}/nginx:1", "{{ .Values.image }}", "nginx:{{ tag }}",
    "<image>", "nginx:<tag>", "%IMAGE%", "@@IMAGE@@", "https://registry.example.com/app", "docker://nginx", "a" * 256,
    "0123456789abcdef" * 4, "nginx\n", "ngïnx", f"nginx@{DIGEST}@{DIGEST}", "localhost:abc/app", "host:/app",
]  # fmt: skip


@pytest.mark.parametrize(("text", "registry", "repository", "tag", "digest"), GOOD, ids=[row[0][:60] for row in GOOD])
def test_parts(text: str, registry: str, repository: str, tag: str, digest: str) -> None:
    found = parse_reference(text)

    assert found is not None
    assert (found.registry, found.repository, found.tag, found.digest) == (registry, repository, tag, digest)
    assert found.text == text
    assert found.name == f"{registry}/{repository}"


@pytest.mark.parametrize("text", BAD)
def test_no_reference(text: str) -> None:
    assert parse_reference(text) is None


@pytest.mark.parametrize(
    ("text", "familiar"),
    [
        ("docker.io/library/nginx:1", "nginx"),
        ("nginx", "nginx"),
        ("docker.io/bitnami/redis", "bitnami/redis"),
        ("quay.io/coreos/etcd", "quay.io/coreos/etcd"),
        ("quay.io/library/x", "quay.io/library/x"),
        ("localhost/app", "localhost/app"),
    ],
)
def test_familiar(text: str, familiar: str) -> None:
    found = parse_reference(text)

    assert found is not None
    assert found.familiar == familiar


@pytest.mark.parametrize(
    ("text", "tagged"),
    [
        ("nginx", "nginx:9"),
        ("nginx:latest", "nginx:9"),
        ("Docker.io/nginx:latest", "Docker.io/nginx:9"),
        ("localhost:5000/app", "localhost:5000/app:9"),
        ("registry:5000/app:latest", "registry:5000/app:9"),
        (f"nginx:latest@{DIGEST}", f"nginx:9@{DIGEST}"),
        (f"nginx@{DIGEST}", f"nginx:9@{DIGEST}"),
    ],
)
def test_tagged_keeps_the_spelling_of_the_rest(text: str, tagged: str) -> None:
    found = parse_reference(text)

    assert found is not None
    assert found.tagged("9") == tagged


@pytest.mark.parametrize(
    ("text", "pinned"),
    [
        ("nginx", f"nginx@{DIGEST}"),
        ("index.docker.io/nginx:1", f"index.docker.io/nginx:1@{DIGEST}"),
        ("nginx:1@sha256:" + "f" * 64, f"nginx:1@{DIGEST}"),
    ],
)
def test_pinned(text: str, pinned: str) -> None:
    found = parse_reference(text)

    assert found is not None
    assert found.pinned(DIGEST) == pinned


@pytest.mark.parametrize("text", ["nginx:1.27", f"registry:5000/a/b:x@{DIGEST}"])
def test_tag_span(text: str) -> None:
    found = parse_reference(text)

    assert found is not None
    assert found.tag_span is not None
    assert text[found.tag_span.start : found.tag_span.end] == found.tag


def test_no_tag_no_span() -> None:
    found = parse_reference("registry:5000/a")

    assert found is not None
    assert found.tag_span is None
