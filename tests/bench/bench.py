"""Speed of fixer, beside other tools on the same files in the same run: `make bench`.

Each figure is that of a whole process. The files are those of FIXER_CORPUS (a folder of public files) or, where there
is none, of `examples/`. FIXER_BENCH_ALL=1 adds what takes long: 20,000 files, files of 5 MB, checkov and dclint.
`bench.py --profile` writes tests/bench/profile.txt instead: where the time goes.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from pathlib import Path

import beside
import everyday
import growth
import whole
from peers import Peers

ROOT = Path(__file__).parent.parent.parent
CORPUS = Path(os.environ.get("FIXER_CORPUS", ROOT.parent / "shared" / "corpus"))
ALL = os.environ.get("FIXER_BENCH_ALL") == "1"


def main() -> None:
    """Print one table for each question."""
    corpus = CORPUS if CORPUS.is_dir() else ROOT / "examples"
    if "--profile" in sys.argv[1:]:
        # Not above: it imports fixer, and this process must stay smaller than those it measures.
        import hot_path

        hot_path.write(corpus.resolve())
        return

    if corpus is not CORPUS:
        print(f"there is no corpus at {CORPUS} (set FIXER_CORPUS): examples/ is measured instead")

    print(f"files of {corpus.name}, Python {platform.python_version()}, {os.cpu_count()} processors")
    with tempfile.TemporaryDirectory() as work:
        measured(corpus, Path(work))


def measured(corpus: Path, work: Path) -> None:
    """Print all tables."""
    tools = Peers(work / "peers", large=ALL)
    whole.corpus(corpus, work)
    everyday.one_file(work, tools)
    everyday.changed_file(corpus, work)
    beside.compare(corpus, work, tools)
    growth.files(corpus, work)
    growth.rules(corpus, work)
    growth.sizes(work, large=ALL)
    if ALL:
        whole.many(corpus, work)


if __name__ == "__main__":
    main()
