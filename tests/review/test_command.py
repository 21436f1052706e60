"""`fixer tui`: what is said before a screen is taken."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from review.conftest import ROOT

from fixer.cli.main import COMMANDS, cli


def said(folder: Path, *words: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "fixer", "tui", *words],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == ""
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ((), "fixer tui needs a terminal; `fixer fix --diff` shows what would change without one"),
        (("nowhere",), "nowhere: it does not exist"),
        (("-",), "fixer tui reads keys from standard input, and therefore no text: name files or folders"),
        (("--report", "pdf:x"), "--report pdf:x: there is no form 'pdf'"),
    ],
)
def test_one_line(tmp_path: Path, words: tuple[str, ...], line: str) -> None:
    code, text = said(tmp_path, *words)
    assert code == 2
    assert text.startswith(f"fixer: {line}")
    assert text.count("\n") == 1


def test_its_options_are_those_of_fix() -> None:
    """But for the one that says not to write."""
    commands = {name: cli.get_command(None, name) for name in COMMANDS}  # type: ignore[arg-type]
    tui, fix = commands["tui"], commands["fix"]
    assert tui is not None
    assert fix is not None
    names = {option.name for option in tui.params}
    assert names == {option.name for option in fix.params} - {"diff"}
