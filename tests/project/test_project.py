"""Facts across files, on small folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixer.finding import Environment
from fixer.project import Disk, Project
from fixer.project.environment import environment_of_path, strictest
from fixer.text import Source, TextError

DEPLOYMENT = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}\n"
DOCKERFILE = 'FROM python:3.12-slim\nEXPOSE 8000\nUSER 1000:1000\nCMD ["app"]\n'


def project(folder: Path, files: dict[str, str], run: list[str] | None = None) -> Project:
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)

    return Project(Disk(str(folder)), sorted(files) if run is None else run)


# ---- environments


@pytest.mark.parametrize(
    ("path", "environment"),
    [
        ("k8s/overlays/prod/a.yaml", Environment.PROD),
        ("overlays/production/deep/er/a.yaml", Environment.PROD),
        ("environments/PRD/a.yaml", Environment.PROD),
        ("envs/stage/a.yaml", Environment.STAGING),
        ("clusters/dev/overlays/prod/a.yaml", Environment.PROD),
        ("deploy/local/a.yaml", Environment.DEV),
        ("deploy/test/Dockerfile", Environment.DEV),
        ("docker-compose.prod.yml", Environment.PROD),
        ("a/compose.staging.yaml", Environment.STAGING),
        ("compose-dev.yaml", Environment.DEV),
        ("Dockerfile.production", Environment.PROD),
        ("dev.Dockerfile", Environment.DEV),
        ("values-prod.yaml", Environment.PROD),
        ("prod/a.yaml", None),
        ("overlays/eu/a.yaml", None),
        ("product.yaml", None),
        ("compose.yaml", None),
        ("overlays/prod", None),
    ],
)
def test_a_path_tells_the_environment(path: str, environment: Environment | None) -> None:
    assert environment_of_path(path) is environment


def test_the_strictest_environment() -> None:
    assert strictest([Environment.DEV, Environment.PROD, Environment.STAGING]) is Environment.PROD
    assert strictest([Environment.DEV, Environment.STAGING]) is Environment.STAGING
    assert strictest([]) is None


def test_a_base_takes_the_strictest_environment_of_its_overlays(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        {
            "base/kustomization.yaml": "resources: [a.yaml, ./b.yaml]\n",
            "base/a.yaml": DEPLOYMENT.format(name="a"),
            "base/b.yaml": DEPLOYMENT.format(name="b"),
            "other/c.yaml": DEPLOYMENT.format(name="c"),
            "overlays/dev/kustomization.yaml": "resources:\n  - ../../base\n  - ../../other/c.yaml\n",
            "overlays/prod/kustomization.yaml": "bases:\n  - ../dev\n",
            "lonely.yaml": DEPLOYMENT.format(name="d"),
        },
    )
    assert found.environment("base/a.yaml") is Environment.PROD
    assert found.environment("base/b.yaml") is Environment.PROD
    assert found.environment("other/c.yaml") is Environment.PROD
    assert found.environment("lonely.yaml") is Environment.STAGING
    assert found.environment("overlays/dev/kustomization.yaml") is Environment.DEV


# ---- kustomize


def kustomized(folder: Path, kustomization: str, run: list[str] | None = None) -> Project:
    files = {"k/kustomization.yaml": kustomization, "k/a.yaml": DEPLOYMENT.format(name="a")}
    return project(folder, files, run)


@pytest.mark.parametrize(
    "kustomization",
    [
        "patches:\n  - path: a.yaml\n",
        "patches:\n  - path: ./a.yaml\n    target: {kind: Deployment}\n",
        "patchesStrategicMerge:\n  - a.yaml\n",
        "patchesJson6902:\n  - path: a.yaml\n    target: {kind: Deployment, name: a}\n",
        "replacements:\n  - path: a.yaml\n",
        "transformers: [a.yaml]\n",
    ],
)
@pytest.mark.parametrize("run", [None, ["k/a.yaml"]], ids=["whole", "alone"])
def test_patches_are_partial(kustomization: str, run: list[str] | None, tmp_path: Path) -> None:
    assert kustomized(tmp_path, kustomization, run).partial("k/a.yaml") == "it is a patch of k/kustomization.yaml"


@pytest.mark.parametrize(
    "kustomization",
    [
        "resources: [a.yaml]\n",
        "patches:\n  - patch: |\n      a.yaml\n",
        "patches: a.yaml\n",
        "patchesStrategicMerge:\n  - |-\n    a: 1\n",
    ],
)
def test_what_is_no_patch_is_whole(kustomization: str, tmp_path: Path) -> None:
    assert kustomized(tmp_path, kustomization).partial("k/a.yaml") is None


@pytest.mark.parametrize("run", [None, ["k/a.yaml"]], ids=["whole", "alone"])
def test_kustomizations_that_list_a_file(run: list[str] | None, tmp_path: Path) -> None:
    found = kustomized(tmp_path, "resources: [a.yaml, https://example.com/b.yaml]\nnamePrefix: x-\n", run)
    [listing] = found.kustomizations("k/a.yaml")
    assert (listing.path, listing.data["namePrefix"]) == ("k/kustomization.yaml", "x-")
    assert found.kustomizations("k/b.yaml") == []


def test_replicas_that_a_kustomization_counts(tmp_path: Path) -> None:
    found = kustomized(tmp_path, "resources: [a.yaml]\nreplicas:\n  - name: a\n    count: 3\n")
    assert found.replicas_owner("k/a.yaml", "a") == "k/kustomization.yaml"
    assert found.replicas_owner("k/a.yaml", "b") is None


def test_a_changed_kustomization_is_read_again(tmp_path: Path) -> None:
    found = kustomized(tmp_path, "resources: [a.yaml]\n")
    assert found.partial("k/a.yaml") is None
    found.replace("k/kustomization.yaml", Source("patches:\n  - path: a.yaml\n"))
    assert found.partial("k/a.yaml") == "it is a patch of k/kustomization.yaml"


# ---- overrides of Compose

WEB = "services:\n  web:\n    image: a:1\n"


BOTH = "docker compose -f compose.yaml -f a.compose.yaml up\n"
SECOND = "{} uses it on top of another file"
BESIDE = "it stands beside compose.yaml and has services of the same name"


@pytest.mark.parametrize(
    ("path", "others", "reason"),
    [
        ("docker-compose.override.yml", {}, "its name says that it is an override"),
        ("compose.yaml", {"Makefile": "docker compose -f a.compose.yaml -f compose.yaml up\n"}, None),
        ("a.compose.yaml", {"Makefile": BOTH}, SECOND.format("Makefile")),
        ("d/a.compose.yaml", {"run.sh": BOTH.replace(" -f ", " --file=d/")}, SECOND.format("run.sh")),
        ("d/a.compose.yaml", {"d/run.sh": BOTH}, SECOND.format("d/run.sh")),
        ("a.compose.yaml", {".env": "COMPOSE_FILE=compose.yaml:a.compose.yaml\n"}, SECOND.format(".env")),
        ("a.compose.yaml", {"Makefile": "docker compose -f a.compose.yaml up\n"}, None),
        ("a.compose.yaml", {"Makefile": "cp -f compose.yaml a.compose.yaml\n"}, None),
        ("compose.prod.yaml", {"compose.yaml": WEB}, BESIDE),
        ("compose.prod.yaml", {"compose.yaml": WEB.replace("web", "db")}, None),
        ("compose.extra.yaml", {"compose.yaml": WEB}, None),
        ("web.yaml", {"Makefile": "docker compose -f compose.yaml -f web.yaml up\n"}, None),
    ],
)
def test_overrides(path: str, others: dict[str, str], reason: str | None, tmp_path: Path) -> None:
    assert project(tmp_path, {path: WEB, **others}, [path]).partial(path) == reason


# ---- builds

COMPOSE = """\
services:
  web:
    build: ./web
    image: example.com/shop/web:1
  api:
    image: example.com/shop/api
    build: {context: ., dockerfile: docker/api.Dockerfile, target: prod}
  inline:
    image: example.com/shop/inline
    build: {dockerfile_inline: FROM a}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Project:
    return project(
        tmp_path,
        {
            "compose.yaml": COMPOSE,
            "web/Dockerfile": DOCKERFILE,
            "docker/api.Dockerfile": "FROM alpine:3.20 AS prod\nUSER 7\nFROM prod AS debug\nUSER root\n",
            "child/Dockerfile": "FROM --platform=linux/amd64 example.com/shop/web:2\n",
        },
    )


def test_the_image_of_a_workload_is_that_of_the_dockerfile_behind_it(shop: Project) -> None:
    facts = shop.image("example.com/shop/web:9")
    assert facts.built == "web/Dockerfile"
    assert str(facts.starts_as) == "1000"
    assert [port.port if hasattr(port, "port") else port for port in facts.ports or ()]
    assert str(shop.image("example.com/shop/api").starts_as) == "7"
    assert shop.image("example.com/shop/other").built == ""
    assert shop.image("nginx").known
    assert not shop.image("$VARIABLE").known


def test_what_a_compose_file_builds(shop: Project) -> None:
    facts = shop.build("compose.yaml", "./web", "Dockerfile", "")
    assert facts is not None
    assert facts.built == "web/Dockerfile"
    assert shop.build("compose.yaml", "./nothing", "Dockerfile", "") is None
    assert shop.build("compose.yaml", "./web", "Dockerfile", "nostage") is None
    assert shop.build("compose.yaml", ".", "compose.yaml", "") is None


def test_targets_and_bases(shop: Project) -> None:
    assert shop.targets("docker/api.Dockerfile") == {"prod"}
    assert shop.targets("web/Dockerfile") == frozenset()
    assert shop.is_base("web/Dockerfile") == "child/Dockerfile"
    assert shop.is_base("docker/api.Dockerfile") is None
    assert shop.is_base("child/Dockerfile") is None


def test_a_changed_dockerfile_is_read_again(shop: Project) -> None:
    assert str(shop.image("example.com/shop/web").starts_as) == "1000"
    shop.replace("web/Dockerfile", Source(DOCKERFILE.replace("1000:1000", "2000:2000")))
    assert str(shop.image("example.com/shop/web").starts_as) == "2000"


def test_an_image_that_two_dockerfiles_build_is_not_known(tmp_path: Path) -> None:
    twice = "services:\n  a:\n    image: x/a\n    build: a\n  b:\n    image: x/a\n    build: b\n"
    found = project(tmp_path, {"compose.yaml": twice, "a/Dockerfile": DOCKERFILE, "b/Dockerfile": DOCKERFILE})
    assert found.image("x/a").built == ""


def test_builds_of_skaffold(tmp_path: Path) -> None:
    text = (
        "apiVersion: skaffold/v4beta11\nkind: Config\nbuild:\n  artifacts:\n    - image: x/a\n      context: src\n"
        "      docker:\n        dockerfile: Dockerfile.prod\n    - image: x/b\n      ko: {}\n"
        "    - image: x/c\n      context: c\n"
    )
    found = project(
        tmp_path,
        {
            "skaffold.yaml": text,
            "src/Dockerfile.prod": DOCKERFILE,
            "Dockerfile": DOCKERFILE,
            "c/Dockerfile": DOCKERFILE,
        },
    )
    assert found.image("x/a:1").built == "src/Dockerfile.prod"
    assert found.image("x/b").built == ""
    assert found.image("x/c").built == "c/Dockerfile"


# ---- objects

SERVICES = """\
apiVersion: v1
kind: Service
metadata: {name: one}
---
apiVersion: v1
kind: List
items:
  - {apiVersion: v1, kind: Service, metadata: {name: two}}
  - {apiVersion: v1, kind: Pod, metadata: {name: pod}}
"""


def test_objects_by_kind(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        {
            "b.yaml": SERVICES,
            "a.json": '{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "zero"}}',
            "kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n",
            "broken.yaml": "apiVersion: v1\nkind: Service\nmetadata: [\n",
        },
    )
    names = [(item.path, item.document, item.data["metadata"]["name"]) for item in found.objects("Service")]
    assert names == [("a.json", 0, "zero"), ("b.yaml", 0, "one"), ("b.yaml", 1, "two")]
    assert [item.data["metadata"]["name"] for item in found.objects("Pod")] == ["pod"]
    assert found.objects("Kustomization") == []
    assert found.objects("Deployment") == []


def test_objects_of_changed_new_and_removed_files(tmp_path: Path) -> None:
    found = project(tmp_path, {"b.yaml": SERVICES})
    assert len(found.objects("Service")) == 2
    found.replace("b.yaml", Source(SERVICES.replace("kind: Service", "kind: Secret", 1)))
    assert len(found.objects("Service")) == 1
    found.replace("new.yaml", Source(SERVICES))
    assert len(found.objects("Service")) == 3
    assert found.exists("new.yaml")
    found.remove("new.yaml")
    assert len(found.objects("Service")) == 1
    assert not found.exists("new.yaml")


def test_what_rules_ask_about_is_noted(shop: Project) -> None:
    shop.asked.clear()
    shop.text("web/Dockerfile")
    shop.image("example.com/shop/api")
    shop.objects("Service")
    assert shop.asked >= {"web/Dockerfile", "docker/api.Dockerfile"}
    assert shop.asked_objects == {"Service"}


# ---- texts


def test_texts_and_heads(tmp_path: Path) -> None:
    found = project(tmp_path, {"a.txt": "x" * 600, "folder/b": "b"}, [])
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    assert found.head("a.txt") == b"x" * 512
    assert found.text("a.txt") == "x" * 600
    assert found.head("folder") is None
    assert found.text("folder") is None
    assert found.text("bytes") is None
    assert found.head("bytes") == b"\xff\xfe"
    assert found.text("nothing") is None
    assert found.exists("folder")
    assert not found.exists("../../etc")


def test_an_unreadable_file_stays_unreadable(tmp_path: Path) -> None:
    found = project(tmp_path, {"compose.yaml": "a\0"})
    for _ in range(2):
        with pytest.raises(TextError, match="binary"):
            found.source("compose.yaml")

    assert found.of_kind("compose") == []
    assert found.known("compose.yaml") is None
    assert found.documents("compose.yaml") == []
    found.replace("compose.yaml", Source(WEB))
    assert found.of_kind("compose") == ["compose.yaml"]
