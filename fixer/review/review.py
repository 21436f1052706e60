"""The review: findings as they are found, what a person decides about them, and what follows. Front ends show it.

Threads: `scan` runs in one thread while others look and decide. What is looked at and decided is under one lock, held for
moments only; finding and planning take turns under a second one (`Turn`), and decisions never wait for it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec

from fixer.errors import UserError
from fixer.finding import Risk
from fixer.outcome import Choice, Outcome
from fixer.policy.policy import Policy
from fixer.policy.writing import Ignore
from fixer.project import Project
from fixer.proof import Identity
from fixer.review import committing, deciding, exporting, ignoring, params, rescanning, session
from fixer.review.board import Board
from fixer.review.decisions import Decisions
from fixer.review.diffs import diff_of, excerpt_of
from fixer.review.disk import Snapshot
from fixer.review.planning import Planner, Progress
from fixer.review.records import (
    Committed,
    FileDiff,
    Item,
    Preview,
    Scanned,
    Setting,
    State,
    Summary,
    Totals,
    Trouble,
    Why,
    WriteResult,
)
from fixer.review.turn import Turn
from fixer.review.why import why_of
from fixer.review.writing import summary_of
from fixer.rule import Rule
from fixer.sweep import Alone
