"""How many examples a property is tried with: FIXER_EXAMPLES=100 makes it a hundred times as many as usual.

The usual ones are the same each time, so that a run can be repeated; more of them are others each time.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

TIMES = int(os.environ.get("FIXER_EXAMPLES", "1"))


def examples(number: int) -> settings:
    """Return the settings for a property that is usually tried with `number` examples."""
    checks = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]
    return settings(
        max_examples=number * TIMES,
        derandomize=TIMES == 1,
        deadline=None,
        suppress_health_check=checks,
        print_blob=True,
    )
