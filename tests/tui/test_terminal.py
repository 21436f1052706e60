"""From end to end in a real terminal: start, accept, edit, write, quit."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


class Terminal:
    """A tmux server of its own with one window."""

    def __init__(self, folder: Path, environ: dict[str, str], rules: Sequence[str]) -> None:
        self.socket = f"fixer-{uuid.uuid4().hex[:8]}"
        self.environ = {**os.environ, **environ, "LC_ALL": "C.UTF-8", "TEXTUAL_ANIMATIONS": "none"}
        for name in ("TMUX", "COLUMNS", "LINES"):
            self.environ.pop(name, None)

        command = f"{sys.executable} -m fixer tui --select {','.join(rules)} .; echo left with $?; exec cat"
        self.run("new-session", "-d", "-x", "110", "-y", "30", "-c", str(folder), "sh", "-c", command)

    def run(self, *words: str) -> str:
        command = ["tmux", "-L", self.socket, "-f", "/dev/null", *words]
        return subprocess.run(command, check=True, capture_output=True, text=True, env=self.environ).stdout

    def keys(self, *names: str) -> None:
        self.run("send-keys", *names)

    def screen(self) -> str:
        return self.run("capture-pane", "-p")

    def until(self, holds: Callable[[str], bool]) -> str:
        """Wait for a screen."""
        end = time.monotonic() + 90
        while time.monotonic() < end:
            if holds(shown := self.screen()):
                return shown

            time.sleep(0.05)

        raise AssertionError(self.screen())


@pytest.fixture
def terminal(small: Path, few: Sequence[str], environ: dict[str, str], tmp_path: Path) -> Iterator[Terminal]:
    if shutil.which("tmux") is None:
        if os.environ.get("CI"):
            pytest.fail("tmux is wanted")

        pytest.skip("tmux is not installed")

    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\necho "$1" > "$0.line"\nsed -i "s/Web team/Other team/" "$2"\n')
    editor.chmod(0o755)
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    made = Terminal(small, {**environ, "EDITOR": str(editor), "PYTHONPATH": path, "TERM": "xterm-256color"}, few)
    yield made
    subprocess.run(["tmux", "-L", made.socket, "kill-server"], check=False, capture_output=True)


def test_start_accept_edit_write_quit(terminal: Terminal, small: Path, tmp_path: Path) -> None:
    terminal.until(lambda shown: "7 findings" in shown and "2 files to write" in shown)
    terminal.keys("Right", "Down", "Down", "e")
    terminal.until(lambda _: "Other team" in (small / "Dockerfile").read_text())
    terminal.until(lambda shown: "Other team" in shown)
    terminal.run("resize-window", "-x", "60", "-y", "20")
    terminal.until(lambda shown: len(shown.splitlines()[0]) <= 60 and "by file" in shown)
    terminal.keys("Space")
    terminal.until(lambda shown: "✗" in shown)
    terminal.keys("w")
    terminal.until(lambda shown: "Write the files" in shown)
    terminal.keys("Enter")
    terminal.until(lambda shown: "●" in shown)
    terminal.keys("q")  # one fix was rejected, which is not in a file
    terminal.until(lambda shown: "You decided something" in shown)
    terminal.keys("l")
    shown = terminal.until(lambda shown: "left with" in shown)
    assert "left with 0" in shown
    text = (small / "Dockerfile").read_text()
    assert "MAINTAINER Other team" in text
    assert 'CMD ["server", "--port", "8080"]' in text
    assert (tmp_path / "editor.line").read_text() == "+2\n"


def test_interrupt_keeps_the_terminal_and_the_decisions(terminal: Terminal, small: Path) -> None:
    terminal.until(lambda shown: "7 findings" in shown and "2 files to write" in shown)
    terminal.keys("Right", "Down", "Down", "Space")
    terminal.until(lambda shown: "✗" in shown)
    terminal.keys("C-c")
    terminal.until(lambda shown: "quit" in shown.lower())
    [pid] = terminal.run("list-panes", "-F", "#{pane_pid}").split()
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    subprocess.run(["kill", "-TERM", children[0]], check=True)
    terminal.until(lambda shown: "left with 130" in shown)
    assert list((small / ".fixer").glob("session*"))
    assert "MAINTAINER Web team" in (small / "Dockerfile").read_text()
