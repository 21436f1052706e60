from __future__ import annotations

import pytest
from planted.planting import Planter


@pytest.fixture
def planter(monkeypatch: pytest.MonkeyPatch) -> Planter:
    return Planter(monkeypatch)
