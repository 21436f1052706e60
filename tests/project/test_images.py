"""Who builds an image, and who else writes its reference."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixer.project import Disk, Project
from fixer.registry.reference import parse_reference

WORKFLOW = """\
on: push
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: |
            ghcr.io/example/app:${{ github.sha }}
            ghcr.io/example/app:latest, registry.example.com:5000/mirror/app
            ghcr.io/example/part-${{ matrix.part }}:latest, ${{ env.REGISTRY }}/other
"""
BAKE = """\
target "api" {
  tags = ["ghcr.io/example/api:${TAG}", "example/api"]
}
"""
SKAFFOLD = """\
apiVersion: skaffold/v4beta11
kind: Config
build:
  artifacts:
    - image: example/jib
      jib: {}
    - image: example/plain
"""
COMPOSE = """\
services:
  web:
    build: web
    image: ghcr.io/example/web:${TAG:-dev}
  db:
    image: postgres:17
"""
COMMANDS = """\
on: push
env:
  REGISTRY: ghcr.io
  IMAGE: ${{ env.REGISTRY }}/example
jobs:
  image:
    runs-on: ubuntu-24.04
    env: {NAME: env-app}
    steps:
      - uses: docker/metadata-action@v5
        id: meta
        with:
          images: |
            ghcr.io/example/meta-app
            name=${{ env.REGISTRY }}/example/second-app,enable=true
      - uses: docker/build-push-action@v6
        with: {tags: "${{ steps.meta.outputs.tags }}"}
      - uses: docker/build-push-action@v6
        with: {tags: "${{ env.IMAGE }}/${{ env.NAME }}:1.0"}
      - run: docker build -t ghcr.io/example/run-app:1.0 .
      - run: |
          docker buildx build --push \\
            --tag "$REGISTRY/example/buildx-app:${{ github.sha }}" .
      - env: {X: step-app}
        run: cd x && podman build --tag=${IMAGE}/$X . && docker run -t example/used:1 build
"""
OWN = """\
on: push
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - uses: docker/build-push-action@v6
        with: {tags: "ghcr.io/${{ github.repository }}:latest, ghcr.io/${{ github.repository_owner }}/tool:1"}
      - uses: docker/build-push-action@v6
        with: {tags: "quay.io/${{ vars.IMAGE }}:1"}
"""
NAMED = """\
name: Big-Shop
services:
  web: {build: .}
  api: {build: api, image: example/api}
  job: {build: {context: ., tags: ["example/job:${TAG}"]}}
"""
MAKEFILE = """\
REGISTRY ?= ghcr.io/example
IMAGE := $(REGISTRY)/made
image:
\tdocker build \\
\t\t-t $(IMAGE):$(VERSION) .
"""
SCRIPT = """\
#!/bin/sh
NAME="example/scripted"
docker build --no-cache -t "$NAME:$1" .
docker build -t "${NAME}-debug" --target debug .
"""
GIT = '[remote "origin"]\n\turl = git@github.com:me/Shop.git\n'
CI, PATH = "_github__workflows__ci_yml", ".github/workflows/ci.yml"


def project(folder: Path, **files: str) -> Project:
    paths = {name.replace("__", "/").replace("_", "."): text for name, text in files.items()}
    for path, text in paths.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)

    return Project(
        Disk(str(folder)), sorted(path for path in paths if not path.endswith((".hcl", ".sh", "config", "Makefile")))
    )


def built(found: Project, text: str) -> str:
    reference = parse_reference(text)
    assert reference is not None
    return found.built(reference)


@pytest.mark.parametrize(
    ("files", "image", "path"),
    [
        ({"compose_yaml": COMPOSE}, "ghcr.io/example/web:1.0", "compose.yaml"),
        ({"compose_yaml": COMPOSE}, "postgres:17", ""),
        ({"_github__workflows__ci_yml": WORKFLOW}, "ghcr.io/example/app:v2", ".github/workflows/ci.yml"),
        (
            {"_github__workflows__ci_yml": WORKFLOW},
            "registry.example.com:5000/mirror/app:v2",
            ".github/workflows/ci.yml",
        ),
        ({"_github__workflows__ci_yml": WORKFLOW}, "ghcr.io/example/other", ""),
        ({"_github__workflows__ci_yml": WORKFLOW}, "ghcr.io/example/part-api:2", ".github/workflows/ci.yml"),
        ({"_github__workflows__ci_yml": WORKFLOW}, "ghcr.io/example/par:2", ""),
        ({"skaffold_yaml": SKAFFOLD}, "example/jib", "skaffold.yaml"),
        ({"skaffold_yaml": SKAFFOLD}, "docker.io/example/plain:1", "skaffold.yaml"),
        ({"docker-bake_hcl": BAKE, "Dockerfile": "FROM a:1\n"}, "ghcr.io/example/api:1", "docker-bake.hcl"),
        ({"docker-bake_hcl": BAKE, "Dockerfile": "FROM a:1\n"}, "example/api:2", "docker-bake.hcl"),
        ({"docker-bake_hcl": BAKE, "Dockerfile": "FROM a:1\n"}, "example/web:2", ""),
        ({CI: COMMANDS}, "ghcr.io/example/meta-app:1", PATH),
        ({CI: COMMANDS}, "ghcr.io/example/second-app:1", PATH),
        ({CI: COMMANDS}, "ghcr.io/example/env-app:1", PATH),
        ({CI: COMMANDS}, "ghcr.io/example/run-app:1", PATH),
        ({CI: COMMANDS}, "ghcr.io/example/buildx-app:1", PATH),
        ({CI: COMMANDS}, "ghcr.io/example/step-app:1", PATH),
        ({CI: COMMANDS}, "ghcr.io/example/none", ""),
        ({CI: COMMANDS}, "example/used:1", ""),
        ({CI: OWN}, "ghcr.io/me/shop:1", PATH),
        ({CI: OWN}, "ghcr.io/me/part/shop:1", ""),
        ({CI: OWN}, "quay.io/me/shop:1", ""),
        ({CI: OWN, "_git__config": GIT}, "ghcr.io/me/shop:1", PATH),
        ({CI: OWN, "_git__config": GIT}, "ghcr.io/me/shops:1", ""),
        ({CI: OWN, "_git__config": GIT}, "ghcr.io/me/tool:1", PATH),
        ({"compose_yaml": NAMED}, "big-shop-web", "compose.yaml"),
        ({"compose_yaml": NAMED}, "big-shop_web:latest", "compose.yaml"),
        ({"compose_yaml": NAMED}, "big-shop-api", ""),
        ({"compose_yaml": NAMED}, "example/job:3", "compose.yaml"),
        ({"My_Shop__compose_yaml": "services: {a: {build: .}}\n"}, "myshop-a", "My.Shop/compose.yaml"),
        ({"Makefile": MAKEFILE}, "ghcr.io/example/made:2", "Makefile"),
        ({"Makefile": MAKEFILE}, "ghcr.io/example/makefile:2", ""),
        ({"x__Dockerfile": "FROM a:1\n", "x__build_sh": SCRIPT}, "example/scripted:2", "x/build.sh"),
        ({"x__Dockerfile": "FROM a:1\n", "x__build_sh": SCRIPT}, "example/scripted-debug", "x/build.sh"),
        ({"x__build_sh": SCRIPT}, "example/scripted:2", ""),
    ],
)
def test_who_builds_an_image(files: dict[str, str], image: str, path: str, tmp_path: Path) -> None:
    assert built(project(tmp_path, **files), image) == path


@pytest.mark.parametrize(
    ("line", "image", "path"),
    [
        ("kustomize edit set image app=ghcr.io/example/app:$TAG", "app", "ci.yaml"),
        ('kustomize edit set image "ghcr.io/example/app=ghcr.io/example/app:$TAG"', "ghcr.io/example/app:1", "ci.yaml"),
        ("kustomize edit set image ghcr.io/example/app:$TAG", "ghcr.io/example/app:1", "ci.yaml"),
        ("kustomize edit set image ghcr.io/example/app:$TAG", "ghcr.io/example/web:1", ""),
        ("kustomize build .", "app", ""),
    ],
)
def test_who_sets_an_image_when_it_releases(line: str, image: str, path: str, tmp_path: Path) -> None:
    found = project(tmp_path, ci_yaml=f"deploy:\n  script:\n    - {line}\n")
    reference = parse_reference(image)
    assert reference is not None
    assert found.set_in_ci(reference) == path


def test_overlays_are_found_through_their_base(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        base__kustomization_yaml="resources: [web.yaml]\n",
        base__web_yaml="apiVersion: v1\nkind: Pod\n",
        prod__kustomization_yaml="resources: [../base]\n",
        live__kustomization_yaml="resources: [../prod]\n",
    )
    assert [one.path for one in found.overlays("base/web.yaml")] == [
        "base/kustomization.yaml",
        "prod/kustomization.yaml",
        "live/kustomization.yaml",
    ]
    assert [one.path for one in found.overlays("prod/kustomization.yaml")] == ["live/kustomization.yaml"]
    assert not found.overlays("live/kustomization.yaml")


def test_the_lock_file_of_the_project_answers(tmp_path: Path) -> None:
    digest = "sha256:" + "1" * 64
    (tmp_path / "image-digests.lock").write_text(
        f'version = 1\n[images."docker.io/library/a:1"]\ndigest = "{digest}"\n'
    )
    reference = parse_reference("a:1")
    assert reference is not None
    assert project(tmp_path, Dockerfile="FROM a:1\n").tag(reference).digest == digest


@pytest.mark.parametrize(
    ("line", "image", "clause"),
    [
        ('sed -i "s|ghcr.io/o/app:latest|ghcr.io/o/app:$SHA|" k/d.yaml', "ghcr.io/o/app:latest", "changes it by `sed`"),
        ("sed -i 's/ghcr.io\\/o\\/app:.*/x/' k/d.yaml", "ghcr.io/o/app:1.0", "changes it by `sed`"),
        ("sed -i 's|app:latest|app:1|' k/d.yaml", "ghcr.io/o/app:latest", "changes it by `sed`"),
        ("sed -i 's|app:latest|app:1|' k/d.yaml", "ghcr.io/o/app:2", ""),
        ("sed -i 's|webapp:latest|app:1|' k/d.yaml", "ghcr.io/o/app:latest", ""),
        (
            "kubectl  set image deployment/app app=ghcr.io/o/app:$SHA",
            "ghcr.io/o/app:1",
            "changes it by `kubectl set image`",
        ),
        ("""yq -i '.image = "ghcr.io/o/app:1"' d.yaml""", "ghcr.io/o/app:7", "changes it by `yq`"),
        ("docker run ghcr.io/o/app:1", "ghcr.io/o/app:1", ""),
    ],
)
def test_who_rewrites_a_reference(line: str, image: str, clause: str, tmp_path: Path) -> None:
    found = project(tmp_path, ci_yaml=f"deploy:\n  script:\n    - |\n      {line}\n", Makefile=f"deploy:\n\t{line}\n")
    reference = parse_reference(image)
    assert reference is not None
    assert found.rewritten(reference) == (clause and f"ci.yaml {clause}")


def test_a_makefile_rewrites_a_reference(tmp_path: Path) -> None:
    found = project(tmp_path, Makefile="deploy:\n\tsed -i \\\n\t\ts/shop:1.0/shop:2.0/ d.yaml\n")
    reference = parse_reference("example/shop:1.0")
    assert reference is not None
    assert found.rewritten(reference) == "Makefile changes it by `sed`"
