"""Programs that the double needs."""

from __future__ import annotations

import functools
import os
import re
import subprocess

import pytest


def need_git() -> None:
    """Skip where there is no git that the double can work with; under continuous integration, fail."""
    missing = _missing()
    if missing and os.environ.get("CI"):
        pytest.fail(missing)

    if missing:
        pytest.skip(missing)


@functools.cache
def _missing() -> str:
    try:
        done = subprocess.run(["git", "--version"], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "git is not installed (apt install git)"

    found = re.search(r"(\d+)\.(\d+)", done.stdout)
    if not found or (int(found[1]), int(found[2])) < (2, 38):
        return "git 2.38 or newer is needed for the double of the forge"

    return ""
