"""Speed of fixer and of two other fixers on the same files, measured in one run: `make bench`.

Everything is timed as a whole process, in CPU seconds of the process and its children, best of several runs. The files
are those of FIXER_CORPUS (a folder of public files) or, where there is none, of `examples/`.
"""

from __future__ import annotations

import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
CORPUS = Path(os.environ.get("FIXER_CORPUS", ROOT.parent / "shared" / "corpus"))
PEERS = ("compose-lint==0.36.2", "dockerfile-doctor==0.1.5")
RUNS = 3
# Compiled modules are kept, as wherever a tool is installed: without them each start would compile everything anew.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def main() -> None:
    """Print one line for each measurement."""
    corpus = CORPUS if CORPUS.is_dir() else ROOT / "examples"
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        peers = peer_tools(folder / "peers")
        print(f"{corpus.name}: {platform.python_version()}, one process, best of {RUNS}, CPU seconds")
        whole(corpus, folder)
        one_file(folder)
        peers_on_their_kind(corpus, folder, peers)


def whole(corpus: Path, folder: Path) -> None:
    """`check` and `fix` over all files."""
    copy = fresh(corpus, folder / "whole")
    count = kinds(copy)
    report("check, whole corpus", count, cpu(fixer("check", copy)))
    for risk in ("low", "high"):
        report(
            f"fix --risk {risk}, whole corpus",
            count,
            cpu(fixer("fix", copy, "--risk", risk), lambda: fresh(corpus, copy)),
        )


def one_file(folder: Path) -> None:
    """One small file of each kind, process start included."""
    samples = {
        "Dockerfile": "FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nCMD python app.py\n",
        "compose.yaml": "services:\n  web:\n    image: nginx:1.27\n    ports:\n      - 80:80\n",
        "pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - {name: a, image: a:1}\n",
    }
    for name, text in samples.items():
        place = folder / "one" / name
        place.parent.mkdir(exist_ok=True)
        place.write_text(text, encoding="utf-8")
        report(f"check, one {name}", 1, cpu(fixer("check", place), runs=8))
        report(f"fix, one {name}", 1, cpu(fixer("fix", place, "--diff"), runs=8))

    report("python -c pass", 1, cpu([sys.executable, "-c", "pass"], runs=8))


def peers_on_their_kind(corpus: Path, folder: Path, peers: Path | None) -> None:
    """fixer and each peer on the files of the peer's kind."""
    if peers is None:
        print("other fixers: not measured, their packages could not be installed")
        return

    files = subset(corpus, folder / "dockerfiles", lambda path: path.name.startswith("Dockerfile"))
    report("check, Dockerfiles", files, cpu(fixer("check", folder / "dockerfiles")))
    doctor = [peers / "dockerfile-doctor", *sorted((folder / "dockerfiles").rglob("*"))]
    report("dockerfile-doctor, Dockerfiles", files, cpu([*map(str, doctor)]))
    files = subset(corpus, folder / "compose", lambda path: "compose" in path.name and path.suffix in {".yml", ".yaml"})
    report("check, Compose files", files, cpu(fixer("check", folder / "compose")))
    lint = [peers / "compose-lint", *sorted((folder / "compose").rglob("*.y*ml"))]
    report("compose-lint, Compose files", files, cpu([*map(str, lint)]))


def fixer(*words: object) -> list[str]:
    """A command line of fixer, in one process."""
    return [sys.executable, "-m", "fixer", *map(str, words), "--jobs", "1"]


def cpu(command: list[str], before: Callable[[], object] = lambda: None, runs: int = RUNS) -> float:
    """Return the best CPU time of a command, in seconds."""
    best = float("inf")
    for _ in range(runs):
        before()
        start = resource.getrusage(resource.RUSAGE_CHILDREN)
        result = subprocess.run(command, capture_output=True, check=False, env=ENVIRONMENT)
        end = resource.getrusage(resource.RUSAGE_CHILDREN)
        if result.returncode not in {0, 1}:
            sys.exit(f"{command[0]} failed: {result.stderr.decode()[-500:]}")

        best = min(best, end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime)

    return best


def report(name: str, files: int, seconds: float) -> None:
    """Print one measurement."""
    rate = f"{files / seconds:8.0f} files/s" if files > 1 else ""
    print(f"{name:32s} {files:5d} files  {seconds:7.3f} s  {rate}", flush=True)


def fresh(source: Path, target: Path) -> Path:
    """Copy a folder anew, so that its files can be written."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, symlinks=True)
    for path in [target, *target.rglob("*")]:
        path.chmod(path.stat().st_mode | 0o200)

    return target


def subset(source: Path, target: Path, wanted: Callable[[Path], bool]) -> int:
    """Copy the wanted files of a tree, numbered so that no two are in each other's way; return how many."""
    found = [path for path in sorted(source.rglob("*")) if path.is_file() and wanted(path)]
    for number, path in enumerate(found):
        place = target / str(number) / path.name
        place.parent.mkdir(parents=True)
        shutil.copy(path, place)

    return len(found)


def kinds(folder: Path) -> int:
    """Number of files below a folder that fixer could look at."""
    names: Iterable[str] = (path.name for path in folder.rglob("*") if path.is_file())
    return sum(name.endswith((".yaml", ".yml", ".json")) or "ockerfile" in name for name in names)


def peer_tools(folder: Path) -> Path | None:
    """Install the other fixers into an environment of their own; return the folder of their commands."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    done = subprocess.run([python, "-m", "pip", "install", "-q", *PEERS], capture_output=True, check=False)
    return folder / "bin" if done.returncode == 0 else None


if __name__ == "__main__":
    main()
