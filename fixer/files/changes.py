"""Which lines of a git work tree changed since a revision."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping

from fixer.errors import UserError

# First and last line of each run of changed lines, counted from 1, in the text as it is now.
Ranges = tuple[tuple[int, int], ...]

EVERYTHING: Ranges = ((1, 1 << 30),)
_HUNK = re.compile(rb"^@@ -\S+ \+([0-9]+)(?:,([0-9]+))? @@", re.MULTILINE)
_OPTIONS = ("--unified=0", "--no-color", "--no-ext-diff", "--no-textconv", "--no-renames", "--relative")
# Nothing of a repository's own configuration may run a program, and no pager or prompt may wait for anybody.
_SAFE = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "diff.external=", "--no-pager")


def changed_lines(root: str, revision: str) -> Mapping[str, Ranges]:
    """Return for each file below `root` that changed since `revision` its changed lines; new files changed wholly.

    Raises UserError when `root` is no git work tree, or there is no such revision.
    """
    if revision.startswith("-"):
        raise UserError(f"--since {revision}: a revision is wanted")

    _git(root, f"--since {revision}", "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    what = f"--since {revision}"
    listed = _paths(_git(root, what, "diff", *_OPTIONS, "-z", "--name-only", revision, "--"))
    found = {path: _ranges(_git(root, what, "diff", *_OPTIONS, revision, "--", f":(literal){path}")) for path in listed}
    untracked = _git(root, what, "ls-files", "--others", "--exclude-standard", "-z")
    return {**found, **dict.fromkeys(_paths(untracked), EVERYTHING)}


def _ranges(diff: bytes) -> Ranges:
    return tuple(_range(match) for match in _HUNK.finditer(diff))


def _range(match: re.Match[bytes]) -> tuple[int, int]:
    """The lines of a hunk; where lines only went, those around the gap."""
    start, count = int(match[1]), int(match[2] or b"1")
    return (start, start + count - 1) if count else (start, start + 1)


def _paths(listed: bytes) -> list[str]:
    return [os.fsdecode(path) for path in listed.split(b"\0") if path]


def _git(root: str, what: str, *words: str) -> bytes:
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(["git", *_SAFE, *words], cwd=root, env=environment, capture_output=True, check=False)  # noqa: S603,S607
    except OSError:
        raise UserError(f"{what}: git is needed, and is not installed") from None

    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0].removeprefix("fatal: ")
        raise UserError(f"{what}: {said or 'there is no such revision'}")

    return done.stdout
