"""The sample violations of the five source policies: the same file judged as dev, staging and prod, and what fixes it.

Where a sample of a policy is wrong itself (a probe with a program that the image lacks, a user number that is taken, a
field that the API does not know), the corrected form is what is expected.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from policy.worlds import World

from fixer.finding import Risk

# Levels in dev, staging and prod; "-" where the rule does not count.
Wanted = dict[str, str]

BACKEND = "services:\n  backend:\n    image: backend:1.0.0\n    ports: ['8000:8000']\n"
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: backend}
spec:
  replicas: 1
  selector: {matchLabels: {app: backend}}
  template:
    metadata: {labels: {app: backend}}
    spec:
      containers:
        - name: backend
          image: ghcr.io/example/backend:latest
          ports: [{containerPort: 8000}]
---
apiVersion: v1
kind: Service
metadata: {name: backend}
spec:
  selector: {app: backend}
  ports: [{port: 80, targetPort: 8000}]
"""
TOOL = """\
apiVersion: v1
kind: Pod
metadata: {name: tool-registry}
spec:
  securityContext:
    runAsNonRoot: true
    runAsUser: 1000
  containers:
    - name: tool-registry
      image: tool-registry:ubi8
      securityContext:
        capabilities:
          drop:
            - ALL
"""

SAMPLES: list[tuple[str, str, str, Wanted]] = [
    (
        "opa-baseline",
        "Dockerfile",
        'FROM python:latest\nEXPOSE 8000\nCMD ["gunicorn", "a:app"]\n',
        {
            "latest-tag": "warn deny deny",
            "root-user": "deny deny deny",
            "missing-healthcheck": "warn warn deny",
        },
    ),
    (
        "opa-baseline",
        "compose.yaml",
        BACKEND,
        {
            "missing-resource-limits": "warn deny deny",
            "missing-healthcheck": "warn warn deny",
            "missing-restart-policy": "deny deny deny",
            "privilege-escalation": "deny deny deny",
            "undropped-capabilities": "warn warn deny",
            "missing-logging": "deny deny deny",
            "root-user": "warn warn warn",
        },
    ),
    (
        "distroless-strict",
        "Dockerfile",
        "FROM python:3.11\nRUN apt-get update && apt-get install -y curl\nCOPY . /app\nCMD python /app/a.py\n",
        {
            "root-user": "deny deny deny",
            "leftover-apt-lists": "warn warn warn",
            "apt-recommends": "warn warn warn",
        },
    ),
    (
        "docker-basic",
        "compose.yaml",
        "services:\n  backend:\n    image: backend:1.0.0\n",
        {
            "missing-resource-limits": "warn deny deny",
            "missing-restart-policy": "deny deny deny",
            "missing-logging": "deny deny deny",
            "privilege-escalation": "- - -",
        },
    ),
    (
        "k8s-prod-matrix",
        "deployment.yaml",
        DEPLOYMENT,
        {
            "latest-tag": "warn deny deny",
            "root-user": "deny deny deny",
            "missing-resource-limits": "warn deny deny",
            "missing-liveness-probe": "warn warn deny",
            "missing-readiness-probe": "warn warn deny",
            "single-replica": "- warn deny",
            "missing-seccomp-profile": "warn warn deny",
            "writable-root-filesystem": "warn warn deny",
            "undropped-capabilities": "warn warn deny",
            "automounted-token": "- - -",
        },
    ),
    (
        "runtime-hardening",
        "pod.yaml",
        TOOL,
        {
            "privilege-escalation": "warn warn deny",
            "missing-resource-limits": "warn deny deny",
            "missing-resource-requests": "warn deny deny",
            "missing-seccomp-profile": "warn warn deny",
            "writable-root-filesystem": "warn warn deny",
            "automounted-token": "- warn warn",
            "root-user": "- - -",
        },
    ),
]


@pytest.mark.parametrize(("pack", "name", "text", "wanted"), SAMPLES, ids=[f"{one[0]}, {one[1]}" for one in SAMPLES])
def test_levels_by_environment(pack: str, name: str, text: str, wanted: Wanted, tmp_path: Path) -> None:
    found: dict[str, list[str]] = {rule: [] for rule in wanted}
    for environment in ("dev", "staging", "prod"):
        said = f"packs: [{pack}]\nenvironments: {{default: {environment}}}\n"
        levels = {
            one.rule: one.level.name.lower() for one in World(tmp_path / environment, {name: text}, said).findings()
        }
        for rule, row in found.items():
            row.append(levels.get(rule, "-"))

    assert {rule: " ".join(row) for rule, row in found.items()} == wanted


def test_the_compose_sample_is_fixed(tmp_path: Path) -> None:
    """All but the probe, whose path and program would be invented, and the label that is no label."""
    [after] = World(tmp_path, {"compose.yaml": BACKEND}, "packs: [opa-baseline]\n").fixed().values()
    assert after.startswith(BACKEND.replace("'8000:8000'", "'127.0.0.1:8000:8000'"))
    for line in (
        "    restart: unless-stopped\n",
        "          cpus: '2'\n          memory: 2G\n        reservations:\n          cpus: '1'\n          memory: 1G\n",
        "    security_opt:\n      - no-new-privileges:true\n",
        "    cap_drop:\n      - ALL\n",
        "      driver: json-file\n      options:\n        max-size: 10m\n        max-file: '3'\n",
    ):
        assert line in after.replace('"', "'"), line

    assert "healthcheck" not in after
    assert "labels" not in after


def test_the_dockerfile_sample_is_fixed_without_curl_and_with_a_number(tmp_path: Path) -> None:
    text = 'FROM python:3.11-slim\nEXPOSE 8000\nCMD ["gunicorn", "--bind", "0.0.0.0:8000", "a:app"]\n'
    after = World(tmp_path, {"Dockerfile": text}, "packs: [opa-baseline]\n").fixed()["Dockerfile"]
    assert "useradd --uid 1000 --gid 1000" in after
    assert "USER 1000:1000\n" in after
    assert "HEALTHCHECK --interval=30s --timeout=10s --start-period=40s --retries=3 CMD" in after
    assert "curl" not in after


def test_the_deployment_sample_is_fixed(tmp_path: Path) -> None:
    said = "packs: [k8s-prod-matrix]\nenvironments: {default: prod}\n"
    after = World(tmp_path, {"deployment.yaml": DEPLOYMENT}, said).fixed()["deployment.yaml"]
    for words in ("replicas: 2\n", "runAsNonRoot: true\n", "type: RuntimeDefault\n", "readOnlyRootFilesystem: true\n"):
        assert words in after

    assert "image: ghcr.io/example/backend:latest\n" in after


def test_nothing_is_fixed_that_the_packs_leave_out(tmp_path: Path) -> None:
    files = {"compose.yaml": BACKEND}
    assert World(tmp_path, files, "packs: [cis-kubernetes]\n").fixed(Risk.HIGH) == {}
