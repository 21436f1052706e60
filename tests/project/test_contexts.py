"""What builds give to a Dockerfile: named contexts and build arguments."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from fixer.project import Disk, Project
from fixer.registry.reference import parse_reference

COMPOSE = """\
services:
  web:
    build:
      context: web
      args: {BASE: "nginx:1.27", NUMBER: 3}
      additional_contexts: {"nginx:1.27": docker-image://example/nginx:9, base: service:base}
  base:
    build: {context: base, dockerfile: ../other/Dockerfile, args: [FROM_OUTSIDE, A=b]}
  any:
    build: {context: "${WHERE}", additional_contexts: [odd=./odd]}
"""
OVERRIDE = """\
services:
  base:
    build:
      additional_contexts: [late=../late]
"""
BAKE = """\
variable "DIR" { default = "api" }
target "_common" {
  contexts = { baseapp = "target:base", "alpine:3" = "docker-image://example/alpine" } // alpine2 = "x"
  args = { A = "1" }
}
target "api" {
  inherits = ["_common"]
  context = "${DIR}"
  contexts = {
    src = "../src"
  }
}
target "base" {
  context = "."
  dockerfile = "base/Dockerfile"
}
"""
BAKE_JSON = '{"target": {"api": {"context": "api", "contexts": {"tools": "docker-image://example/tools"}}}}'
WORKFLOW = """\
on: push
jobs:
  image:
    strategy: {matrix: {part: [a, b]}}
    runs-on: ubuntu-24.04
    steps:
      - uses: docker/build-push-action@v6
        with:
          context: ./web
          build-contexts: |
            base=docker-image://example/base
            alpine=docker-image://alpine:3
          build-args: |
            VERSION=1.0
      - uses: docker/build-push-action@v6
        with:
          file: parts/${{ matrix.part }}/Dockerfile
          build-contexts: part=.
      - run: |
          docker buildx build --build-context shell=../x \\
            -f other/Dockerfile .
"""
ALL = ("Dockerfile", "web/Dockerfile", "base/Dockerfile", "other/Dockerfile", "api/Dockerfile", "parts/a/Dockerfile")


def project(folder: Path, files: dict[str, str]) -> Project:
    files = dict.fromkeys(ALL, "FROM a:1\n") | files
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)

    return Project(Disk(str(folder)), sorted(path for path in files if not path.endswith((".hcl", ".sh", "Makefile"))))


@pytest.mark.parametrize(
    ("files", "path", "names"),
    [
        ({"compose.yaml": COMPOSE}, "web/Dockerfile", {"nginx:1.27", "base", "odd"}),
        ({"compose.yaml": COMPOSE}, "other/Dockerfile", {"odd"}),
        ({"sub/compose.yaml": COMPOSE}, "other/Dockerfile", set()),
        ({"compose.yaml": COMPOSE, "compose.override.yaml": OVERRIDE}, "other/Dockerfile", {"odd", "late"}),
        ({"docker-bake.hcl": BAKE}, "api/Dockerfile", {"baseapp", "alpine:3", "src"}),
        ({"docker-bake.hcl": BAKE}, "base/Dockerfile", set()),
        ({"docker-bake.json": BAKE_JSON}, "api/Dockerfile", {"tools"}),
        ({"docker-bake.json": BAKE_JSON}, "Dockerfile", set()),
        ({".github/workflows/ci.yml": WORKFLOW}, "web/Dockerfile", {"base", "alpine"}),
        ({".github/workflows/ci.yml": WORKFLOW}, "parts/a/Dockerfile", {"part"}),
        ({".github/workflows/ci.yml": WORKFLOW}, "other/Dockerfile", {"shell"}),
        ({"Makefile": "image:\n\tdocker build --build-context m=. web\n"}, "web/Dockerfile", {"m"}),
        ({"build.sh": "docker build --build-context s=. $1\n"}, "web/Dockerfile", {"s"}),
    ],
)
def test_named_contexts_of_a_dockerfile(files: dict[str, str], path: str, names: set[str], tmp_path: Path) -> None:
    assert project(tmp_path, files).contexts(path) == names


@pytest.mark.parametrize(
    ("files", "path", "given"),
    [
        ({"compose.yaml": COMPOSE}, "web/Dockerfile", {"BASE": "nginx:1.27", "NUMBER": "3"}),
        ({"compose.yaml": COMPOSE}, "other/Dockerfile", {"FROM_OUTSIDE": "", "A": "b"}),
        ({"compose.yaml": COMPOSE}, "Dockerfile", {}),
        ({"docker-bake.hcl": BAKE}, "api/Dockerfile", {"A": "1"}),
        ({".github/workflows/ci.yml": WORKFLOW}, "web/Dockerfile", {"VERSION": "1.0"}),
    ],
)
def test_build_arguments_of_a_dockerfile(
    files: dict[str, str], path: str, given: dict[str, str], tmp_path: Path
) -> None:
    assert project(tmp_path, files).build_args(path) == given


@pytest.mark.parametrize(
    "text",
    [
        'target "a" { inherits = ["b"] contexts = {x = "."} }\ntarget "b" { inherits = ["a", "b"] }\n',
        'target "a" {' * 3000,
        "/*" * 60000,
        "".join(f'target "a{n}" {{\n inherits = ["a{n + 1}"]\n}}\n' for n in range(2000)),
    ],
    ids=["circle", "unclosed", "comments", "chain"],
)
def test_bake_files_that_mean_nothing_sensible_are_read_quickly(text: str, tmp_path: Path) -> None:
    start = time.process_time()
    found = project(tmp_path, {"docker-bake.hcl": text}).contexts("Dockerfile")
    assert found <= {"x"}
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    "script",
    [
        "docker " * 30000,
        "${{" * 60000,
        "-" * 200000,
        "A=$A$A$A$A$A$A$A$A$A\ndocker build -t $A .\n",
        "sed " + "-" * 200000,
    ],
    ids=["programs", "expressions", "dashes", "growth", "names"],
)
def test_scripts_that_mean_nothing_sensible_are_read_quickly(script: str, tmp_path: Path) -> None:
    start = time.process_time()
    found = project(tmp_path, {"build.sh": f"docker build -t a/b .\n{script}", "Makefile": script})
    reference = parse_reference("a/b:1")
    assert reference is not None
    assert found.built(reference) == "build.sh"
    assert not found.rewritten(reference)
    assert time.process_time() - start < 2


def test_a_run_about_one_file_asks_who_builds_it(tmp_path: Path) -> None:
    files = {"compose.yaml": COMPOSE, ".github/workflows/ci.yml": WORKFLOW, "web/docker-compose.yml": "services: {}\n"}
    project(tmp_path, files)
    one = Project(Disk(str(tmp_path)), ["web/Dockerfile"])
    assert one.contexts("web/Dockerfile") == {"nginx:1.27", "base", "odd", "alpine"}
    assert one.build_args("web/Dockerfile")["NUMBER"] == "3"


def test_files_beside_a_compose_file_count_in_a_run_about_it_alone(tmp_path: Path) -> None:
    project(tmp_path, {"compose.yaml": COMPOSE, "compose.override.yaml": OVERRIDE})
    one = Project(Disk(str(tmp_path)), ["compose.yaml"])
    assert [other.path for other in one.other_files("compose.yaml", "base")] == ["compose.override.yaml"]
    assert not one.other_files("compose.yaml", "web")
