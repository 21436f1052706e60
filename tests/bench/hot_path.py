"""Where the time goes: a profile of `fix --risk high` over the corpus, as text that shows in review what changed."""

from __future__ import annotations

import cProfile
import gc
import io
import pstats
import sys
from pathlib import Path

from fixer import cli
from fixer.files import discover
from fixer.finding import Level, Risk
from fixer.kinds import KINDS
from fixer.outcome import Choice
from fixer.project import Disk, Project
from fixer.rule import discover as discover_rules
from fixer.sweep import sweep

ROOT = Path(__file__).parent.parent.parent
PLACE = Path(__file__).parent / "profile.txt"
ROWS = 40


def write(corpus: Path) -> None:
    """Profile a sweep in this process and write the functions that took most of it."""
    profile, count = profiled(corpus)
    stats = pstats.Stats(profile, stream=io.StringIO())
    text = f"fix --risk high --level info, one process, {count} files of {corpus.name}; share of all time, calls\n"
    for name, column in (("own time", 2), ("time with what is called", 3)):
        text += f"\n{name}\n" + "".join(f"{line}\n" for line in rows(stats, column))

    PLACE.write_text(text, encoding="utf-8")
    print(f"written: {PLACE.relative_to(ROOT)}")


def profiled(corpus: Path) -> tuple[cProfile.Profile, int]:
    """Return the profile of a sweep over a folder, and the number of its files."""
    assert cli.__doc__  # imported for its pace of the cycle collector, which a run from the command line has
    gc.collect()
    files = discover([str(corpus)], str(corpus)).files
    rules = discover_rules("transforms", KINDS)
    profile = cProfile.Profile()
    profile.enable()
    sweep(Project(Disk(str(corpus)), files), rules, Choice(risk=Risk.HIGH, level=Level.INFO), jobs=1)
    profile.disable()
    return profile, len(files)


def rows(stats: pstats.Stats, column: int) -> list[str]:
    """Return the lines of the functions with the most time: own (column 2) or with what they call (column 3)."""
    found = stats.stats.items()  # type: ignore[attr-defined]
    total = sum(entry[2] for _, entry in found)
    most = sorted(found, key=lambda pair: (-pair[1][column], pair[0]))[:ROWS]
    return [f"{100 * entry[column] / total:5.1f} %  {entry[1]:9d}  {shown(*place)}" for place, entry in most]


def shown(file: str, line: int, name: str) -> str:
    """Return a function as it is called in the project: without line numbers, and without paths of a machine."""
    del line
    if file == "~":
        return name

    for folder in (str(ROOT), *sorted(sys.path, key=len, reverse=True)):
        if folder and file.startswith(f"{folder}/"):
            return f"{file.removeprefix(folder + '/')}:{name}"

    return f"{Path(file).name}:{name}"
