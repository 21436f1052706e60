from __future__ import annotations

from collections.abc import Iterator

import pytest
from formats.dockerfile.buildkit import BuildKit, running


@pytest.fixture(scope="session")
def buildkit() -> Iterator[BuildKit]:
    with running() as process:
        yield process
