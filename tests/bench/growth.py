"""How the cost grows with the number of files, the number of rules, and the size of a file: it should be linear."""

from __future__ import annotations

from itertools import chain, zip_longest
from pathlib import Path

import table
import trees
from measure import Cost, cost, fixer
from texts import WRITERS

FILES = (250, 500, 1000, 2000)
RULES = (1, 5, 15)
SIZES = (1_000, 10_000, 100_000, 500_000)
# The largest file that is read has 5 MB.
LARGE = 4_900_000
TRANSFORMS = Path(__file__).parent.parent.parent / "transforms"


def files(source: Path, work: Path) -> None:
    """The same files once, twice, four and eight times: twice the files should cost twice as much."""
    table.title("number of files (last column: CPU of each file, as a multiple of the first row's)")
    paths = trees.evenly(trees.candidates(source), FILES[0])
    for mode in (("check",), ("fix", "--diff", "--risk", "high")):
        first = None
        for count in FILES:
            copy = trees.repeated(source, work / f"files-{count}", paths, count)
            found = cost(fixer(mode[0], copy, *mode[1:]))
            first = first or found
            table.row(f"{mode[0]}, {count} files", count, found, _scaled(first, count / FILES[0]))


def rules(source: Path, work: Path) -> None:
    """A thousand files with some of the rules."""
    copy = trees.part(source, work / "rules", trees.evenly(trees.candidates(source), 1000))
    count = len(trees.candidates(copy))
    names = rule_names()
    table.title("number of rules")
    for number in RULES:
        found = cost(fixer("check", copy, "--select", ",".join(names[:number])), runs=2)
        table.row(f"check, rules: {number}", count, found)

    table.row(f"check, rules: all {len(names)}", count, cost(fixer("check", copy), runs=2))


def sizes(work: Path, *, large: bool) -> None:
    """One file of each form, from 1 KB to 500 KB, or to 5 MB."""
    table.title("size of one file (last column: CPU of each byte beyond the first KB, as a multiple of 100 KB's)")
    for name, (stem, write) in WRITERS.items():
        for mode in (("check",), ("fix", "--diff", "--risk", "high")):
            found: dict[int, Cost] = {}
            for size in (*SIZES, *((LARGE,) if large else ())):
                place = work / "size" / stem
                place.parent.mkdir(exist_ok=True)
                place.write_text(write(size), encoding="utf-8")
                found[size] = cost(fixer(mode[0], place, *mode[1:]))
                table.row(f"{mode[0]}, {name}, {size // 1000} KB", 1, found[size], _expected(found, size))


def rule_names() -> list[str]:
    """Return the names of all rules, kinds in turn."""
    kinds = [sorted(path for path in folder.glob("*.py") if path.stem != "__init__") for folder in _kinds()]
    mixed = chain.from_iterable(zip_longest(*kinds))
    return [f"{path.parent.name}/{path.stem.replace('_', '-')}" for path in mixed if path]


def _kinds() -> list[Path]:
    return sorted(path for path in TRANSFORMS.iterdir() if (path / "__init__.py").is_file())


def _expected(found: dict[int, Cost], size: int) -> Cost | None:
    """Return what a file would cost if each byte cost the same as at 100 KB; None for smaller ones."""
    start, middle = found[SIZES[0]], found.get(100_000)
    if middle is None or size <= 100_000:
        return None

    each = (middle.cpu - start.cpu) / (100_000 - SIZES[0])
    return middle._replace(cpu=start.cpu + each * (size - SIZES[0]))


def _scaled(first: Cost, times: float) -> Cost:
    return first._replace(cpu=first.cpu * times)
