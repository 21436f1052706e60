"""These tests start containers: they are collected by `make run-tests` only, which sets FIXER_RUN."""

from __future__ import annotations

import os

collect_ignore_glob = [] if os.environ.get("FIXER_RUN") else ["test_*.py"]
