"""A folder in which permissions count, whoever runs the tests."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

NOBODY = 65534


@pytest.fixture
def guarded() -> Iterator[Path]:
    """A folder of an ordinary user, and that user at work: root, whom no permission stops, steps down for the test."""
    folder = Path(tempfile.mkdtemp(prefix="fixer-test-"))
    stepped = os.geteuid() == 0
    if stepped:
        os.chown(folder, NOBODY, NOBODY)
        os.setegid(NOBODY)
        os.seteuid(NOBODY)

    try:
        yield folder
    finally:
        if stepped:
            os.seteuid(0)
            os.setegid(0)

        for place, _, _ in os.walk(folder):
            os.chmod(place, 0o700)

        shutil.rmtree(folder)
