"""Where the configuration of a run is."""

from __future__ import annotations

import os

NAME = ".fixer.yaml"


def find(root: str, folder: str) -> str | None:
    """Return the nearest configuration at `folder` or above it, up to `root`, relative to `root`; None without one."""
    here = os.path.realpath(folder)
    while True:
        if os.path.lexists(os.path.join(here, NAME)):
            return os.path.relpath(os.path.join(here, NAME), root)

        if here == os.path.realpath(root) or os.path.dirname(here) == here:
            return None

        here = os.path.dirname(here)
