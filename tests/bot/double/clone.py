"""A plain clone of a repository of the double, by git itself."""

from __future__ import annotations

import base64
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from bot.double.double import Double


def git(double: Double, *arguments: str, cwd: Path | None = None, token: str = "") -> subprocess.CompletedProcess[str]:
    """Run git with a token for the double, and without the machine's own configuration."""
    code = base64.b64encode(f"x-access-token:{token or double.token}".encode()).decode()
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": "/nonexistent",
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"http.{double.url}/.extraheader",
        "GIT_CONFIG_VALUE_0": f"Authorization: Basic {code}",
    }
    for role in ("AUTHOR", "COMMITTER"):
        environment |= {f"GIT_{role}_NAME": "fixer-bot", f"GIT_{role}_EMAIL": "bot@example.com"}

    return subprocess.run(["git", *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def cloned(double: Double, name: str, folder: Path, *options: str, token: str = "") -> Path:
    done = git(double, "clone", "-q", *options, f"{double.url}/{name}.git", str(folder), token=token)
    assert done.returncode == 0, done.stderr
    return folder


def push(
    double: Double, folder: Path, files: Mapping[str, str], branch: str, *options: str, token: str = ""
) -> subprocess.CompletedProcess[str]:
    """Commit files on what the clone has checked out, and push that to a branch."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)

    git(double, "add", "-A", cwd=folder)
    git(double, "commit", "-q", "-m", "fix", cwd=folder)
    return git(double, "push", "origin", f"HEAD:refs/heads/{branch}", *options, cwd=folder, token=token)
