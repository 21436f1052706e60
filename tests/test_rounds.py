"""Fixes of several rounds: what one of them brings along by its nature is no fault of a later one."""

from __future__ import annotations

from pathlib import Path

import msgspec
from golden_cases import EVERYTHING, rules, run

PATH = ".github/workflows/ci.yml"
# In capitals, which update bots do not take for a pin.
PINNED = "AB" * 20
WORKFLOW = f"""\
on: push
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - uses: acme/build@v2
      - uses: acme/test@{PINNED} # v1
"""
LOCK = f"""\
version = 1
[actions."acme/build@v2"]
commit = "{"1" * 40}"
[actions."acme/test@v1"]
commit = "{"2" * 40}"
[actions."acme/test@{PINNED}"]
commit = "{PINNED.lower()}"
version = "v1.4.0"
"""


def test_a_finding_that_a_fix_brings_along_is_not_blamed_on_the_next_round(tmp_path: Path) -> None:
    chosen = [rules()[f"workflow/{name}"] for name in ("unpinned-action", "missing-update-bot")]
    files = {PATH: WORKFLOW.encode(), "image-digests.lock": LOCK.encode()}
    first = next(one for one in run(tmp_path / "all", files, chosen) if one.path == PATH)
    wanted = {one.identity for one in first.applied if one.rule != "missing-update-bot"}
    # The comment is corrected a round after the commit is written, which calls for somebody who updates it.
    assert len(wanted) == 2
    choice = msgspec.structs.replace(EVERYTHING, only=frozenset(wanted))
    outcome = next(one for one in run(tmp_path / "some", files, chosen, choice) if one.path == PATH)
    assert not outcome.failed
    assert {one.identity for one in outcome.applied} == wanted
    assert "missing-update-bot" in {one.rule for one in outcome.remaining}
