"""`make fuzz`: hostile inputs for FIXER_FUZZ_SECONDS seconds (600), from the seed FIXER_FUZZ_SEED (the day's)."""

from __future__ import annotations

import datetime as dt
import itertools
import os
import sys
import time
from collections.abc import Iterator

from fuzz.hunt import hunt, keep, kept_folder, worker
from fuzz.inputs import CORPUS, Input, Inputs


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    seconds = float(os.environ.get("FIXER_FUZZ_SECONDS", "600"))
    seed = int(os.environ.get("FIXER_FUZZ_SEED") or dt.datetime.now(tz=dt.UTC).toordinal())
    corpus = CORPUS.is_dir()
    grown = "the golden cases and the corpus" if corpus else f"the golden cases (there is no corpus at {CORPUS})"
    say(f"seed {seed} (FIXER_FUZZ_SEED), {seconds:.0f} s (FIXER_FUZZ_SECONDS), grown from {grown}")
    inputs = Inputs(seed, corpus=corpus)
    count = 0

    def timed() -> Iterator[tuple[int, Input]]:
        nonlocal count
        end = time.monotonic() + seconds
        for number in itertools.count():
            if time.monotonic() >= end:
                return

            count = number + 1
            yield number, inputs[number]

    folder = kept_folder()
    with worker() as one:
        failures = hunt(one, timed(), tell=lambda failure: say(keep(failure, folder)))
        say(f"{count} inputs, slowest {one.slowest:.1f} s, peak {one.peak // 1000} MB, {len(failures)} failures")

    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
